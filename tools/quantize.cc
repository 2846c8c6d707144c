// atoll quantize FLOAT.tflite -o OUT.tflite --data REP.npz
#include "quantizer/quantize.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <optional>

#include "common/tflite/writer.h"
#include "quantizer/observe/file_samples.h"
#include "quantizer/plan/coral.h"
#include "quantizer/plan/recipe.h"
#include "tools/commands.h"
#include "tools/console.h"
#include "tools/model_file.h"
#include "tools/quality_report.h"
#include "tools/quantize_result.h"
#include "tools/quantize_weights.h"

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
  std::string recipe;
  std::optional<std::string> target;
  QualityRequest quality;
  bool post_training_quantize = false, float_fallback = false;
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

Result<quantizer::Recipe> load_recipe(const Options& options) {
  if (options.recipe.empty()) return quantizer::Recipe();
  ATOLL_ASSIGN(const Bytes bytes, read_file(options.recipe));
  return quantizer::parse_recipe({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, options.recipe);
}

// The mode for weights alone, if that is what is asked for.
std::optional<quantizer::WeightMode> weight_mode(const Options& options) {
  if (options.post_training_quantize) return quantizer::WeightMode::kDynamicRange;
  return quantizer::weight_mode(*quantizer::precision_from_name(options.mode));
}

// What asks for weights alone.
std::string weights_alone_text(const Options& options) {
  if (options.post_training_quantize) return "--post_training_quantize";
  return weight_mode(options) ? "--mode " + options.mode : "the recipe " + options.recipe;
}

OpenData data_opener(const Options& options) {
  return [paths = options.data,
          sampling = quantizer::SampleOptions{options.data_scale, options.data_offset, options.samples}] {
    return std::make_unique<quantizer::FileSamples>(paths, sampling);
  };
}

Status check_quality(const Options& options) {
  ATOLL_TRY(check_request(options.quality));
  if (!options.quality.any() || !options.data.empty()) return {};
  return make_error(ErrorCode::kUsage, "--report and --sensitivity compare the two models on data: give --data");
}

std::string mode_text(const Options& options) {
  if (options.post_training_quantize) return "dynamic-range";
  return weight_mode(options) ? options.mode : "recipe";
}

// `choices` of a recipe, or none.
Status quantize_weights_alone(const Options& options, const graph::Model& model, quantizer::WeightMode mode,
                              std::vector<quantizer::OpChoice> choices) {
  for (const auto& [given, flag] :
       {std::pair(!options.data.empty() && !options.quality.any(), "--data"),
        std::pair(options.calibration.has_value(), "--calibration"),
        std::pair(!options.save_ranges.empty(), "--save-ranges"), std::pair(!options.refine.empty(), "--refine"),
        std::pair(!options.load_ranges.empty(), "--load-ranges"),
        std::pair(options.io || options.input_type || options.output_type, "--io"),
        std::pair(options.quality.sensitivity, "--sensitivity"), std::pair(options.float_fallback, "--float-fallback"),
        std::pair(options.target.has_value(), "--target")}) {
    if (!given) continue;
    return make_error(ErrorCode::kUsage, "{} is for modes that quantize activations; {} quantizes weights alone", flag,
                      weights_alone_text(options));
  }
  const bool any = std::any_of(choices.begin(), choices.end(), [](const quantizer::OpChoice& choice) {
    return quantizer::weight_mode(choice.precision).has_value();
  });
  if (!choices.empty() && !any) {
    return make_error(ErrorCode::kUnsupported, "{}: leaves every operator in float32, so there is nothing to quantize",
                      options.recipe);
  }
  const std::string output = options.output.empty() ? options.output_file : options.output;
  if (output.empty()) return make_error(ErrorCode::kUsage, "-o is missing: where to write the quantized model");
  ATOLL_TRY(check_quality(options));
  WeightQuantization request{options.model,
                             output,
                             mode_text(options),
                             {mode, options.min_elements.value_or(quantizer::WeightOptions().min_elements),
                              options.post_training_quantize, std::move(choices)},
                             options.show_tensors,
                             options.json,
                             options.quality,
                             data_opener(options)};
  return quantize_weights(request, model);
}

bool is_coral(const Options& options) { return options.target == "coral"; }

Result<quantizer::Options> quantize_options(const Options& options) {
  if (is_coral(options) && options.mode != "int8") {
    return make_error(ErrorCode::kUsage, "--target coral is for --mode int8; the Edge TPU has no {}", options.mode);
  }
  quantizer::Options result;
  result.scheme = options.mode == "int8" ? quantizer::Scheme::kInt8 : quantizer::Scheme::kInt16x8;
  ATOLL_ASSIGN(result.input_type, edge_type(options.input_type, options.io, result.scheme));
  ATOLL_ASSIGN(result.output_type, edge_type(options.output_type, options.io, result.scheme));
  const std::string method = options.calibration.value_or("minmax");
  result.calibration = *quantizer::calibration_from_name(method);
  result.float_fallback = options.float_fallback;
  result.one_scale_for_dense = is_coral(options);
  result.min_elements = options.min_elements.value_or(result.min_elements);
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

Status quantize_activations(const Options& options, const graph::Model& model, const quantizer::Recipe& recipe) {
  ATOLL_ASSIGN(quantizer::Options how, quantize_options(options));
  if (!options.recipe.empty()) how.recipe = &recipe;
  // What the model rules out comes before anything that the command line lacks.
  Result<quantizer::Groundwork> work = quantizer::lay_groundwork(model, how);
  if (!work.ok() && work.error().code() != ErrorCode::kUnsupported) return std::move(work).error();
  if (!work.ok()) return std::move(work).error().with_place(options.model);
  if (options.output.empty()) return make_error(ErrorCode::kUsage, "-o is missing: where to write the quantized model");
  ATOLL_TRY(check_quality(options));
  ATOLL_TRY(load_ranges(options, how));
  const std::unique_ptr<quantizer::RepresentativeData> data = data_opener(options)();
  Result<quantizer::QuantizeResult> result = [&] {
    Progress progress;
    how.progress = [&](int64_t done, int64_t total) { progress.show(fmt::format("sample {} of {}", done, total)); };
    how.refine_progress = [&](size_t done, size_t total) {
      progress.show(fmt::format("refining operator {} of {}", done + 1, total));
    };
    return quantizer::quantize(model, std::move(work).value(), how, *data);
  }();
  if (!result.ok()) return std::move(result).error();
  std::error_code ignored;
  const auto bytes_before = static_cast<size_t>(std::filesystem::file_size(options.model, ignored));
  result->report.file_bytes_before = bytes_before;
  if (options.quality.any()) ATOLL_TRY(measure(options.quality, data_opener(options), *result));
  if (is_coral(options)) {
    for (std::string& warning : quantizer::coral_warnings(result->model)) result->warnings.push_back(warning);
  }
  warn(result->warnings);
  if (!options.save_ranges.empty()) {
    ATOLL_TRY(write_file(options.save_ranges, quantizer::format_ranges(result->ranges)));
  }
  ATOLL_TRY(tflite::save_model(result->model, options.output));
  ATOLL_TRY(write_reports(options.quality, result->report,
                          fmt::format("{} in {}: {}", options.model, options.mode, options.output)));
  if (result->report.file_bytes_after > bytes_before) {
    result->warnings.push_back(
        fmt::format("{} is larger than {}: what scales and zero points take is more than small constants save",
                    options.output, options.model));
    warn(result->warnings.back());
  }
  const QuantizationSummary summary{options.model,   options.output,   options.mode,   options.recipe,
                                    *how.input_type, *how.output_type, how.calibration};
  if (options.json) {
    print_json(quantization_json(summary, *result));
  } else {
    const std::string table = options.quality.table() ? quality_text(result->report) : std::string();
    print_quantization(summary, *result, options.show_tensors, table);
  }
  return {};
}

// Without a flag's value being wrong: what --mode and --recipe choose, operator by operator.
Result<std::vector<quantizer::OpChoice>> chosen(const Options& options, const graph::Model& model,
                                                const quantizer::Recipe& recipe) {
  if (options.recipe.empty()) return std::vector<quantizer::OpChoice>();
  return quantizer::choose(model, {*quantizer::precision_from_name(options.mode), false, &recipe});
}

Status quantize(const Options& options) {
  if (options.min_elements && !weight_mode(options) && options.recipe.empty()) {
    return make_error(ErrorCode::kUsage, "--min-elements is for --mode dynamic-range and weight-only");
  }
  ATOLL_ASSIGN(const quantizer::Recipe recipe, load_recipe(options));
  ATOLL_ASSIGN(const graph::Model model, open_model(options.model));
  ATOLL_ASSIGN(std::vector<quantizer::OpChoice> choices, chosen(options, model, recipe));
  const bool integers = choices.empty() ? !weight_mode(options) : wants_integers(choices);
  if (integers && weight_mode(options)) {
    return make_error(ErrorCode::kUsage,
                      "{}: gives operators integers, which needs --mode int8 or int16x8; begin it with a rule for "
                      "everything else, {{\"regex\": \".*\", \"precision\": \"{}\"}}",
                      options.recipe, options.mode);
  }
  const auto usual = weight_mode(options).value_or(quantizer::WeightMode::kDynamicRange);
  if (!integers) return quantize_weights_alone(options, model, usual, std::move(choices));
  return quantize_activations(options, model, recipe);
}

void add_mode_flags(CLI::App& command, Options& options) {
  command
      .add_option("--mode", options.mode,
                  "what to quantize to: int8 and int16x8 need --data; the others quantize weights alone")
      ->check(CLI::IsMember({"int8", "int16x8", "dynamic-range", "weight-only", "float16"}))
      ->capture_default_str();
  const CLI::IsMember types({"int8", "uint8", "int16", "float32"});
  auto* io =
      command.add_option("--io", options.io, "type of inputs and outputs [int8, or int16 of int16x8]")->check(types);
  command.add_option("--input-type", options.input_type, "type of inputs [that of --io]")->check(types)->excludes(io);
  command.add_option("--output-type", options.output_type, "type of outputs [that of --io]")
      ->check(types)
      ->excludes(io);
}

void add_data_flags(CLI::App& command, Options& options) {
  command
      .add_option("--data", options.data,
                  "representative inputs, [samples, *input shape]: .npz, .npy, or a folder of them; may be repeated")
      ->allow_extra_args(false)
      ->type_name("REP.npz");
  command.add_option("--data-scale", options.data_scale, "fed is stored value * S + O [1]")->type_name("S");
  command.add_option("--data-offset", options.data_offset, "fed is stored value * S + O [0]")->type_name("O");
  command.add_option("--samples", options.samples, "use the first N samples")
      ->check(CLI::PositiveNumber)
      ->type_name("N");
  command
      .add_option("--calibration", options.calibration,
                  "how ranges are learnt from the values seen: minmax, ema, percentile, mse or entropy [minmax]")
      ->check(CLI::IsMember({"minmax", "ema", "percentile", "mse", "entropy"}))
      ->type_name("METHOD");
  command.add_option("--percentile", options.percentile, "--calibration percentile keeps P % of the values [99.99]")
      ->type_name("P");
  command
      .add_option("--refine", options.refine,
                  "adjust to the data, any of: equalize (ranges of channels), adaround (rounding of weights), bias")
      ->type_name("LIST");
  command.add_option("--save-ranges", options.save_ranges, "write every tensor's range")->type_name("F.json");
  command
      .add_option("--load-ranges", options.load_ranges,
                  "ranges saved before, instead of --data or beside it; may be repeated, then they are merged")
      ->allow_extra_args(false)
      ->type_name("F.json");
}

void add_operator_flags(CLI::App& command, Options& options) {
  command
      .add_option("--min-elements", options.min_elements,
                  "dynamic-range and weight-only leave weights of fewer elements in float32 [1024]")
      ->check(CLI::NonNegativeNumber)
      ->type_name("N");
  command
      .add_option("--target", options.target,
                  "coral: one scale for FULLY_CONNECTED weights, and a warning for what its Edge TPU doesn't take")
      ->check(CLI::IsMember({"coral"}))
      ->type_name("TARGET");
  command.add_flag("--float-fallback", options.float_fallback,
                   "leave operators that can't be quantized in float32, with a warning for each");
  command
      .add_option("--recipe", options.recipe,
                  "rules for single operators: precision, granularity of weights, exclusion (docs/quantization.md)")
      ->type_name("RECIPE.json");
}

void add_result_flags(CLI::App& command, Options& options) {
  command
      .add_option("--report", options.quality.reports,
                  "compare with the float model on the data: F.json, F.csv, F.html or - for tables; may be repeated")
      ->allow_extra_args(false)
      ->type_name("F");
  command.add_flag("--sensitivity", options.quality.sensitivity,
                   "rank the operators by what they cost the outputs, and measure what 16 bits or float32 would give");
  command.add_flag("--show-tensors", options.show_tensors, "print scale, zero point and range of every tensor");
  command.add_flag("--json", options.json, "print JSON");
}

}  // namespace

void add_quantize(CLI::App& app, Action& action) {
  auto [command, options] =
      add_command(app, action, "quantize", "Makes an integer model of a float one.",
                  "atoll quantize float.tflite -o int8.tflite --data representative.npz", quantize);
  command->add_option("FLOAT.tflite", options->model, "the float32 model")->required();
  command->add_option("-o,--output", options->output, "the quantized model to write");
  add_mode_flags(*command, *options);
  add_data_flags(*command, *options);
  add_operator_flags(*command, *options);
  command->add_flag("--post_training_quantize", options->post_training_quantize,
                    "the older tool's spelling of its dynamic-range mode: FULLY_CONNECTED weights have one scale");
  command->add_option("--output_file", options->output_file, "the older tool's spelling of -o");
  add_result_flags(*command, *options);
}

}  // namespace atl::tools
