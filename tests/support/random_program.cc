#include "tests/support/random_program.h"

#include <algorithm>
#include <array>
#include <optional>

#include "isa/footprint.h"
#include "tests/support/random_instruction.h"

namespace atl::test {

namespace {

using isa::Access;
using isa::Code;
using isa::Operation;
using isa::Space;
using isa::Unit;

constexpr int64_t kWindowReach = 64;

std::vector<Access> moved_accesses(const Operation& operation, const std::vector<isa::LaneProgram>& lane_programs,
                                   int64_t reach) {
  std::vector<Access> accesses = isa::footprint(operation, lane_programs);
  for (Access& access : accesses) {
    if (access.space != Space::kOffchip) continue;
    access.begin -= std::min<uint64_t>(access.begin, static_cast<uint64_t>(reach));
    access.end += static_cast<uint64_t>(reach);
  }
  return accesses;
}

// Within a unit only a read of what is still in the output stage's pipeline has to wait.
bool conflict(const std::vector<Access>& a, const std::vector<Access>& b, bool same_unit) {
  return std::any_of(a.begin(), a.end(), [&](const Access& x) {
    return std::any_of(b.begin(), b.end(),
                       [&](const Access& y) { return isa::conflicts(x, y) && (!same_unit || (x.write && !y.write)); });
  });
}

// Builds one code.
class CodeBuilder {
 public:
  CodeBuilder(Draw& draw, const isa::Machine& machine, isa::Program& program)
      : draw_(draw), make_(draw, machine, program), machine_(machine), program_(program) {}

  Code build(int length) {
    fill_sram();
    while (static_cast<int>(code_.size()) < length) add_any();
    if (tensor_) finish_tensor();
    add_tokens(code_, program_.lane_programs, machine_.tiles() > 1 ? kWindowReach : 0);
    code_.push_back({isa::Halt{}});
    return std::move(code_);
  }

  std::vector<isa::Materialized> take_materialized() { return std::move(materialized_); }

 private:
  // A stretch of SRAM that several instructions fill, one part after the other, and nothing else writes in between.
  struct Tensor {
    isa::Materialized what;
    uint64_t filled = 0;
  };

  bool add(const Operation& operation) {
    if (tensor_ && writes_sram(operation, tensor_->what.address, tensor_->what.address + tensor_->what.bytes))
      return false;
    code_.push_back({operation});
    return true;
  }

  bool writes_sram(const Operation& operation, uint64_t begin, uint64_t end) const {
    const std::vector<Access> accesses = isa::footprint(operation, program_.lane_programs);
    return std::any_of(accesses.begin(), accesses.end(), [&](const Access& access) {
      return access.write && access.space == Space::kSram && access.begin < end && begin < access.end;
    });
  }

  void fill_sram() {
    isa::DmaLoad load;
    load.offchip = program_.inputs.at(0).offchip;
    load.run_bytes = static_cast<uint32_t>(machine_.sram_bytes);
    load.count1 = load.count2 = 1;
    code_.push_back({load});
  }

  void add_any() {
    if (machine_.tiles() > 1 && draw_.chance(6)) code_.push_back({make_.tile_window(kWindowReach)});
    const int64_t kind = draw_.between(0, 99);
    if (kind < 15) {
      add(make_.dma_load());
    } else if (kind < 30) {
      add(make_.dma_store());
    } else if (kind < 48) {
      add_products();
    } else if (kind < 65) {
      add(make_.requantize());
    } else if (kind < 80) {
      add(make_.vector());
    } else if (kind < 88) {
      add(make_.depthwise());
    } else if (kind < 91) {
      code_.push_back({isa::Barrier{}});
    } else if (!tensor_) {
      start_tensor();
    } else {
      continue_tensor();
    }
  }

