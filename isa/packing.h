// Byte arrays of a program file, made smaller where they repeat: instructions, parameters and the debug map do, weights
// don't and stay as they are.
//
// Packed: the number of bytes (8, little-endian), then blocks of 64 bytes, the last one shorter. A block begins with
// its mode. 0: its bytes follow. 1, 2, 3: its bytes are taken exclusive-or the bytes 0 (nothing), 4 or 12 places before
// them (zeros before the beginning); of the result follow a byte with a bit for every group of 8 that is not all zeros,
// then for each of these a byte with a bit for every byte that is not zero, and those bytes. Least significant bits
// first.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "common/base/result.h"
#include "isa/instruction.h"

namespace atl::isa {

std::vector<uint8_t> pack(std::span<const uint8_t> bytes);
// kInvalid for bytes that pack() does not make.
Result<std::vector<uint8_t>> unpack(std::span<const uint8_t> packed);

// Encoded code, each instruction exclusive-or the one of its opcode before it, but for the opcode; and back. Bytes that
// are no whole instruction stay as they are, for decode() to refuse.
std::vector<uint8_t> code_differences(std::span<const uint8_t> bytes);
std::vector<uint8_t> code_from_differences(std::span<const uint8_t> bytes);

}  // namespace atl::isa
