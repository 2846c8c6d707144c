#include "quantizer/prepare/prepare.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "common/base/check.h"
#include "common/graph/verifier.h"
#include "quantizer/prepare/activations.h"
#include "quantizer/prepare/constants.h"
#include "quantizer/prepare/edits.h"
#include "quantizer/prepare/equivalents.h"
#include "quantizer/prepare/identities.h"
#include "quantizer/prepare/linear_folding.h"
#include "quantizer/prepare/narrow_weights.h"

namespace atl::quantizer {
namespace {

struct Counts {
  size_t widened = 0, products = 0, computed = 0, fake_quants = 0, pairs = 0, stored_ranges = 0, identities = 0,
         folded = 0, fused = 0;
};

std::string counted(size_t count, const char* one, const char* many) {
  return count == 1 ? fmt::format("1 {}", one) : fmt::format("{} {}", count, many);
}

std::string summary_of(const Counts& counts) {
  std::vector<std::string> parts;
  const auto add = [&](size_t count, const char* one, const char* many) {
    if (count > 0) parts.push_back(counted(count, one, many));
  };
  add(counts.widened, "float16 constant widened", "float16 constants widened");
  add(counts.products, "NEG or SQUARE made a product", "NEG or SQUARE made products");
  add(counts.computed, "operator on constants computed", "operators on constants computed");
  add(counts.fake_quants, "FAKE_QUANT taken as a range", "FAKE_QUANT taken as ranges");
  add(counts.pairs, "pair of QUANTIZE and DEQUANTIZE taken as a range",
      "pairs of QUANTIZE and DEQUANTIZE taken as ranges");
  add(counts.stored_ranges, "stored range taken", "stored ranges taken");
  add(counts.identities, "operator without effect removed", "operators without effect removed");
  add(counts.folded, "operator folded into a layer's weights", "operators folded into layers' weights");
  add(counts.fused, "activation fused", "activations fused");
  return fmt::format("{}", fmt::join(parts, ", "));
}

void show_indices(graph::Subgraph& subgraph) {
  for (size_t i = 0; i < subgraph.ops.size(); ++i) {
    graph::Op& op = subgraph.ops[i];
    if (!op.shown_index) op.shown_index = i;
  }
}

void simplify(Edits& edits, CarriedRanges& ranges, Counts& counts) {
  for (bool changed = true; changed;) {
    changed = false;
    const auto note = [&](size_t& total, size_t count) {
      total += count;
      changed = changed || count > 0;
    };
    size_t fake_quants = 0;
    note(counts.pairs, take_rounding_pairs(edits, ranges));
    note(counts.computed, compute_constants(edits, ranges, fake_quants));
    note(counts.fake_quants, fake_quants + take_fake_quants(edits, ranges));
    note(counts.identities, remove_identities(edits));
    note(counts.folded, fold_linear(edits, ranges));
    ranges.resize(edits.subgraph().tensors.size());
  }
}

}  // namespace

Prepared prepare(const graph::Model& model) {
  Prepared result{model, CarriedRanges(model.main().tensors.size()), {}, {}};
  if (model.subgraphs.size() > 1) return result;  // refused later, with the reason
  show_indices(result.model.main());
  Counts counts;
  {
    Edits edits(result.model);
    counts.widened = widen_half_weights(edits);
    if (const size_t hybrid = widen_integer_weights(edits)) {
      result.warnings.push_back(fmt::format("{} of the float model {} 8-bit weights; what was lost by that stays lost",
                                            counted(hybrid, "operator", "operators"), hybrid == 1 ? "has" : "have"));
    }
    counts.products = replace_by_products(edits);
    result.ranges.resize(edits.subgraph().tensors.size());
    simplify(edits, result.ranges, counts);
    counts.stored_ranges = take_stored_ranges(result.model.main(), result.ranges);
    counts.fused = fuse_activations(edits, result.ranges);
  }
  spread_ranges(result.model.main(), result.ranges);
  result.summary = summary_of(counts);
  const Status sound = graph::verify(result.model);
  ATOLL_CHECK(sound.ok(), "prepared model: {}", sound.ok() ? "" : sound.error().text());
  return result;
}

}  // namespace atl::quantizer