  // Weight loads and the matmuls that take their tiles, with nothing in between, at most two loads ahead: neither
  // queues nor tokens can then come to block each other, however shallow the queues.
  void add_products() {
    std::vector<isa::Matmul> matmuls(static_cast<size_t>(draw_.between(1, 3)));
    for (isa::Matmul& matmul : matmuls) matmul = make_.matmul();
    if (matmuls.size() == 1 && draw_.chance(50)) {
      // Its tiles in two loads.
      const int64_t tiles = make_.contraction_tiles(matmuls[0]);
      const int64_t first = draw_.between(1, tiles);
      add(make_.load_weights(matmuls[0], 0, first));
      if (first < tiles) add(make_.load_weights(matmuls[0], first, tiles - first));
      add(matmuls[0]);
      return;
    }
    const bool ahead = draw_.chance(50);
    for (size_t i = 0; i < matmuls.size(); ++i) {
      if (i == 0 || !ahead) add(make_.load_weights(matmuls[i], 0, make_.contraction_tiles(matmuls[i])));
      if (ahead && i + 1 < matmuls.size())
        add(make_.load_weights(matmuls[i + 1], 0, make_.contraction_tiles(matmuls[i + 1])));
      add(matmuls[i]);
    }
  }

  void start_tensor() {
    Tensor tensor;
    tensor.what.name = "tensor" + std::to_string(materialized_.size());
    tensor.what.tensor = static_cast<int32_t>(materialized_.size());
    tensor.what.bytes = static_cast<uint64_t>(draw_.between(1, 60));
    tensor.what.address =
        static_cast<uint64_t>(draw_.between(0, machine_.sram_bytes - static_cast<int64_t>(tensor.what.bytes)));
    tensor_ = tensor;
  }

  void continue_tensor() {
    const uint64_t left = tensor_->what.bytes - tensor_->filled;
    const auto part = static_cast<uint32_t>(draw_.between(1, static_cast<int64_t>(left)));
    const auto address = static_cast<uint32_t>(tensor_->what.address + tensor_->filled);
    tensor_->what.writers.push_back(static_cast<uint32_t>(code_.size()));
    code_.push_back({draw_.chance(50) ? make_.load_to(address, part) : make_.fill(address, part)});
    tensor_->filled += part;
    if (part == left) {
      materialized_.push_back(tensor_->what);
      tensor_.reset();
    }
  }

  void finish_tensor() {
    while (tensor_) continue_tensor();
  }

