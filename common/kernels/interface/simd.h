// Functions compiled for AVX2 too, chosen at run time. No result depends on it.
#pragma once

// ATOLL_CLONES before a function: the compiler makes both forms and the choice.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define ATOLL_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define ATOLL_CLONES
#endif

// Where ATOLL_AVX2 is defined, functions with __attribute__((target("avx2"))) may use its instructions by name, and are
// called if has_avx2().
#if defined(__x86_64__) && defined(__GNUC__)
#define ATOLL_AVX2 1
namespace atl::kernels {
inline bool has_avx2() {
  static const bool has = __builtin_cpu_supports("avx2");
  return has;
}
}  // namespace atl::kernels
#endif
