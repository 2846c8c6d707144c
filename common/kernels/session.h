// What all subgraphs of a running model share: the model, variables, and the runners of called subgraphs.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/kernels/interpreter.h"

namespace atl::kernels {

class SubgraphRunner;

// A tensor's value, apart from any subgraph.
struct Value {
  graph::DType type = graph::DType::kFloat32;
  graph::Shape shape;
  std::vector<uint8_t> bytes;

  ConstView view() const { return {type, shape, bytes, true}; }
};
Value copy_of(const ConstView& view);

class Session {
 public:
  Session(const graph::Model& model, const InterpreterOptions& options);
  ~Session();

  const graph::Model& model() const { return model_; }
  const InterpreterOptions& options() const { return options_; }

  // The number of the variable of these names; the same names, the same number.
  int32_t variable(const graph::VarHandleAttrs& names);
  // The value of the variable that a handle, a resource as VAR_HANDLE leaves it, stands for; nothing before the first
  // assignment. kInvalid for bytes that VAR_HANDLE did not make.
  Result<std::optional<Value>*> value(const ConstView& handle);

  // The runner of a subgraph for inputs of these shapes (empty: as the model states them), made when first asked for.
  // kUnsupported when calls go deeper than any sensible model's (subgraphs that call each other in a circle).
  Result<SubgraphRunner*> runner(int32_t subgraph, const std::vector<graph::Shape>& input_shapes);

  // True the first time.
  bool first_call_once(int32_t subgraph) { return called_once_.insert(subgraph).second; }

  // Variables, variable tensors and what was called once, as before the first invocation.
  void clear_state();

 private:
  const graph::Model& model_;
  InterpreterOptions options_;
  std::vector<std::pair<std::string, std::string>> variables_;
  std::vector<std::optional<Value>> values_;
  std::set<int32_t> called_once_;
  std::map<std::pair<int32_t, std::vector<graph::Shape>>, std::unique_ptr<SubgraphRunner>> runners_;
  int depth_ = 0;  // of runners being made
};

}  // namespace atl::kernels
