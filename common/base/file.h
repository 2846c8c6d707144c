// Whole files in and out.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace atl {

using Bytes = std::vector<uint8_t>;

// The file's bytes. kIo when it can't be opened or read.
Result<Bytes> read_file(const std::string& path);

// Writes to a temporary file in the same folder and renames it, so a reader never sees half a file and an
// existing file survives a failed write. kIo when the folder or file can't be written.
Status write_file(const std::string& path, std::span<const uint8_t> bytes);
Status write_file(const std::string& path, std::string_view text);

}  // namespace atl
