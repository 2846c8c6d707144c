// How time is simulated.
#pragma once

namespace atl::simulator {

// All execute every instruction on the machine's memory and count every cycle of docs/timing.md, and all give the same
// result; they are written independently.
enum class Fidelity {
  kFast,   // instructions one after the other in the order of the code, time by the event-driven timeline engine
  kCycle,  // the clocked SystemC model, which executes instructions as its units start them
  kPe,     // the same, with array, weights and output stage at register level (simulator/pe): they compute and take
           // time cycle by cycle, register by register
};

}  // namespace atl::simulator
