// atoll run MODEL.tflite: the reference operators, no accelerator.
#include <CLI/CLI.hpp>

#include "common/kernels/interpreter.h"
#include "common/kernels/tensor_arrays.h"
#include "runtime/segments.h"
#include "tools/commands.h"
#include "tools/console.h"
#include "tools/flags.h"
#include "tools/invocations.h"
#include "tools/kept_tensors.h"
#include "tools/labels.h"
#include "tools/model_file.h"
#include "tools/output_summary.h"

namespace atl::tools {
namespace {

struct Options {
  std::string model, output, labels, signature;
  InputFlags input;
  FcRequantFlag fc_requant;
  bool all_tensors = false, keep_state = false, json = false;
};

// The subgraph to run. That of a signature gets the signature's names for its inputs and outputs.
Result<int32_t> choose_subgraph(graph::Model& model, const Options& options) {
  if (options.signature.empty()) return 0;
  std::vector<std::string> keys;
  for (const graph::Signature& signature : model.signatures) {
    keys.push_back(graph::quoted(signature.key));
    if (signature.key != options.signature) continue;
    graph::Subgraph& subgraph = model.subgraphs[static_cast<size_t>(signature.subgraph)];
    for (const auto* entries : {&signature.inputs, &signature.outputs}) {
      for (const graph::SignatureEntry& entry : *entries) {
        subgraph.tensors[static_cast<size_t>(entry.tensor)].name = entry.name;
      }
    }
    return signature.subgraph;
  }
  return make_error(ErrorCode::kUsage, "--signature: {} has no signature {}; it has {}", options.model,
                    graph::quoted(options.signature), keys.empty() ? "none" : fmt::format("{}", fmt::join(keys, ", ")));
}

Result<kernels::Interpreter> make_interpreter(const graph::Model& model, int32_t subgraph, const Options& options) {
  kernels::InterpreterOptions settings;
  settings.subgraph = subgraph;
  settings.kernels.fc_requant = options.fc_requant.kernel_option();
  settings.preserve_all = options.all_tensors;
  Result<kernels::Interpreter> interpreter = kernels::Interpreter::create(model, settings);
  if (!interpreter.ok()) return std::move(interpreter).error().with_place(options.model);
  return interpreter;
}

Result<arrays::NamedArrays> run_all(const std::string& model, kernels::Interpreter& interpreter,
                                    const Invocations& invocations, const std::vector<size_t>& tensors,
                                    bool keep_state) {
  ATOLL_ASSIGN(auto collector,
               kernels::ArrayCollector::create(interpreter.subgraph(), tensors, invocations.leading_axis()));
  Progress progress;
  for (int64_t i = 0; i < invocations.count(); ++i) {
    progress.show(fmt::format("invocation {} of {}", i + 1, invocations.count()));
    ATOLL_ASSIGN(const std::vector<Bytes> inputs, invocations.inputs(i));
    if (!keep_state) interpreter.clear_state();
    for (size_t k = 0; k < inputs.size(); ++k) interpreter.set_input(k, inputs[k]);
    if (Status done = interpreter.invoke(); !done.ok()) return std::move(done).error().with_place(model);
    for (size_t k = 0; k < tensors.size(); ++k) ATOLL_TRY(collector.append(k, interpreter.tensor(tensors[k])));
  }
  return std::move(collector).take();
}

void print_result(const Options& options, const graph::Subgraph& subgraph, const arrays::NamedArrays& arrays,
                  InvocationAxis axis, const std::optional<Accuracy>& accuracy) {
  if (options.json) {
    Json json{
        {"model", options.model}, {"invocations", axis.invocations}, {"outputs", outputs_json(subgraph, arrays, axis)}};
    if (accuracy) {
      json["accuracy"] = accuracy->fraction();
      json["correct"] = accuracy->correct;
    }
    print_json(json);
    return;
  }
  if (options.output.empty() && !accuracy) print_text(outputs_text(subgraph, arrays, axis));
  if (!options.output.empty()) print("{}: {}\n", options.output, arrays_text(arrays, axis.invocations));
  if (accuracy) {
    print("accuracy: {:.2f} % ({} of {})\n", accuracy->fraction() * 100, accuracy->correct, accuracy->total);
  }
}

Result<std::optional<Accuracy>> measure_accuracy(const std::string& labels, const graph::Subgraph& subgraph,
                                                 const arrays::NamedArrays& arrays, int64_t invocations) {
  if (labels.empty()) return std::optional<Accuracy>();
  ATOLL_ASSIGN(const std::vector<int64_t> classes, read_labels(labels));
  if (subgraph.outputs.empty()) {
    return make_error(ErrorCode::kUnsupported, "--labels needs a model with an output, and this one has none");
  }
  const std::string name = kernels::array_name(subgraph, static_cast<size_t>(subgraph.outputs.front()));
  Result<Accuracy> measured = accuracy(*find_array(arrays, name), invocations, classes);
  if (!measured.ok()) return std::move(measured).error().with_place(labels);
  return std::optional<Accuracy>(*measured);
}

Status run(const Options& options) {
  ATOLL_ASSIGN(graph::Model model, open_model(options.model));
  if (runtime::is_compiled(model)) {
    return make_error(
        ErrorCode::kUnsupported,
        "{}: this is a compiled model; simulate runs it, and run takes the model that it was compiled from",
        options.model);
  }
  ATOLL_ASSIGN(const int32_t index, choose_subgraph(model, options));
  const graph::Subgraph& subgraph = model.subgraphs[static_cast<size_t>(index)];
  ATOLL_ASSIGN(kernels::Interpreter interpreter, make_interpreter(model, index, options));
  ATOLL_TRY(check_all_tensors(options.all_tensors, options.output));
  ATOLL_ASSIGN(const Invocations invocations, Invocations::create(subgraph, options.input));
  const std::vector<size_t> tensors =
      options.all_tensors ? all_tensors(subgraph, [&](size_t tensor) { return interpreter.has_tensor(tensor); })
                          : output_tensors(subgraph);
  ATOLL_ASSIGN(const arrays::NamedArrays arrays,
               run_all(options.model, interpreter, invocations, tensors, options.keep_state));
  ATOLL_ASSIGN(const std::optional<Accuracy> accuracy,
               measure_accuracy(options.labels, subgraph, arrays, invocations.count()));
  if (!options.output.empty()) ATOLL_TRY(arrays::write_npz(options.output, arrays));
  print_result(options, subgraph, arrays, {invocations.count(), invocations.leading_axis()}, accuracy);
  return {};
}

}  // namespace

void add_run(CLI::App& app, Action& action) {
  auto [command, options] = add_command(app, action, "run", "Runs a model on the reference operators, no accelerator.",
                                        "atoll run model.tflite --input digits.npz --labels labels.npy", run);
  command->add_option("MODEL.tflite", options->model, "the model")->required();
  options->input.add_to(*command);
  command->add_option("--output", options->output, "write the outputs")->type_name("F.npz");
  command->add_flag("--all-tensors", options->all_tensors, "write every tensor to --output, not the outputs alone");
  command->add_option("--labels", options->labels,
                      "class numbers, one an invocation (array or text): prints the accuracy of the first output");
  command->add_flag("--keep-state", options->keep_state, "variables keep their values from one invocation to the next");
  command->add_option("--signature", options->signature, "run the subgraph of this signature, by its names")
      ->type_name("NAME");
  options->fc_requant.add_to(*command);
  command->add_flag("--json", options->json, "print JSON");
}

}  // namespace atl::tools
