#include "isa/problem_list.h"

namespace atl::isa {

void ProblemList::add(const std::string& problem) {
  if (++count_ <= kShown) errors_.add(make_error(ErrorCode::kInvalid, "{}: {}", place_, problem));
}

Status ProblemList::status() && {
  if (count_ > kShown) errors_.add(make_error(ErrorCode::kInvalid, "... and {} more problems", count_ - kShown));
  return std::move(errors_).status();
}

}  // namespace atl::isa
