#include "quantizer/observe/file_samples.h"

#include <algorithm>
#include <filesystem>

namespace atl::quantizer {
namespace {

namespace fs = std::filesystem;
using arrays::ArrayReader;

constexpr kernels::BindOptions kBind{.allow_missing_batch = true, .raw_float_inputs = true};

std::string stem_of(const std::string& path) {
  const fs::path plain = fs::path(path).lexically_normal();
  return (plain.has_filename() ? plain : plain.parent_path()).stem().string();
}

std::string shape_text(const std::vector<int64_t>& shape) {
  return shape.empty() ? "scalar" : fmt::format("{}", fmt::join(shape, "x"));
}

Result<ArrayReader> open_single(const std::string& path) {
  ATOLL_ASSIGN(std::vector<ArrayReader> readers, arrays::open_arrays(path));
  if (readers.size() != 1) return make_error(ErrorCode::kInvalid, "{}: is an archive named .npy", path);
  return std::move(readers[0]);
}

// The files of a folder but hidden ones, sorted. kInvalid for anything that holds no arrays.
Result<std::vector<std::string>> array_files(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (!entry->path().filename().string().starts_with('.')) files.push_back(entry->path().string());
  }
  if (error) return make_error(ErrorCode::kIo, "{}: can't read: {}", folder, error.message());
  std::sort(files.begin(), files.end());
  if (files.empty()) return make_error(ErrorCode::kInvalid, "{}: the folder has no .npy, .npz or picture", folder);
  const auto kind = [](const std::string& file) {
    return is_image_file(file) ? std::string("picture") : fs::path(file).extension().string();
  };
  for (const std::string& file : files) {
    if (kind(file) != ".npy" && kind(file) != ".npz" && !is_image_file(file)) {
      return make_error(ErrorCode::kInvalid,
                        "{}: only .npy, .npz, .png and .jpg files are read from a folder; convert or move it", file);
    }
    if (kind(file) != kind(files[0])) {
      return make_error(ErrorCode::kInvalid, "{}: the folder has {} and {} files; give one kind", folder,
                        kind(files[0]), kind(file));
    }
  }
  return files;
}

}  // namespace

Result<std::vector<FileSamples::Part>> FileSamples::list_folder(const std::string& path) {
  ATOLL_ASSIGN(std::vector<std::string> files, array_files(path));
  if (!files[0].ends_with(".npz")) return std::vector<Part>{{path, stem_of(path), true, std::move(files), {}, {}}};
  std::vector<Part> parts;
  for (const std::string& file : files) parts.push_back({file, stem_of(file), false, {}, {}, {}});
  return parts;
}

Result<std::vector<FileSamples::Part>> FileSamples::list_parts(const std::string& path) {
  std::error_code ignored;
  Result<std::vector<Part>> parts = std::vector<Part>{{path, stem_of(path), false, {}, {}, {}}};
  if (fs::is_directory(path, ignored)) {
    parts = list_folder(path);
  } else if (is_image_file(path)) {
    parts->front().stacked = true;
    parts->front().files = {path};
  }
  if (!parts.ok()) return std::move(parts).error();
  for (Part& part : *parts) ATOLL_TRY(read_forms(part));
  return parts;
}

Status FileSamples::read_forms(Part& part) {
  if (part.pictures()) return {};
  if (!part.stacked) {
    ATOLL_ASSIGN(const std::vector<ArrayReader> readers, arrays::open_arrays(part.path));
    for (const ArrayReader& reader : readers) part.arrays.push_back({reader.name(), reader.type(), reader.shape()});
    return {};
  }
  for (const std::string& file : part.files) {
    ATOLL_ASSIGN(const ArrayReader reader, open_single(file));
    if (part.arrays.empty()) part.arrays.push_back({"0", reader.type(), reader.shape()});
    const kernels::ArrayForm& first = part.arrays[0];
    if (reader.type() == first.type && reader.shape() == first.shape) continue;
    return make_error(ErrorCode::kInvalid, "{}: is {} {}, the folder's first file {} {}; samples must be alike", file,
                      arrays::element_name(reader.type()), shape_text(reader.shape()), arrays::element_name(first.type),
                      shape_text(first.shape));
  }
  std::vector<int64_t>& shape = part.arrays[0].shape;
  shape.insert(shape.begin(), static_cast<int64_t>(part.files.size()));
  return {};
}

Status FileSamples::fit_pictures(const graph::Subgraph& subgraph, size_t input, Part& part) {
  const graph::Tensor& tensor = subgraph.tensors[static_cast<size_t>(subgraph.inputs[input])];
  part.image = image_shape(tensor.shape);
  if (!part.image) {
    return make_error(ErrorCode::kInvalid,
                      "{}: pictures are for inputs of the form 1 x rows x columns x channels with 1, 3 or 4 channels, "
                      "and {} is {}; make arrays of them",
                      part.path, graph::quoted(tensor.name), graph::shape_text(tensor.shape));
  }
  part.arrays = {
      {std::to_string(input),
       arrays::ElementType::kUint8,
       {static_cast<int64_t>(part.files.size()), part.image->rows, part.image->columns, part.image->channels}}};
  return {};
}