  Draw& draw_;
  RandomInstruction make_;
  const isa::Machine& machine_;
  isa::Program& program_;
  Code code_;
  std::optional<Tensor> tensor_;
  std::vector<isa::Materialized> materialized_;
};

// Inputs, outputs and a state buffer, one after the other behind the constants, with some room.
void lay_out_memory(Draw& draw, const isa::Machine& machine, isa::Program& program) {
  uint64_t end = program.constants.size();
  const auto bind = [&](std::vector<isa::Binding>& bindings, const std::string& name, uint64_t bytes) {
    bindings.push_back({name, static_cast<int32_t>(bindings.size()), end, bytes});
    end += bytes;
  };
  bind(program.inputs, "in0", static_cast<uint64_t>(machine.sram_bytes));
  bind(program.inputs, "in1", static_cast<uint64_t>(draw.between(0, 100)));
  bind(program.outputs, "out0", static_cast<uint64_t>(draw.between(1, 400)));
  bind(program.outputs, "out1", static_cast<uint64_t>(draw.between(0, 100)));
  bind(program.state, "state", static_cast<uint64_t>(draw.between(1, 50)));
  program.offchip_bytes = end + static_cast<uint64_t>(draw.between(0, 200));
}

void add_debug_map(Draw& draw, isa::Program& program) {
  const int64_t ops = draw.between(1, 4);
  for (int64_t op = 0; op < ops; ++op) {
    program.debug_ops.push_back(
        {static_cast<int32_t>(op), "OP #" + std::to_string(op), static_cast<uint64_t>(draw.between(0, 1000)),
         static_cast<uint64_t>(draw.between(0, 100)), static_cast<uint64_t>(draw.between(0, 100)),
         static_cast<uint64_t>(draw.between(0, 100))});
  }
  for (size_t i = 0; i < program.main.size(); ++i)
    program.debug_of_instruction.push_back(static_cast<int32_t>(draw.between(-1, ops - 1)));
}

}  // namespace

Bytes Draw::bytes(size_t count) {
  Bytes bytes(count);
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(engine_());
  return bytes;
}

isa::Machine random_machine(Draw& draw, bool grid) {
  const auto pick = [&](int64_t low, int64_t high) { return static_cast<int32_t>(draw.between(low, high)); };
  isa::Machine machine;
  machine.name = "random";
  if (grid) {
    machine.grid_rows = pick(1, 2);
    machine.grid_columns = pick(1, 2);
  }
  machine.rows = pick(1, 8);
  machine.columns = pick(1, 8);
  machine.lanes = pick(1, 8);
  machine.accumulator_rows = 2 * pick(4, 32);
  machine.sram_bytes = pick(1024, 2048);
  machine.clock_hz = 100'000'000;
  machine.sram_banks = pick(1, 4);
  machine.sram_bank_bytes_per_cycle = 1 << pick(0, 4);
  machine.offchip_bytes_per_cycle = pick(1, std::min<int64_t>(machine.sram_bandwidth(), 16));
  machine.offchip_latency_ns = 10 * pick(0, 30);
  machine.offchip_burst_bytes = pick(1, 64);
  machine.queue_depth = pick(1, 6);
  machine.host_macs_per_second = machine.host_bytes_per_second = 1e9;
  return machine;
}

isa::Program random_program(Draw& draw, const isa::Machine& machine, int length) {
  isa::Program program;
  program.machine_name = machine.name;
  program.functional_hash = machine.functional_hash();
  program.timing_hash = machine.timing_hash();
  program.grid_rows = machine.grid_rows;
  program.grid_columns = machine.grid_columns;
  program.constants = draw.bytes(static_cast<size_t>(draw.between(0, 300)));
  program.sram_peak_bytes = static_cast<uint64_t>(machine.sram_bytes);
  lay_out_memory(draw, machine, program);
  for (int i = 0; i < 5; ++i) program.lane_programs.push_back(random_lane_program(draw, 6, i >= 3));
  while (isa::table_bytes(program.lane_programs[0], 0) + isa::table_bytes(program.lane_programs[0], 1) > 0) {
    program.lane_programs[0] = random_lane_program(draw, 6, false);
  }
  program.preload = CodeBuilder(draw, machine, program).build(static_cast<int>(draw.between(1, 10)));
  CodeBuilder main(draw, machine, program);
  program.main = main.build(length);
  program.materialized = main.take_materialized();
  add_debug_map(draw, program);
  return program;
}

std::vector<Bytes> random_inputs(Draw& draw, const isa::Program& program) {
  std::vector<Bytes> inputs;
  for (const isa::Binding& input : program.inputs) inputs.push_back(draw.bytes(input.bytes));
  return inputs;
}

void add_tokens(Code& code, const std::vector<isa::LaneProgram>& lane_programs, int64_t window_reach) {
  std::vector<std::vector<Access>> accesses;
  // waited[v][u]: instructions of unit v before this index are known to be complete when one of unit u is dispatched
  // last starts.
  std::array<std::array<size_t, isa::kUnits>, isa::kUnits> waited{};
  for (size_t i = 0; i < code.size(); ++i) {
    accesses.push_back(moved_accesses(code[i].operation, lane_programs, window_reach));
    const Unit unit = isa::unit_of(code[i].operation);
    if (std::holds_alternative<isa::Barrier>(code[i].operation)) {
      for (auto& row : waited) row.fill(i);
    }
    if (unit == Unit::kControl) continue;
    std::array<bool, isa::kUnits> found{};
    for (size_t j = i; j-- > 0;) {
      const Unit other = isa::unit_of(code[j].operation);
      if (other == Unit::kControl || (other == unit && unit != Unit::kOutput)) continue;
      const auto from = static_cast<size_t>(other);
      size_t& before = waited[from][static_cast<size_t>(unit)];
      if (found[from] || j < before || !conflict(accesses[j], accesses[i], other == unit)) continue;
      found[from] = true;
      before = j + 1;
      code[j].signal = static_cast<isa::UnitMask>(code[j].signal | isa::unit_bit(unit));
      code[i].wait = static_cast<isa::UnitMask>(code[i].wait | isa::unit_bit(other));
    }
  }
}

}  // namespace atl::test
