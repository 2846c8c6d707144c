#include "tools/simulation_arrays.h"

#include "tools/console.h"
#include "tools/kept_tensors.h"
#include "tools/output_summary.h"

namespace atl::tools {
namespace {

// The host's tensors of a model that was compiled earlier.
std::multimap<size_t, ReadTensor> host_tensors(const graph::Subgraph& subgraph, const runtime::CompiledRunner& runner) {
  std::multimap<size_t, ReadTensor> tensors;
  for (size_t i = 0; i < subgraph.tensors.size(); ++i) {
    if (!runner.interpreter().has_tensor(i)) continue;
    tensors.emplace(i, [i](const runtime::CompiledRunner& r) { return r.interpreter().tensor(i); });
  }
  return tensors;
}

}  // namespace

Result<SimulationArrays> SimulationArrays::create(const SimulatedModel& model, const runtime::CompiledRunner& runner,
                                                  bool leading_axis, bool all) {
  const graph::Subgraph& subgraph = model.model.main();
  std::multimap<size_t, ReadTensor> readable;
  if (all) readable = model.built ? readable_tensors(model, runner) : host_tensors(subgraph, runner);
  const std::vector<size_t> tensors =
      all ? all_tensors(subgraph, [&](size_t tensor) { return readable.contains(tensor); }) : output_tensors(subgraph);
  ATOLL_ASSIGN(auto collector, kernels::ArrayCollector::create(subgraph, tensors, leading_axis));
  SimulationArrays result(std::move(collector));
  result.leading_axis_ = leading_axis;
  if (!all) return result;
  for (const size_t tensor : tensors) result.reads_.push_back(readable.find(tensor)->second);
  if (!model.built) result.raw_tensors_ = segment_tensors(runner);
  result.raw_arrays_.resize(result.raw_tensors_.size());
  if (!result.raw_tensors_.empty()) {
    note("tensors inside of segments are written as bytes: a compiled model doesn't say their types");
  }
  return result;
}

Status SimulationArrays::append(const runtime::CompiledRunner& runner) {
  if (reads_.empty()) {
    for (size_t k = 0; k < runner.interpreter().num_outputs(); ++k) {
      ATOLL_TRY(collector_.append(k, runner.interpreter().output(k)));
    }
  }
  for (size_t k = 0; k < reads_.size(); ++k) ATOLL_TRY(collector_.append(k, reads_[k](runner)));
  for (size_t k = 0; k < raw_tensors_.size(); ++k) {
    const auto bytes = raw_tensors_[k].read(runner).bytes;
    arrays::Array& array = raw_arrays_[k];
    array.type = arrays::ElementType::kUint8;
    array.bytes.insert(array.bytes.end(), bytes.begin(), bytes.end());
    const auto size = static_cast<int64_t>(bytes.size());
    const int64_t before = array.shape.empty() ? 0 : array.shape.front();
    array.shape = leading_axis_ ? std::vector<int64_t>{before + 1, size} : std::vector<int64_t>{size};
  }
  return {};
}

arrays::NamedArrays SimulationArrays::take() && {
  arrays::NamedArrays named = std::move(collector_).take();
  for (size_t k = 0; k < raw_tensors_.size(); ++k) {
    if (find_array(named, raw_tensors_[k].name) != nullptr)
      continue;  // an output of the segment is there with its type
    named.emplace_back(raw_tensors_[k].name, std::move(raw_arrays_[k]));
  }
  return named;
}

}  // namespace atl::tools
