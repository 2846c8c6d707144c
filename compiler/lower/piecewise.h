// Functions of 16 bits as 512 straight pieces, each of 128 inputs: at place f of a piece,
// base + ((slope * f + 64) >> 7), of which the low 16 bits count. (numerics::interpolate)
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "isa/lane_program.h"

namespace atl::compiler {

struct Piece {
  int16_t base, slope;
};

// From the values at -32768 .. 32767, all of which the pieces give again; nothing if there are no such pieces.
std::optional<std::vector<Piece>> pieces_of(std::span<const int16_t> values);

// Two tables of 256 entries of int32: of the negative inputs and of the others.
std::vector<uint8_t> piece_tables(std::span<const Piece> pieces);
void append_entry(std::vector<uint8_t>& table, int32_t entry);

// r0 = the function of r0, by tables 0 and 1. Uses r3 to r5.
std::vector<isa::Primitive> piecewise_program();

}  // namespace atl::compiler
