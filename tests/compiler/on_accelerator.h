// What tests of operators ask of the compiler.
#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "compiler/lower/op_rules.h"
#include "tests/compiled/compiled_check.h"

namespace atl::test {

// Compiled for edge and for tiny, nothing of the model is left to the host, every byte is the kernels', and the
// estimate is the number of simulated cycles. `inputs`: the bytes of each, or empty: drawn.
inline void require_equal(const graph::Model& model, const std::vector<Bytes>& inputs = {}) {
  for (const char* machine : {"edge", "tiny"}) {
    INFO(machine);
    CheckOptions options;
    options.inputs = inputs;
    const auto checked = check_compiled(model, isa::load_machine(machine).value(), options);
    if (!checked.ok()) FAIL(checked.error().text());
    CHECK(checked->host_reason == "");
    CHECK(checked->host_ops == 0);
    CHECK(checked->difference == "");
    CHECK(checked->cycles == checked->estimated_cycles);
  }
}

// Why the last operator stays on the host; empty: it doesn't.
inline std::string host_reason_of_last(const graph::Model& model) {
  return compiler::why_not_on_accelerator({model.main(), model.main().ops.back()}).value_or("");
}

}  // namespace atl::test
