// Instructions as C++ values, and their bytes. Everything here is made from isa.def.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "common/base/result.h"

namespace atl::isa {

using u8 = uint8_t;
using u16 = uint16_t;
using u32 = uint32_t;
using u64 = uint64_t;
using i16 = int16_t;
using i32 = int32_t;

// Bumped with every change of isa.def, lane.def or the semantics they state.
inline constexpr uint32_t kIsaVersion = 3;

// The units of a tile that run instructions, each from an in-order queue of its own. kControl is the dispatcher itself.
enum class Unit : uint8_t { kDmaLoad = 0, kDmaStore, kWeights, kArray, kOutput, kVector, kControl };
inline constexpr int kUnits = 6;        // without kControl
std::string_view unit_name(Unit unit);  // "dma_load", "dma_store", "weights", "array", "output", "vector", "control"

// A set of units, one bit each. In an instruction of unit u, `wait` takes one token from the semaphore (v -> u) of
// every v in it before the instruction starts, and `signal` puts one token into the semaphore (u -> v) of every v in it
// when it completes.
using UnitMask = uint8_t;
constexpr UnitMask unit_bit(Unit unit) { return static_cast<UnitMask>(1u << static_cast<int>(unit)); }

enum class Opcode : uint8_t {
#define ATOLL_INSTRUCTION(Name, mnemonic, opcode, unit, doc, ...) k##Name = opcode,
#include "isa/isa.def"
#undef ATOLL_INSTRUCTION
};

// The k...Pair modes drain pairs of accumulator rows, what 16-bit activations leave, to int16.
enum class RequantizeMode : uint8_t {
  kFixed = 0,
  kWide = 1,
  kLongPair = 2,
  kWidePair = 3,
  kFixedLowPair = 4,
  kWideLowPair = 5
};
inline constexpr int kRequantizeModes = 6;
constexpr bool is_pair_mode(uint8_t mode) { return mode >= static_cast<uint8_t>(RequantizeMode::kLongPair); }
// Bytes of a column's parameters.
constexpr int requantize_parameter_bytes(uint8_t mode) { return is_pair_mode(mode) ? 16 : 12; }
enum class Reduce : uint8_t { kNone = 0, kAdd = 1, kMax = 2, kMin = 3 };
enum class LaneType : uint8_t { kInt8 = 0, kUint8 = 1, kInt16 = 2, kInt32 = 3 };
constexpr int lane_type_bytes(LaneType type) { return type == LaneType::kInt32 ? 4 : type == LaneType::kInt16 ? 2 : 1; }

// One struct a row. T::kOpcode, T::kUnit, T::kMnemonic, T::kDoc; T::for_each_field(v) calls
// v(name, pointer to member, bits, doc) in encoding order.
#define F(type, name, bits, doc) type name = 0;
#define ATOLL_INSTRUCTION(Name, mnemonic, opcode, unit, doc, ...) \
  struct Name {                                                   \
    static constexpr Opcode kOpcode = Opcode::k##Name;            \
    static constexpr Unit kUnit = Unit::k##unit;                  \
    static constexpr std::string_view kMnemonic = #mnemonic;      \
    static constexpr std::string_view kDoc = doc;                 \
    __VA_ARGS__                                                   \
    template <typename Visitor>                                   \
    static void for_each_field(Visitor&& visit);                  \
    bool operator==(const Name&) const = default;                 \
  };
#include "isa/isa.def"
#undef ATOLL_INSTRUCTION
#undef F

#define F(type, name, bits, doc) visit(std::string_view(#name), &Self::name, bits, std::string_view(doc));
#define ATOLL_INSTRUCTION(Name, mnemonic, opcode, unit, doc, ...) \
  template <typename Visitor>                                     \
  void Name::for_each_field([[maybe_unused]] Visitor&& visit) {   \
    using Self [[maybe_unused]] = Name;                           \
    __VA_ARGS__                                                   \
  }
#include "isa/isa.def"
#undef ATOLL_INSTRUCTION
#undef F

// Any instruction. std::visit with an overload set over it fails to compile when a handler is missing.
// The monostate only closes the list: no instruction ever holds it.
using Operation = std::variant<
#define ATOLL_INSTRUCTION(Name, mnemonic, opcode, unit, doc, ...) Name,
#include "isa/isa.def"
#undef ATOLL_INSTRUCTION
    std::monostate>;

struct Instruction {
  Operation operation;
  UnitMask wait = 0;
  UnitMask signal = 0;

  bool operator==(const Instruction&) const = default;
};
using Code = std::vector<Instruction>;

Unit unit_of(const Operation& operation);
std::string_view mnemonic_of(const Operation& operation);

// The bytes of the instructions, one after the other. Aborts on a field out of its range: emitting one is a bug of
// ours.
std::vector<uint8_t> encode(const Code& code);
size_t encoded_bytes(const Operation& operation);
// kInvalid for unknown opcodes, truncated code and set padding bits, naming the instruction's index and offset.
Result<Code> decode(std::span<const uint8_t> bytes);

// Call one of several lambdas by type: std::visit(Overload{...}, operation).
template <typename... Handlers>
struct Overload : Handlers... {
  using Handlers::operator()...;
};
template <typename... Handlers>
Overload(Handlers...) -> Overload<Handlers...>;

}  // namespace atl::isa
