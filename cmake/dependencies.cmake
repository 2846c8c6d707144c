# Every package Atoll builds on, named here and, for apt, in scripts/dependencies.txt.
find_package(fmt REQUIRED)
find_package(Eigen3 REQUIRED NO_MODULE)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(Catch2 2 REQUIRED)
include(Catch)
if(ATOLL_BUILD_BENCHMARKS)
  find_package(benchmark REQUIRED)
endif()

find_package(PkgConfig REQUIRED)
pkg_check_modules(libzip REQUIRED IMPORTED_TARGET libzip)
pkg_check_modules(libpng REQUIRED IMPORTED_TARGET libpng)
pkg_check_modules(libturbojpeg REQUIRED IMPORTED_TARGET libturbojpeg)

find_path(FLATBUFFERS_INCLUDE_DIR flatbuffers/flatbuffers.h REQUIRED)
find_library(FLATBUFFERS_LIBRARY flatbuffers REQUIRED)
find_program(FLATC flatc REQUIRED)
add_library(atoll_flatbuffers INTERFACE)
target_include_directories(atoll_flatbuffers SYSTEM INTERFACE "${FLATBUFFERS_INCLUDE_DIR}")
target_link_libraries(atoll_flatbuffers INTERFACE "${FLATBUFFERS_LIBRARY}")

# atoll_flatbuffers_schema(TARGET FILE.fbs): FILE_generated.h, object API included, seen by TARGET only as a system header.
function(atoll_flatbuffers_schema target schema)
  get_filename_component(name "${schema}" NAME_WE)
  set(out "${CMAKE_BINARY_DIR}/generated/${target}/${name}_generated.h")
  add_custom_command(OUTPUT "${out}"
    COMMAND "${FLATC}" --cpp --gen-object-api --gen-mutable --cpp-std c++17 --scoped-enums
            -o "${CMAKE_BINARY_DIR}/generated/${target}" "${CMAKE_CURRENT_SOURCE_DIR}/${schema}"
    DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${schema}" VERBATIM)
  target_sources(${target} PRIVATE "${out}")
  target_include_directories(${target} SYSTEM PRIVATE "${CMAKE_BINARY_DIR}/generated/${target}")
  target_link_libraries(${target} PUBLIC atoll_flatbuffers)
endfunction()

# Debian's SystemC exports only the API symbol of C++17, whatever standard its users compile with.
find_package(SystemCLanguage QUIET)
add_library(atoll_systemc INTERFACE)
find_path(SYSTEMC_INCLUDE_DIR systemc REQUIRED)
find_library(SYSTEMC_LIBRARY systemc REQUIRED)
target_include_directories(atoll_systemc SYSTEM INTERFACE "${SYSTEMC_INCLUDE_DIR}")
target_link_libraries(atoll_systemc INTERFACE "${SYSTEMC_LIBRARY}")
target_compile_definitions(atoll_systemc INTERFACE SC_CPLUSPLUS=201703L)
