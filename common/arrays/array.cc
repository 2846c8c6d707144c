#include "common/arrays/array.h"

#include "common/arrays/element.h"
#include "common/base/check.h"

namespace atl::arrays {

std::string_view element_name(ElementType type) { return element_row(type).name; }

size_t element_bytes(ElementType type) { return element_row(type).bytes; }

int64_t Array::num_elements() const {
  int64_t count = 1;
  for (const int64_t extent : shape) {
    if (extent == 0) return 0;  // whatever the others are: their product alone may overflow
  }
  for (const int64_t extent : shape) count *= extent;
  return count;
}

const ElementRow& element_row(ElementType type) {
  for (const ElementRow& row : kElementRows) {
    if (row.type == type) return row;
  }
  ATOLL_CHECK(false, "element type {} has no row", static_cast<int>(type));
  return kElementRows[0];
}

}  // namespace atl::arrays
