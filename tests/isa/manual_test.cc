#include "isa/manual.h"

#include <catch2/catch.hpp>

#include "common/base/file.h"
#include "isa/assembler.h"

using namespace atl;
using namespace atl::isa;

TEST_CASE("docs/isa.md is what the tables say") {
  const auto page = read_file(std::string(ATOLL_SOURCE_DIR) + "/docs/isa.md");
  REQUIRE(page.ok());
  const bool same = std::string(page->begin(), page->end()) == isa_manual();
  INFO("run scripts/generate_docs");
  CHECK(same);
}

TEST_CASE("the manual's example is a program") {
  const std::string manual = isa_manual();
  const size_t begin = manual.find("    .machine \"tiny\""), end = manual.find("| directive |");
  REQUIRE(begin != std::string::npos);
  const auto program = assemble(manual.substr(begin, end - begin), "docs/isa.md");
  INFO((program.ok() ? std::string() : program.error().text()));
  REQUIRE(program.ok());
  CHECK(program->main.size() == 4);
  CHECK(validate(*program, *load_machine("tiny")).ok());
}