Status FileSamples::add_part(const graph::Subgraph& subgraph, Part part, std::vector<bool>& covered) {
  if (groups_.empty() || std::find(covered.begin(), covered.end(), false) == covered.end()) {
    groups_.emplace_back();
    covered.assign(subgraph.inputs.size(), false);
  }
  const bool is_named = !part.stacked && part.path.ends_with(".npz");
  // Positions of a file's own name count only where there are several inputs: 7.npy is any sample of a single one.
  const std::optional<size_t> own =
      subgraph.inputs.size() > 1 ? kernels::input_position(subgraph, part.stem) : std::nullopt;
  const auto free = static_cast<size_t>(std::find(covered.begin(), covered.end(), false) - covered.begin());
  if (part.pictures()) {
    ATOLL_TRY(fit_pictures(subgraph, own.value_or(free), part));
  } else if (!is_named && part.arrays.size() == 1) {
    part.arrays[0].name = own ? part.stem : std::to_string(free);
  }
  for (const kernels::ArrayForm& array : part.arrays) {
    if (const auto position = kernels::input_position(subgraph, array.name)) covered[*position] = true;
  }
  groups_.back().parts.push_back(std::move(part));
  return {};
}

Status FileSamples::check_group(const graph::Subgraph& subgraph, Group& group) const {
  std::vector<kernels::ArrayForm> forms;
  std::vector<std::pair<size_t, size_t>> place_of;  // by form
  std::vector<std::string> paths;
  for (size_t p = 0; p < group.parts.size(); ++p) {
    paths.push_back(group.parts[p].path);
    for (size_t a = 0; a < group.parts[p].arrays.size(); ++a) {
      forms.push_back(group.parts[p].arrays[a]);
      place_of.emplace_back(p, a);
    }
  }
  const bool several = groups_.size() > 1 || group.parts.size() > 1;
  const std::string files = fmt::format("{}", fmt::join(paths, ", "));
  if (forms.empty()) return make_error(ErrorCode::kInvalid, "{}: the representative data holds no array", files);
  Result<kernels::InputMatch> match = kernels::match_inputs(subgraph, forms, kBind);
  if (!match.ok()) {
    return std::move(match).error().with_place(several ? "representative data: " + files : "representative data");
  }
  group.samples = match->invocations;
  for (const size_t form : match->array_of) {
    group.array_of.push_back(place_of[form]);
    group.types.push_back(forms[form].type);
  }
  Status types = check_fed_types(subgraph, group.types, options_);
  if (!types.ok() && several) return std::move(types).error().with_place(files);
  return types;
}

Status FileSamples::open(const graph::Subgraph& subgraph) {
  if (paths_.empty()) return NoData().open(subgraph);
  is_float_ = float_inputs(subgraph);
  for (const int32_t input : subgraph.inputs) {
    input_bytes_.push_back(
        static_cast<size_t>(graph::num_elements(subgraph.tensors[static_cast<size_t>(input)].shape)));
  }
  std::vector<bool> covered;
  for (const std::string& path : paths_) {
    ATOLL_ASSIGN(std::vector<Part> parts, list_parts(path));
    for (Part& part : parts) ATOLL_TRY(add_part(subgraph, std::move(part), covered));
  }
  ErrorCollector errors;
  for (Group& group : groups_) {
    errors.add(check_group(subgraph, group));
    num_samples_ += group.samples;
  }
  ATOLL_TRY(std::move(errors).status());
  if (options_.max_samples) num_samples_ = std::min(num_samples_, *options_.max_samples);
  return start_group();
}

// Files of a group are opened when it is reached, so that no more are open than have to be.
Status FileSamples::start_group() {
  readers_.clear();
  sample_ = 0;
  for (const Part& part : groups_[group_].parts) {
    readers_.emplace_back();
    if (part.stacked) continue;
    ATOLL_ASSIGN(readers_.back(), arrays::open_arrays(part.path));
    const auto same = [](const ArrayReader& reader, const kernels::ArrayForm& form) {
      return reader.type() == form.type && reader.shape() == form.shape;
    };
    if (!std::equal(readers_.back().begin(), readers_.back().end(), part.arrays.begin(), part.arrays.end(), same)) {
      return make_error(ErrorCode::kIo, "{}: the file changed meanwhile", part.path);
    }
  }
  return {};
}

Result<Bytes> FileSamples::read_stored(size_t input) {
  const Group& group = groups_[group_];
  const auto [part, array] = group.array_of[input];
  Bytes stored(input_bytes_[input] * arrays::element_bytes(group.types[input]));
  if (!group.parts[part].stacked) {
    ATOLL_TRY(readers_[part][array].read(stored));
    return stored;
  }
  const std::string& file = group.parts[part].files[static_cast<size_t>(sample_)];
  if (group.parts[part].image) return read_image(file, *group.parts[part].image);
  ATOLL_ASSIGN(ArrayReader reader, open_single(file));
  const std::vector<int64_t>& form = group.parts[part].arrays[0].shape;
  if (reader.type() != group.types[input] ||
      !std::equal(reader.shape().begin(), reader.shape().end(), form.begin() + 1, form.end())) {
    return make_error(ErrorCode::kIo, "{}: the file changed meanwhile", file);
  }
  ATOLL_TRY(reader.read(stored));
  return stored;
}

Status FileSamples::next(std::vector<Bytes>& inputs) {
  if (sample_ == groups_[group_].samples) {
    ++group_;
    ATOLL_TRY(start_group());
  }
  inputs.clear();
  for (size_t i = 0; i < is_float_.size(); ++i) {
    ATOLL_ASSIGN(const Bytes stored, read_stored(i));
    inputs.push_back(fed_bytes(groups_[group_].types[i], is_float_[i], stored, options_));
  }
  ++sample_;
  return {};
}

}  // namespace atl::quantizer
