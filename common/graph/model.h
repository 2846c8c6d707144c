// The one intermediate representation, of float and integer models alike: a model is subgraphs of tensors and
// operators.
//
// Tensors and operators are referred to by their index in the subgraph, and keep their order from file to file.
// What the IR does not interpret (option tables of unknown operators, sparsity, ...) it carries in Opaque, so that
// reading and writing a model loses nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/graph/attributes.h"
#include "common/graph/dtype.h"
#include "common/graph/ops.h"

namespace atl::graph {

using Shape = std::vector<int32_t>;  // extents, outermost first; a scalar has none

// Elements of a shape: the product of its extents (1 for a scalar). Extents must be >= 0 and the product < 2^56.
int64_t num_elements(const Shape& shape);
// The same for a shape nobody has checked yet: nothing when an extent is negative or the product reaches 2^56.
std::optional<int64_t> checked_num_elements(const Shape& shape);
std::string shape_text(const Shape& shape);  // "1x224x224x3", "scalar"

// Affine quantization: real = scale * (q - zero_point). Empty scale: not quantized.
// One scale: per-tensor. Several: per-channel along `axis`, scale.size() == shape[axis].
struct Quantization {
  std::vector<float> scale;
  std::vector<int64_t> zero_point;  // as many as scales
  int32_t axis = 0;
  std::vector<float> min, max;  // stored ranges, if the file has them; not used by the kernels

  bool operator==(const Quantization&) const = default;

  bool present() const { return !scale.empty(); }
  bool per_channel() const { return scale.size() > 1; }
};

// Something a file format wants back when it writes the model; the graph only keeps it.
class Opaque {
 public:
  virtual ~Opaque() = default;
};
using OpaquePtr = std::shared_ptr<const Opaque>;

// Constant bytes, little-endian, elements packed as in the file (int4: two a byte, low nibble first). Shared, never
// changed.
using Buffer = std::shared_ptr<const std::vector<uint8_t>>;
Buffer make_buffer(std::vector<uint8_t> bytes);

struct Tensor {
  std::string name;
  DType type = DType::kFloat32;
  Shape shape;
  Shape shape_signature;  // with -1 where the extent may change; empty when the file has none
  bool has_rank = false;  // an empty shape is a scalar, not an unknown rank
  Quantization quant;
  Buffer data;  // null: not a constant
  bool is_variable = false;
  bool open_shape = false;  // the shape is a placeholder, known only when the model runs (open_shapes.h)
  // False when the bytes or the quantization are in a form that only the file format knows (sparse, blockwise scales,
  // bytes in another file). Such a tensor is kept from file to file; operators that use it are OpKind::kUnknown.
  bool plain = true;
  OpaquePtr opaque;

  bool is_constant() const { return data != nullptr; }
};

// Bytes of a tensor of this shape and type, packed (int4: two elements a byte); 0 for types without a fixed size.
int64_t num_bytes(const Shape& shape, DType type);

inline constexpr int32_t kNoTensor = -1;  // an optional input that is left out

struct Op {
  OpKind kind = OpKind::kUnknown;
  int32_t builtin_code = -1;  // BuiltinOperator of the file, for every op, known or not
  std::string custom_code;    // of a custom operator
  int32_t version = 0;        // of the operator; 0: the writer takes the lowest that has these types and attributes
  Attributes attrs;
  std::vector<int32_t> inputs;  // tensor indices or kNoTensor
  std::vector<int32_t> outputs;
  std::vector<int32_t> intermediates;
  std::vector<uint8_t> custom_options;
  std::string set_aside;  // of a kUnknown op whose builtin has a row: why it is not treated as that operator
  OpaquePtr opaque;       // the file's own option tables
  std::optional<size_t> shown_index;  // in messages, of an op that was taken out of its subgraph
};

struct Subgraph {
  std::string name;
  std::vector<Tensor> tensors;
  std::vector<Op> ops;  // in execution order
  std::vector<int32_t> inputs, outputs;
  OpaquePtr opaque;
};

struct SignatureEntry {
  std::string name;
  int32_t tensor = kNoTensor;
};

struct Signature {
  std::string key;
  int32_t subgraph = 0;
  std::vector<SignatureEntry> inputs, outputs;
  OpaquePtr opaque;
};

struct Metadata {
  std::string name;
  Buffer data;
};

struct Model {
  uint32_t version = 3;
  std::string description;
  std::vector<Subgraph> subgraphs;  // at least one; the first is the main one
  std::vector<Signature> signatures;
  std::vector<Metadata> metadata;
  OpaquePtr opaque;

  const Subgraph& main() const { return subgraphs.front(); }
  Subgraph& main() { return subgraphs.front(); }
};

// "CONV_2D" or, for operators without a row, the builtin operator's name ("MUL"); "CUSTOM(code)" for a custom one.
std::string op_name(const Op& op);
// "CONV_2D #12 'model/conv/BiasAdd'": op_name, index in the subgraph, name of the first output.
// Used in every message about an op; works on operators that the verifier has not seen yet.
std::string op_label(const Subgraph& subgraph, size_t op_index);
// Why an operator of kind kUnknown can't be run, as a clause: "is not an operator that Atoll knows". To be put after
// its op_label in whatever refuses it.
std::string refusal(const Op& op);
// "tensor #7 'model/conv/weights'".
std::string tensor_label(const Subgraph& subgraph, size_t tensor_index);
// A name from a file as messages print it: in single quotes, control characters and invalid UTF-8 as \\xNN, cut at 120
// bytes.
std::string quoted(std::string_view name);

}  // namespace atl::graph
