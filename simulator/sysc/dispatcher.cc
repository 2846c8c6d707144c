#include "simulator/sysc/dispatcher.h"

namespace atl::simulator {

Dispatcher::Dispatcher(const sc_core::sc_module_name& name, const Clock& clock, Queues& queues, RunState& run)
    : sc_module(name), clock_(clock), queues_(queues), run_(run) {
  SC_METHOD(on_edge);
  sensitive << clock.edge();
  dont_initialize();
}

void Dispatcher::on_edge() {
  if (halted_) {
    // Once: the cycle of halt has just ended.
    quiet.write(ended.read());
    ended.write(true);
    return;
  }
  const bool moved = dispatch_next();
  if (moved) {
    run_.timeline.instructions[next_].dispatched = clock_.cycle();
    ++next_;
  }
  quiet.write(!moved);
}

bool Dispatcher::dispatch_next() {
  ATOLL_CHECK(next_ < run_.code.size(), "code without halt");
  const isa::Operation& operation = run_.code[next_].operation;
  const isa::Unit unit = isa::unit_of(operation);
  if (unit != isa::Unit::kControl) return push(unit);
  if (std::holds_alternative<isa::Barrier>(operation)) return all_completed();
  halted_ = std::holds_alternative<isa::Halt>(operation);
  return true;
}

bool Dispatcher::push(isa::Unit unit) {
  const auto index = static_cast<size_t>(unit);
  if (pushed_count_[index] - popped[index].read() >= static_cast<uint64_t>(run_.machine.queue_depth)) return false;
  queues_[index].slot(pushed_count_[index]) = next_;
  pushed[index].write(++pushed_count_[index]);
  return true;
}

bool Dispatcher::all_completed() const {
  for (size_t unit = 0; unit < pushed_count_.size(); ++unit) {
    if (completed[unit].read() != pushed_count_[unit]) return false;
  }
  return true;
}

}  // namespace atl::simulator
