#include "common/kernels/interpreter.h"

#include <algorithm>

#include "common/kernels/session.h"
#include "common/kernels/subgraph_runner.h"

namespace atl::kernels {

Interpreter::Interpreter(const graph::Model& model, const InterpreterOptions& options)
    : session_(std::make_unique<Session>(model, options)) {}
Interpreter::Interpreter(Interpreter&&) noexcept = default;
Interpreter& Interpreter::operator=(Interpreter&&) noexcept = default;
Interpreter::~Interpreter() = default;

Result<Interpreter> Interpreter::create(const graph::Model& model, const InterpreterOptions& options) {
  Interpreter interpreter(model, options);
  ATOLL_ASSIGN(interpreter.runner_, interpreter.session_->runner(options.subgraph, {}));
  return interpreter;
}

const graph::Subgraph& Interpreter::subgraph() const {
  return session_->model().subgraphs[static_cast<size_t>(session_->options().subgraph)];
}

void Interpreter::set_input(size_t position, std::span<const uint8_t> bytes) {
  ATOLL_CHECK(position < num_inputs(), "input {} of {}", position, num_inputs());
  const MutView view = runner_->store().mutable_view(static_cast<size_t>(subgraph().inputs[position]));
  ATOLL_CHECK(bytes.size() == view.bytes.size(), "input {} has {} bytes, not {}", position, view.bytes.size(),
              bytes.size());
  std::copy(bytes.begin(), bytes.end(), view.bytes.begin());
}

Status Interpreter::invoke() { return runner_->run(); }

void Interpreter::clear_state() { session_->clear_state(); }

ConstView Interpreter::output(size_t position) const {
  ATOLL_CHECK(position < num_outputs(), "output {} of {}", position, num_outputs());
  return runner_->store().view(static_cast<size_t>(subgraph().outputs[position]));
}

bool Interpreter::has_tensor(size_t tensor) const {
  if (subgraph().tensors[tensor].is_constant()) return true;
  if (!runner_->store().has(tensor)) return false;
  const std::vector<int32_t>& outputs = subgraph().outputs;
  return session_->options().preserve_all ||
         std::find(outputs.begin(), outputs.end(), static_cast<int32_t>(tensor)) != outputs.end();
}

ConstView Interpreter::tensor(size_t tensor) const {
  ATOLL_CHECK(has_tensor(tensor), "{} is not kept", graph::tensor_label(subgraph(), tensor));
  return runner_->store().view(tensor);
}

int64_t Interpreter::memory_bytes() const { return runner_->store().memory_bytes(); }

}  // namespace atl::kernels
