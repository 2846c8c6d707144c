#include "tools/invocations.h"

#include "common/kernels/random_inputs.h"
#include "tools/console.h"

namespace atl::tools {

void InputFlags::add_to(CLI::App& command) {
  CLI::Option* input = command
                           .add_option("--input", path,
                                       "arrays for the inputs, by name or position; one more axis in front means "
                                       "several invocations")
                           ->type_name("F.npz|F.npy");
  command.add_option("--seed", seed, "draw the inputs from this seed, over the full range of their types (default 0)")
      ->excludes(input)
      ->check([](const std::string& text) { return text.starts_with("-") ? "a seed is 0 or more, not " + text : ""; })
      ->each([this](const std::string&) { seed_given = true; });
}

Result<Invocations> Invocations::create(const graph::Subgraph& subgraph, const InputFlags& flags) {
  Invocations invocations;
  invocations.subgraph_ = &subgraph;
  if (flags.path.empty()) {
    invocations.seed_ = flags.seed;
    invocations.count_ = flags.count;
    if (!flags.seed_given) {
      note(fmt::format("no --input: inputs are drawn from seed {}, over the full range of their types", flags.seed));
    }
    ATOLL_TRY(invocations.inputs(0));
    return invocations;
  }
  ATOLL_ASSIGN(arrays::NamedArrays arrays, arrays::read_arrays(flags.path));
  Result<kernels::BoundInputs> bound = kernels::bind_inputs(subgraph, std::move(arrays), {.allow_missing_batch = true});
  if (!bound.ok()) return std::move(bound).error().with_place(flags.path);
  invocations.bound_ = std::move(bound).value();
  return invocations;
}

Result<std::vector<Bytes>> Invocations::inputs(int64_t invocation) const {
  if (!bound_) return kernels::random_inputs(*subgraph_, seed_, invocation);
  std::vector<Bytes> inputs;
  for (size_t i = 0; i < subgraph_->inputs.size(); ++i) {
    const auto bytes = bound_->bytes(i, invocation);
    inputs.emplace_back(bytes.begin(), bytes.end());
  }
  return inputs;
}

}  // namespace atl::tools
