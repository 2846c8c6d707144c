// atoll quantize FLOAT.tflite -o OUT.tflite --data REP.npz
#include "quantizer/quantize.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <optional>

#include "common/tflite/writer.h"
#include "quantizer/observe/file_samples.h"
#include "quantizer/plan/quantizable.h"
#include "quantizer/prepare/prepare.h"
#include "tools/commands.h"
#include "tools/console.h"
#include "tools/model_file.h"
#include "tools/quantize_weights.h"
#include "tools/table.h"

namespace atl::tools {
namespace {

struct Options {
  std::string model, output, mode = "int8";
  std::optional<std::string> io, input_type, output_type;
  std::vector<std::string> data;
  std::optional<double> data_scale, data_offset;
  std::optional<int64_t> samples, min_elements;
  std::optional<std::string> calibration;
  std::optional<double> percentile;
  std::string refine;
  std::string save_ranges;
  std::vector<std::string> load_ranges;
  std::string output_file;  // the old spelling of -o
  bool post_training_quantize = false;
  bool show_tensors = false, json = false;
};

Result<graph::DType> edge_type(const std::optional<std::string>& own, const std::optional<std::string>& both,
                               quantizer::Scheme scheme) {
  const std::optional<std::string>& name = own ? own : both;
  if (!name) return activation_type(scheme);
  const std::optional<graph::DType> type = graph::dtype_from_name(*name);
  if (!type) return make_error(ErrorCode::kUsage, "{} is no type of inputs and outputs", *name);
  return *type;
}

// The mode for weights alone, if that is what is asked for.
std::optional<quantizer::WeightMode> weight_mode(const Options& options) {
  if (options.post_training_quantize || options.mode == "dynamic-range") return quantizer::WeightMode::kDynamicRange;
  if (options.mode == "weight-only") return quantizer::WeightMode::kWeightOnly;
  if (options.mode == "float16") return quantizer::WeightMode::kFloat16;
  return std::nullopt;
}

Status quantize_weights_alone(const Options& options, quantizer::WeightMode mode) {
  for (const auto& [given, flag] :
       {std::pair(!options.data.empty(), "--data"), std::pair(options.calibration.has_value(), "--calibration"),
        std::pair(!options.save_ranges.empty(), "--save-ranges"), std::pair(!options.refine.empty(), "--refine"),
        std::pair(!options.load_ranges.empty(), "--load-ranges"),
        std::pair(options.io || options.input_type || options.output_type, "--io")}) {
    if (!given) continue;
    return make_error(ErrorCode::kUsage, "{} is for modes that quantize activations; {} quantizes weights alone", flag,
                      options.post_training_quantize ? "--post_training_quantize" : "--mode " + options.mode);
  }
  ATOLL_ASSIGN(const graph::Model model, open_model(options.model));
  const std::string output = options.output.empty() ? options.output_file : options.output;
  if (output.empty()) return make_error(ErrorCode::kUsage, "-o is missing: where to write the quantized model");
  WeightQuantization request{
      options.model,
      output,
      options.post_training_quantize ? "dynamic-range" : options.mode,
      {mode, options.min_elements.value_or(quantizer::WeightOptions().min_elements), options.post_training_quantize},
      options.show_tensors,
      options.json};
  return quantize_weights(request, model);
}

Result<quantizer::Options> quantize_options(const Options& options) {
  quantizer::Options result;
  result.scheme = options.mode == "int8" ? quantizer::Scheme::kInt8 : quantizer::Scheme::kInt16x8;
  ATOLL_ASSIGN(result.input_type, edge_type(options.input_type, options.io, result.scheme));
  ATOLL_ASSIGN(result.output_type, edge_type(options.output_type, options.io, result.scheme));
  const std::string method = options.calibration.value_or("minmax");
  result.calibration = *quantizer::calibration_from_name(method);
  if (!options.refine.empty()) {
    ATOLL_ASSIGN(result.refine, quantizer::refinements_from_list(options.refine));
  }
  if (options.percentile) {
    if (method != "percentile") return make_error(ErrorCode::kUsage, "--percentile is for --calibration percentile");
    if (!(*options.percentile > 0 && *options.percentile <= 100)) {
      return make_error(ErrorCode::kUsage, "--percentile {}: must be above 0 and at most 100", *options.percentile);
    }
    result.percentile = *options.percentile;
  }
  return result;
}

Status load_ranges(const Options& options, quantizer::Options& how) {
  for (const std::string& path : options.load_ranges) {
    ATOLL_ASSIGN(const Bytes bytes, read_file(path));
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    ATOLL_ASSIGN(quantizer::RangeTable table, quantizer::parse_ranges(text, path));
    how.loaded_ranges.push_back(std::move(table));
  }
  return {};
}

Json tensor_json(const quantizer::TensorReport& row) {
  Json json{{"index", row.tensor},
            {"name", row.name},
            {"type", graph::dtype_name(row.type)},
            {"shape", row.shape},
            {"constant", row.constant}};
  if (row.quant.present()) {
    json["scale"] = row.quant.scale;
    json["zero_point"] = row.quant.zero_point;
    json["axis"] = row.quant.axis;
  }
  if (row.observed) json["observed"] = {row.observed->min, row.observed->max};
  return json;
}

Json report_json(const Options& options, const quantizer::Options& how, const quantizer::QuantizeResult& result,
                 size_t bytes_before) {
  const quantizer::Report& report = result.report;
  Json tensors = Json::array();
  for (const quantizer::TensorReport& row : report.tensors) tensors.push_back(tensor_json(row));
  return {{"model", options.model},
          {"output", options.output},
          {"mode", options.mode},
          {"input_type", graph::dtype_name(*how.input_type)},
          {"output_type", graph::dtype_name(*how.output_type)},
          {"calibration", quantizer::calibration_name(how.calibration)},
          {"samples", report.samples},
          {"prepared", result.prepared},
          {"refined", result.refined},
          {"file_bytes", {{"before", bytes_before}, {"after", report.file_bytes_after}}},
          {"constant_bytes", {{"before", report.constant_bytes_before}, {"after", report.constant_bytes_after}}},
          {"operators", {{"before", report.operators_before}, {"after", report.operators_after}}},
          {"tensors", tensors},
          {"warnings", result.warnings}};
}

void print_changes(const quantizer::QuantizeResult& result) {
  if (!result.prepared.empty()) print("prepared: {}\n", result.prepared);
  for (const std::string& line : result.refined) print("{}\n", line);
}

void print_summary(const Options& options, const quantizer::Options& how, const quantizer::Report& report,
                   size_t bytes_before) {
  if (options.show_tensors) print_text(quantizer::report_text(report));
  print("{} -> {}: {}, input {}, output {}, ranges from {}\n", options.model, options.output, options.mode,
        graph::dtype_name(*how.input_type), graph::dtype_name(*how.output_type),
        report.samples > 0 ? fmt::format("{} samples", report.samples) : "the model");
  print("{} -> {} bytes ({})\n", grouped(static_cast<int64_t>(bytes_before)),
        grouped(static_cast<int64_t>(report.file_bytes_after)),
        percent_text(static_cast<double>(report.file_bytes_after) / static_cast<double>(bytes_before)));
}

Status quantize(const Options& options) {
  if (const auto mode = weight_mode(options)) return quantize_weights_alone(options, *mode);
  if (options.min_elements) {
    return make_error(ErrorCode::kUsage, "--min-elements is for --mode dynamic-range and weight-only");
  }
  ATOLL_ASSIGN(quantizer::Options how, quantize_options(options));
  ATOLL_ASSIGN(const graph::Model model, open_model(options.model));
  // What the model rules out comes before anything that the command line lacks.
  Status quantizable = quantizer::check_quantizable(quantizer::prepare(model).model, how.scheme);
  if (!quantizable.ok()) return std::move(quantizable).error().with_place(options.model);
  if (options.output.empty()) return make_error(ErrorCode::kUsage, "-o is missing: where to write the quantized model");
  ATOLL_TRY(load_ranges(options, how));
  quantizer::FileSamples data(options.data, {options.data_scale, options.data_offset, options.samples});
  Result<quantizer::QuantizeResult> result = [&] {
    Progress progress;
    how.progress = [&](int64_t done, int64_t total) { progress.show(fmt::format("sample {} of {}", done, total)); };
    how.refine_progress = [&](size_t done, size_t total) {
      progress.show(fmt::format("refining operator {} of {}", done + 1, total));
    };
    return quantizer::quantize(model, how, data);
  }();
  if (!result.ok()) return std::move(result).error();
  warn(result->warnings);
  if (!options.save_ranges.empty()) {
    ATOLL_TRY(write_file(options.save_ranges, quantizer::format_ranges(result->ranges)));
  }
  ATOLL_TRY(tflite::save_model(result->model, options.output));
  std::error_code ignored;
  const auto bytes_before = static_cast<size_t>(std::filesystem::file_size(options.model, ignored));
  if (result->report.file_bytes_after > bytes_before) {
    warn(fmt::format("{} is larger than {}: what scales and zero points take is more than small constants save",
                     options.output, options.model));
  }
  if (options.json) {
    print_json(report_json(options, how, *result, bytes_before));
  } else {
    print_changes(*result);
    print_summary(options, how, result->report, bytes_before);
  }
  return {};
}

}  // namespace

void add_quantize(CLI::App& app, Action& action) {
  auto [command, options] =
      add_command(app, action, "quantize", "Makes an integer model of a float one.",
                  "atoll quantize float.tflite -o int8.tflite --data representative.npz", quantize);
  command->add_option("FLOAT.tflite", options->model, "the float32 model")->required();
  command->add_option("-o,--output", options->output, "the quantized model to write");
  command
      ->add_option("--mode", options->mode,
                   "what to quantize to: int8 and int16x8 need --data; the others quantize weights alone")
      ->check(CLI::IsMember({"int8", "int16x8", "dynamic-range", "weight-only", "float16"}))
      ->capture_default_str();
  const CLI::IsMember types({"int8", "uint8", "int16", "float32"});
  auto* io =
      command->add_option("--io", options->io, "type of inputs and outputs [int8, or int16 of int16x8]")->check(types);
  command->add_option("--input-type", options->input_type, "type of inputs [that of --io]")->check(types)->excludes(io);
  command->add_option("--output-type", options->output_type, "type of outputs [that of --io]")
      ->check(types)
      ->excludes(io);
  command
      ->add_option("--data", options->data,
                   "representative inputs, [samples, *input shape]: .npz, .npy, or a folder of them; may be repeated")
      ->allow_extra_args(false)
      ->type_name("REP.npz");
  command->add_option("--data-scale", options->data_scale, "fed is stored value * S + O [1]")->type_name("S");
  command->add_option("--data-offset", options->data_offset, "fed is stored value * S + O [0]")->type_name("O");
  command->add_option("--samples", options->samples, "use the first N samples")
      ->check(CLI::PositiveNumber)
      ->type_name("N");
  command
      ->add_option("--calibration", options->calibration,
                   "how ranges are learnt from the values seen: minmax, ema, percentile, mse or entropy [minmax]")
      ->check(CLI::IsMember({"minmax", "ema", "percentile", "mse", "entropy"}))
      ->type_name("METHOD");
  command->add_option("--percentile", options->percentile, "--calibration percentile keeps P % of the values [99.99]")
      ->type_name("P");
  command
      ->add_option("--refine", options->refine,
                   "adjust to the data, any of: equalize (ranges of channels), adaround (rounding of weights), bias")
      ->type_name("LIST");
  command->add_option("--save-ranges", options->save_ranges, "write every tensor's range")->type_name("F.json");
  command
      ->add_option("--load-ranges", options->load_ranges,
                   "ranges saved before, instead of --data or beside it; may be repeated, then they are merged")
      ->allow_extra_args(false)
      ->type_name("F.json");
  command
      ->add_option("--min-elements", options->min_elements,
                   "dynamic-range and weight-only leave weights of fewer elements in float32 [1024]")
      ->check(CLI::NonNegativeNumber)
      ->type_name("N");
  command->add_flag("--post_training_quantize", options->post_training_quantize,
                    "the older tool's spelling of its dynamic-range mode: FULLY_CONNECTED weights have one scale");
  command->add_option("--output_file", options->output_file, "the older tool's spelling of -o");
  command->add_flag("--show-tensors", options->show_tensors, "print scale, zero point and range of every tensor");
  command->add_flag("--json", options->json, "print JSON");
}

}  // namespace atl::tools
