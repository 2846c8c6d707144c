// The command line itself: help, versions, and what is wrong with the words on it.
#include <catch2/catch.hpp>

#include "tests/cli/command.h"
#include "tests/cli/models.h"

using namespace atl;
using test::Outcome;
using test::Workspace;

namespace {

// How `atoll arguments...` is refused: nothing on stdout, status 2 and this message.
void check_usage(const std::vector<std::string>& arguments, const std::string& message) {
  const Workspace workspace;
  workspace.write("m.tflite", test::int8_classifier());
  INFO(fmt::format("{}", fmt::join(arguments, " ")));
  CHECK(workspace.run(arguments) == Outcome{2, "", "atoll: error: " + message + "\n"});
  CHECK(workspace.files() == std::vector<std::string>{"m.tflite"});
}

}  // namespace

TEST_CASE("every subcommand has --help with an example") {
  const Workspace workspace;
  const Outcome all = workspace.run({"--help"});
  CHECK(all.status == 0);
  for (const std::string command : {"quantize", "compile", "simulate", "run", "verify", "inspect", "asm", "machine"}) {
    INFO(command);
    CHECK(all.out.find("\n  " + command + " ") != std::string::npos);
    const Outcome help = workspace.run({command, "--help"});
    CHECK(help.status == 0);
    CHECK(help.err == "");
    CHECK(help.out.find("Usage: atoll " + command + " ") != std::string::npos);
    CHECK(help.out.find("\nExample:\n  atoll " + command + " ") != std::string::npos);
  }
  for (const std::string command : {"list", "show", "check"}) {
    const Outcome help = workspace.run({"machine", command, "--help"});
    CHECK(help.status == 0);
    CHECK(help.out.find("\nExample:\n  atoll machine " + command) != std::string::npos);
  }
}

TEST_CASE("the flag --version names version, instruction set and reference") {
  const Workspace workspace;
  CHECK(workspace.run({"--version"}) ==
        Outcome{0,
                "atoll 0.1.0\nISA version 3\n"
                "reference runtime: ai-edge-litert 2.3.0, built-in reference kernels (BUILTIN_REF), x86-64\n",
                ""});
}

TEST_CASE("words that mean nothing") {
  check_usage({}, "A subcommand is required; see 'atoll --help'");
  check_usage({"assemble"}, "unknown subcommand 'assemble'; see 'atoll --help'");
  check_usage({"machine"}, "A subcommand is required; see 'atoll machine --help'");
  check_usage({"machine", "lsit"}, "unknown subcommand 'lsit'; see 'atoll machine --help'");
  check_usage({"--frobnicate"}, "unknown flag --frobnicate; see 'atoll --help'");
  check_usage({"run", "m.tflite", "--frobnicate", "1"}, "unknown flag --frobnicate; see 'atoll run --help'");
  check_usage({"inspect", "m.tflite", "more"}, "unexpected argument 'more'; see 'atoll inspect --help'");
  check_usage({"run"}, "MODEL.tflite is required; see 'atoll run --help'");
}

TEST_CASE("flags whose features are not built are refused, not ignored") {
  for (const std::string flag : {"--segments", "--memory-limit", "--shape"}) {
    check_usage({"compile", "m.tflite", "-o", "out", flag, "1"},
                "unknown flag " + flag + "; see 'atoll compile --help'");
  }
  for (const std::string flag : {"--break", "--fault"}) {
    check_usage({"simulate", "m.tflite", flag, "1"}, "unknown flag " + flag + "; see 'atoll simulate --help'");
  }
  check_usage({"simulate", "m.tflite", "--step"}, "unknown flag --step; see 'atoll simulate --help'");
  check_usage({"simulate", "m.tflite", "--fidelity", "rtl"},
              "--fidelity: rtl not in {fast,cycle,pe}; see 'atoll simulate --help'");
  check_usage({"compile", "m.tflite", "--report", "r.html"}, "--report r.html: only reports in .json can be written");
}

TEST_CASE("contradictions and missing arguments") {
  check_usage({"run", "m.tflite", "--input", "a.npz", "--seed", "1"},
              "--input excludes --seed; see 'atoll run --help'");
  check_usage({"simulate", "m.tflite", "--timing-only", "--output", "o.npz"},
              "--output excludes --timing-only; see 'atoll simulate --help'");
  check_usage({"verify", "m.tflite", "--live", "--reference", "r.npz"},
              "--reference excludes --live; see 'atoll verify --help'");
  check_usage({"compile", "m.tflite"}, "-o is missing: where to write the compiled model (or ask for --show-ops)");
  check_usage({"compile", "m.tflite", "m.tflite", "-o", "."},
              "m.tflite and m.tflite would both be written to ./m_atoll.tflite; compile them one by one");
  check_usage({"compile", "m.tflite", "m.tflite", "--emit-program", "p"}, "--emit-program takes one model at a time");
  check_usage({"compile", "m.tflite", "m.tflite", "--compare", "c"}, "--compare takes one model at a time");
  check_usage({"run", "m.tflite", "--seed", "many"}, "Could not convert: --seed = many; see 'atoll run --help'");
  check_usage({"run", "m.tflite", "--seed", "-1"}, "--seed: a seed is 0 or more, not -1; see 'atoll run --help'");
  check_usage({"verify", "m.tflite", "--count", "0"},
              "--count: Value 0 not in range 1 to 1000000; see 'atoll verify --help'");
  check_usage({"run", "m.tflite", "--all-tensors"}, "--all-tensors needs --output: where to write them");
  check_usage({"simulate", "m.tflite", "--all-tensors"}, "--all-tensors needs --output: where to write them");
  check_usage({"run", "m.tflite", "--fc-requant", "triple"},
              "--fc-requant: triple not in {double,fixed}; see 'atoll run --help'");
}
