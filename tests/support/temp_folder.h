// A folder for the files of one test.
#pragma once

#include <string>

namespace atl::test {

class TempFolder {
 public:
  TempFolder();   // new and empty
  ~TempFolder();  // gone, with all that is in it
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

}  // namespace atl::test
