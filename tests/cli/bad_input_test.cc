// What a user can get wrong with a file: each has one message and one exit status, and leaves nothing behind.
#include <catch2/catch.hpp>
#include <limits>

#include "tests/cli/command.h"
#include "tests/cli/models.h"

using namespace atl;
using test::Outcome;
using test::Workspace;

namespace {

const std::string kDrawn =
    "atoll: note: no --input: inputs are drawn from seed 0, over the full range of their types\n";

// Every subcommand that reads a model, ready to fail on it.
std::vector<std::vector<std::string>> readers(const std::string& model) {
  return {{"run", model},
          {"compile", model, "-o", "out.tflite"},
          {"simulate", model, "--output", "out.npz"},
          {"verify", model},
          {"inspect", model},
          {"quantize", model, "-o", "out.tflite"}};
}

// All of them end so, and no file appears.
void check_readers(const Workspace& workspace, const std::string& model, int status, const std::string& err) {
  const std::vector<std::string> before = workspace.files();
  for (const auto& arguments : readers(model)) {
    INFO(arguments[0]);
    CHECK(workspace.run(arguments) == Outcome{status, "", err});
  }
  CHECK(workspace.files() == before);
}

}  // namespace

TEST_CASE("a model that is not there") {
  const Workspace workspace;
  check_readers(workspace, "no.tflite", 3, "atoll: error: no.tflite: can't open: No such file or directory\n");
}

TEST_CASE("a folder instead of a model") {
  const Workspace workspace;
  check_readers(workspace, ".", 3, "atoll: error: .: can't read: it is a folder\n");
}

TEST_CASE("an empty file") {
  const Workspace workspace;
  workspace.write("empty.tflite", Bytes{});
  check_readers(workspace, "empty.tflite", 4,
                "atoll: error: empty.tflite: the file is empty; a TensorFlow Lite model was expected\n");
}

TEST_CASE("a truncated model") {
  const Workspace workspace;
  workspace.write("whole.tflite", test::int8_classifier());
  Bytes bytes = workspace.read("whole.tflite");
  bytes.resize(bytes.size() / 2);
  workspace.write("half.tflite", bytes);
  check_readers(workspace, "half.tflite", 4,
                fmt::format("atoll: error: half.tflite: the model is damaged: its {} bytes are not a sound flatbuffer; "
                            "the file was cut short or changed, so get it again from where it came from\n",
                            bytes.size()));
}

TEST_CASE("a model truncated anywhere is refused") {
  const Workspace workspace;
  workspace.write("whole.tflite", test::int8_classifier());
  const Bytes whole = workspace.read("whole.tflite");
  for (size_t size = 1; size < whole.size(); size += whole.size() / 40) {
    workspace.write("cut.tflite", Bytes(whole.begin(), whole.begin() + static_cast<int64_t>(size)));
    const Outcome outcome = workspace.run({"compile", "cut.tflite", "-o", "out.tflite"});
    INFO(size << " bytes");
    CHECK(outcome.status == 4);
    CHECK(outcome.err.starts_with("atoll: error: cut.tflite: "));
    CHECK(!workspace.has("out.tflite"));
  }
}

TEST_CASE("a model with a flipped bit is refused or runs, and says so") {
  const Workspace workspace;
  workspace.write("whole.tflite", test::int8_classifier());
  const Bytes whole = workspace.read("whole.tflite");
  int refused = 0;
  for (size_t bit = 3; bit < whole.size() * 8; bit += whole.size() * 8 / 120) {
    Bytes bytes = whole;
    bytes[bit / 8] = static_cast<uint8_t>(bytes[bit / 8] ^ (1u << (bit % 8)));
    workspace.write("flipped.tflite", bytes);
    const Outcome outcome = workspace.run({"simulate", "flipped.tflite", "--seed", "1", "--machine", "tiny"});
    INFO("bit " << bit << ": " << outcome);
    CHECK((outcome.status == 0 || outcome.status == 4 || outcome.status == 5));
    CHECK((outcome.status == 0) == !outcome.out.empty());
    CHECK((outcome.status == 0 || outcome.err.find("atoll: error: flipped.tflite: ") != std::string::npos));
    refused += outcome.status != 0;
  }
  CHECK(refused > 5);
}

TEST_CASE("a bit flipped in the identifier, and one in the root's offset") {
  const Workspace workspace;
  workspace.write("whole.tflite", test::int8_classifier());
  Bytes bytes = workspace.read("whole.tflite");
  bytes[4] ^= 1;
  workspace.write("identifier.tflite", bytes);
  check_readers(workspace, "identifier.tflite", 4,
                "atoll: error: identifier.tflite: not a TensorFlow Lite model: this is a file with 'UFL3' at byte 4; a "
                "model has 'TFL3' at byte 4\n");
  bytes[4] ^= 1;
  bytes[3] ^= 0x40;
  workspace.write("offset.tflite", bytes);
  check_readers(workspace, "offset.tflite", 4,
                fmt::format("atoll: error: offset.tflite: the model is damaged: its {} bytes are not a sound "
                            "flatbuffer; the file was cut short or changed, so get it again from where it came from\n",
                            bytes.size()));
}

