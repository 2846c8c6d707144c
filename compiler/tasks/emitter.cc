#include "compiler/tasks/emitter.h"

#include <algorithm>

namespace atl::compiler {
namespace {

// One loop of a copy.
struct Loop {
  int64_t count, offchip_stride, sram_stride;
};

// The loops of a copy, innermost first, contiguous ones folded into the run.
struct Nest {
  int64_t run_bytes;
  std::vector<Loop> loops;
};

Nest merge(const Emitter::BoxCopy& copy) {
  Nest nest{copy.element_bytes, {}};
  for (int d = copy.extent.rank() - 1; d >= 0; --d) {
    const Loop loop{copy.extent[d], copy.offchip_strides[d], copy.sram_strides[d]};
    if (loop.count == 1) continue;
    if (nest.loops.empty() && loop.offchip_stride == nest.run_bytes && loop.sram_stride == nest.run_bytes) {
      nest.run_bytes *= loop.count;
      continue;
    }
    if (!nest.loops.empty()) {
      Loop& inner = nest.loops.back();
      if (loop.offchip_stride == inner.offchip_stride * inner.count &&
          loop.sram_stride == inner.sram_stride * inner.count) {
        inner.count *= loop.count;
        continue;
      }
    }
    nest.loops.push_back(loop);
  }
  return nest;
}

}  // namespace

template <typename Dma>
void Emitter::copy_box(const BoxCopy& copy, int32_t written_storage) {
  const Nest nest = merge(copy);
  const Loop none{1, 0, 0};
  const Loop inner = !nest.loops.empty() ? nest.loops[0] : none;
  const Loop middle = nest.loops.size() > 1 ? nest.loops[1] : none;
  std::vector<int64_t> index(nest.loops.size() > 2 ? nest.loops.size() - 2 : 0, 0);
  for (bool more = true; more;) {
    Dma dma;
    int64_t offchip = static_cast<int64_t>(copy.offchip), sram = copy.sram;
    for (size_t l = 0; l < index.size(); ++l) {
      offchip += index[l] * nest.loops[l + 2].offchip_stride;
      sram += index[l] * nest.loops[l + 2].sram_stride;
    }
    dma.offchip = static_cast<uint64_t>(offchip);
    dma.sram = static_cast<uint32_t>(sram);
    dma.run_bytes = static_cast<uint32_t>(nest.run_bytes);
    dma.count1 = static_cast<uint32_t>(inner.count);
    dma.count2 = static_cast<uint32_t>(middle.count);
    dma.offchip_stride1 = static_cast<int32_t>(inner.offchip_stride);
    dma.sram_stride1 = static_cast<int32_t>(inner.sram_stride);
    dma.offchip_stride2 = static_cast<int32_t>(middle.offchip_stride);
    dma.sram_stride2 = static_cast<int32_t>(middle.sram_stride);
    emit(dma, written_storage);
    more = false;
    for (size_t l = 0; l < index.size() && !more; ++l) {
      if (++index[l] < nest.loops[l + 2].count) {
        more = true;
      } else {
        index[l] = 0;
      }
    }
  }
}

void Emitter::load(const BoxCopy& copy) { copy_box<isa::DmaLoad>(copy, -1); }
void Emitter::store(const BoxCopy& copy, int32_t written_storage) { copy_box<isa::DmaStore>(copy, written_storage); }

uint16_t Emitter::lane_program(const isa::LaneProgram& program) {
  const auto found = std::find(lane_programs_.begin(), lane_programs_.end(), program);
  if (found != lane_programs_.end()) return static_cast<uint16_t>(found - lane_programs_.begin());
  ATOLL_CHECK(lane_programs_.size() < 65536);
  lane_programs_.push_back(program);
  return static_cast<uint16_t>(lane_programs_.size() - 1);
}

}  // namespace atl::compiler
