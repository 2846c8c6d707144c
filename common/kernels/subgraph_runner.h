// One subgraph, ready to run for inputs of certain shapes.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "common/kernels/step.h"
#include "common/kernels/tensor_store.h"

namespace atl::kernels {

class SubgraphRunner {
 public:
  // `input_shapes` empty: as the model states them. Errors as of Interpreter::create.
  static Result<std::unique_ptr<SubgraphRunner>> create(Session& session, int32_t subgraph,
                                                        const std::vector<graph::Shape>& input_shapes);

  const graph::Subgraph& subgraph() const { return resolved_.subgraph; }
  TensorStore& store() { return *store_; }
  const TensorStore& store() const { return *store_; }

  // The shape of an output; nothing when it is known only when the subgraph has run.
  std::optional<graph::Shape> output_shape(size_t position) const;

  // Inputs are set in store().
  Status run();
  // Not in the middle of run().
  bool idle() const { return running_ == 0; }

  void clear_variables() { store_->clear_variables(); }

 private:
  SubgraphRunner() = default;

  Status prepare(Session& session, int32_t subgraph);
  Result<std::unique_ptr<Step>> make_step(Session& session, int32_t subgraph, size_t op_index);

  ResolvedSubgraph resolved_;
  std::optional<TensorStore> store_;
  std::vector<std::unique_ptr<Step>> steps_;
  int running_ = 0;
};

}  // namespace atl::kernels
