// Traces of runs, judged by the timeline that they are made from.
#include <catch2/catch.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "simulator/simulator.h"
#include "simulator/trace/chrome_trace.h"
#include "simulator/trace/instruction_trace.h"
#include "simulator/trace/occupancy.h"
#include "simulator/trace/tokens.h"
#include "simulator/trace/waveforms.h"
#include "tests/simulator/small_machine.h"
#include "tests/support/random_program.h"

using namespace atl;
using namespace atl::simulator;
using isa::timing::Activity;
using isa::timing::Timeline;
using Json = nlohmann::json;

namespace {

using Writer = void (*)(const TracedRun&, const TraceSink&);

std::string text_of(Writer write, const TracedRun& run) {
  std::string text;
  write(run, [&](std::string_view part) { text += part; });
  return text;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

Timeline time(const isa::Program& program, const isa::Machine& machine, Fidelity fidelity = Fidelity::kFast) {
  const Result<Run> run = make(program, machine).run({}, {.fidelity = fidelity, .timing_only = true});
  INFO((run.ok() ? "" : run.error().text()));
  REQUIRE(run.ok());
  return run->timeline;
}

isa::Program labelled_program(const isa::Machine& machine) {
  isa::Program program = add_one_program(machine);
  program.debug_ops = {{0, "ADD #0 'a\t\"b\"'", 100, 5, 4, 16}, {3, "COPY #3 'b'", 20, 0, 9, 17}};
  program.debug_of_instruction = {-1, 0, 1, -1};
  return program;
}

// The first complete event of that name, of a unit or of all processes.
const Json& event(const Json& trace, const std::string& name, std::optional<isa::Unit> unit = {}) {
  for (const Json& e : trace["traceEvents"]) {
    if (e["name"] == name && e["ph"] == "X" && (!unit || e["tid"] == static_cast<int>(*unit) + 1)) return e;
  }
  FAIL("no event " << name);
  return trace;
}

// Values of a dump by name of scope and signal, as they are from a cycle on.
using Waves = std::map<std::string, std::map<int64_t, std::string>>;

Waves read_waves(const std::string& text) {
  Waves waves;
  std::map<std::string, std::string> names;
  std::vector<std::string> scopes;
  int64_t cycle = -1;
  for (const std::string& line : lines_of(text)) {
    std::istringstream in(line);
    std::string word, kind, bits, id, name;
    in >> word;
    if (word == "$scope") {
      in >> kind >> name;
      scopes.push_back(name);
    } else if (word == "$upscope") {
      scopes.pop_back();
    } else if (word == "$var") {
      in >> kind >> bits >> id >> name;
      REQUIRE(names.emplace(id, scopes.back() + "." + name).second);
    } else if (word[0] == '#') {
      const int64_t next = std::stoll(word.substr(1));
      REQUIRE(next > cycle);
      cycle = next;
    } else if (word[0] == 'b') {
      in >> id;
      waves[names.at(id)][cycle] = word == "bx" ? "x" : std::to_string(std::stoull(word.substr(1), nullptr, 2));
    } else if (word[0] != '$') {
      waves[names.at(word.substr(1))][cycle] = word.substr(0, 1);
    }
  }
  CHECK(scopes.empty());
  return waves;
}

std::string at(const Waves& waves, const std::string& name, int64_t cycle) {
  const auto& changes = waves.at(name);
  return std::prev(changes.upper_bound(cycle))->second;
}

}  // namespace

TEST_CASE("a timeline for Perfetto by hand") {
  const isa::Machine machine = small_machine();
  const isa::Program program = labelled_program(machine);
  const Timeline timeline = time(program, machine);
  TracedRun run{machine, {}};
  run.add(program, timeline);
  const Json trace = Json::parse(text_of(write_chrome_trace, run));
  CHECK(trace["otherData"] ==
        Json{{"machine", "small"}, {"clock_hz", 100'000'000}, {"cycles", 50}, {"time", "1 us is 1 cycle"}});
  // 16 bytes of 2 a cycle: decode in cycle 1, work in 2 .. 9, complete 10 cycles later.
  const Json load = event(trace, "dma_load");
  CHECK(load["ts"] == 1);
  CHECK(load["dur"] == 9);
  CHECK(load["args"] == Json{{"segment", 0},
                             {"instruction", 0},
                             {"op", ""},
                             {"dispatched", 0},
                             {"completed", 20},
                             {"sram", 100},
                             {"run_bytes", 16},
                             {"count1", 1},
                             {"count2", 1}});
  const Json vector = event(trace, "vector");
  CHECK(vector["ts"] == 21);
  CHECK(vector["dur"] == 5);
  CHECK(vector["args"]["op"] == "ADD #0 'a\t\"b\"'");
  CHECK(vector["args"]["in0"] == 100);
  const Json wait = event(trace, "wait_semaphore", isa::Unit::kVector);
  CHECK(wait["ts"] == 2);
  CHECK(wait["dur"] == 19);
  CHECK(wait["args"]["cause"] == "dma_load #0");
  CHECK(event(trace, "wait_semaphore", isa::Unit::kDmaStore)["args"]["cause"] == "vector #1 (ADD #0 'a\t\"b\"')");
  CHECK(event(trace, "COPY #3 'b'")["ts"] == 31);
  CHECK(event(trace, "COPY #3 'b'")["dur"] == 19);
}

TEST_CASE("the trace of several segments: one after the other") {
  const isa::Machine machine = small_machine();
  const isa::Program program = labelled_program(machine);
  const Timeline timeline = time(program, machine);
  TracedRun run{machine, {}};
  run.add(program, timeline);
  run.add(program, timeline);
  CHECK(run.cycles() == 100);
  const Json trace = Json::parse(text_of(write_chrome_trace, run));
  std::vector<int64_t> starts;
  for (const Json& e : trace["traceEvents"]) {
    if (e["name"] == "vector" && e["ph"] == "X") starts.push_back(e["ts"]);
  }
  CHECK(starts == std::vector<int64_t>{21, 71});
  const Waves waves = read_waves(text_of(write_waveforms, run));
  CHECK(at(waves, "vector.busy", 22) == "1");
  CHECK(at(waves, "vector.busy", 72) == "1");
  CHECK(at(waves, "memory.sram_bytes_in_use", 49) != "0");
  CHECK(at(waves, "memory.sram_bytes_in_use", 50) == "0");
  CHECK(lines_of(text_of(write_instruction_trace, run)).size() == 1 + 2 * 4);
}

TEST_CASE("without segments a trace is empty and well-formed") {
  const isa::Machine machine = small_machine();
  const TracedRun run{machine, {}};
  CHECK(Json::parse(text_of(write_chrome_trace, run))["otherData"]["cycles"] == 0);
  CHECK(lines_of(text_of(write_instruction_trace, run)).size() == 1);
  CHECK(at(read_waves(text_of(write_waveforms, run)), "array.busy", 0) == "x");
}

TEST_CASE("the list of instructions by hand") {
  const isa::Machine machine = small_machine();
  const isa::Program program = labelled_program(machine);
  const Timeline timeline = time(program, machine);
  TracedRun run{machine, {}};
  run.add(program, timeline);
  const std::vector<std::string> lines = lines_of(text_of(write_instruction_trace, run));
  REQUIRE(lines.size() == 5);
  CHECK(lines[0] == "dispatched\tstarted\tended\tcompleted\tunit\tsegment\tinstruction\top\ttext");
  CHECK(lines[1] == "0\t1\t10\t20\tdma_load\t0\t0\t\tdma_load signal=vector sram=0x64 run_bytes=16 count1=1 count2=1");
  CHECK(lines[2].starts_with("3\t3\t4\t4\tcontrol\t0\t3\t\thalt"));
  CHECK(
      lines[3].starts_with("1\t21\t26\t30\tvector\t0\t1\tADD #0 'a\\t\"b\"'\tvector wait=dma_load signal=dma_store "));
  CHECK(lines[4].starts_with("2\t31\t40\t50\tdma_store\t0\t2\tCOPY #3 'b'\t"));
}

TEST_CASE("waveforms by hand") {
  const isa::Machine machine = small_machine();
  const isa::Program program = labelled_program(machine);
  const Timeline timeline = time(program, machine);
  TracedRun run{machine, {}};
  run.add(program, timeline);
  const Waves waves = read_waves(text_of(write_waveforms, run));
  CHECK(waves.at("dma_load.busy") == std::map<int64_t, std::string>{{0, "0"}, {2, "1"}, {10, "0"}});
  CHECK(waves.at("vector.stalled") == std::map<int64_t, std::string>{{0, "0"}, {2, "1"}, {21, "0"}});
  CHECK(waves.at("vector.instruction") == std::map<int64_t, std::string>{{0, "x"}, {2, "1"}, {26, "x"}});
  CHECK(waves.at("dma_store.op") == std::map<int64_t, std::string>{{0, "x"}, {3, "3"}, {40, "x"}});
  // Complete at 20, visible and taken in cycle 21.
  CHECK(waves.at("semaphores.dma_load_to_vector") == std::map<int64_t, std::string>{{0, "0"}, {21, "1"}, {22, "0"}});
  CHECK(waves.at("memory.dma_load_bytes_in_flight") == std::map<int64_t, std::string>{{0, "0"}, {1, "16"}, {20, "0"}});
  // 16 bytes from the start of the load to the end of the vector's reading, 16 from its start to the store's end.
  CHECK(waves.at("memory.sram_bytes_in_use") ==
        std::map<int64_t, std::string>{{0, "0"}, {1, "16"}, {21, "32"}, {30, "16"}, {50, "0"}});
}

TEST_CASE("SRAM in use: data read twice, written over, cached, never read") {
  const isa::Machine machine = small_machine();
  isa::Program program = small_program(machine);
  program.preload = {{load(0, 500, 16), 0, 0}, {isa::Halt{}}};
  program.main = {{load(0, 100, 16), 0, kToStore},           // read by 1; 4 writes half of it anew
                  {store(100, 16, 16), kFromLoad, kToLoad},  //
                  {load(0, 108, 8), kFromStore, kToStore},   // read by 3, with the half of instruction 0 beside it
                  {store(100, 16, 16), kFromLoad, 0},        //
                  {load(0, 900, 4), 0, 0},                   // never read
                  {isa::Halt{}}};
  const Timeline timeline = time(program, machine);
  const auto& t = timeline.instructions;
  const Counter counter = sram_bytes_in_use(program, timeline);
  const auto value = [&](int64_t cycle) {
    int64_t found = 0;
    for (const Step& step : counter) {
      if (step.cycle <= cycle) found = step.value;
    }
    return found;
  };
  CHECK(value(0) == 16);  // cached
  CHECK(value(t[0].started) == 32);
  CHECK(value(t[1].completed) == 24);  // the half that is still to be read by 3
  CHECK(value(t[2].started) == 32);
  CHECK(value(t[4].started) == 36);
  CHECK(value(std::max(t[3].completed, t[4].completed) - 1) > 16);
  CHECK(value(timeline.cycles) == 0);
}

TEST_CASE("traces of random programs agree with the timeline, in both fidelities") {
  for (uint32_t seed = 0; seed < 150; ++seed) {
    INFO("seed " << seed);
    test::Draw draw(seed + 77'000);
    const isa::Machine machine = test::random_machine(draw, seed % 3 == 0);
    const isa::Program program = test::random_program(draw, machine, static_cast<int>(draw.between(2, 60)));
    const Timeline fast = time(program, machine), clocked = time(program, machine, Fidelity::kCycle);
    TracedRun run{machine, {}}, other{machine, {}};
    run.add(program, fast);
    other.add(program, clocked);
    const std::string text = text_of(write_chrome_trace, run);
    REQUIRE(text == text_of(write_chrome_trace, other));
    REQUIRE(text_of(write_waveforms, run) == text_of(write_waveforms, other));
    REQUIRE(text_of(write_instruction_trace, run) == text_of(write_instruction_trace, other));

    // Threads hold events that are nested or apart; stalls sum to the statistics.
    const Json trace = Json::parse(text);
    std::map<std::pair<int, int>, std::vector<int64_t>> open;  // by process and thread: ends of enclosing events
    std::array<std::map<std::string, int64_t>, isa::kUnits> stalls;
    size_t instructions = 0;
    for (const Json& e : trace["traceEvents"]) {
      if (e["ph"] == "C") {
        REQUIRE(e["args"]["value"].get<int64_t>() >= 0);
        if (e["name"] == "SRAM bytes in use") REQUIRE(e["args"]["value"].get<int64_t>() <= machine.sram_bytes);
      }
      if (e["ph"] != "X") continue;
      const int64_t begin = e["ts"], end = begin + e["dur"].get<int64_t>();
      auto& ends = open[{e["pid"], e["tid"]}];
      while (!ends.empty() && ends.back() <= begin) ends.pop_back();
      REQUIRE((ends.empty() || end <= ends.back()));
      ends.push_back(end);
      REQUIRE(end <= fast.cycles);
      instructions += e["cat"] == "instruction";
      if (e["cat"] != "stall") continue;
      REQUIRE(e["args"]["cause"] != "");
      stalls[e["tid"].get<size_t>() - 1][e["name"]] += end - begin;
    }
    size_t expected = 0;
    for (const isa::Instruction& i : program.main) expected += isa::unit_of(i.operation) != isa::Unit::kControl;
    REQUIRE(instructions == expected);
    for (size_t unit = 0; unit < isa::kUnits; ++unit) {
      for (const Activity a :
           {Activity::kWaitSemaphore, Activity::kWaitWeights, Activity::kWaitSram, Activity::kWaitLink}) {
        REQUIRE(stalls[unit][std::string(isa::timing::activity_name(a))] ==
                fast.units[unit].cycles[static_cast<size_t>(a)]);
      }
    }
    for (const Semaphore& semaphore : semaphores(program.main, fast)) {
      for (const Step& step : semaphore.tokens) REQUIRE(step.value >= 0);
      REQUIRE(semaphore.tokens.back().value == 0);
    }
  }
}
