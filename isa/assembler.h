// Text to program, the inverse of disassembler.h.
//
//   # a comment, to the end of the line
//   .isa 3                                 may be left out: this version
//   .machine "edge" functional=0x1 timing=0x2 grid_rows=1 grid_columns=1       the figures may be left out for a preset
//   .offchip 4096                          bytes of off-chip memory; left out: as many as the constants
//   .sram_peak 1024                        left out: 0
//   .constants                             lines of hexadecimal digits follow, two a byte
//   .input "name" tensor=0 offchip=0x100 bytes=64           also .output, .state
//   .lane                                  the next lane program: one primitive a line, as `add r0, r1, -5` or `lookup
//   r0, r0, t1` .tail                                  the tail of that lane program .op "label" op=3 macs=1000
//   array_cycles=10 vector_cycles=0 offchip_bytes=0  a row of the debug map .materialized "name" tensor=4 sram=0x40
//   bytes=64 writers=1,2                or offchip= instead of sram= .preload instructions follow; left out: halt alone
//   .main                                  instructions follow
//   .for 0                                 the instructions from here on serve debug op 0; `.for none`: no op
//   matmul wait=weights,dma_load signal=output sram=0x100 rows=4      a mnemonic; fields by name, those left out are 0
//
// Numbers are decimal or 0x hexadecimal, with a sign where the field has one. Strings know \" \\ and \xNN. A name,
// number or list may not hold blanks.
#pragma once

#include <string>
#include <string_view>

#include "isa/program.h"

namespace atl::isa {

// kInvalid with every problem as "place:line: ...", or, for a text that reads well, with what check() says of the
// program.
Result<Program> assemble(std::string_view text, const std::string& place);

}  // namespace atl::isa
