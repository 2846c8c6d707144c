#include "common/kernels/session.h"

#include <algorithm>
#include <cstring>

#include "common/kernels/subgraph_runner.h"

namespace atl::kernels {
namespace {

constexpr int kDeepestCalls = 32;
// Runners of one model: a loop whose shapes change makes a new one every time; then the oldest are not worth keeping.
constexpr size_t kMostRunners = 64;

}  // namespace

Value copy_of(const ConstView& view) {
  return {view.type, {view.shape.begin(), view.shape.end()}, {view.bytes.begin(), view.bytes.end()}};
}

Session::Session(const graph::Model& model, const InterpreterOptions& options) : model_(model), options_(options) {}
Session::~Session() = default;

int32_t Session::variable(const graph::VarHandleAttrs& names) {
  const std::pair key(names.container, names.shared_name);
  const auto found = std::find(variables_.begin(), variables_.end(), key);
  const auto index = static_cast<int32_t>(found - variables_.begin());
  if (found == variables_.end()) variables_.push_back(key), values_.emplace_back();
  return index;
}

Result<std::optional<Value>*> Session::value(const ConstView& handle) {
  int32_t number = -1;
  if (handle.bytes.size() == sizeof number) std::memcpy(&number, handle.bytes.data(), sizeof number);
  if (number >= 0 && static_cast<size_t>(number) < values_.size()) return &values_[static_cast<size_t>(number)];
  return make_error(ErrorCode::kInvalid, "its resource is no variable: no VAR_HANDLE made it");
}

Result<SubgraphRunner*> Session::runner(int32_t subgraph, const std::vector<graph::Shape>& input_shapes) {
  const std::pair key(subgraph, input_shapes);
  if (const auto found = runners_.find(key); found != runners_.end()) return found->second.get();
  if (depth_ >= kDeepestCalls) {
    return make_error(ErrorCode::kUnsupported, "subgraphs call each other {} deep; is there a circle?", depth_);
  }
  ++depth_;
  auto made = SubgraphRunner::create(*this, subgraph, input_shapes);
  --depth_;
  if (!made.ok()) return std::move(made).error();
  if (runners_.size() >= kMostRunners && depth_ == 0) {
    std::erase_if(runners_, [&](const auto& entry) { return !entry.first.second.empty() && entry.second->idle(); });
  }
  return runners_.emplace(key, std::move(made).value()).first->second.get();
}

void Session::clear_state() {
  std::fill(values_.begin(), values_.end(), std::nullopt);
  called_once_.clear();
  for (auto& [key, runner] : runners_) runner->clear_variables();
}

}  // namespace atl::kernels
