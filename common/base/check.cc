#include "common/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace atl::detail {

void check_failed(const char* file, int line, const char* condition, const std::string& message) {
  fmt::print(stderr, "atoll: internal error at {}:{}: {} does not hold. {}\n", file, line, condition, message);
  fmt::print(stderr, "This is a bug in Atoll; please report it with the command line and the input file.\n");
  std::fflush(nullptr);
  std::_Exit(1);  // exit status 1: a bug of ours
}

}  // namespace atl::detail
