#include "simulator/capture.h"

#include <algorithm>

#include "isa/footprint.h"

namespace atl::simulator {

Capture::Capture(const isa::Program& program)
    : program_(program), tensors_(program.materialized.size()), written_by_(program.main.size()) {
  for (size_t i = 0; i < tensors_.size(); ++i) {
    const std::vector<uint32_t>& writers = program.materialized[i].writers;
    tensors_[i].writers_left = writers.size();
    for (const uint32_t writer : writers) {
      written_by_[writer].push_back(static_cast<uint32_t>(i));
      tensors_[i].last_writer = std::max(tensors_[i].last_writer, writer);
    }
  }
}

void Capture::begin(const MachineState& state) {
  for (size_t i = 0; i < tensors_.size(); ++i) {
    if (tensors_[i].writers_left == 0) finish(i, state);
  }
}

void Capture::before(uint32_t index, const MachineState& state) {
  const bool may_overwrite = std::any_of(incomplete_.begin(), incomplete_.end(),
                                         [&](size_t tensor) { return tensors_[tensor].last_writer < index; });
  if (!may_overwrite) return;
  for (const isa::Access& access : isa::footprint(program_.main[index].operation, program_.lane_programs)) {
    if (!access.write || access.space == isa::Space::kAccumulator) continue;
    for (const size_t tensor : incomplete_) {
      const isa::Materialized& place = program_.materialized[tensor];
      const bool same_space = place.in_sram == (access.space == isa::Space::kSram);
      if (!same_space || tensors_[tensor].last_writer >= index) continue;
      const uint64_t begin = std::max(access.begin, place.address),
                     end = std::min(access.end, place.address + place.bytes);
      if (begin < end) save(tensor, begin - place.address, end - place.address, state);
    }
  }
}

void Capture::after(uint32_t index, const MachineState& state) {
  for (const uint32_t i : written_by_[index]) {
    Tensor& tensor = tensors_[i];
    if (!tensor.started) incomplete_.push_back(i);
    tensor.started = true;
    if (--tensor.writers_left == 0) {
      finish(i, state);
      std::erase(incomplete_, i);
    }
  }
}

std::span<const uint8_t> Capture::source(const isa::Materialized& tensor, const MachineState& state) {
  const Memory& memory = tensor.in_sram ? state.tiles.front().sram : state.offchip;
  return memory.view(tensor.address, tensor.bytes);
}

void Capture::save(size_t index, uint64_t begin, uint64_t end, const MachineState& state) {
  Tensor& tensor = tensors_[index];
  const std::span<const uint8_t> from = source(program_.materialized[index], state);
  tensor.bytes.resize(from.size());
  tensor.saved.resize(from.size(), false);
  for (uint64_t i = begin; i < end; ++i) {
    if (tensor.saved[i]) continue;
    tensor.bytes[i] = from[i];
    tensor.saved[i] = true;
  }
}

void Capture::finish(size_t index, const MachineState& state) {
  Tensor& tensor = tensors_[index];
  const std::span<const uint8_t> from = source(program_.materialized[index], state);
  if (tensor.saved.empty()) {
    tensor.bytes.assign(from.begin(), from.end());
    return;
  }
  for (size_t i = 0; i < from.size(); ++i) {
    if (!tensor.saved[i]) tensor.bytes[i] = from[i];
  }
}

std::vector<Bytes> Capture::take() {
  std::vector<Bytes> result;
  for (Tensor& tensor : tensors_) {
    ATOLL_CHECK(tensor.writers_left == 0);
    result.push_back(std::move(tensor.bytes));
  }
  return result;
}

}  // namespace atl::simulator
