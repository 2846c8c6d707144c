#include "compiler/schedule/list_schedule.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <optional>
#include <set>

#include "compiler/schedule/accumulator_pool.h"
#include "isa/footprint.h"
#include "isa/timing/cost.h"

namespace atl::compiler {
namespace {

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();
constexpr int64_t kDecode = 1, kToken = 1;  // cycles
// How far the array looks through the vector unit's work for something to take over.
constexpr int kLookAhead = 64;

// What is scheduled as one: an instruction, a load_weights with its matmul, or nothing but an order (unit kControl).
struct Node {
  uint32_t first = 0, last = 0;  // instructions
  isa::Unit unit = isa::Unit::kControl;
  int64_t cycles = 0, latency = 0;
  int64_t array_cycles = 0, array_latency = 0;  // of work that is the vector unit's, if the array does it
  bool shareable = false;
  int64_t accumulators = 0;  // rows that it starts to use
  bool frees = false;        // drains its accumulators
  uint32_t group = 0;        // first accumulator row as emitted
  std::vector<uint32_t> after;
  uint32_t before_left = 0;
  int64_t ready = 0;
  int64_t start = -1;
  bool on_array = false;  // shareable, and taken by the array
};

// The nodes of a code, with their order.
class Graph {
 public:
  Graph(const std::vector<EmittedInstruction>& code, const std::vector<isa::LaneProgram>& lane_programs,
        const std::vector<Region>& storages, const isa::Machine& machine)
      : code_(code), lane_programs_(lane_programs), machine_(machine) {
    make_nodes();
    std::vector<const isa::Operation*> operations;
    for (const EmittedInstruction& instruction : code) operations.push_back(&instruction.operation);
    const auto before = dependences(operations, lane_programs);
    for (uint32_t i = 0; i < code.size(); ++i) {
      for (uint32_t earlier : before[i]) add_edge(node_of_[earlier], node_of_[i]);
    }
    add_completions(storages);
  }

  std::vector<Node> nodes;

 private:
  void make_nodes() {
    for (uint32_t i = 0; i < code_.size(); ++i) {
      Node node;
      node.first = i;
      if (std::holds_alternative<isa::LoadWeights>(code_[i].operation)) {
        node_of_.push_back(static_cast<uint32_t>(nodes.size()));
        ++i;
        ATOLL_CHECK(i < code_.size() && std::holds_alternative<isa::Matmul>(code_[i].operation));
      }
      node.last = i;
      describe(node);
      node_of_.push_back(static_cast<uint32_t>(nodes.size()));
      nodes.push_back(std::move(node));
    }
  }

  void describe(Node& node) const {
    const isa::Operation& operation = code_[node.last].operation;
    const isa::timing::Cost cost = isa::timing::cost(operation, machine_, lane_programs_);
    node.unit = isa::unit_of(operation);
    node.cycles = kDecode + cost.cycles();
    node.latency = cost.latency;
    if (const auto* requantize = std::get_if<isa::Requantize>(&operation)) {
      node.frees = true;
      node.group = requantize->accumulator;
    }
    const auto* matmul = std::get_if<isa::Matmul>(&operation);
    if (matmul == nullptr) return;
    node.group = matmul->accumulator;
    if (!matmul->accumulate) node.accumulators = int64_t{matmul->height} * matmul->width * (matmul->is_16bit ? 2 : 1);
    // The array waits for a tile's weights if they take longer to load than the tile before takes to multiply.
    const isa::timing::Cost weights = isa::timing::cost(code_[node.first].operation, machine_, lane_programs_);
    node.cycles = std::max(node.cycles, kDecode + weights.cycles() + 2 * weights.phase_count());
    if (!code_[node.last].on_vector) return;
    const isa::timing::Cost lanes = isa::timing::cost(*code_[node.last].on_vector, machine_, lane_programs_);
    node.shareable = true;
    node.array_cycles = node.cycles, node.array_latency = node.latency;
    node.cycles = kDecode + lanes.cycles(), node.latency = lanes.latency;
    node.unit = isa::Unit::kVector;
  }

  void add_edge(uint32_t from, uint32_t to) {
    if (from == to) return;
    nodes[from].after.push_back(to);
    ++nodes[to].before_left;
  }

