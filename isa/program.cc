// Program to file and back, in the format of program.fbs.
#include "isa/program.h"

#include <flatbuffers/flatbuffers.h>

#include "isa/packing.h"
#include "program_generated.h"

namespace atl::isa {
namespace {

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;

// ---- writing ----

std::vector<fbs::Primitive> to_file(const std::vector<Primitive>& primitives) {
  std::vector<fbs::Primitive> out;
  for (const Primitive& p : primitives) out.emplace_back(static_cast<uint8_t>(p.op), p.d, p.a, p.b, p.c, p.immediate);
  return out;
}

Offset<fbs::LaneProgram> write(FlatBufferBuilder& to, const LaneProgram& program) {
  const auto body = to.CreateVectorOfStructs(to_file(program.body));
  const auto tail = to.CreateVectorOfStructs(to_file(program.tail));
  return fbs::CreateLaneProgram(to, body, tail);
}

Offset<fbs::Binding> write(FlatBufferBuilder& to, const Binding& binding) {
  return fbs::CreateBinding(to, to.CreateString(binding.name), binding.tensor, binding.offchip, binding.bytes);
}

Offset<fbs::DebugOp> write(FlatBufferBuilder& to, const DebugOp& op) {
  return fbs::CreateDebugOp(to, op.op, to.CreateString(op.label), op.macs, op.array_cycles, op.vector_cycles,
                            op.offchip_bytes, op.on_array_cycles, op.on_vector_cycles);
}

Offset<fbs::Materialized> write(FlatBufferBuilder& to, const Materialized& tensor) {
  const auto name = to.CreateString(tensor.name);
  return fbs::CreateMaterialized(to, name, tensor.tensor, tensor.in_sram, tensor.address, tensor.bytes,
                                 to.CreateVector(tensor.writers));
}

template <typename T>
auto write_all(FlatBufferBuilder& to, const std::vector<T>& items) {
  std::vector<decltype(write(to, items[0]))> offsets;
  for (const T& item : items) offsets.push_back(write(to, item));
  return to.CreateVector(offsets);
}

// ---- reading ----

Error not_valid(const std::string& what) { return Error(ErrorCode::kInvalid, "program: " + what); }

// Reads tables of a verified buffer. A hostile file may name the same bytes many times over; what is copied out of it
// may not be more than the file itself holds.
class Reader {
 public:
  explicit Reader(size_t file_bytes) : allowance_(file_bytes) {}
  bool exhausted() const { return exhausted_; }

  std::string text(const flatbuffers::String* string) {
    return string && allow(string->size()) ? string->str() : std::string();
  }
  template <typename T>
  std::vector<T> numbers(const flatbuffers::Vector<T>* vector) {
    if (!vector || !allow(vector->size() * sizeof(T))) return {};
    return std::vector<T>(vector->begin(), vector->end());
  }
  std::vector<Primitive> primitives(const flatbuffers::Vector<const fbs::Primitive*>* vector) {
    if (!vector || !allow(vector->size() * sizeof(fbs::Primitive))) return {};
    std::vector<Primitive> out;
    for (const fbs::Primitive* p : *vector)
      out.push_back({LaneOp{p->op()}, p->d(), p->a(), p->b(), p->c(), p->immediate()});
    return out;
  }
  template <typename Row, typename Table>
  std::vector<Row> rows(const flatbuffers::Vector<Offset<Table>>* vector) {
    std::vector<Row> out;
    if (!vector || !allow(vector->size() * sizeof(uint32_t))) return out;
    for (const Table* table : *vector) {
      if (exhausted_) break;
      out.push_back(row(*table));
    }
    return out;
  }

 private:
  LaneProgram row(const fbs::LaneProgram& t) { return {primitives(t.body()), primitives(t.tail())}; }
  Binding row(const fbs::Binding& t) { return {text(t.name()), t.tensor(), t.offchip(), t.bytes()}; }
  DebugOp row(const fbs::DebugOp& t) {
    return {t.op(),
            text(t.label()),
            t.macs(),
            t.array_cycles(),
            t.vector_cycles(),
            t.offchip_bytes(),
            t.on_array_cycles(),
            t.on_vector_cycles()};
  }
  Materialized row(const fbs::Materialized& t) {
    return {text(t.name()), t.tensor(), t.in_sram(), t.address(), t.bytes(), numbers(t.writers())};
  }
  bool allow(size_t bytes) {
    exhausted_ = exhausted_ || bytes > allowance_;
    if (!exhausted_) allowance_ -= bytes;
    return !exhausted_;
  }

