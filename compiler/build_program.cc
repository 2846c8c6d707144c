#include "compiler/build_program.h"

#include <algorithm>
#include <memory>

#include "compiler/effort.h"
#include "compiler/schedule/list_schedule.h"
#include "compiler/schedule/synchronize.h"
#include "isa/footprint.h"
#include "isa/timing/timeline.h"

namespace atl::compiler {
namespace {

void fill_constants(const Segment& segment, const MemoryPlan& plan, isa::Program& program) {
  program.constants.assign(plan.constant_image_bytes, 0);
  for (size_t t = 0; t < segment.tasks.size(); ++t) {
    const std::vector<uint8_t> bytes = segment.tasks[t]->pack_constants(plan.surroundings[t]);
    std::copy(bytes.begin(), bytes.end(), program.constants.begin() + static_cast<int64_t>(plan.constants_offchip[t]));
  }
  for (size_t s = 0; s < segment.storages.size(); ++s) {
    const std::vector<uint8_t>& bytes = segment.storages[s].constant;
    std::copy(bytes.begin(), bytes.end(), program.constants.begin() + static_cast<int64_t>(plan.homes[s].address));
  }
}

// Loads the cached constants, once and for all.
isa::Code make_preload(const Segment& segment, const MemoryPlan& plan) {
  Emitter emitter;
  for (size_t t = 0; t < segment.tasks.size(); ++t) {
    const Surroundings& s = plan.surroundings[t];
    const int64_t bytes = segment.tasks[t]->constant_bytes();
    if (!s.constants_cached || bytes == 0) continue;
    emitter.load(
        {plan.constants_offchip[t], static_cast<uint32_t>(s.constants_address), Dims{bytes}, Dims{1}, Dims{1}, 1});
  }
  isa::Code code;
  for (const EmittedInstruction& instruction : emitter.code()) code.push_back({instruction.operation, 0, 0});
  code.push_back({isa::Halt{}, 0, 0});
  return code;
}

std::vector<isa::Binding> make_bindings(const Segment& segment, const MemoryPlan& plan,
                                        const std::vector<int32_t>& list) {
  std::vector<isa::Binding> bindings;
  for (int32_t s : list) {
    const Storage& storage = segment.storages[s];
    bindings.push_back({storage.name, storage.tensor, plan.homes[s].address, static_cast<uint64_t>(storage.bytes)});
  }
  return bindings;
}

uint64_t sram_peak(const isa::Code& code, const std::vector<isa::LaneProgram>& lane_programs) {
  uint64_t peak = 0;
  for (const isa::Instruction& instruction : code) {
    for (const isa::Access& access : isa::footprint(instruction.operation, lane_programs)) {
      if (access.space == isa::Space::kSram) peak = std::max(peak, access.end);
    }
  }
  return peak;
}

// The least work of every op: array and vector cycles of its tasks; off-chip, its constants if they can't stay and the
// segment's inputs and outputs that it is the first or last to touch.
std::vector<isa::DebugOp> make_debug_ops(const Segment& segment, const MemoryPlan& plan, const isa::Machine& machine) {
  std::vector<isa::DebugOp> ops = segment.ops;
  for (size_t t = 0; t < segment.tasks.size(); ++t) {
    const Task& task = *segment.tasks[t];
    isa::DebugOp& op = ops[static_cast<size_t>(task.debug_op)];
    const LeastWork work = task.least_work(machine);
    op.array_cycles += static_cast<uint64_t>(work.array_cycles);
    op.vector_cycles += static_cast<uint64_t>(work.vector_cycles);
    op.on_array_cycles += static_cast<uint64_t>(work.on_array_cycles);
    op.on_vector_cycles += static_cast<uint64_t>(work.on_vector_cycles);
    if (!plan.surroundings[t].constants_cached) op.offchip_bytes += static_cast<uint64_t>(task.constant_bytes());
  }
  for (const Storage& storage : segment.storages) {
    if (storage.first_task < 0 || !(storage.is_input || storage.is_output)) continue;
    const auto task = static_cast<size_t>(storage.is_input ? storage.first_task : storage.last_task);
    ops[static_cast<size_t>(segment.tasks[task]->debug_op)].offchip_bytes += static_cast<uint64_t>(storage.bytes);
  }
  return ops;
}

void add_debug_map(const Segment& segment, const MemoryPlan& plan, const isa::Machine& machine,
                   const std::vector<EmittedInstruction>& code, isa::Program& program) {
  program.debug_ops = make_debug_ops(segment, plan, machine);
  std::vector<std::vector<uint32_t>> writers(segment.storages.size());
  for (size_t i = 0; i < code.size(); ++i) {
    program.debug_of_instruction.push_back(code[i].debug_op);
    if (code[i].written_storage >= 0) writers[code[i].written_storage].push_back(static_cast<uint32_t>(i));
  }
  program.debug_of_instruction.push_back(-1);  // halt
  for (const auto& [tensor, s] : segment.storage_of_tensor) {
    const Storage& storage = segment.storages[s];
    if (writers[s].empty()) continue;
    const Home& home = plan.homes[s];
    // All tensors that share a storage share its bytes; each is listed by its own index.
    program.materialized.push_back({tensor == storage.tensor ? storage.name : std::string(), tensor, home.in_sram,
                                    home.address, static_cast<uint64_t>(storage.bytes), writers[s]});
  }
}

// A program by one way of cutting tasks.
struct Candidate {
  isa::Machine planned_for;  // the machine, perhaps without some rows of its array
  MemoryPlan plan;           // tasks point into it
  Emitter emitter;
  isa::Code main;
  int64_t cycles = 0;
};

std::optional<PlacementFailure> make_candidate(const Segment& segment, const isa::Machine& machine, int32_t rows,
                                               const Stripes& stripes, Candidate& candidate) {
  candidate.planned_for = machine;
  candidate.planned_for.rows = rows;
  if (auto failure = plan_memory(segment, candidate.planned_for, stripes, candidate.plan)) return failure;
  Emitter& emitter = candidate.emitter;
  for (size_t t = 0; t < segment.tasks.size(); ++t) segment.tasks[t]->emit(candidate.plan.surroundings[t], emitter);
  list_schedule(emitter.code(), emitter.lane_programs(), regions(segment, candidate.plan.homes), machine);
  for (const EmittedInstruction& instruction : emitter.code()) candidate.main.push_back({instruction.operation, 0, 0});
  candidate.main.push_back({isa::Halt{}, 0, 0});
  synchronize(candidate.main, emitter.lane_programs());
  const auto timeline = isa::timing::simulate_timeline(candidate.main, emitter.lane_programs(), machine);
  ATOLL_CHECK(timeline.ok(), "the compiler made a program that does not end: {}", timeline.error().text());
  candidate.cycles = timeline->cycles;
  return {};
}

// The ways of cutting tasks, the most promising first. What an effort tries, every greater one tries too.
constexpr Stripes kStripes[] = {{16, 2, 8}, {8, 1, 8}, {8, 4, 4}, {32, 1, 16}, {4, 2, 4}, {1, 1, 1}};

struct Search {
  size_t ways = 0;          // of kStripes, the first ones
  size_t long_program = 0;  // instructions: for a program of more the first way is enough
  // Short programs are also tried with weight tiles of fewer rows, which load sooner (a larger array should not be
  // slower), until all programs so far have more instructions than this.
  size_t enough_tried = 0;
};
constexpr Search kSearches[] = {{1, 0, 0}, {3, 20000, 6000}, {6, 100000, 60000}, {6, SIZE_MAX, SIZE_MAX}};
static_assert(std::size(kSearches) == kMostEffort + 1);

std::vector<int32_t> row_counts(int32_t rows) {
  std::vector<int32_t> counts{rows};
  for (int32_t power = 1 << 10; power >= 16; power /= 2) {
    for (int32_t fewer : {power + power / 2, power}) {
      if (fewer < rows && counts.size() < 8) counts.push_back(fewer);
    }
  }
  return counts;
}

std::optional<PlacementFailure> choose_candidate(const Segment& segment, const isa::Machine& machine, int effort,
                                                 std::unique_ptr<Candidate>& best) {
  ATOLL_CHECK(effort >= 0 && effort <= kMostEffort, "effort {}", effort);
  const Search& search = kSearches[effort];
  size_t tried = 0;
  std::optional<PlacementFailure> first_failure;
  for (int32_t rows : row_counts(machine.rows)) {
    for (size_t way = 0; way < std::size(kStripes); ++way) {
      if (way >= search.ways && best) break;  // as long as nothing fits, every way is worth trying
      auto candidate = std::make_unique<Candidate>();
      auto failure = make_candidate(segment, machine, rows, kStripes[way], *candidate);
      if (failure) {
        if (!first_failure) first_failure = failure;
        continue;
      }
      tried += candidate->main.size();
      if (!best || candidate->cycles < best->cycles) best = std::move(candidate);
      if (best->main.size() > search.long_program) return {};
    }
    if (tried > search.enough_tried) return {};
  }
  return best ? std::nullopt : first_failure;
}

}  // namespace

std::optional<PlacementFailure> build_program(const Segment& segment, const isa::Machine& machine, bool debug_map,
                                              int effort, BuiltProgram& built) {
  std::unique_ptr<Candidate> best;
  if (auto failure = choose_candidate(segment, machine, effort, best)) return failure;
  const MemoryPlan& plan = best->plan;
  isa::Program& program = built.program;
  program.machine_name = machine.name;
  program.functional_hash = machine.functional_hash();
  program.timing_hash = machine.timing_hash();
  program.lane_programs = best->emitter.lane_programs();
  fill_constants(segment, plan, program);
  program.offchip_bytes = plan.offchip_bytes;
  program.preload = make_preload(segment, plan);
  program.main = std::move(best->main);
  program.sram_peak_bytes = std::max(sram_peak(program.preload, {}), sram_peak(program.main, program.lane_programs));
  program.inputs = make_bindings(segment, plan, segment.inputs);
  program.outputs = make_bindings(segment, plan, segment.outputs);
  if (debug_map) add_debug_map(segment, plan, machine, best->emitter.code(), program);

  const Status valid = isa::validate(program, machine);
  ATOLL_CHECK(valid.ok(), "the compiler made a program that is not valid: {}", valid.error().text());
  built.cycles = best->cycles;
  built.cached_parameter_bytes = static_cast<int64_t>(plan.cached_bytes);
  for (size_t t = 0; t < segment.tasks.size(); ++t) {
    if (!plan.surroundings[t].constants_cached) built.streamed_parameter_bytes += segment.tasks[t]->constant_bytes();
  }
  return {};
}

}  // namespace atl::compiler
