#include <catch2/catch.hpp>
#include <cstring>
#include <string>

#include "common/arrays/array.h"

using namespace atl;
using namespace atl::arrays;

namespace {

// A .npy file as NumPy lays it out, from a header text and element bytes.
Bytes npy(const std::string& header, const Bytes& elements, int major = 1) {
  std::string text = header;
  const size_t before = 6 + 2 + (major == 1 ? 2 : 4);
  while ((before + text.size() + 1) % 64 != 0) text += ' ';
  text += '\n';
  Bytes bytes = {0x93, 'N', 'U', 'M', 'P', 'Y', static_cast<uint8_t>(major), 0};
  for (int i = 0; i < (major == 1 ? 2 : 4); ++i) bytes.push_back(static_cast<uint8_t>(text.size() >> (8 * i)));
  bytes.insert(bytes.end(), text.begin(), text.end());
  bytes.insert(bytes.end(), elements.begin(), elements.end());
  return bytes;
}

std::string error_of(const Bytes& bytes) {
  const auto result = parse_npy(bytes);
  return result.ok() ? "no error" : result.error().text();
}

Array int16_array(std::vector<int64_t> shape, const std::vector<int16_t>& values) {
  Array array{ElementType::kInt16, std::move(shape), Bytes(values.size() * 2)};
  std::memcpy(array.bytes.data(), values.data(), array.bytes.size());
  return array;
}

}  // namespace

TEST_CASE("a small array has exactly the bytes NumPy 1.24 writes") {
  // np.save(f, np.array([[1, 2, 3], [4, 5, -6]], dtype=np.int16))
  const std::string header = "{'descr': '<i2', 'fortran_order': False, 'shape': (2, 3), }";
  Bytes expected = {0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 0x76, 0x00};
  for (const char c : header) expected.push_back(static_cast<uint8_t>(c));
  expected.resize(127, ' ');
  expected.push_back('\n');
  for (const int b : {1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 0xFA, 0xFF}) expected.push_back(static_cast<uint8_t>(b));
  CHECK(format_npy(int16_array({2, 3}, {1, 2, 3, 4, 5, -6})) == expected);

  const auto parsed = parse_npy(expected);
  REQUIRE(parsed.ok());
  CHECK(parsed->type == ElementType::kInt16);
  CHECK(parsed->shape == std::vector<int64_t>{2, 3});
  CHECK(parsed->bytes == Bytes{1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 0xFA, 0xFF});
}

TEST_CASE("every element type and rank survives writing and reading") {
  for (const ElementType type :
       {ElementType::kFloat16, ElementType::kFloat32, ElementType::kFloat64, ElementType::kInt8, ElementType::kUint8,
        ElementType::kInt16, ElementType::kUint16, ElementType::kInt32, ElementType::kUint32, ElementType::kInt64,
        ElementType::kUint64, ElementType::kBool}) {
    for (const std::vector<int64_t>& shape :
         std::vector<std::vector<int64_t>>{{}, {1}, {5}, {0}, {2, 0, 3}, {2, 3, 4}, {1, 1, 1, 2, 3}}) {
      Array array{type, shape, {}};
      array.bytes.resize(static_cast<size_t>(array.num_elements()) * element_bytes(type));
      for (size_t i = 0; i < array.bytes.size(); ++i) array.bytes[i] = static_cast<uint8_t>(i * 37 + 1);
      const Bytes file = format_npy(array);
      CHECK((file.size() - array.bytes.size()) % 64 == 0);
      const auto back = parse_npy(file);
      REQUIRE(back.ok());
      CHECK(back->type == type);
      CHECK(back->shape == shape);
      CHECK(back->bytes == array.bytes);
    }
  }
}

