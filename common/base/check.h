// ATOLL_CHECK: a condition that only a bug of ours can break. Active in every build; aborts with its location.
#pragma once

#include <fmt/format.h>

#include <string>

namespace atl::detail {
[[noreturn]] void check_failed(const char* file, int line, const char* condition, const std::string& message);
}

#define ATOLL_CHECK(condition, ...)                                                             \
  do {                                                                                          \
    if (!(condition)) [[unlikely]]                                                              \
      ::atl::detail::check_failed(__FILE__, __LINE__, #condition, fmt::format("" __VA_ARGS__)); \
  } while (false)
