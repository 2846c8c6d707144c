// Representative data in files and folders: the same model as from the arrays in memory.
#include "quantizer/observe/file_samples.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/quantizer/sample_graphs.h"
#include "tests/support/temp_folder.h"

using namespace atl;
using namespace atl::quantizer;
using namespace atl::quantizer::test;

namespace {

class Folder : public atl::test::TempFolder {
 public:
  std::string npy(const std::string& name, const arrays::Array& array) const {
    std::filesystem::create_directories(std::filesystem::path(*this / name).parent_path());
    REQUIRE(write_file(*this / name, std::span<const uint8_t>(arrays::format_npy(array))).ok());
    return *this / name;
  }
  std::string npz(const std::string& name, const arrays::NamedArrays& arrays) const {
    std::filesystem::create_directories(std::filesystem::path(*this / name).parent_path());
    REQUIRE(arrays::write_npz(*this / name, arrays).ok());
    return *this / name;
  }
};

graph::Model two_inputs() {
  GraphBuilder b;
  const int32_t x = b.add_input("image", DType::kFloat32, {1, 2, 3});
  const int32_t offset = b.add_input("offset", DType::kFloat32, {1, 2, 3});
  b.mark_output(b.add(b.unary(OpKind::kRelu, x, {"relu"}), offset, {}, {"y"}));
  return b.finish();
}

const std::vector<float> kImages = spread(24, -1, 2), kOffsets = spread(24, 0, 1);

arrays::Array sample(const std::vector<float>& values, size_t index, size_t count = 1) {
  const auto from = values.begin() + static_cast<std::ptrdiff_t>(6 * index);
  const std::vector<float> some(from, from + static_cast<std::ptrdiff_t>(6 * count));
  return count == 1 ? float_array({2, 3}, some) : float_array({static_cast<int64_t>(count), 2, 3}, some);
}

// The samples as the model is fed them, or the error.
std::string fed(const std::vector<std::string>& paths, SampleOptions options = {}) {
  const graph::Model model = two_inputs();
  FileSamples data(paths, options);
  const Status opened = data.open(model.main());
  if (!opened.ok()) return opened.error().text();
  std::string all;
  std::vector<Bytes> inputs;
  for (int64_t i = 0; i < data.num_samples(); ++i) {
    const Status status = data.next(inputs);
    if (!status.ok()) return status.error().text();
    for (const Bytes& input : inputs) all.append(input.begin(), input.end());
  }
  return all;
}

std::string expected() {
  std::string all;
  for (size_t i = 0; i < 4; ++i) {
    for (const auto* values : {&kImages, &kOffsets}) {
      const Bytes bytes = sample(*values, i).bytes;
      all.append(bytes.begin(), bytes.end());
    }
  }
  return all;
}

}  // namespace

TEST_CASE("one archive, files by name, and files by position feed the same") {
  const Folder folder;
  const arrays::Array images = sample(kImages, 0, 4), offsets = sample(kOffsets, 0, 4);
  CHECK(fed({folder.npz("all.npz", {{"1", offsets}, {"image", images}})}) == expected());
  CHECK(fed({folder.npy("offset.npy", offsets), folder.npy("image.npy", images)}) == expected());
  CHECK(fed({folder.npy("a.npy", images), folder.npy("b.npy", offsets)}) == expected());
  CHECK(fed({folder.npz("o.npz", {{"offset", offsets}}), folder.npy("a.npy", images)}) == expected());
}

TEST_CASE("several archives are read one after the other") {
  const Folder folder;
  const std::string first = folder.npz("a.npz", {{"image", sample(kImages, 0, 3)}, {"offset", sample(kOffsets, 0, 3)}});
  const arrays::NamedArrays last = {
      {"image", float_array({1, 2, 3}, std::vector<float>(kImages.end() - 6, kImages.end()))},
      {"offset", float_array({1, 2, 3}, std::vector<float>(kOffsets.end() - 6, kOffsets.end()))}};
  CHECK(fed({first, folder.npz("b.npz", last)}) == expected());
  SampleOptions two;
  two.max_samples = 2;
  CHECK(fed({first}, two) == expected().substr(0, expected().size() / 2));
}

TEST_CASE("folders: of .npy by the folder's name, of .npz") {
  const Folder folder;
  for (size_t i = 0; i < 4; ++i) {
    folder.npy(fmt::format("offset/{}.npy", i), sample(kOffsets, i));
    folder.npy(fmt::format("image/{}.npy", i), sample(kImages, i));
    folder.npz(
        fmt::format("both/{}.npz", i),
        {{"image", float_array({1, 2, 3}, std::vector<float>(kImages.begin() + 6 * static_cast<int>(i),
                                                             kImages.begin() + 6 * static_cast<int>(i + 1)))},
         {"offset", float_array({1, 2, 3}, std::vector<float>(kOffsets.begin() + 6 * static_cast<int>(i),
                                                              kOffsets.begin() + 6 * static_cast<int>(i + 1)))}});
  }
  CHECK(fed({folder / "offset", folder / "image/"}) == expected());
  CHECK(fed({folder / "both"}) == expected());
}

TEST_CASE("files that can't be used") {
  const Folder folder;
  const std::string image = folder.npy("image.npy", sample(kImages, 0, 4));
  CHECK(fed({}) == NoData().open(two_inputs().main()).error().text());
  CHECK(fed({image}) == "representative data: there is no array for input 1 'offset'");
  CHECK(fed({image, folder.npy("b.npy", sample(kOffsets, 0, 3))}) ==
        fmt::format("representative data: {}, {}: input 1 'offset' has 3 invocations, an input before it 4; all must "
                    "have as many",
                    image, folder / "b.npy"));
  std::filesystem::create_directories(folder / "empty");
  CHECK(fed({folder / "empty"}) == folder / "empty" + ": the folder has no .npy, .npz or picture");
  folder.npy("mixed/a.npy", sample(kImages, 0));
  folder.npy("mixed/b.npy", sample(kImages, 0, 2));
  CHECK(fed({folder / "mixed"}) ==
        folder / "mixed/b.npy" + ": is float32 2x2x3, the folder's first file float32 2x3; samples must be alike");
  REQUIRE(write_file(folder / "mixed/c.png", std::string_view("x")).ok());
  CHECK(fed({folder / "mixed"}) == folder / "mixed" + ": the folder has .npy and picture files; give one kind");
  REQUIRE(write_file(folder / "mixed/b.txt", std::string_view("x")).ok());
  CHECK(fed({folder / "mixed"}) ==
        folder / "mixed/b.txt" + ": only .npy, .npz, .png and .jpg files are read from a folder; convert or move it");
  CHECK(fed({folder / "none.npy"}) == folder / "none.npy" + ": can't open: No such file or directory");
  REQUIRE(write_file(folder / "cut.npy", std::string_view("\x93NUMPY\x01\x00\x76\x00{", 11)).ok());
  CHECK(fed({folder / "cut.npy"}) == folder / "cut.npy" + ": the .npy header is cut short");
}

TEST_CASE("an archive that was damaged is noticed while it is read") {
  const Folder folder;
  const std::string path = folder.npz("a.npz", {{"image", sample(kImages, 0, 4)}, {"offset", sample(kOffsets, 0, 4)}});
  Bytes bytes = *read_file(path);
  bytes[200] ^= 1;  // among the elements of the first array
  REQUIRE(write_file(path, std::span<const uint8_t>(bytes)).ok());
  CHECK(fed({path}) == path + ": array 'image.npy': can't be unpacked: CRC error");
}
