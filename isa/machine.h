// Machine descriptions: every figure of an accelerator that compiler, timing and simulator use. machine_fields.def
// lists them.
//
// A machine is data: JSON checked against machine.fbs, then against ranges (all problems are reported at once). The
// presets (isa/presets/*.json) are part of the binary. The functional hash covers what the correctness of a program
// depends on (grid, array, lanes, accumulators, SRAM); the timing hash the rest. Energies and the host's cost model
// belong to the timing part.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace atl::isa {

inline constexpr int32_t kMaxGrid = 64;  // tiles in a row or column

struct Machine {
  std::string name;
  std::string description;

  // Functional part.
  int32_t grid_rows = 1, grid_columns = 1;  // tiles, 1 .. 64 each
  int32_t rows = 0, columns = 0;            // multiply-accumulators of a tile's array, 1 .. 1024 each
  int32_t lanes = 0;                        // of a tile's vector unit, 1 .. 4096
  int32_t accumulator_rows = 0;             // of `columns` int32 a tile, 2 .. 2^20, even
  int64_t sram_bytes = 0;                   // a tile, 1 KiB .. 1 GiB, for activations and parameters
  int64_t sram_parameter_bytes = 0;         // of these kept for cached parameters; 0: shared freely

  // Timing part.
  int64_t clock_hz = 0;                   // 1 MHz .. 10 GHz
  int32_t sram_banks = 0;                 // 1 .. 1024
  int32_t sram_bank_bytes_per_cycle = 0;  // width of a bank, a power of two 1 .. 1024
  int32_t offchip_bytes_per_cycle = 0;    // 1 .. SRAM bandwidth; 0: no off-chip memory, the host link feeds the SRAM
  double offchip_latency_ns = 0;          // 0 .. 1e6
  int32_t offchip_burst_bytes = 0;        // 1 .. 65536; may be 0 without off-chip memory
  double link_bytes_per_second = 0;       // host link; 0: inputs and outputs are already in off-chip memory
  double link_fixed_seconds = 0;          // per inference
  int32_t queue_depth = 0;                // instructions a unit's queue holds, 1 .. 1024
  double host_macs_per_second = 0;        // cost model of ops left to the host: multiply-accumulates ...
  double host_bytes_per_second = 0;       // ... and bytes moved

  // Derived.
  int64_t sram_bandwidth() const { return int64_t{sram_banks} * sram_bank_bytes_per_cycle; }  // bytes a cycle, a tile
  int64_t offchip_latency_cycles() const;                                                     // ceil(latency * clock)
  int32_t tiles() const { return grid_rows * grid_columns; }
  double peak_macs_per_cycle() const { return double(tiles()) * rows * columns; }

  uint64_t functional_hash() const;
  uint64_t timing_hash() const;
  bool operator==(const Machine&) const = default;
};

// The names of the presets, the default first: "edge", "mcu", "tiny", "coral", "coral-pcie", "coral-usb2" (and
// "coral-usb3", another name of "coral").
std::vector<std::string> preset_names();
inline constexpr std::string_view kDefaultMachine = "edge";

// A preset by name or a JSON file by path (a name with '/' or ending in .json). kUsage for an unknown name (lists the
// known ones), kIo for a file that can't be read, kInvalid with every figure out of range.
Result<Machine> load_machine(const std::string& name_or_path);
Result<Machine> parse_machine(std::string_view json, const std::string& place);
// The description as JSON, parsed back to an equal machine.
std::string machine_json(const Machine& machine);

}  // namespace atl::isa
