// ATOLL_CLONES before a function: compiled for AVX2 too, chosen when the program starts. Integer results don't depend
// on it.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define ATOLL_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define ATOLL_CLONES
#endif
