// SELECT and SELECT_V2: elements of one tensor where a condition holds, of another elsewhere; by the bytes of an
// element, whatever they stand for.
#include <cstring>

#include "common/graph/dtype.h"
#include "common/kernels/interface/broadcast.h"
#include "common/kernels/plain/kernels.h"

namespace atl::kernels::plain {
namespace {

class Select final : public Kernel {
 public:
  Select(const OpContext& context, const graph::Shape& condition)
      : bytes_(static_cast<size_t>(graph::dtype_bits(context.output(0).type)) / 8),
        broadcast_(
            make_broadcast<3>({condition, context.input(1).shape, context.input(2).shape}, context.output(0).shape)) {}

  Status run(std::span<const ConstView> inputs, std::span<const MutView> outputs) override {
    switch (bytes_) {
      case 1: run_as<uint8_t>(inputs, outputs[0]); break;
      case 2: run_as<uint16_t>(inputs, outputs[0]); break;
      case 4: run_as<uint32_t>(inputs, outputs[0]); break;
      default: run_as<uint64_t>(inputs, outputs[0]); break;
    }
    return {};
  }

 private:
  template <typename T>
  void run_as(std::span<const ConstView> inputs, const MutView& output) const {
    const uint8_t* condition = inputs[0].bytes.data();
    const T* a = inputs[1].as<T>().data();
    const T* b = inputs[2].as<T>().data();
    T* out = output.as<T>().data();
    const auto step = broadcast_.step;
    broadcast_.for_each_run([&](int64_t to, const auto& from) {
      for (int64_t i = 0; i < broadcast_.run; ++i) {
        const bool first = condition[from[0] + i * step[0]] != 0;
        out[to + i] = first ? a[from[1] + i * step[1]] : b[from[2] + i * step[2]];
      }
    });
  }

  size_t bytes_;
  Broadcast<3> broadcast_;
};

Result<PreparedKernel> prepare(const OpContext& context, const graph::Shape& condition) {
  const int bits = graph::dtype_bits(context.output(0).type);
  if (bits != 8 && bits != 16 && bits != 32 && bits != 64) {
    return context.error(ErrorCode::kUnsupported, "elements of {} can't be selected",
                         graph::dtype_name(context.output(0).type));
  }
  return PreparedKernel(std::make_unique<Select>(context, condition));
}

}  // namespace

Result<PreparedKernel> prepare_select(const OpContext& context) {
  graph::Shape condition = context.input(0).shape;
  // One condition for each index of the first axis.
  const size_t rank = context.input(1).shape.size();
  if (condition.size() == 1 && rank > 1 && condition != context.input(1).shape) condition.resize(rank, 1);
  return prepare(context, condition);
}

Result<PreparedKernel> prepare_select_v2(const OpContext& context) { return prepare(context, context.input(0).shape); }

}  // namespace atl::kernels::plain
