// The lines inside a program's sections: an instruction, a primitive, constants. Problems are added to `errors`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "isa/assembly_line.h"
#include "isa/instruction.h"
#include "isa/lane_program.h"

namespace atl::isa {

// `words`: those after the mnemonic.
std::optional<Instruction> parse_instruction(const std::string& mnemonic, std::vector<Word> words,
                                             AssemblyErrors& errors);
std::optional<Primitive> parse_primitive(const std::string& mnemonic, const std::vector<Word>& words,
                                         AssemblyErrors& errors);
// Appends the bytes that `digits` spells.
void append_hex(const std::string& digits, std::vector<uint8_t>& bytes, AssemblyErrors& errors);

}  // namespace atl::isa
