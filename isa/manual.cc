#include "isa/manual.h"

#include "isa/fields.h"
#include "isa/lane_program.h"
#include "isa/program.h"

namespace atl::isa {
namespace {

constexpr std::string_view kIntroduction = R"(# The instruction set

<!-- Made by `atoll` from isa/isa.def and isa/lane.def; scripts/generate_docs writes it. -->

ISA version {}. A program is a stream of instructions that one dispatcher hands out to six units of a tile, each with an in-order queue
of its own: {}. The units run on their own and meet only where the program says so.

- **Semaphores.** There is a counting semaphore for every pair of units. `wait` names the units that an instruction takes a token from
  before it starts, `signal` those it gives one to when its results are in place: `wait=a` in an instruction of unit b takes from the
  semaphore a -> b, `signal=c` gives to b -> c. Without them nothing orders two units. Within a unit instructions start and complete
  in program order, and see what those before them wrote; but a requantize whose parameters or table an earlier requantize writes needs
  a token of its own unit (output -> output): they are read while the earlier one's bytes are still in the pipeline.
- **Memories.** `sram` addresses are bytes of the tile's scratchpad, `offchip` addresses bytes of off-chip memory, `accumulator`
  addresses rows of int32, as wide as the array. Numbers are little-endian; addresses need no alignment.
- **Time.** What an instruction costs and when everything happens is defined in [timing.md](timing.md).
- **Tiles.** All tiles of a machine's grid run the same stream, each on its own memories.
- **Limits.** One DMA moves at most {} bytes; a contraction (`kernel_height * kernel_width * channels`) has at most {} elements, and times
  the output pixels, like the steps of a vector instruction, at most {}; off-chip memory has at most {} bytes.

## Encoding
Bits fill bytes from the least significant end: opcode (8 bits), `wait` ({} bits, one a unit in the order above), `signal` ({} bits),
then the fields in the order of the tables below; zero bits pad the last byte. Signed fields are in two's complement.

## Instructions
)";

constexpr std::string_view kLaneIntroduction = R"(## Lane programs
The body of a `vector` instruction: up to {} primitives, one cycle each for all lanes, on {} registers of int32 a lane. `b` is a
register or a 32-bit number, `n` a number, `t` a table. Arithmetic wraps at 32 bits unless stated. In assembly the operands follow in the order given here; a
register is `r0` .. `r{}`, a table `t0` or `t1`.

| primitive | code | operands | does |
|---|---|---|---|
)";

constexpr std::string_view kAssembly = R"(
## Assembly
`atoll asm` turns text into a program, `atoll inspect` prints one as text. Fields go by the names above; those left out are 0.

    .machine "tiny"
    .offchip 64
    .input "x" tensor=0 offchip=0 bytes=16
    .output "y" tensor=1 offchip=0x20 bytes=16
    .lane
      max r0, r0, 0
    .main
      dma_load signal=vector offchip=0 sram=0x100 run_bytes=16 count1=1 count2=1
      vector wait=dma_load signal=dma_store program=0 n0=1 n1=1 n2=1 n3=16 k0=1 k1=1 k2=1 inputs=1 in0=0x100 in0_s3=1 out=0x200 out_s3=1
      dma_store wait=vector offchip=0x20 sram=0x200 run_bytes=16 count1=1 count2=1
      halt

| directive | says |
|---|---|
| `.isa 3` | the ISA version; left out: this one |
| `.machine "edge" functional=0x1 timing=0x2 grid_rows=1 grid_columns=1` | the machine and its hashes; for a preset its name is enough |
| `.offchip 4096` | bytes of off-chip memory; left out: as many as the constants |
| `.sram_peak 1024` | SRAM bytes in use |
| `.constants` | bytes at off-chip address 0 on: lines of hexadecimal digits |
| `.input "x" tensor=0 offchip=0x40 bytes=16` | an input in off-chip memory; likewise `.output` and `.state` |
| `.lane`, `.tail` | the next lane program, its tail |
| `.op "label" op=3 macs=1000 ...` | a row of the debug map |
| `.materialized "t" tensor=4 sram=0x40 bytes=64 writers=1,2` | where a tensor can be read (or `offchip=`), and which instructions write it |
| `.preload`, `.main` | the instructions that load cached parameters once, and those of every inference |
| `.for 0`, `.for none` | the debug op that the instructions from here on serve |
)";

// A bar would end the cell of a table.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '|' ? "\\|" : std::string(1, c);
  return out;
}

std::string unit_list() {
  std::string list;
  for (int u = 0; u < kUnits; ++u)
    list += fmt::format("{}`{}`", u == 0 ? "" : ", ", unit_name(Unit{static_cast<uint8_t>(u)}));
  return list;
}

std::string instruction_section(const Operation& operation) {
  return std::visit(
      []<typename Op>(const Op& op) {
        std::string text;
        if constexpr (!std::is_same_v<Op, std::monostate>) {
          text = fmt::format("### {}\nOpcode {:#04x}, unit `{}`, {} bytes.\n\n{}\n", Op::kMnemonic,
                             static_cast<int>(Op::kOpcode), unit_name(Op::kUnit), encoded_bytes(op), Op::kDoc);
          std::string rows;
          for_each_field<Op>([&](const Field& field, auto) {
            rows += fmt::format("| `{}` | {} | {} .. {} | {} |\n", field.name, field.bits, field.minimum(),
                                field.maximum(), escaped(field.doc));
          });
          if (!rows.empty()) text += "\n| field | bits | holds | |\n|---|---|---|---|\n" + rows;
          text += '\n';
        }
        return text;
      },
      operation);
}

}  // namespace

std::string isa_manual() {
  std::string text = fmt::format(kIntroduction, kIsaVersion, unit_list(), kMaxWork, kMaxContraction, kMaxWork,
                                 kMaxOffchipBytes, kUnits, kUnits);
  for (const Operation& operation : all_operations()) text += instruction_section(operation);
  text += fmt::format(kLaneIntroduction, kMaxPrimitives, kLaneRegisters, kLaneRegisters - 1);
  for (const LaneOpInfo& info : lane_ops()) {
    text += fmt::format("| `{}` | {} | {} | {} |\n", info.mnemonic, static_cast<int>(info.op), info.operands,
                        escaped(info.doc));
  }
  return text + std::string(kAssembly);
}

}  // namespace atl::isa
