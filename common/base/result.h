// Result<T>: a value or an Error. Result<void> (alias Status) carries success or an Error.
#pragma once

#include <optional>
#include <utility>
#include <variant>

#include "common/base/check.h"
#include "common/base/error.h"

namespace atl {

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit on purpose
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & {
    ATOLL_CHECK(ok(), "value() of a failed result: {}", std::get<1>(state_).text());
    return std::get<0>(state_);
  }
  const T& value() const& { return const_cast<Result*>(this)->value(); }
  T&& value() && { return std::move(value()); }

  const Error& error() const& { return std::get<1>(state_); }
  Error&& error() && { return std::move(std::get<1>(state_)); }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT: implicit on purpose

  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  const Error& error() const& { return *error_; }
  Error&& error() && { return std::move(*error_); }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

// Collects independent problems so that they can be reported together: add() each, then status().
class ErrorCollector {
 public:
  void add(Error error) {
    if (error_) {
      error_->merge(std::move(error));
    } else {
      error_ = std::move(error);
    }
  }
  void add(Status status) {
    if (!status.ok()) add(std::move(status).error());
  }
  bool empty() const { return !error_.has_value(); }
  // Success, or one Error with every message added so far.
  Status status() && { return error_ ? Status(std::move(*error_)) : Status(); }

 private:
  std::optional<Error> error_;
};

}  // namespace atl

// ATOLL_TRY(expr): returns the error of a Status or Result from the enclosing function.
#define ATOLL_TRY(expr)                                               \
  do {                                                                \
    auto atoll_status_ = (expr);                                      \
    if (!atoll_status_.ok()) return std::move(atoll_status_).error(); \
  } while (false)

#define ATOLL_CONCAT_INNER(a, b) a##b
#define ATOLL_CONCAT(a, b) ATOLL_CONCAT_INNER(a, b)
// ATOLL_ASSIGN(auto x, expr): x is the value of a Result, or the enclosing function returns its error.
#define ATOLL_ASSIGN(declaration, expr) ATOLL_ASSIGN_IMPL(declaration, expr, ATOLL_CONCAT(atoll_result_, __LINE__))
#define ATOLL_ASSIGN_IMPL(declaration, expr, result)    \
  auto result = (expr);                                 \
  if (!(result).ok()) return std::move(result).error(); \
  declaration = std::move(result).value()
