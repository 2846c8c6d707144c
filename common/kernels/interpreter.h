// Runs a model's main subgraph with the reference kernels.
//
//   ATOLL_ASSIGN(Interpreter interpreter, Interpreter::create(model, {}));
//   interpreter.set_input(0, bytes);
//   ATOLL_TRY(interpreter.invoke());
//   interpreter.output(0).bytes
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "common/base/result.h"
#include "common/graph/model.h"
#include "common/kernels/interface/kernel.h"

namespace atl::kernels {

// Makes the kernel of an operator that has none among the reference kernels.
using PrepareUnknown = std::function<Result<std::unique_ptr<Kernel>>(const graph::Subgraph& subgraph, size_t op_index)>;

struct InterpreterOptions {
  KernelOptions kernels;
  bool preserve_all = false;                      // every tensor keeps its own memory and can be read after invoke
  int64_t memory_limit_bytes = int64_t{4} << 30;  // of all tensors that are not constant
  PrepareUnknown prepare_unknown;                 // asked for operators of kind kUnknown, if given
};

class Interpreter {
 public:
  // The model has passed graph::verify and outlives the interpreter.
  // kUnsupported with a message for every operator that has no kernel or none for its types; kInvalid and kUnsupported
  // for what a kernel finds wrong with its operator; kDoesNotFit beyond the memory limit.
  static Result<Interpreter> create(const graph::Model& model, const InterpreterOptions& options = {});

  size_t num_inputs() const { return subgraph().inputs.size(); }
  size_t num_outputs() const { return subgraph().outputs.size(); }
  const graph::Subgraph& subgraph() const { return model_->main(); }

  // Bytes of the input at a position of the subgraph's inputs; exactly as many as the tensor has.
  void set_input(size_t position, std::span<const uint8_t> bytes);

  // Inputs keep their values only under preserve_all: set all of them before every invoke.
  Status invoke();

  // The output at a position of the subgraph's outputs. Valid until the next invoke.
  ConstView output(size_t position) const;

  // Whether a tensor can be read after invoke: a constant, an output, or any that is used, under preserve_all.
  bool has_tensor(size_t tensor) const;
  ConstView tensor(size_t tensor) const;

  // Bytes of memory that tensors occupy.
  int64_t memory_bytes() const { return static_cast<int64_t>(memory_.size()); }

 private:
  struct Step {
    std::unique_ptr<Kernel> kernel;
    std::vector<ConstView> inputs;
    std::vector<MutView> outputs;
  };

  Interpreter(const graph::Model& model, const InterpreterOptions& options) : model_(&model), options_(options) {}

  Result<std::vector<std::unique_ptr<Kernel>>> prepare_kernels() const;
  Status allocate();
  void bind(std::vector<std::unique_ptr<Kernel>> kernels);
  ConstView const_view(size_t tensor) const;
  MutView mut_view(size_t tensor);

  const graph::Model* model_;
  InterpreterOptions options_;
  std::vector<uint8_t> memory_;
  std::vector<int64_t> offsets_;  // of each tensor in memory; -1: it has none
  std::vector<Step> steps_;
};

}  // namespace atl::kernels
