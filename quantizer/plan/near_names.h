// Names that somebody may have meant.
#pragma once

#include <string>
#include <vector>

namespace atl::quantizer {

// The number of characters to insert, delete or exchange to make one text the other (Levenshtein's distance), upper and
// lower case alike. Texts are cut at 200 characters.
size_t edit_distance(const std::string& a, const std::string& b);

// Up to `count` of the names that come nearest to a text, nearest first; of equal ones the first. No name twice.
std::vector<std::string> nearest_names(const std::string& text, std::vector<std::string> names, size_t count);

}  // namespace atl::quantizer
