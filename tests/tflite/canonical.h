// Two files hold the same model if their canonical forms are equal byte for byte: everything the schema has, with what
// a writer may choose freely (numbers of buffers and operator codes, empty vectors, unused entries) put in one form.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace atl::tflite::testing {

// False for a file that the schema's own classes can't read where it lies: some writers leave 64-bit vectors
// misaligned.
bool has_canonical_form(std::span<const uint8_t> file);

// The file must be a sound model that has_canonical_form.
std::vector<uint8_t> canonical_form(std::span<const uint8_t> file);

}  // namespace atl::tflite::testing
