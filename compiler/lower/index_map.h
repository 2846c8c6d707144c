// Movements that choose, along every axis on its own, which element of the input an element of the output shows:
// slices, splits, gathers, mirrors, repetitions, nearest pixels. They become as few strided copies as the regularity of
// the choices allows.
#pragma once

#include <vector>

#include "compiler/lower/segment.h"

namespace atl::compiler {

struct AxisChoice {
  int64_t input_extent = 1;
  std::vector<int64_t> index;  // by output coordinate; each in 0 .. input_extent - 1

  static AxisChoice all(int64_t extent);
  static AxisChoice stepped(int64_t input_extent, int64_t begin, int64_t step, int64_t count);
  bool is_identity() const;
};

// output[o0, o1, ...] = input[choice0.index[o0], choice1.index[o1], ...]
using IndexMap = std::vector<AxisChoice>;

// The copies that add_selection() makes.
int64_t selection_copies(const IndexMap& map);

// The operands are viewed anew: only their storages count. The map has at most kMaxRank axes.
void add_selection(const Operand& input, const Operand& output, const IndexMap& map, SegmentBuilder& builder);

}  // namespace atl::compiler
