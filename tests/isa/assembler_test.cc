#include "isa/assembler.h"

#include <catch2/catch.hpp>

#include <random>

#include "isa/disassembler.h"
#include "tests/isa/arbitrary_programs.h"
#include "tests/isa/sample_program.h"

using namespace atl;
using namespace atl::isa;

namespace {

Program assembled(const std::string& text) {
  const auto program = assemble(text, "p.s");
  INFO((program.ok() ? std::string() : program.error().text()));
  REQUIRE(program.ok());
  return *program;
}

std::string problems(const std::string& text) {
  const auto program = assemble(text, "p.s");
  REQUIRE(!program.ok());
  CHECK(program.error().code() == ErrorCode::kInvalid);
  return program.error().text();
}

}  // namespace

TEST_CASE("assembling what was disassembled gives the same program, byte for byte") {
  const Program sample = sample_program();
  CHECK(assembled(disassemble(sample)) == sample);
  CHECK(encode(assembled(disassemble(sample))) == encode(sample));
  for (uint32_t seed = 0; seed < 2000; ++seed) {
    const Program program = ArbitraryPrograms(seed).program();
    REQUIRE(check(program).ok());
    INFO("seed " << seed);
    const auto again = assemble(disassemble(program), "p.s");
    INFO((again.ok() ? std::string() : again.error().text()));
    REQUIRE(again.ok());
    REQUIRE(*again == program);
    REQUIRE(encode(*again) == encode(program));
  }
}

TEST_CASE("the text of the sample program") {
  const Machine machine = tiny();
  const std::string hashes =
      fmt::format("functional={:#x} timing={:#x}", machine.functional_hash(), machine.timing_hash());
  CHECK(disassemble(sample_program()) == ".isa 3\n.machine \"tiny\" " + hashes + R"( grid_rows=1 grid_columns=1
.offchip 128
.sram_peak 4608
.input "x \"quoted\" # = \\" tensor=0 offchip=0x40 bytes=32
.output "y\x0a\x01" tensor=7 offchip=0x60 bytes=32
.state "" tensor=-1 offchip=0x80 bytes=0
.constants
  00254a6f94b9de03284d7297bce1062b50759abfe4092e53789dc2e70c31567b  # 0x0
  a0c5ea0f34597ea3c8ed12375c81a6cbf015  # 0x20
.lane  # 0
  max r0, r0, -3
.lane  # 1
  lookup r0, r0, t0
  mulshr r3, r0, r0, 31
.tail
  sel r0, r1, r2, r0
  mov r5, r4
.op "CONV_2D #3 'a'" op=3 macs=243 array_cycles=30 vector_cycles=0 offchip_bytes=32
.op "MEAN #4 'b\x09c'" op=4 macs=0 array_cycles=0 vector_cycles=12 offchip_bytes=0
.materialized "t" tensor=5 sram=0x400 bytes=27 writers=3
.materialized "y" tensor=7 offchip=0x60 bytes=27 writers=5
.materialized "u" tensor=8 sram=0x0 bytes=0
.preload
  barrier  # 0
  halt  # 1
.main
.for none
  dma_load signal=weights,array offchip=0x40 sram=0x100 run_bytes=16 count1=2 count2=1 offchip_stride1=16 sram_stride1=32  # 0
.for 0  # "CONV_2D #3 'a'"
  load_weights wait=dma_load tile_stride=16 tiles=3 rows=4 last_rows=1 columns=3  # 1
  matmul wait=dma_load signal=output sram=0x100 row_stride=3 pixel_stride=1 input_height=3 input_width=3 origin_y=-1 origin_x=-1 stride_y=1 stride_x=1 dilation_y=1 dilation_x=1 kernel_height=3 kernel_width=3 channels=1 rows=4 columns=3 height=3 width=3 accumulator=10  # 2
  requantize wait=array signal=vector accumulator=10 columns=3 height=3 width=3 sram=0x400 row_stride=9 pixel_stride=3 parameters=0x800 minimum=-128 maximum=127 use_table=1 table=0x1000  # 3
.for 1  # "MEAN #4 'b\x09c'"
  vector wait=output signal=dma_store program=1 reduce=1 n0=1 n1=1 n2=1 n3=27 k0=1 k1=1 k2=2 inputs=1 out=0x500 out_s3=1 in0=0x41a in0_s3=-1 in0_r2=1 table0=0x600  # 4
  dma_store wait=vector offchip=0x60 sram=0x500 run_bytes=27 count1=1 count2=1  # 5
.for none
  halt  # 6
)");
}

