#include "isa/packing.h"

#include <algorithm>
#include <array>
#include <map>

#include "isa/fields.h"

namespace atl::isa {

namespace {

constexpr size_t kBlock = 64, kGroup = 8, kSizeBytes = 8;
constexpr std::array<size_t, 3> kDistances = {0, 4, 12};  // of modes 1, 2, 3

uint8_t byte_before(std::span<const uint8_t> bytes, size_t at, size_t distance) {
  return distance == 0 || at < distance ? uint8_t{0} : bytes[at - distance];
}

// The block of `count` bytes at `begin` in mode 1 + index of `distance`.
std::vector<uint8_t> sparse_block(std::span<const uint8_t> bytes, size_t begin, size_t count, size_t distance) {
  std::vector<uint8_t> packed{0};  // of groups
  for (size_t g = 0; g < count; g += kGroup) {
    const size_t mask_at = packed.size();
    packed.push_back(0);
    for (size_t i = g; i < std::min(count, g + kGroup); ++i) {
      const auto value = static_cast<uint8_t>(bytes[begin + i] ^ byte_before(bytes, begin + i, distance));
      if (value == 0) continue;
      packed[mask_at] = static_cast<uint8_t>(packed[mask_at] | 1u << (i - g));
      packed.push_back(value);
    }
    if (packed[mask_at] == 0) {
      packed.pop_back();
    } else {
      packed[0] = static_cast<uint8_t>(packed[0] | 1u << (g / kGroup));
    }
  }
  return packed;
}

Error damaged() { return make_error(ErrorCode::kInvalid, "packed bytes are damaged"); }

// Takes bytes off the front of a packed array.
class Source {
 public:
  explicit Source(std::span<const uint8_t> bytes) : bytes_(bytes) {}
  size_t left() const { return bytes_.size(); }
  uint8_t take() {
    if (bytes_.empty()) {
      failed_ = true;
      return 0;
    }
    const uint8_t byte = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return byte;
  }
  bool failed() const { return failed_; }

 private:
  std::span<const uint8_t> bytes_;
  bool failed_ = false;
};

// Appends a block of `count` bytes; false if its mode is none.
bool unpack_block(Source& from, size_t count, std::vector<uint8_t>& bytes) {
  const uint8_t mode = from.take();
  if (mode > kDistances.size()) return false;
  if (mode == 0) {
    for (size_t i = 0; i < count; ++i) bytes.push_back(from.take());
    return true;
  }
  const size_t distance = kDistances[mode - 1u];
  const uint8_t groups = from.take();
  for (size_t g = 0; g < count; g += kGroup) {
    const uint8_t mask = groups >> (g / kGroup) & 1 ? from.take() : uint8_t{0};
    for (size_t i = g; i < std::min(count, g + kGroup); ++i) {
      const uint8_t value = mask >> (i - g) & 1 ? from.take() : uint8_t{0};
      bytes.push_back(static_cast<uint8_t>(value ^ byte_before(bytes, bytes.size(), distance)));
    }
  }
  return true;
}

// Calls visit(begin, size, before) for every whole instruction: `before` is where the one of its opcode before it
// begins in the plain bytes, or its own begin if there is none.
template <typename OpcodeAt, typename Visit>
void for_each_instruction(size_t total, OpcodeAt&& opcode_at, Visit&& visit) {
  std::map<uint8_t, size_t> latest;
  for (size_t begin = 0; begin < total;) {
    const uint8_t opcode = opcode_at(begin);
    const auto operation = operation_with_opcode(opcode);
    if (!operation || total - begin < encoded_bytes(*operation)) return;
    const size_t size = encoded_bytes(*operation);
    const auto before = latest.find(opcode);
    if (before != latest.end()) visit(begin, size, before->second);
    latest[opcode] = begin;
    begin += size;
  }
}

}  // namespace

std::vector<uint8_t> pack(std::span<const uint8_t> bytes) {
  std::vector<uint8_t> packed;
  packed.reserve(kSizeBytes + bytes.size() + bytes.size() / kBlock + 1);
  for (size_t i = 0; i < kSizeBytes; ++i) packed.push_back(static_cast<uint8_t>(uint64_t{bytes.size()} >> (8 * i)));
  for (size_t begin = 0; begin < bytes.size(); begin += kBlock) {
    const size_t count = std::min(kBlock, bytes.size() - begin);
    uint8_t mode = 0;
    std::vector<uint8_t> best(bytes.begin() + static_cast<int64_t>(begin),
                              bytes.begin() + static_cast<int64_t>(begin + count));
    for (size_t m = 0; m < kDistances.size(); ++m) {
      // Cheap first: how many bytes would be left.
      size_t left = 0;
      for (size_t i = begin; i < begin + count; ++i) left += bytes[i] != byte_before(bytes, i, kDistances[m]);
      if (left + 1 >= best.size()) continue;
      std::vector<uint8_t> sparse = sparse_block(bytes, begin, count, kDistances[m]);
      if (sparse.size() >= best.size()) continue;
      best = std::move(sparse);
      mode = static_cast<uint8_t>(m + 1);
    }
    packed.push_back(mode);
    packed.insert(packed.end(), best.begin(), best.end());
  }
  return packed;
}

Result<std::vector<uint8_t>> unpack(std::span<const uint8_t> packed) {
  if (packed.size() < kSizeBytes) return damaged();
  uint64_t size = 0;
  for (size_t i = 0; i < kSizeBytes; ++i) size |= uint64_t{packed[i]} << (8 * i);
  Source from(packed.subspan(kSizeBytes));
  // A block has at least its mode and one byte.
  if (size / kBlock > from.left() / 2) return damaged();
  std::vector<uint8_t> bytes;
  bytes.reserve(size);
  while (bytes.size() < size) {
    if (!unpack_block(from, std::min<size_t>(kBlock, size - bytes.size()), bytes) || from.failed()) return damaged();
  }
  if (from.left() > 0) return damaged();
  return bytes;
}

std::vector<uint8_t> code_differences(std::span<const uint8_t> bytes) {
  std::vector<uint8_t> result(bytes.begin(), bytes.end());
  for_each_instruction(
      bytes.size(), [&](size_t at) { return bytes[at]; },
      [&](size_t begin, size_t size, size_t before) {
        for (size_t i = 1; i < size; ++i)
          result[begin + i] = static_cast<uint8_t>(bytes[begin + i] ^ bytes[before + i]);
      });
  return result;
}

std::vector<uint8_t> code_from_differences(std::span<const uint8_t> bytes) {
  std::vector<uint8_t> result(bytes.begin(), bytes.end());
  for_each_instruction(
      result.size(), [&](size_t at) { return result[at]; },
      [&](size_t begin, size_t size, size_t before) {
        for (size_t i = 1; i < size; ++i)
          result[begin + i] = static_cast<uint8_t>(result[begin + i] ^ result[before + i]);
      });
  return result;
}

}  // namespace atl::isa
