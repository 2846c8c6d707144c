// Models of files that must be sound.
#pragma once

#include <catch2/catch.hpp>
#include <string>

#include "common/tflite/reader.h"

namespace atl::quantizer::test {

inline graph::Model load(const std::string& path) {
  auto model = tflite::load_model(path);
  if (!model.ok()) FAIL(model.error().text());
  return std::move(model).value();
}

}  // namespace atl::quantizer::test