TEST_CASE("a file of another kind") {
  const Workspace workspace;
  workspace.write("data.npz", arrays::NamedArrays{{"x", test::float_array({2}, {1, 2})}});
  check_readers(workspace, "data.npz", 4,
                "atoll: error: data.npz: not a TensorFlow Lite model: this is a ZIP archive (.npz, .keras, .task and "
                ".zip files are); a model has 'TFL3' at byte 4\n");
  workspace.write("notes.tflite", std::string("just some notes\n"));
  check_readers(workspace, "notes.tflite", 4,
                "atoll: error: notes.tflite: not a TensorFlow Lite model: this is a text file; a model has 'TFL3' at "
                "byte 4\n");
}

TEST_CASE("an operator that Atoll doesn't have") {
  const Workspace workspace;
  workspace.write("where.tflite", test::model_with_builtin_where());
  workspace.write("custom.tflite", test::model_with_custom_op());
  CHECK(
      workspace.run({"run", "where.tflite"}) ==
      Outcome{5, "", "atoll: error: where.tflite: WHERE #1 'wave': there is no reference kernel for this operator\n"});
  CHECK(workspace.run({"run", "custom.tflite"}) ==
        Outcome{5, "",
                "atoll: error: custom.tflite: CUSTOM(Mystery) #1 'riddle': there is no reference kernel for this "
                "operator\n"});
  const std::string refusal =
      "atoll: error: where.tflite: WHERE #1 'wave': Atoll does not have this operator; replace it or cut the model "
      "before "
      "it\n";
  // Missing arguments come after what is wrong with the model.
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"compile", "where.tflite", "-o", "out.tflite"},
        {"compile", "where.tflite"},
        {"simulate", "where.tflite"},
        {"simulate", "where.tflite", "--all-tensors"},
        {"verify", "where.tflite"}}) {
    CHECK(workspace.run(arguments) == Outcome{5, "", refusal});
  }
  CHECK(workspace.files() == std::vector<std::string>{"custom.tflite", "where.tflite"});
}

TEST_CASE("an input of unknown shape") {
  const Workspace workspace;
  workspace.write("open.tflite", test::model_of_unknown_shape());
  check_readers(
      workspace, "open.tflite", 5,
      "atoll: error: open.tflite: input tensor #0 'image': its shape is unknown (the model says none); convert "
      "the model with a fixed input shape\n");
}

TEST_CASE("a sample of the wrong shape, type or value") {
  const Workspace workspace;
  workspace.write("m.tflite", test::float_model());
  const auto run = [&](const arrays::NamedArrays& arrays) {
    workspace.write("in.npz", arrays);
    return workspace.run({"run", "m.tflite", "--input", "in.npz", "--output", "out.npz"});
  };
  CHECK(run({{"x", test::float_array({1, 5}, {1, 2, 3, 4, 5})}}) ==
        Outcome{4, "",
                "atoll: error: in.npz: input 0 'x': the array has shape 1x5, and the model takes 1x4, or one more axis "
                "in front for many invocations\n"});
  CHECK(run({{"x", test::int8_array({1, 4}, 1)}}) ==
        Outcome{4, "",
                "atoll: error: in.npz: input 0 'x': the array is int8, and the model takes float32; convert it\n"});
  CHECK(run({{"x", test::float_array({1, 4}, {1, 2, std::numeric_limits<float>::quiet_NaN(), 4})}}) ==
        Outcome{4, "", "atoll: error: in.npz: input 0 'x': element 2 of the array is NaN\n"});
  CHECK(run({{"z", test::float_array({1, 4}, {1, 2, 3, 4})}}) ==
        Outcome{4, "",
                "atoll: error: in.npz: array 'z' names no input; the model has input 0 'x' (float32 1x4)\n"
                "atoll: error: in.npz: there is no array for input 0 'x'\n"});
  CHECK(run({{"x", test::float_array({0, 1, 4}, {})}}) ==
        Outcome{4, "", "atoll: error: in.npz: input 0 'x': the array is empty\n"});
  CHECK(!workspace.has("out.npz"));
}

