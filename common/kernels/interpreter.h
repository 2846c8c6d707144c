// Runs a model with the reference kernels: its main subgraph, or that of a signature.
//
//   ATOLL_ASSIGN(Interpreter interpreter, Interpreter::create(model, {}));
//   interpreter.set_input(0, bytes);
//   ATOLL_TRY(interpreter.invoke());
//   interpreter.output(0).bytes
//
// Variables and variable tensors keep their values from one invocation to the next, until clear_state().
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "common/base/result.h"
#include "common/graph/model.h"
#include "common/kernels/interface/kernel.h"

namespace atl::kernels {

class Session;
class SubgraphRunner;

// Makes the kernel of an operator that has none among the reference kernels.
using PrepareUnknown = std::function<Result<std::unique_ptr<Kernel>>(const graph::Subgraph& subgraph, size_t op_index)>;

// Told of values inside operators of the subgraph that is run (SeeInnerValues of interface/kernel.h).
using WatchOperator = std::function<void(size_t op_index, size_t place, std::span<const float> values)>;

struct InterpreterOptions {
  int32_t subgraph = 0;  // the one to run
  KernelOptions kernels;
  bool preserve_all = false;                      // every tensor keeps its own memory and can be read after invoke
  int64_t memory_limit_bytes = int64_t{4} << 30;  // of all tensors that are not constant
  int64_t most_turns = 10'000'000;                // of one WHILE; one that goes on is taken for endless
  PrepareUnknown prepare_unknown;                 // asked for operators of kind kUnknown of the main subgraph, if given
  WatchOperator watch;                            // may be empty
};

class Interpreter {
 public:
  // The model has passed graph::verify and outlives the interpreter.
  // kUnsupported with a message for every operator that has no kernel or none for its types; kInvalid and kUnsupported
  // for what a kernel finds wrong with its operator; kDoesNotFit beyond the memory limit.
  static Result<Interpreter> create(const graph::Model& model, const InterpreterOptions& options = {});

  Interpreter(Interpreter&&) noexcept;
  Interpreter& operator=(Interpreter&&) noexcept;
  ~Interpreter();

  size_t num_inputs() const { return subgraph().inputs.size(); }
  size_t num_outputs() const { return subgraph().outputs.size(); }
  // As the model has it.
  const graph::Subgraph& subgraph() const;

  // Bytes of the input at a position of the subgraph's inputs; exactly as many as the tensor has.
  void set_input(size_t position, std::span<const uint8_t> bytes);

  // Inputs keep their values only under preserve_all: set all of them before every invoke.
  // kInvalid, kUnsupported, kDoesNotFit for what only the values show.
  Status invoke();

  // State as before the first invocation.
  void clear_state();

  // The output at a position of the subgraph's outputs, in the shape it has got. Valid until the next invoke.
  ConstView output(size_t position) const;

  // Whether a tensor can be read after invoke: a constant, an output, or any that is used, under preserve_all.
  bool has_tensor(size_t tensor) const;
  ConstView tensor(size_t tensor) const;

  // Bytes of memory that tensors occupy.
  int64_t memory_bytes() const;

 private:
  Interpreter(const graph::Model& model, const InterpreterOptions& options);

  std::unique_ptr<Session> session_;
  SubgraphRunner* runner_ = nullptr;  // of the session
};

}  // namespace atl::kernels