  void add_completions(const std::vector<Region>& storages) {
    std::vector<std::vector<uint32_t>> writers(storages.size());
    for (uint32_t i = 0; i < code_.size(); ++i) {
      if (code_[i].written_storage >= 0) writers[static_cast<size_t>(code_[i].written_storage)].push_back(i);
    }
    std::vector<uint32_t> complete(storages.size(), 0);  // the node that comes after all writers of a storage
    const auto completion = [&](size_t s) {
      if (complete[s] != 0) return complete[s];
      complete[s] = static_cast<uint32_t>(nodes.size());
      nodes.emplace_back();
      for (uint32_t writer : writers[s]) add_edge(node_of_[writer], complete[s]);
      return complete[s];
    };
    for (uint32_t i = 0; i < code_.size(); ++i) {
      for (const isa::Access& access : isa::footprint(code_[i].operation, lane_programs_)) {
        if (!access.write || access.space != isa::Space::kSram) continue;
        for (size_t s = 0; s < storages.size(); ++s) {
          if (access.begin >= storages[s].end || storages[s].begin >= access.end) continue;
          if (!writers[s].empty() && writers[s].back() < i) add_edge(completion(s), node_of_[i]);
        }
      }
    }
  }

  const std::vector<EmittedInstruction>& code_;
  const std::vector<isa::LaneProgram>& lane_programs_;
  const isa::Machine& machine_;
  std::vector<uint32_t> node_of_;  // by instruction
};

class Player {
 public:
  Player(std::vector<Node>& nodes, const isa::Machine& machine) : nodes_(nodes), pool_(machine.accumulator_rows) {
    for (const Node& node : nodes) reserve_ = std::max(reserve_, node.accumulators);
  }

  // Gives every node its start; row_of: where each group of accumulators is.
  void run() {
    std::vector<uint32_t> first;  // found before any of them releases others
    for (uint32_t n = 0; n < nodes_.size(); ++n) {
      if (nodes_[n].before_left == 0) first.push_back(n);
    }
    for (uint32_t n : first) release(n);
    size_t left = 0;
    for (const Node& node : nodes_) left += node.unit != isa::Unit::kControl;
    while (left > 0) {
      if (play_one()) --left;
    }
  }
  const std::map<uint32_t, uint32_t>& row_of() const { return row_of_; }

 private:
  struct Unit {
    std::set<uint32_t> available;                   // ready by now
    std::set<std::pair<int64_t, uint32_t>> coming;  // by the cycle in which they are ready
    int64_t free = 0;
    bool blocked = false;  // the first of the available waits for accumulators that no one knows the end of
  };

  Unit& unit(isa::Unit u) { return units_[static_cast<size_t>(u)]; }

  int64_t earliest(const Unit& u) const {
    if (!u.available.empty() && !u.blocked) return std::max(u.free, now_);
    return u.coming.empty() ? kNever : std::max({u.free, now_, u.coming.begin()->first});
  }

  // It is `now`.
  void settle(Unit& u, int64_t now) {
    now_ = std::max(now_, now);
    while (!u.coming.empty() && u.coming.begin()->first <= now) {
      u.available.insert(u.coming.begin()->second);
      u.coming.erase(u.coming.begin());
    }
  }

  // Starts the node that can start first; false if it only found out that one has to wait longer.
  bool play_one() {
    isa::Unit next = isa::Unit::kDmaLoad;
    int64_t when = kNever;
    for (int i = 0; i < isa::kUnits; ++i) {
      const int64_t t = earliest(units_[static_cast<size_t>(i)]);
      if (t < when) when = t, next = static_cast<isa::Unit>(i);
    }
    if (const auto taken = work_to_take_over(when); taken) {
      nodes_[taken->node].on_array = true;
      unit(isa::Unit::kVector).available.erase(taken->node);
      return start(taken->node, isa::Unit::kArray, taken->when);
    }
    ATOLL_CHECK(when != kNever, "the schedule does not end");
    Unit& u = unit(next);
    settle(u, when);
    u.blocked = false;
    const uint32_t n = *u.available.begin();
    u.available.erase(u.available.begin());
    return start(n, next, when);
  }

  struct Taken {
    uint32_t node;
    int64_t when;
  };

  // Shareable work that the array, idle before `limit`, would finish before the vector unit does.
  std::optional<Taken> work_to_take_over(int64_t limit) {
    Unit &array = unit(isa::Unit::kArray), &vector = unit(isa::Unit::kVector);
    int64_t when = std::max(array.free, now_);
    if (array.blocked || earliest(array) <= when) return {};
    if (vector.available.empty()) when = vector.coming.empty() ? kNever : std::max(when, vector.coming.begin()->first);
    if (when >= limit) return {};
    settle(vector, when);
    int64_t backlog = std::max(vector.free, when);
    int looked = 0;
    for (uint32_t n : vector.available) {
      if (++looked > kLookAhead) break;
      const Node& node = nodes_[n];
      backlog += node.cycles;
      if (!node.shareable || when + node.array_cycles + node.array_latency > backlog + node.latency) continue;
      const auto block = find_rows(n, when);
      if (block && block->ready <= when) return Taken{n, when};
      return {};
    }
    return {};
  }