TEST_CASE("format versions 2 and 3, other spellings and Fortran order are read") {
  const Bytes elements = {1, 2, 3, 4, 5, 6};
  for (const int major : {2, 3}) {
    const auto parsed = parse_npy(npy("{'descr': '|u1', 'fortran_order': False, 'shape': (6,), }", elements, major));
    REQUIRE(parsed.ok());
    CHECK(parsed->bytes == elements);
  }
  const auto spelled = parse_npy(npy("{\"shape\":(2L,3L),'fortran_order':False,'descr':'<u1'}", elements));
  REQUIRE(spelled.ok());
  CHECK(spelled->shape == std::vector<int64_t>{2, 3});

  // np.asfortranarray([[1, 3, 5], [2, 4, 6]]) is stored column by column.
  const auto fortran = parse_npy(npy("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }", elements));
  REQUIRE(fortran.ok());
  CHECK(fortran->bytes == Bytes{1, 3, 5, 2, 4, 6});

  Bytes cube(24);
  for (size_t i = 0; i < 24; ++i) cube[i] = static_cast<uint8_t>(i);
  const auto fortran3 = parse_npy(npy("{'descr': '|i1', 'fortran_order': True, 'shape': (2, 3, 4), }", cube));
  REQUIRE(fortran3.ok());
  for (size_t a = 0; a < 2; ++a) {
    for (size_t b = 0; b < 3; ++b) {
      for (size_t c = 0; c < 4; ++c) CHECK(fortran3->bytes[(a * 3 + b) * 4 + c] == a + 2 * b + 6 * c);
    }
  }
}

TEST_CASE("what is wrong with a .npy is said") {
  const std::string good = "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }";
  CHECK(error_of({}) == "not a .npy array: it does not start with the NumPy mark");
  CHECK(error_of({'h', 'e', 'l', 'l', 'o', ' ', 'w', 'o', 'r', 'l', 'd'}) ==
        "not a .npy array: it does not start with the NumPy mark");
  CHECK(error_of(npy(good, {1})) == "the array's shape and type need 2 bytes of elements, the file has 1");
  CHECK(error_of(npy(good, {1, 2, 3})) == "the array's shape and type need 2 bytes of elements, the file has 3");
  CHECK(error_of(npy("{'descr': '>f4', 'fortran_order': False, 'shape': (), }", {1, 2, 3, 4})) ==
        "the array is big-endian ('>f4'); save it as little-endian '<f4'");
  CHECK(error_of(npy("{'descr': '|O', 'fortran_order': False, 'shape': (2,), }", {1, 2})) ==
        "element type '|O' is not supported; use float16, float32, float64, bool or an integer type");
  CHECK(error_of(npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }", {1, 2})) ==
        "not a valid .npy header: 'descr' is not a plain element type (structured arrays are not supported)");
  CHECK(error_of(npy("{'descr': '|u1', 'fortran_order': 0, 'shape': (2,), }", {1, 2})) ==
        "not a valid .npy header: 'fortran_order' is neither True nor False");
  CHECK(error_of(npy("{'descr': '|u1', 'fortran_order': False, 'shape': (-2,), }", {1, 2})) ==
        "not a valid .npy header: 'shape' is not a tuple of extents");
  CHECK(error_of(npy("{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296), }", {})) ==
        "not a valid .npy header: the shape is too large");
  CHECK(error_of(npy("{'descr': '|u1', 'fortran_order': False}", {})) ==
        "not a valid .npy header: 'descr', 'fortran_order' or 'shape' is missing");
  CHECK(error_of(npy(good + " {}", {1, 2})) == "not a valid .npy header: text after the dictionary");
  Bytes version = npy(good, {1, 2});
  version[6] = 4;
  CHECK(error_of(version) == ".npy format version 4.0 is unknown; versions 1 to 3 are read");
}

TEST_CASE("truncated or altered .npy bytes never crash, and a truncated file is never accepted") {
  const Bytes good = format_npy(int16_array({3, 2}, {1, 2, 3, 4, 5, 6}));
  for (size_t length = 0; length < good.size(); ++length) {
    CHECK_FALSE(parse_npy(std::span(good).first(length)).ok());
  }
  uint64_t state = 1;
  for (int round = 0; round < 20000; ++round) {
    Bytes bytes = good;
    for (int change = 0; change < 3; ++change) {
      state = state * 6364136223846793005u + 1442695040888963407u;
      bytes[(state >> 33) % bytes.size()] = static_cast<uint8_t>(state >> 25);
    }
    const auto result = parse_npy(bytes);
    if (!result.ok()) continue;
    CHECK(static_cast<int64_t>(result->bytes.size()) ==
          result->num_elements() * static_cast<int64_t>(element_bytes(result->type)));
  }
}
