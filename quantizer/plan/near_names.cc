#include "quantizer/plan/near_names.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <utility>

namespace atl::quantizer {
namespace {

constexpr size_t kLongest = 200;

bool same(char a, char b) {
  return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
}

}  // namespace

size_t edit_distance(const std::string& a, const std::string& b) {
  const size_t width = std::min(b.size(), kLongest);
  std::vector<size_t> row(width + 1);
  for (size_t k = 0; k <= width; ++k) row[k] = k;
  for (size_t i = 0; i < std::min(a.size(), kLongest); ++i) {
    size_t diagonal = std::exchange(row[0], i + 1);
    for (size_t k = 0; k < width; ++k) {
      const size_t exchanged = diagonal + (same(a[i], b[k]) ? 0 : 1);
      diagonal = row[k + 1];
      row[k + 1] = std::min({exchanged, row[k] + 1, diagonal + 1});
    }
  }
  return row[width];
}

std::vector<std::string> nearest_names(const std::string& text, std::vector<std::string> names, size_t count) {
  std::set<std::string> seen;
  std::erase_if(names, [&](const std::string& name) { return !seen.insert(name).second; });
  std::vector<std::pair<size_t, size_t>> order;  // distance, place
  for (size_t i = 0; i < names.size(); ++i) order.emplace_back(edit_distance(text, names[i]), i);
  std::sort(order.begin(), order.end());
  std::vector<std::string> nearest;
  for (size_t i = 0; i < std::min(count, order.size()); ++i) nearest.push_back(names[order[i].second]);
  return nearest;
}

}  // namespace atl::quantizer
