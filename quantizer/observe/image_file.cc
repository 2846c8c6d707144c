#include "quantizer/observe/image_file.h"

#include <png.h>
#include <turbojpeg.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <memory>

#include "common/graph/builder.h"
#include "common/kernels/one_op.h"

namespace atl::quantizer {
namespace {

constexpr size_t kMaxBytes = size_t{1} << 28;

struct Picture {
  ImageShape shape;
  Bytes bytes;
};

size_t bytes_of(const ImageShape& shape) {
  return static_cast<size_t>(shape.rows) * static_cast<size_t>(shape.columns) * static_cast<size_t>(shape.channels);
}

Error damaged(const std::string& path, const std::string& why) {
  return make_error(ErrorCode::kInvalid, "{}: can't be read as a picture: {}", path, why);
}

Status check_size(const std::string& path, const ImageShape& shape) {
  if (shape.rows > 0 && shape.columns > 0 && bytes_of(shape) <= kMaxBytes) return {};
  return make_error(ErrorCode::kInvalid, "{}: has {} x {} pixels; {} MB unpacked are the limit", path, shape.rows,
                    shape.columns, kMaxBytes >> 20);
}

Result<Picture> read_png(const std::string& path, const Bytes& file, int32_t channels) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  const std::unique_ptr<png_image, decltype(&png_image_free)> release(&image, png_image_free);
  if (png_image_begin_read_from_memory(&image, file.data(), file.size()) == 0) return damaged(path, image.message);
  image.format = channels == 1 ? PNG_FORMAT_GRAY : channels == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_RGBA;
  Picture picture{{static_cast<int32_t>(image.height), static_cast<int32_t>(image.width), channels}, {}};
  ATOLL_TRY(check_size(path, picture.shape));
  picture.bytes.resize(PNG_IMAGE_SIZE(image));
  const png_color black{0, 0, 0};  // behind what is transparent, where alpha isn't asked for
  if (png_image_finish_read(&image, &black, picture.bytes.data(), 0, nullptr) == 0) return damaged(path, image.message);
  return picture;
}

Result<Picture> read_jpeg(const std::string& path, const Bytes& file, int32_t channels) {
  const std::unique_ptr<void, decltype(&tjDestroy)> decoder(tjInitDecompress(), tjDestroy);
  ATOLL_CHECK(decoder != nullptr, "no JPEG decoder");
  Picture picture{{0, 0, channels}, {}};
  int sampling = 0, colors = 0;
  const auto size = static_cast<unsigned long>(file.size());
  if (tjDecompressHeader3(decoder.get(), file.data(), size, &picture.shape.columns, &picture.shape.rows, &sampling,
                          &colors) != 0) {
    return damaged(path, tjGetErrorStr2(decoder.get()));
  }
  ATOLL_TRY(check_size(path, picture.shape));
  picture.bytes.resize(bytes_of(picture.shape));
  const int format = channels == 1 ? TJPF_GRAY : channels == 3 ? TJPF_RGB : TJPF_RGBA;
  if (tjDecompress2(decoder.get(), file.data(), size, picture.bytes.data(), picture.shape.columns, 0,
                    picture.shape.rows, format, TJFLAG_ACCURATEDCT) != 0) {
    return damaged(path, tjGetErrorStr2(decoder.get()));
  }
  return picture;
}

Result<Picture> resized(const Picture& from, const ImageShape& shape) {
  graph::GraphBuilder builder;
  const std::vector<float> values(from.bytes.begin(), from.bytes.end());
  const int32_t picture =
      builder.add_constant("picture", {1, from.shape.rows, from.shape.columns, from.shape.channels}, values);
  const int32_t size = builder.add_constant("size", {2}, std::vector<int32_t>{shape.rows, shape.columns});
  graph::ResizeAttrs attrs;
  attrs.half_pixel_centers = true;
  builder.mark_output(builder.add_op(graph::OpKind::kResizeBilinear, attrs, {picture, size}, {"resized"}));
  const graph::Model model = builder.finish();
  ATOLL_ASSIGN(const std::vector<Bytes> outputs, kernels::run_one_op(model.main(), 0, {}));
  Picture to{shape, Bytes(bytes_of(shape))};
  for (size_t i = 0; i < to.bytes.size(); ++i) {
    float value = 0;
    std::memcpy(&value, &outputs[0][i * sizeof value], sizeof value);
    to.bytes[i] = static_cast<uint8_t>(std::clamp(std::round(value), 0.0f, 255.0f));
  }
  return to;
}

std::string extension_of(const std::string& path) {
  std::string extension = std::filesystem::path(path).extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return extension;
}

}  // namespace

bool is_image_file(const std::string& path) {
  const std::string extension = extension_of(path);
  return extension == ".png" || extension == ".jpg" || extension == ".jpeg";
}

std::optional<ImageShape> image_shape(const graph::Shape& input) {
  if (input.size() != 4 || input[0] != 1) return std::nullopt;
  const ImageShape shape{input[1], input[2], input[3]};
  if (shape.channels != 1 && shape.channels != 3 && shape.channels != 4) return std::nullopt;
  return shape;
}

Result<Bytes> read_image(const std::string& path, const ImageShape& shape) {
  ATOLL_ASSIGN(const Bytes file, read_file(path));
  const bool is_png = extension_of(path) == ".png";
  ATOLL_ASSIGN(Picture picture, is_png ? read_png(path, file, shape.channels) : read_jpeg(path, file, shape.channels));
  if (picture.shape == shape) return std::move(picture.bytes);
  ATOLL_ASSIGN(Picture fitting, resized(picture, shape));
  return std::move(fitting.bytes);
}

}  // namespace atl::quantizer
