#include "tools/process_memory.h"

#if defined(__GLIBC__) || __has_include(<malloc.h>)
#include <malloc.h>
#endif
#if defined(__linux__) && defined(__GLIBC__)
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#endif

namespace atl::tools {

#if defined(__linux__) && defined(__GLIBC__)

namespace {

constexpr int kLargestBlock = 32 << 20;  // blocks up to this size come from the heap; glibc allows no more
constexpr uintptr_t kHeapStep = 64 << 20;
constexpr uintptr_t kHugePage = 2 << 20;

}  // namespace

void keep_process_memory() {
  ::mallopt(M_MMAP_THRESHOLD, kLargestBlock);
  ::mallopt(M_TRIM_THRESHOLD, static_cast<int>(kHeapStep) * 16);
  ::mallopt(M_TOP_PAD, static_cast<int>(kHeapStep));
  void* const block = std::malloc(kHugePage);  // makes the heap grow by its first step
  if (block == nullptr) return;
  const uintptr_t begin = (reinterpret_cast<uintptr_t>(block) + kHugePage - 1) / kHugePage * kHugePage;
  const uintptr_t end = reinterpret_cast<uintptr_t>(::sbrk(0)) / kHugePage * kHugePage;
  if (end > begin && end - begin < 2 * kHeapStep) {
    ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);  // advice: a refusal changes nothing
  }
  std::free(block);
}

#else

void keep_process_memory() {}

#endif

}  // namespace atl::tools
