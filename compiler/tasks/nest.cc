#include "compiler/tasks/nest.h"

#include <functional>

#include "isa/timing/cost.h"

namespace atl::compiler {
namespace {

// Removes loops of extent 1 and merges neighbours that every stream walks as one. Loops outermost first.
void merge_loops(Dims& extent, const std::vector<Dims*>& strides) {
  Dims merged;
  std::vector<Dims> merged_strides(strides.size());
  for (int d = 0; d < extent.rank(); ++d) {
    if (extent[d] == 1) continue;
    const int last = merged.rank() - 1;
    bool joins = last >= 0;
    for (size_t s = 0; joins && s < strides.size(); ++s) {
      joins = merged_strides[s][last] == (*strides[s])[d] * extent[d];
    }
    if (joins) {
      merged[last] *= extent[d];
      for (size_t s = 0; s < strides.size(); ++s) merged_strides[s][last] = (*strides[s])[d];
    } else {
      merged.push_back(extent[d]);
      for (size_t s = 0; s < strides.size(); ++s) merged_strides[s].push_back((*strides[s])[d]);
    }
  }
  extent = merged;
  for (size_t s = 0; s < strides.size(); ++s) *strides[s] = merged_strides[s];
}

void merge(Nest& nest) {
  std::vector<Dims*> strides{&nest.output.strides}, reduce_strides;
  for (Stream& input : nest.inputs) {
    strides.push_back(&input.strides);
    reduce_strides.push_back(&input.reduce_strides);
  }
  merge_loops(nest.extent, strides);
  merge_loops(nest.reduce_extent, reduce_strides);
}

// The last `width` loops, padded in front with loops of one.
int64_t from_back(const Dims& dims, int width, int position, int64_t padding) {
  const int d = dims.rank() - width + position;
  return d < 0 ? padding : dims[d];
}

int32_t stride_of(const Dims& strides, int width, int position) {
  return static_cast<int32_t>(from_back(strides, width, position, 0));
}

template <int kIndex>
void set_input(isa::Vector& v, const Stream& input) {
#define ATOLL_SET_INPUT(i)                                \
  if constexpr (kIndex == i) {                            \
    v.in##i = input.address;                              \
    v.in##i##_type = static_cast<uint8_t>(input.type);    \
    v.in##i##_s0 = stride_of(input.strides, 4, 0);        \
    v.in##i##_s1 = stride_of(input.strides, 4, 1);        \
    v.in##i##_s2 = stride_of(input.strides, 4, 2);        \
    v.in##i##_s3 = stride_of(input.strides, 4, 3);        \
    v.in##i##_r0 = stride_of(input.reduce_strides, 3, 0); \
    v.in##i##_r1 = stride_of(input.reduce_strides, 3, 1); \
    v.in##i##_r2 = stride_of(input.reduce_strides, 3, 2); \
  }
  ATOLL_SET_INPUT(0) ATOLL_SET_INPUT(1) ATOLL_SET_INPUT(2)
#undef ATOLL_SET_INPUT
}

isa::Vector base_instruction(const Nest& nest, uint16_t program) {
  isa::Vector v;
  v.program = program;
  v.reduce = static_cast<uint8_t>(nest.reduce);
  v.n0 = static_cast<uint32_t>(from_back(nest.extent, 4, 0, 1));
  v.n1 = static_cast<uint32_t>(from_back(nest.extent, 4, 1, 1));
  v.n2 = static_cast<uint32_t>(from_back(nest.extent, 4, 2, 1));
  v.n3 = static_cast<uint32_t>(from_back(nest.extent, 4, 3, 1));
  v.k0 = static_cast<uint32_t>(from_back(nest.reduce_extent, 3, 0, 1));
  v.k1 = static_cast<uint32_t>(from_back(nest.reduce_extent, 3, 1, 1));
  v.k2 = static_cast<uint32_t>(from_back(nest.reduce_extent, 3, 2, 1));
  v.inputs = static_cast<uint8_t>(nest.inputs.size());
  v.out = nest.output.address;
  v.out_type = static_cast<uint8_t>(nest.output.type);
  v.out_s0 = stride_of(nest.output.strides, 4, 0);
  v.out_s1 = stride_of(nest.output.strides, 4, 1);
  v.out_s2 = stride_of(nest.output.strides, 4, 2);
  v.out_s3 = stride_of(nest.output.strides, 4, 3);
  if (nest.inputs.size() > 0) set_input<0>(v, nest.inputs[0]);
  if (nest.inputs.size() > 1) set_input<1>(v, nest.inputs[1]);
  if (nest.inputs.size() > 2) set_input<2>(v, nest.inputs[2]);
  if (nest.tables.size() > 0) v.table0 = nest.tables[0];
  if (nest.tables.size() > 1) v.table1 = nest.tables[1];
  return v;
}

int64_t cycles_of(const isa::Vector& v, const isa::Machine& machine, const Emitter& emitter) {
  int64_t total = 0;
  for (const auto& phase : isa::timing::cost(v, machine, emitter.lane_programs()).phases) total += phase.cycles;
  return total;
}

void emit_one(const Nest& nest, const isa::Machine& machine, Emitter& emitter) {
  isa::Vector v = base_instruction(nest, emitter.lane_program(nest.program));
  if (nest.reduce != isa::Reduce::kNone) {
    isa::Vector shared = v;
    shared.across_lanes = true;
    if (cycles_of(shared, machine, emitter) < cycles_of(v, machine, emitter)) v = shared;
  }
  emitter.emit(v, nest.written_storage);
}

// The nest with its outermost output loop fixed at `index`.
Nest fix_outermost(const Nest& nest, int64_t index) {
  Nest inner = nest;
  const auto fix = [index](Stream& stream) {
    stream.address = static_cast<uint32_t>(stream.address + index * stream.strides[0]);
    Dims rest;
    for (int d = 1; d < stream.strides.rank(); ++d) rest.push_back(stream.strides[d]);
    stream.strides = rest;
  };
  fix(inner.output);
  for (Stream& input : inner.inputs) fix(input);
  Dims rest;
  for (int d = 1; d < nest.extent.rank(); ++d) rest.push_back(nest.extent[d]);
  inner.extent = rest;
  return inner;
}

}  // namespace

void emit_nest(Nest nest, const isa::Machine& machine, Emitter& emitter) {
  merge(nest);
  ATOLL_CHECK(nest.reduce_extent.rank() <= kMaxReduceLoops && nest.inputs.size() <= 3 && nest.tables.size() <= 2);
  if (nest.extent.rank() <= 4) {
    emit_one(nest, machine, emitter);
    return;
  }
  for (int64_t i = 0; i < nest.extent[0]; ++i) emit_nest(fix_outermost(nest, i), machine, emitter);
}

}  // namespace atl::compiler