TEST_CASE("constants can be left out of the text") {
  const std::string text = disassemble(sample_program(), {.constants = false});
  CHECK(text.find("# 50 bytes of constants are not shown\n") != std::string::npos);
  CHECK(text.find(".constants") == std::string::npos);
}

TEST_CASE("what a hand-written text may leave out") {
  const Program program = assembled(".machine \"mcu\"\n.constants\n0aFF\n.main\n\thalt # the end");
  const Machine mcu = *load_machine("mcu");
  CHECK(program.functional_hash == mcu.functional_hash());
  CHECK(program.timing_hash == mcu.timing_hash());
  CHECK(program.constants == std::vector<uint8_t>{0x0a, 0xff});
  CHECK(program.offchip_bytes == 2);
  CHECK(program.preload == Code{{Halt{}}});
  CHECK(program.main == Code{{Halt{}}});
  CHECK(validate(program, mcu).ok());
}

TEST_CASE("every problem is reported at once, with its line") {
  CHECK(problems(R"(.isa one
.machine "nothing"
.machin "edge"
.offchip 99999999999999999999
halt
.constants
  00 1
  zz
.lane
  addd r0, r0, r0
  add r0, r0
  add r16, r0, t1
  mulshr r0, r1, r2, 63
  lookup r0, r0, 1
.tail
.tail
.main
  matmull rows=1
  matmul rows=65536 rows=1 origin_y=-65537 sram=0x rosw=5 windowed=2 wait=array,arry
  dma_load "text" 5
  sram=5 dma_load
.for 5000000000
.for
.input
.materialized "m" sram=1 offchip=2 writers=1,x
.op "unfinished
.op "bad \n escape"
.state "s" bytes=-1
)") ==
        R"(p.s:1: .isa: value = 'one' is not a number
p.s:2: .machine needs functional=, timing= and the grid, for no machine is called 'nothing'; the known ones are edge, mcu, tiny, coral, coral-pcie, coral-usb2, and a .json file with a description of your own
p.s:3: there is no directive '.machin'
p.s:4: .offchip: value = '99999999999999999999' is not a number
p.s:5: 'halt' stands outside of .constants, .lane, .preload and .main
p.s:7: '1' are not bytes in hexadecimal, two digits each
p.s:8: 'zz' are not bytes in hexadecimal, two digits each
p.s:10: there is no primitive 'addd'
p.s:11: add takes 3 operands, not 2
p.s:12: add: operand 1 is 'r16', but must be a register r0 .. r15
p.s:12: add: operand 3 is 't1', but must be a register r0 .. r15 or a 32-bit number
p.s:13: mulshr: operand 4 is '63', but must be a shift 0 .. 62
p.s:14: lookup: operand 3 is '1', but must be a table t0 or t1
p.s:16: .tail stands outside of a lane program
p.s:18: there is no instruction 'matmull'
p.s:19: wait: no unit is called 'arry'
p.s:19: matmul: sram = '0x' is not a number
p.s:19: matmul: origin_y = -65537 is not in -65536 .. 65535
p.s:19: matmul: rows is given twice
p.s:19: matmul: windowed = 2 is not in 0 .. 1
p.s:19: matmul has no field 'rosw'
p.s:20: dma_load: 'text' is one word too many
p.s:20: dma_load: '5' is one word too many
p.s:21: a line starts with a directive or a mnemonic
p.s:22: .for: op = 5000000000 is not in 0 .. 2147483647
p.s:23: .for needs the number of a debug op, or none
p.s:24: .input needs a name in quotes
p.s:25: .materialized needs either sram= or offchip=
p.s:25: .materialized: writers = 'x' is not a number
p.s:26: a string does not end on its line
p.s:27: a string has a backslash before something else than ", \ or xNN
p.s:28: .state: bytes = -1 is not in 0 .. 18446744073709551615)");
}

TEST_CASE("a text that reads well but is no program is refused") {
  CHECK(problems("") == "p.s: program: main: it is empty; it must end with halt");
  CHECK(problems(".main\n dma_load\n") == "p.s: program: main: the last instruction is dma_load instead of halt");
}

TEST_CASE("random text never crashes") {
  const std::string good = disassemble(sample_program());
  std::mt19937 random(9);
  for (int round = 0; round < 3000; ++round) {
    std::string text = good;
    for (int i = 0; i < 8; ++i) text[random() % text.size()] = static_cast<char>(random());
    if (round % 3 == 0) text.resize(random() % text.size());
    const auto program = assemble(text, "p.s");
    if (program.ok()) CHECK(check(*program).ok());
  }
}
