// Which array of a file feeds which input of a model.
//
// An array is named like the input's tensor (array_name of tensor_arrays.h, or the plain name where only one input has
// it), or by the input's position: "0", "1", ... It has the input's type, and its exact shape for one invocation, or
// one more axis in front for as many invocations as that axis is long.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "common/arrays/array.h"
#include "common/base/result.h"
#include "common/graph/model.h"

namespace atl::kernels {

struct BindOptions {
  // Representative data may leave out an input's first axis where its extent is 1: [samples, H, W, C] for 1 x H x W x
  // C.
  bool allow_missing_batch = false;
  // float32 inputs take arrays of every element type as they are: the caller converts them (BoundInputs::type) and
  // looks for NaN itself.
  bool raw_float_inputs = false;
};

// What an array is, without its elements.
struct ArrayForm {
  std::string name;
  arrays::ElementType type;
  std::vector<int64_t> shape;
};

// Which of some arrays feeds which input.
struct InputMatch {
  int64_t invocations = 1;
  bool leading_axis = false;
  std::vector<size_t> array_of;  // by position
};

// The position of the input that an array's name stands for, if any.
std::optional<size_t> input_position(const graph::Subgraph& subgraph, const std::string& name);

// As bind_inputs, but for values: whoever reads the arrays looks for NaN.
Result<InputMatch> match_inputs(const graph::Subgraph& subgraph, const std::vector<ArrayForm>& arrays,
                                const BindOptions& options = {});

class BoundInputs {
 public:
  int64_t invocations() const { return invocations_; }
  // Whether the arrays had an axis of invocations; outputs then get one too.
  bool leading_axis() const { return leading_axis_; }
  // The element type of the array behind the input at a position.
  arrays::ElementType type(size_t position) const { return arrays_.at(position).type; }
  // The bytes of the input at a position for an invocation.
  std::span<const uint8_t> bytes(size_t position, int64_t invocation) const {
    const std::span<const uint8_t> all = arrays_.at(position).bytes;
    const size_t each = all.size() / static_cast<size_t>(invocations_);
    return all.subspan(static_cast<size_t>(invocation) * each, each);
  }

 private:
  friend Result<BoundInputs> bind_inputs(const graph::Subgraph&, arrays::NamedArrays, const BindOptions&);

  int64_t invocations_ = 1;
  bool leading_axis_ = false;
  std::vector<arrays::Array> arrays_;  // by position
};

// kInvalid, with every problem: an array that names no input, an input without an array or with two, a wrong type or
// shape, NaN in a float input, no invocation at all, inputs that disagree on their number.
Result<BoundInputs> bind_inputs(const graph::Subgraph& subgraph, arrays::NamedArrays arrays,
                                const BindOptions& options = {});

}  // namespace atl::kernels