  size_t allowance_;
  bool exhausted_ = false;
};

Result<std::vector<uint8_t>> read_packed(const flatbuffers::Vector<uint8_t>* packed, const std::string& name) {
  if (!packed) return std::vector<uint8_t>{};
  auto bytes = unpack({packed->data(), packed->size()});
  if (!bytes.ok()) return std::move(bytes).error().with_place("program: " + name);
  return bytes;
}

Result<Code> read_code(const flatbuffers::Vector<uint8_t>* packed, const std::string& name) {
  ATOLL_ASSIGN(const std::vector<uint8_t> differences, read_packed(packed, name));
  auto code = decode(code_from_differences(differences));
  if (!code.ok()) return std::move(code).error().with_place("program: " + name);
  return code;
}

std::vector<uint8_t> bytes_of(const std::vector<int32_t>& numbers) {
  std::vector<uint8_t> bytes;
  bytes.reserve(numbers.size() * 4);
  for (int32_t number : numbers) {
    for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<uint8_t>(static_cast<uint32_t>(number) >> (8 * i)));
  }
  return bytes;
}

std::vector<int32_t> numbers_of(std::span<const uint8_t> bytes) {
  std::vector<int32_t> numbers(bytes.size() / 4);
  for (size_t n = 0; n < numbers.size(); ++n) {
    uint32_t number = 0;
    for (size_t i = 0; i < 4; ++i) number |= uint32_t{bytes[4 * n + i]} << (8 * i);
    numbers[n] = static_cast<int32_t>(number);
  }
  return numbers;
}

Status check_buffer(std::span<const uint8_t> bytes) {
  if (bytes.size() < 8 || !fbs::ProgramBufferHasIdentifier(bytes.data())) {
    return not_valid("not an Atoll program: the file does not carry its mark 'ATLP'");
  }
  if (bytes.size() >= FLATBUFFERS_MAX_BUFFER_SIZE) return not_valid("the file is larger than 2 GiB");
  // Every table is named by an offset of 4 bytes at least once.
  flatbuffers::Verifier verifier(bytes.data(), bytes.size(), 16, static_cast<flatbuffers::uoffset_t>(bytes.size() / 4));
  if (!fbs::VerifyProgramBuffer(verifier))
    return not_valid("the file is damaged: it is truncated or offsets in it are wrong");
  const uint32_t version = fbs::GetProgram(bytes.data())->isa_version();
  if (version == kIsaVersion) return {};
  return not_valid(
      fmt::format("it is of ISA version {}, but this is version {}; compile the model again", version, kIsaVersion));
}

}  // namespace

std::vector<uint8_t> encode(const Program& program) {
  FlatBufferBuilder to;
  const auto machine_name = to.CreateString(program.machine_name);
  const auto constants = to.CreateVector(pack(program.constants));
  const auto preload = to.CreateVector(pack(code_differences(encode(program.preload))));
  const auto main = to.CreateVector(pack(code_differences(encode(program.main))));
  const auto lane_programs = write_all(to, program.lane_programs);
  const auto inputs = write_all(to, program.inputs);
  const auto outputs = write_all(to, program.outputs);
  const auto state = write_all(to, program.state);
  const auto debug_ops = write_all(to, program.debug_ops);
  const auto debug_of_instruction = to.CreateVector(pack(bytes_of(program.debug_of_instruction)));
  const auto materialized = write_all(to, program.materialized);
  to.Finish(fbs::CreateProgram(to, program.isa_version, machine_name, program.functional_hash, program.timing_hash,
                               program.grid_rows, program.grid_columns, constants, program.offchip_bytes,
                               program.sram_peak_bytes, preload, main, lane_programs, inputs, outputs, state, debug_ops,
                               debug_of_instruction, materialized),
            fbs::ProgramIdentifier());
  return {to.GetBufferPointer(), to.GetBufferPointer() + to.GetSize()};
}

Result<Program> decode_program(std::span<const uint8_t> bytes) {
  // flatbuffers reads numbers in place, which wants an aligned start; a program inside of another file need not have
  // one.
  std::vector<uint8_t> aligned;
  if (reinterpret_cast<uintptr_t>(bytes.data()) % 8 != 0) {
    aligned.assign(bytes.begin(), bytes.end());
    bytes = aligned;
  }
  ATOLL_TRY(check_buffer(bytes));
  const fbs::Program& file = *fbs::GetProgram(bytes.data());
  Reader reader(bytes.size());
  Program program;
  program.isa_version = file.isa_version();
  program.machine_name = reader.text(file.machine_name());
  program.functional_hash = file.functional_hash();
  program.timing_hash = file.timing_hash();
  program.grid_rows = file.grid_rows();
  program.grid_columns = file.grid_columns();
  ATOLL_ASSIGN(program.constants, read_packed(file.constants(), "constants"));
  program.offchip_bytes = file.offchip_bytes();
  program.sram_peak_bytes = file.sram_peak_bytes();
  ATOLL_ASSIGN(program.preload, read_code(file.preload(), "preload"));
  ATOLL_ASSIGN(program.main, read_code(file.main(), "main"));
  program.lane_programs = reader.rows<LaneProgram>(file.lane_programs());
  program.inputs = reader.rows<Binding>(file.inputs());
  program.outputs = reader.rows<Binding>(file.outputs());
  program.state = reader.rows<Binding>(file.state());
  program.debug_ops = reader.rows<DebugOp>(file.debug_ops());
  ATOLL_ASSIGN(const std::vector<uint8_t> debug_bytes, read_packed(file.debug_of_instruction(), "debug map"));
  program.debug_of_instruction = numbers_of(debug_bytes);
  program.materialized = reader.rows<Materialized>(file.materialized());
  if (reader.exhausted()) return not_valid("the file is damaged: parts of it overlap");
  ATOLL_TRY(check(program));
  return program;
}

}  // namespace atl::isa
