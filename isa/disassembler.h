// Program to text, as assembler.h describes it: assemble(disassemble(p)) equals p for every p that check() accepts.
#pragma once

#include <string>

#include "isa/program.h"

namespace atl::isa {

struct DisassemblyOptions {
  bool constants = true;  // false: a comment stands for them, and the text can't be assembled to the same program
};
std::string disassemble(const Program& program, const DisassemblyOptions& options = {});

// One instruction as it stands in a program's text.
std::string instruction_text(const Instruction& instruction);
// One primitive, as "add r0, r1, -5".
std::string primitive_text(const Primitive& primitive);

}  // namespace atl::isa
