# One target per leaf folder: atoll_library(base DEPENDS ...) makes target atoll_base of every .cc beside it.

option(ATOLL_BUILD_TESTS "build the test suite" ON)
option(ATOLL_BUILD_BENCHMARKS "build the benchmark programs" OFF)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

find_program(ATOLL_CCACHE ccache)
if(ATOLL_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${ATOLL_CCACHE}")
endif()

add_library(atoll_flags INTERFACE)
target_include_directories(atoll_flags INTERFACE "${CMAKE_SOURCE_DIR}")
# -ffp-contract=off: a fused multiply-add would round scales and tables differently from the reference.
target_compile_options(atoll_flags INTERFACE -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Werror
                       -ffp-contract=off)

# atoll_library(NAME [DEPENDS target...]): static library atoll_NAME from the .cc files of this folder.
function(atoll_library name)
  cmake_parse_arguments(ARG "" "" "DEPENDS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cc")
  add_library(atoll_${name} STATIC ${sources})
  target_link_libraries(atoll_${name} PUBLIC atoll_flags ${ARG_DEPENDS})
endfunction()

# atoll_test(NAME [DEPENDS target...]): Catch2 program atoll_test_NAME from the *_test.cc files of this folder.
function(atoll_test name)
  cmake_parse_arguments(ARG "" "" "DEPENDS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*_test.cc")
  add_executable(atoll_test_${name} ${sources})
  target_link_libraries(atoll_test_${name} PRIVATE atoll_flags atoll_test_main ${ARG_DEPENDS})
  target_compile_definitions(atoll_test_${name} PRIVATE ATOLL_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                             ATOLL_BINARY_DIR="${CMAKE_BINARY_DIR}")
  catch_discover_tests(atoll_test_${name} TEST_PREFIX "${name}: " DISCOVERY_MODE PRE_TEST)
endfunction()
