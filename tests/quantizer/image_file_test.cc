// Pictures as representative data.
#include "quantizer/observe/image_file.h"

#include <png.h>
#include <turbojpeg.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <memory>

#include "quantizer/observe/file_samples.h"
#include "tests/quantizer/sample_graphs.h"
#include "tests/support/temp_folder.h"

using namespace atl;
using namespace atl::quantizer;
using namespace atl::quantizer::test;

namespace {

class Pictures : public atl::test::TempFolder {
 public:
  std::string png(const std::string& name, int rows, int columns, const Bytes& bytes, bool gray = false) const {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    image.width = static_cast<png_uint_32>(columns), image.height = static_cast<png_uint_32>(rows);
    image.format = gray ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
    REQUIRE(png_image_write_to_file(&image, (*this / name).c_str(), 0, bytes.data(), 0, nullptr) != 0);
    return *this / name;
  }
  std::string jpeg(const std::string& name, int rows, int columns, const Bytes& rgb) const {
    const std::unique_ptr<void, decltype(&tjDestroy)> encoder(tjInitCompress(), tjDestroy);
    unsigned char* data = nullptr;
    unsigned long size = 0;
    REQUIRE(tjCompress2(encoder.get(), rgb.data(), columns, 0, rows, TJPF_RGB, &data, &size, TJSAMP_444, 100,
                        TJFLAG_ACCURATEDCT) == 0);
    const std::unique_ptr<unsigned char, decltype(&tjFree)> owner(data, tjFree);
    REQUIRE(write_file(*this / name, std::span<const uint8_t>(data, size)).ok());
    return *this / name;
  }
  std::string file(const std::string& name, const std::string& text) const {
    REQUIRE(write_file(*this / name, text).ok());
    return *this / name;
  }
};

Bytes ramp(size_t count, int step = 1) {
  Bytes bytes(count);
  for (size_t i = 0; i < count; ++i) bytes[i] = static_cast<uint8_t>(7 + static_cast<int>(i) * step);
  return bytes;
}

std::string error_of(const std::string& path, const ImageShape& shape) {
  const Result<Bytes> read = read_image(path, shape);
  return read.ok() ? "" : read.error().text();
}

std::string opened(const graph::Shape& input, const std::vector<std::string>& paths, SampleOptions options) {
  GraphBuilder b;
  b.mark_output(b.unary(OpKind::kRelu, b.add_input("image", DType::kFloat32, input), {"y"}));
  const graph::Model model = b.finish();
  FileSamples data(paths, options);
  const Status status = data.open(model.main());
  if (!status.ok()) return status.error().text();
  std::string all;
  std::vector<Bytes> inputs;
  for (int64_t i = 0; i < data.num_samples(); ++i) {
    const Status next = data.next(inputs);
    if (!next.ok()) return next.error().text();
    for (size_t v = 0; v < inputs[0].size(); v += sizeof(float)) {
      float value = 0;
      std::memcpy(&value, &inputs[0][v], sizeof value);
      all += fmt::format("{} ", value);
    }
    all += "| ";
  }
  return all;
}

}  // namespace

TEST_CASE("pictures of the input's size are read as they are") {
  const Pictures at;
  const Bytes colors = ramp(2 * 3 * 3);
  CHECK(*read_image(at.png("a.png", 2, 3, colors), {2, 3, 3}) == colors);
  CHECK(*read_image(at.png("gray.PNG", 3, 2, ramp(6), true), {3, 2, 1}) == ramp(6));
  const Result<Bytes> jpeg = read_image(at.jpeg("flat.JPEG", 16, 16, Bytes(16 * 16 * 3, 90)), {16, 16, 3});
  REQUIRE(jpeg.ok());
  CHECK(*jpeg == Bytes(16 * 16 * 3, 90));
  const Result<Bytes> alpha = read_image(at / "a.png", {2, 3, 4});
  REQUIRE(alpha.ok());
  CHECK(alpha->size() == 24);
  CHECK((*alpha)[3] == 255);
}

TEST_CASE("other sizes are made bilinearly, between the centres of pixels") {
  const Pictures at;
  // Half the columns: the mean of two neighbours.
  CHECK(*read_image(at.png("wide.png", 1, 4, {10, 20, 30, 50}, true), {1, 2, 1}) == Bytes{15, 40});
  // Twice the rows: a quarter of the way from each, ends repeated.
  CHECK(*read_image(at.png("low.png", 2, 1, {100, 200}, true), {4, 1, 1}) == Bytes{100, 125, 175, 200});
}

TEST_CASE("what is no picture is said so") {
  const Pictures at;
  CHECK(error_of(at / "none.png", {2, 2, 3}).find("none.png") != std::string::npos);
  CHECK(error_of(at.file("text.png", "not a picture"), {2, 2, 3}).find("can't be read as a picture") !=
        std::string::npos);
  CHECK(error_of(at.file("text.jpg", "not a picture"), {2, 2, 3}).find("can't be read as a picture") !=
        std::string::npos);
  const std::string whole = at.png("whole.png", 40, 40, ramp(40 * 40 * 3));
  const Bytes bytes = *read_file(whole);
  const std::string cut(bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(bytes.size() / 2));
  CHECK(error_of(at.file("cut.png", cut), {40, 40, 3}).find("can't be read as a picture") != std::string::npos);
}

TEST_CASE("pictures beyond the limit are refused by their head alone") {
  const Pictures at;
  Bytes bytes = *read_file(at.jpeg("large.jpg", 8, 8, Bytes(8 * 8 * 3, 90)));
  const uint8_t frame[] = {0xff, 0xc0};  // then its length, the bits, and the extents
  const auto head = std::search(bytes.begin(), bytes.end(), std::begin(frame), std::end(frame));
  REQUIRE(head != bytes.end());
  for (const int at_byte : {5, 7}) head[at_byte] = 0xea, head[at_byte + 1] = 0x60;
  REQUIRE(write_file(at / "large.jpg", std::span<const uint8_t>(bytes)).ok());
  CHECK(error_of(at / "large.jpg", {8, 8, 3}) ==
        at / "large.jpg" + ": has 60000 x 60000 pixels; 256 MB unpacked are the limit");
}

TEST_CASE("a folder of pictures is one sample each, in order of their names") {
  const Pictures at;
  at.png("b.png", 1, 2, {1, 2, 3, 4, 5, 6});
  at.png("a.png", 1, 2, {7, 8, 9, 10, 11, 12});
  const SampleOptions as_they_are{1.0, 0.0, {}};
  CHECK(opened({1, 1, 2, 3}, {at.path()}, as_they_are) == "7 8 9 10 11 12 | 1 2 3 4 5 6 | ");
  CHECK(opened({1, 1, 2, 3}, {at / "b.png"}, {0.5, -1.0, {}}) == "-0.5 0 0.5 1 1.5 2 | ");
  CHECK(opened({1, 1, 2, 3}, {at / "b.png", at / "a.png"}, as_they_are) == "1 2 3 4 5 6 | 7 8 9 10 11 12 | ");
  CHECK(opened({1, 1, 2, 3}, {at.path()}, {}).find("--data-scale") != std::string::npos);
  CHECK(opened({1, 6}, {at.path()}, as_they_are).find("pictures are for inputs of the form") != std::string::npos);
  at.file("c.txt", "");
  CHECK(opened({1, 1, 2, 3}, {at.path()}, as_they_are).find("only .npy, .npz, .png and .jpg") != std::string::npos);
}
