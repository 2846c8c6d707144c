// Models said in the schema's own classes, for what the IR or the writer would never say.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/base/file.h"
#include "schema_generated.h"

namespace atl::tflite::testing {

namespace fb = ::atl::tflite::schema;

inline Bytes packed(const fb::ModelT& model) {
  flatbuffers::FlatBufferBuilder builder;
  fb::FinishModelBuffer(builder, fb::Model::Pack(builder, &model));
  return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

inline std::unique_ptr<fb::TensorT> tensor(const std::string& name, std::vector<int32_t> shape) {
  auto result = std::make_unique<fb::TensorT>();
  result->name = name;
  result->shape = std::move(shape);
  result->has_rank = true;
  return result;
}

}  // namespace atl::tflite::testing
