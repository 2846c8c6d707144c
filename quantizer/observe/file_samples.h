// Representative data from files and folders, read sample by sample: memory does not grow with their number.
#pragma once

#include <string>
#include <vector>

#include "common/arrays/array_reader.h"
#include "common/kernels/bind_inputs.h"
#include "quantizer/observe/fed_values.h"
#include "quantizer/observe/image_file.h"
#include "quantizer/observe/representative_data.h"

namespace atl::quantizer {

// One path gives arrays of the forms that ArraySamples takes:
//   .npz             its arrays, by the name or position of their inputs
//   .npy             one array, for the input that the file is named after (image.npy, 0.npy), or else for the first
//                    input that has none yet
//   folder of .npy   the same with the folder's name; each file is one sample, in order of their names
//   folder of .npz   as if every file in it were given, in order of their names
//   .png, .jpg       one sample of an image input, resized to it (image_file.h), found as for .npy; values are bytes
//   folder of these  each picture is one sample, in order of their names
// Paths are taken together until every input has an array; the next one then begins with more samples.
class FileSamples : public RepresentativeData {
 public:
  explicit FileSamples(std::vector<std::string> paths, SampleOptions options = {})
      : paths_(std::move(paths)), options_(options) {}

  bool empty() const override { return paths_.empty(); }
  // kUsage without paths. kIo for what can't be read. kInvalid for files that are no arrays, and arrays that don't go
  // with the inputs; messages name the files where there are several.
  Status open(const graph::Subgraph& subgraph) override;
  int64_t num_samples() const override { return num_samples_; }
  Status next(std::vector<Bytes>& inputs) override;
  std::vector<std::string> warnings() const override { return sample_warnings(num_samples_, options_); }

 private:
  // A file, or a folder whose files are the samples of one array. Pictures have the form of the input they are for.
  struct Part {
    std::string path, stem;
    bool stacked = false;
    std::vector<std::string> files;   // of a folder, or the one picture
    std::optional<ImageShape> image;  // that pictures are brought to
    bool pictures() const { return stacked && is_image_file(files[0]); }
    std::vector<kernels::ArrayForm> arrays;
  };
  // Parts that together have an array for every input, read side by side.
  struct Group {
    std::vector<Part> parts;
    int64_t samples = 0;
    std::vector<std::pair<size_t, size_t>> array_of;  // by input: part, array of it
    std::vector<arrays::ElementType> types;           // by input
  };

  static Result<std::vector<Part>> list_parts(const std::string& path);
  static Result<std::vector<Part>> list_folder(const std::string& path);
  static Status read_forms(Part& part);
  Status add_part(const graph::Subgraph& subgraph, Part part, std::vector<bool>& covered);
  static Status fit_pictures(const graph::Subgraph& subgraph, size_t input, Part& part);
  Status check_group(const graph::Subgraph& subgraph, Group& group) const;
  Status start_group();
  Result<Bytes> read_stored(size_t input);

  std::vector<std::string> paths_;
  SampleOptions options_;
  std::vector<Group> groups_;
  std::vector<bool> is_float_;       // by input
  std::vector<size_t> input_bytes_;  // of one sample in elements, by input
  int64_t num_samples_ = 0;

  size_t group_ = 0;                                       // being read
  int64_t sample_ = 0;                                     // of the group
  std::vector<std::vector<arrays::ArrayReader>> readers_;  // by part of the group, empty for folders
};

}  // namespace atl::quantizer