  // The lowest rows, enough for any node, are only for the first node of the serial order that has none yet: what comes
  // before it does not wait for what comes after it, so that it always gets on, however the rest fills the
  // accumulators.
  std::optional<AccumulatorPool::Block> find_rows(uint32_t n, int64_t now) {
    while (nodes_[oldest_].start >= 0 || nodes_[oldest_].accumulators == 0) ++oldest_;
    return pool_.find(nodes_[n].accumulators, n == oldest_ ? 0 : reserve_, now);
  }

  bool start(uint32_t n, isa::Unit where, int64_t now) {
    Node& node = nodes_[n];
    ATOLL_CHECK(node.start < 0, "instruction {} is scheduled twice", node.last);
    Unit& u = unit(where);
    if (node.accumulators > 0) {
      const auto block = find_rows(n, now);
      if (!block || block->ready > now) {
        node.on_array = false;
        if (block) {
          u.coming.insert({block->ready, n});
        } else {
          u.available.insert(n);
          u.blocked = true;
        }
        return false;
      }
      pool_.take(block->first, node.accumulators, now_);
      row_of_[node.group] = static_cast<uint32_t>(block->first);
    }
    for (Unit& other : units_) other.blocked = false;
    now_ = std::max(now_, now);
    node.start = now;
    const int64_t end = now + (node.on_array ? node.array_cycles : node.cycles);
    const int64_t complete = end + (node.on_array ? node.array_latency : node.latency);
    u.free = end;
    if (node.frees) pool_.release(row_of_.at(node.group), complete + kToken);
    finish(node, where, end, complete + kToken);
    return true;
  }

  // Those that come after it: on its own unit they may follow at once.
  void finish(const Node& node, isa::Unit where, int64_t end, int64_t visible) {
    for (uint32_t next : node.after) {
      Node& after = nodes_[next];
      after.ready = std::max(after.ready, after.unit == where && !after.shareable ? end : visible);
      if (--after.before_left == 0) release(next);
    }
  }

  void release(uint32_t n) {
    const Node& node = nodes_[n];
    if (node.unit == isa::Unit::kControl) return finish(node, node.unit, node.ready, node.ready);
    unit(node.unit).coming.insert({node.ready, n});
  }

  std::vector<Node>& nodes_;
  AccumulatorPool pool_;
  std::array<Unit, isa::kUnits> units_;
  int64_t now_ = 0;                      // nothing starts before
  int64_t reserve_ = 0;                  // rows
  uint32_t oldest_ = 0;                  // nodes before it have their accumulators
  std::map<uint32_t, uint32_t> row_of_;  // by group
};

// The instructions in the order in which their nodes start, with real accumulator rows.
std::vector<EmittedInstruction> in_order(const std::vector<EmittedInstruction>& code, const std::vector<Node>& nodes,
                                         const std::map<uint32_t, uint32_t>& row_of) {
  std::vector<const Node*> order;
  for (const Node& node : nodes) {
    if (node.unit != isa::Unit::kControl) order.push_back(&node);
  }
  std::stable_sort(order.begin(), order.end(), [](const Node* a, const Node* b) { return a->start < b->start; });
  std::vector<EmittedInstruction> result;
  result.reserve(code.size());
  for (const Node* node : order) {
    const bool lanes = node->shareable && !node->on_array;
    for (uint32_t i = lanes ? node->last : node->first; i <= node->last; ++i) {
      EmittedInstruction instruction = code[i];
      if (lanes) instruction.operation = *instruction.on_vector;
      instruction.on_vector.reset();
      std::visit(
          [&]<typename Op>(Op& op) {
            if constexpr (requires { op.accumulator; }) op.accumulator = row_of.at(op.accumulator);
          },
          instruction.operation);
      result.push_back(std::move(instruction));
    }
  }
  return result;
}

}  // namespace

void list_schedule(std::vector<EmittedInstruction>& code, const std::vector<isa::LaneProgram>& lane_programs,
                   const std::vector<Region>& storages, const isa::Machine& machine) {
  Graph graph(code, lane_programs, storages, machine);
  Player player(graph.nodes, machine);
  player.run();
  code = in_order(code, graph.nodes, player.row_of());
}

}  // namespace atl::compiler
