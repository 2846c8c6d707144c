#include "compiler/lower/piecewise.h"

#include <cstring>

#include "compiler/lower/word_arithmetic.h"
#include "compiler/tasks/lane_builder.h"

namespace atl::compiler {
namespace {

using Op = isa::LaneOp;
constexpr int kPlaceBits = 7;
constexpr int32_t kPlaces = 1 << kPlaceBits, kHalf = kPlaces / 2;

bool gives(const Piece& piece, std::span<const int16_t> values) {
  for (size_t f = 0; f < values.size(); ++f) {
    const int32_t y = piece.base + ((piece.slope * static_cast<int32_t>(f) + kHalf) >> kPlaceBits);
    if (static_cast<int16_t>(y) != values[f]) return false;
  }
  return true;
}

// The last place alone leaves two or three slopes to choose from, and the choice of a sign where the values wrap.
std::optional<Piece> piece_of(std::span<const int16_t> values) {
  const int32_t rise = static_cast<int16_t>(values.back() - values.front());
  for (const int32_t turn : {0, 65536, -65536}) {
    const int32_t nearest = (rise + turn) * kPlaces / (kPlaces - 1);
    for (int32_t slope = nearest - 2; slope <= nearest + 2; ++slope) {
      if (slope < INT16_MIN || slope > INT16_MAX) continue;
      const Piece piece{values.front(), static_cast<int16_t>(slope)};
      if (gives(piece, values)) return piece;
    }
  }
  return {};
}

}  // namespace

std::optional<std::vector<Piece>> pieces_of(std::span<const int16_t> values) {
  std::vector<Piece> pieces;
  for (size_t at = 0; at < values.size(); at += static_cast<size_t>(kPlaces)) {
    const auto piece = piece_of(values.subspan(at, static_cast<size_t>(kPlaces)));
    if (!piece) return {};
    pieces.push_back(*piece);
  }
  return pieces;
}

void append_entry(std::vector<uint8_t>& table, int32_t entry) {
  table.resize(table.size() + sizeof entry);
  std::memcpy(&table[table.size() - sizeof entry], &entry, sizeof entry);
}

std::vector<uint8_t> piece_tables(std::span<const Piece> pieces) {
  std::vector<uint8_t> tables;
  for (const Piece& piece : pieces) {
    append_entry(tables,
                 static_cast<int32_t>(static_cast<uint32_t>(piece.base) << 16 | static_cast<uint16_t>(piece.slope)));
  }
  return tables;
}

std::vector<isa::Primitive> piecewise_program() {
  LaneBuilder body;
  // A lookup takes the place modulo 256: of the negative inputs, pieces 0 to 255, and of the others alike.
  body.op(Op::kShiftRight, 3, 0, Imm{kPlaceBits}).lookup(4, 3, 0).lookup(5, 3, 1);
  body.op(Op::kCompareLess, 3, 0, Imm{0}).op(Op::kSelect, 4, 4, 5, 3);
  body.op(Op::kAnd, 0, 0, Imm{kPlaces - 1}).op(Op::kShiftLeft, 5, 4, Imm{16}).op(Op::kShiftRight, 5, 5, Imm{16});
  body.op(Op::kMultiply, 0, 0, 5).op(Op::kAdd, 0, 0, Imm{kHalf}).op(Op::kShiftRight, 0, 0, Imm{kPlaceBits});
  body.op(Op::kShiftRight, 4, 4, Imm{16}).op(Op::kAdd, 0, 0, 4);
  wrap_to_words(body, 0);
  return body.take();
}

}  // namespace atl::compiler
