// Pictures as the bytes of an image input.
#pragma once

#include <optional>
#include <string>

#include "common/base/file.h"
#include "common/base/result.h"
#include "common/graph/model.h"

namespace atl::quantizer {

struct ImageShape {
  int32_t rows = 0, columns = 0;
  int32_t channels = 0;  // 1: gray, 3: red, green, blue, 4: with alpha
  bool operator==(const ImageShape&) const = default;
};

// By the name: .png, .jpg, .jpeg, in any case.
bool is_image_file(const std::string& path);

// What an input of shape [1, rows, columns, channels] takes; nothing for any other shape.
std::optional<ImageShape> image_shape(const graph::Shape& input);

// The picture in that shape, bytes row by row, channels together. Another size is made bilinearly, as RESIZE_BILINEAR
// with half_pixel_centers does (what TensorFlow's image loading does by default), and rounded. kIo when the file can't
// be read, kInvalid when it is no such picture or is beyond 2^28 bytes unpacked.
Result<Bytes> read_image(const std::string& path, const ImageShape& shape);

}  // namespace atl::quantizer
