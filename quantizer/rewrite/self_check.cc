#include "quantizer/rewrite/self_check.h"

#include "common/base/check.h"
#include "common/graph/verifier.h"
#include "common/kernels/interpreter.h"
#include "common/tflite/reader.h"
#include "common/tflite/writer.h"
#include "quantizer/plan/float_operands.h"
#include "quantizer/rewrite/quantize_values.h"

namespace atl::quantizer {
namespace {

Error with_reason(const Error& error, Scheme scheme) {
  ErrorCollector errors;
  for (const std::string& message : error.messages()) {
    errors.add(make_error(ErrorCode::kUnsupported,
                          "quantized to {}, the model can't run: {}. Its weights or the ranges of its activations are "
                          "too extreme",
                          scheme_name(scheme), message));
  }
  return std::move(errors).status().error();
}

Status run_once(const graph::Model& model, const std::vector<Bytes>& sample) {
  ATOLL_TRY(graph::verify(model));
  ATOLL_ASSIGN(kernels::Interpreter interpreter, kernels::Interpreter::create(model));
  for (size_t i = 0; i < sample.size(); ++i) {
    const graph::Tensor& input = tensor_at(model.main(), model.main().inputs[i]);
    const bool quantized = input.quant.present() && input.type != graph::DType::kFloat32;
    interpreter.set_input(i, quantized ? quantize_sample(sample[i], input) : sample[i]);
  }
  return interpreter.invoke();
}

}  // namespace

void check_integer_only(const Rewritten& rewritten, const Plan& plan) {
  const graph::Subgraph& subgraph = rewritten.model.main();
  std::vector<bool> may_be_float(subgraph.tensors.size(), false);
  const auto allow = [&](const std::vector<int32_t>& list) {
    for (int32_t index : list) {
      if (index != graph::kNoTensor) may_be_float[static_cast<size_t>(index)] = true;
    }
  };
  allow(subgraph.inputs), allow(subgraph.outputs);
  for (size_t i = 0; i < subgraph.ops.size(); ++i) {
    const graph::Op& op = subgraph.ops[i];
    const int32_t origin = rewritten.op_origin[i];
    if (origin < 0) continue;
    if (!plan.is_integer(static_cast<size_t>(origin))) {
      allow(op.inputs), allow(op.outputs), allow(op.intermediates);
    } else {
      ATOLL_CHECK(!computes_in_float(subgraph, op), "{} computes in float in an integer-only model",
                  op_label(subgraph, i));
    }
  }
  for (size_t t = 0; t < subgraph.tensors.size(); ++t) {
    ATOLL_CHECK(may_be_float[t] || !graph::is_float(subgraph.tensors[t].type), "{} is {} in an integer-only model",
                tensor_label(subgraph, t), dtype_name(subgraph.tensors[t].type));
  }
}

Result<size_t> check_runs(const graph::Model& model, const std::vector<Bytes>& sample, Scheme scheme) {
  const Bytes file = tflite::write_model(model);
  ATOLL_ASSIGN(const graph::Model again, tflite::read_model(file));
  const Status status = run_once(again, sample);
  if (!status.ok()) return with_reason(status.error(), scheme);
  return file.size();
}

}  // namespace atl::quantizer
