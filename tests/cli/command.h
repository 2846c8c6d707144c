// Runs the `atoll` binary in a folder of its own, so that files have short names and every message can be compared
// whole.
#pragma once

#include <cstdint>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "common/arrays/array.h"
#include "common/base/file.h"
#include "common/graph/model.h"

namespace atl::test {

// How a command ended.
struct Outcome {
  int status = -1;  // 128 + signal if a signal ended it
  std::string out, err;

  bool operator==(const Outcome&) const = default;
};
std::ostream& operator<<(std::ostream& stream, const Outcome& outcome);

class Workspace {
 public:
  Workspace();   // a new, empty temporary folder
  ~Workspace();  // and gone
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  // `atoll arguments...`, with the folder as working folder and these environment variables set. `out`: where stdout
  // goes instead of Outcome::out.
  Outcome run(const std::vector<std::string>& arguments, const std::map<std::string, std::string>& environment = {},
              const std::string& out = {}) const;

  std::string path(const std::string& name) const { return folder_ + "/" + name; }
  bool has(const std::string& name) const;
  Bytes read(const std::string& name) const;
  std::string read_text(const std::string& name) const;
  void write(const std::string& name, const Bytes& bytes) const;
  void write(const std::string& name, const std::string& text) const;
  void write(const std::string& name, const arrays::NamedArrays& arrays) const;
  void write(const std::string& name, const graph::Model& model) const;
  arrays::NamedArrays read_arrays(const std::string& name) const;
  std::vector<std::string> files() const;  // names, sorted

 private:
  std::string folder_;
};

}  // namespace atl::test