TEST_CASE("an input file that is no array file") {
  const Workspace workspace;
  workspace.write("m.tflite", test::float_model());
  CHECK(workspace.run({"run", "m.tflite", "--input", "no.npz"}) ==
        Outcome{3, "", "atoll: error: no.npz: can't open: No such file or directory\n"});
  CHECK(workspace.run({"run", "m.tflite", "--input", "m.tflite"}) ==
        Outcome{4, "", "atoll: error: m.tflite: not a .npy array: it does not start with the NumPy mark\n"});
}

TEST_CASE("an output that can't be written") {
  const Workspace workspace;
  workspace.write("m.tflite", test::int8_classifier());
  workspace.write("file", std::string("not a folder\n"));
  const std::string missing = "atoll: error: missing/out: can't write: No such file or directory\n";
  CHECK(workspace.run({"compile", "m.tflite", "-o", "missing/out"}) == Outcome{3, "", missing});
  CHECK(workspace.run({"compile", "m.tflite", "--emit-program", "missing/out"}) == Outcome{3, "", missing});
  CHECK(workspace.run({"run", "m.tflite", "--output", "missing/out"}) == Outcome{3, "", kDrawn + missing});
  CHECK(workspace.run({"simulate", "m.tflite", "--output", "missing/out"}) == Outcome{3, "", kDrawn + missing});
  CHECK(workspace.run({"simulate", "m.tflite", "--timing-only", "--stats", "missing/out"}) == Outcome{3, "", missing});
  CHECK(workspace.run({"simulate", "m.tflite", "--timing-only", "--layers", "missing/out"}) == Outcome{3, "", missing});
  CHECK(workspace.run({"compile", "m.tflite", "-o", "file/out"}) ==
        Outcome{3, "", "atoll: error: file/out: can't write: Not a directory\n"});
  CHECK(workspace.run({"inspect", "m.tflite"}, {}, "/dev/full") ==
        Outcome{3, "", "atoll: error: can't write to standard output: No space left on device\n"});
  CHECK(workspace.files() == std::vector<std::string>{"file", "m.tflite"});
}

TEST_CASE("an unknown machine") {
  const Workspace workspace;
  workspace.write("m.tflite", test::int8_classifier());
  const std::string err =
      "atoll: error: no machine is called 'edgy'; the known ones are edge, mcu, tiny, coral, coral-pcie, coral-usb2, "
      "and "
      "a .json file with a description of your own\n";
  CHECK(workspace.run({"compile", "m.tflite", "-o", "out", "--machine", "edgy"}) == Outcome{2, "", err});
  CHECK(workspace.run({"simulate", "m.tflite", "--machine", "edgy"}) == Outcome{2, "", err});
  CHECK(workspace.run({"verify", "m.tflite", "--machine", "edgy"}) == Outcome{2, "", err});
  CHECK(workspace.run({"machine", "show", "edgy"}) == Outcome{2, "", err});
}

TEST_CASE("a machine of many tiles, and a description that is wrong") {
  const Workspace workspace;
  workspace.write("m.tflite", test::int8_classifier());
  CHECK(workspace.run({"compile", "m.tflite", "-o", "out", "--machine", "coral"}) ==
        Outcome{
            5, "",
            "atoll: error: m.tflite: machine 'coral' has a grid of 4 x 4 tiles; programs for more than one tile can't "
            "be made yet, use a machine of 1 x 1\n"});
  std::string json = workspace.run({"machine", "show", "tiny"}).out;
  json.replace(json.find("\"lanes\": 4"), 10, "\"lanes\": 0");
  workspace.write("bad.json", json);
  const std::string err = "atoll: error: bad.json: lanes is 0, but must be 1 to 4096\n";
  CHECK(workspace.run({"machine", "check", "bad.json"}) == Outcome{4, "", err});
  CHECK(workspace.run({"simulate", "m.tflite", "--machine", "bad.json"}) == Outcome{4, "", err});
}

TEST_CASE("a compiled model with a damaged program") {
  const Workspace workspace;
  workspace.write("m.tflite", test::int8_classifier());
  REQUIRE(workspace.run({"compile", "m.tflite", "-o", "m_atoll.tflite", "--machine", "tiny"}).status == 0);
  const Bytes whole = workspace.read("m_atoll.tflite");
  for (size_t bit = 5; bit < whole.size() * 8; bit += whole.size() * 8 / 120) {
    Bytes bytes = whole;
    bytes[bit / 8] = static_cast<uint8_t>(bytes[bit / 8] ^ (1u << (bit % 8)));
    workspace.write("flipped.tflite", bytes);
    const Outcome outcome = workspace.run({"simulate", "flipped.tflite", "--seed", "1", "--machine", "tiny"});
    INFO("bit " << bit << ": " << outcome);
    CHECK((outcome.status == 0 || outcome.status == 4 || outcome.status == 5 || outcome.status == 6));
  }
}
