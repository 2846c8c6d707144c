#include "tools/inspect_model.h"

#include <set>

#include "common/graph/op_macs.h"
#include "common/graph/printer.h"
#include "isa/disassembler.h"
#include "runtime/segments.h"
#include "tools/console.h"
#include "tools/inspect_program.h"
#include "tools/model_file.h"
#include "tools/table.h"

namespace atl::tools {
namespace {

const graph::Tensor& tensor_at(const graph::Subgraph& subgraph, int32_t index) {
  return subgraph.tensors[static_cast<size_t>(index)];
}

// Bytes of all constants; one that several tensors share counts once.
uint64_t constant_bytes(const graph::Model& model) {
  std::set<const void*> seen;
  uint64_t bytes = 0;
  for (const graph::Subgraph& subgraph : model.subgraphs) {
    for (const graph::Tensor& tensor : subgraph.tensors) {
      if (tensor.data && seen.insert(tensor.data.get()).second) bytes += tensor.data->size();
    }
  }
  return bytes;
}

Json tensor_json(const graph::Tensor& tensor) {
  Json json{{"name", tensor.name}, {"type", graph::dtype_name(tensor.type)}, {"shape", tensor.shape}};
  if (tensor.quant.present()) {
    json["scale"] = tensor.quant.scale;
    json["zero_point"] = tensor.quant.zero_point;
  }
  return json;
}

Json tensors_json(const graph::Subgraph& subgraph, const std::vector<int32_t>& indices) {
  Json json = Json::array();
  for (const int32_t index : indices) json.push_back(tensor_json(tensor_at(subgraph, index)));
  return json;
}

Json ops_json(const graph::Subgraph& subgraph) {
  Json json = Json::array();
  for (size_t i = 0; i < subgraph.ops.size(); ++i) {
    const graph::Op& op = subgraph.ops[i];
    json.push_back({{"index", i},
                    {"kind", graph::op_name(op)},
                    {"attributes", graph::print_attributes(op)},
                    {"inputs", op.inputs},
                    {"outputs", op.outputs},
                    {"macs", graph::op_macs({subgraph, op})}});
    if (op.kind == graph::OpKind::kUnknown && !runtime::is_accelerator_op(op)) {
      json.back()["refused"] = graph::refusal(op);
    }
  }
  return json;
}

Json subgraph_json(const graph::Subgraph& subgraph) {
  return {{"name", subgraph.name},
          {"tensors", subgraph.tensors.size()},
          {"inputs", tensors_json(subgraph, subgraph.inputs)},
          {"outputs", tensors_json(subgraph, subgraph.outputs)},
          {"ops", ops_json(subgraph)}};
}

std::string tensor_list(const graph::Subgraph& subgraph, const std::vector<int32_t>& indices, const char* title) {
  Table table("ll");
  for (const int32_t index : indices) {
    const graph::Tensor& tensor = tensor_at(subgraph, index);
    table.add({graph::quoted(tensor.name), tensor_text(tensor)});
  }
  return fmt::format("{}\n{}", title, table.text("  "));
}

// What the model says of an op, or why it can't be run.
std::string remark(const graph::Op& op) {
  if (runtime::is_accelerator_op(op)) return "accelerator segment";
  return op.kind == graph::OpKind::kUnknown ? graph::refusal(op) : graph::print_attributes(op);
}

std::string op_table(const graph::Subgraph& subgraph) {
  Table table("rllrll", {"#", "operator", "output", "MACs", "name", "attributes"});
  for (size_t i = 0; i < subgraph.ops.size(); ++i) {
    const graph::Op& op = subgraph.ops[i];
    const graph::Tensor* output = op.outputs.empty() ? nullptr : &tensor_at(subgraph, op.outputs.front());
    table.add({fmt::format("{}", i), graph::op_name(op),
               output ? fmt::format("{} {}", graph::dtype_name(output->type), graph::shape_text(output->shape)) : "",
               grouped(static_cast<int64_t>(graph::op_macs({subgraph, op}))),
               output ? shortened(graph::quoted(output->name)) : "", remark(op)});
  }
  return table.text("  ");
}

std::string subgraph_text(const graph::Subgraph& subgraph) {
  return tensor_list(subgraph, subgraph.inputs, "inputs") + tensor_list(subgraph, subgraph.outputs, "outputs") +
         "operators\n" + op_table(subgraph);
}

uint64_t total_macs(const graph::Subgraph& subgraph) {
  uint64_t macs = 0;
  for (const graph::Op& op : subgraph.ops) macs += graph::op_macs({subgraph, op});
  return macs;
}

void print_model(const InspectedModel& inspected, const std::vector<runtime::Segment>& segments) {
  const graph::Model& model = inspected.model;
  print("{}: {}, {} bytes\n", inspected.path,
        segments.empty() ? "TensorFlow Lite model" : "TensorFlow Lite model compiled by Atoll",
        grouped(static_cast<int64_t>(inspected.file_bytes)));
  if (!model.description.empty()) print("description {}\n", graph::quoted(model.description));
  print("{} bytes of constants, {} MACs\n", grouped(static_cast<int64_t>(constant_bytes(model))),
        grouped(static_cast<int64_t>(total_macs(model.main()))));
  for (size_t i = 0; i < model.subgraphs.size(); ++i) {
    const graph::Subgraph& subgraph = model.subgraphs[i];
    print("\nsubgraph {} {}: {} operators, {} tensors\n", i, graph::quoted(subgraph.name), subgraph.ops.size(),
          subgraph.tensors.size());
    print_text(subgraph_text(subgraph));
  }
  for (const runtime::Segment& segment : segments) {
    print("\n# program of {}\n{}", graph::op_label(model.main(), segment.op_index), program_summary(segment.program));
    print_text(isa::disassemble(segment.program, {.constants = inspected.constants}));
  }
}

Json model_json(const InspectedModel& inspected, const std::vector<runtime::Segment>& segments) {
  const graph::Model& model = inspected.model;
  Json json{{"file", inspected.path},
            {"kind", segments.empty() ? "model" : "compiled model"},
            {"file_bytes", inspected.file_bytes},
            {"description", model.description},
            {"constant_bytes", constant_bytes(model)},
            {"macs", total_macs(model.main())}};
  json["subgraphs"] = Json::array();
  for (const graph::Subgraph& subgraph : model.subgraphs) json["subgraphs"].push_back(subgraph_json(subgraph));
  json["programs"] = Json::array();
  for (const runtime::Segment& segment : segments) {
    json["programs"].push_back(program_json(segment.program));
    json["programs"].back()["op"] = segment.op_index;
  }
  return json;
}

}  // namespace

Status inspect_model(const InspectedModel& inspected, bool ir, bool json) {
  if (ir) {
    print_text(graph::print(inspected.model));
    return {};
  }
  auto segments = runtime::read_segments(inspected.model);
  if (!segments.ok()) return std::move(segments).error().with_place(inspected.path);
  if (json) {
    print_json(model_json(inspected, *segments));
  } else {
    print_model(inspected, *segments);
  }
  return {};
}

}  // namespace atl::tools
