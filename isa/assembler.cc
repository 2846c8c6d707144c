#include "isa/assembler.h"

#include <limits>
#include <map>

#include "isa/assembly_line.h"
#include "isa/assembly_parts.h"

namespace atl::isa {
namespace {

enum class Section { kNone, kConstants, kLane, kTail, kPreload, kMain };

class Assembler {
 public:
  explicit Assembler(const std::string& place) : errors_(place) {}

  Result<Program> run(std::string_view text) {
    for (int number = 1; !text.empty(); ++number) {
      const std::string_view line = text.substr(0, text.find('\n'));
      text.remove_prefix(std::min(text.size(), line.size() + 1));
      errors_.set_line(number);
      if (std::optional<std::vector<Word>> words = cut_line(line, errors_); words && !words->empty())
        statement(std::move(*words));
    }
    ATOLL_TRY(std::move(errors_).status());
    if (program_.preload.empty()) program_.preload.push_back({Halt{}});
    if (!offchip_given_) program_.offchip_bytes = program_.constants.size();
    if (!serves_given_) program_.debug_of_instruction.clear();
    return std::move(program_);
  }

 private:
  void statement(std::vector<Word> words) {
    const Word first = words.front();
    words.erase(words.begin());
    if (!first.key.empty() || first.quoted) {
      errors_.add("a line starts with a directive or a mnemonic");
    } else if (first.text.starts_with('.')) {
      directive(first.text, Arguments(first.text, std::move(words), errors_));
    } else {
      content(first.text, std::move(words));
    }
  }

  void directive(const std::string& name, Arguments arguments) {
    using Handler = void (Assembler::*)(Arguments&);
    static const std::map<std::string, Handler> kHandlers = {
        {".isa", &Assembler::isa_version},     {".machine", &Assembler::machine},
        {".offchip", &Assembler::offchip},     {".sram_peak", &Assembler::sram_peak},
        {".constants", &Assembler::constants}, {".input", &Assembler::input},
        {".output", &Assembler::output},       {".state", &Assembler::state},
        {".lane", &Assembler::lane},           {".tail", &Assembler::tail},
        {".op", &Assembler::debug_op},         {".materialized", &Assembler::materialized},
        {".preload", &Assembler::preload},     {".main", &Assembler::main},
        {".for", &Assembler::serves}};
    const auto found = kHandlers.find(name);
    if (found == kHandlers.end()) return errors_.add("there is no directive '{}'", name);
    (this->*found->second)(arguments);
    arguments.finish();
  }

  // A line of the section that is open.
  void content(const std::string& first, std::vector<Word> words) {
    switch (section_) {
      case Section::kNone: return errors_.add("'{}' stands outside of .constants, .lane, .preload and .main", first);
      case Section::kConstants: {
        append_hex(first, program_.constants, errors_);
        for (const Word& word : words) append_hex(word.text, program_.constants, errors_);
        return;
      }
      case Section::kLane:
      case Section::kTail: {
        LaneProgram& lane = program_.lane_programs.back();
        const std::optional<Primitive> primitive = parse_primitive(first, words, errors_);
        if (primitive) (section_ == Section::kLane ? lane.body : lane.tail).push_back(*primitive);
        return;
      }
      case Section::kPreload:
      case Section::kMain: {
        const bool main = section_ == Section::kMain;
        if (main) program_.debug_of_instruction.push_back(serves_);
        const std::optional<Instruction> instruction = parse_instruction(first, std::move(words), errors_);
        if (instruction) (main ? program_.main : program_.preload).push_back(*instruction);
        return;
      }
    }
  }

  // The only argument, a number.
  template <typename T>
  void plain_number(Arguments& from, T& value) {
    const std::optional<Word> word = from.take_plain("a number");
    const auto number = word ? from.in_range("value", word->text, 0, std::numeric_limits<T>::max()) : std::nullopt;
    if (number) value = static_cast<T>(*number);
  }

  void isa_version(Arguments& from) { plain_number(from, program_.isa_version); }
  void sram_peak(Arguments& from) { plain_number(from, program_.sram_peak_bytes); }
  void offchip(Arguments& from) {
    offchip_given_ = true;
    plain_number(from, program_.offchip_bytes);
  }

  void machine(Arguments& from) {
    const std::optional<Word> name = from.take_plain("the machine's name in quotes");
    if (!name) return;
    program_.machine_name = name->text;
    Machine preset;
    const std::optional<std::string> functional = from.take("functional");
    if (!functional) {
      // The text leaves the figures to a preset.
      Result<Machine> known = load_machine(name->text);
      if (!known.ok())
        return errors_.add(".machine needs functional=, timing= and the grid, for {}", known.error().text());
      preset = *known;
    }
    const auto all = std::numeric_limits<uint64_t>::max();
    const auto hash = functional ? from.in_range("functional", *functional, 0, all) : preset.functional_hash();
    program_.functional_hash = static_cast<uint64_t>(hash.value_or(0));
    program_.timing_hash = from.number<uint64_t>("timing", functional ? 0 : preset.timing_hash());
    program_.grid_rows = from.number<int32_t>("grid_rows", preset.grid_rows, 1, kMaxGrid);
    program_.grid_columns = from.number<int32_t>("grid_columns", preset.grid_columns, 1, kMaxGrid);
  }

  void binding(Arguments& from, std::vector<Binding>& bindings) {
    Binding b;
    if (const std::optional<Word> name = from.take_plain("a name in quotes")) b.name = name->text;
    b.tensor = from.number<int32_t>("tensor", -1);
    b.offchip = from.number<uint64_t>("offchip", 0);
    b.bytes = from.number<uint64_t>("bytes", 0);
    bindings.push_back(std::move(b));
  }
  void input(Arguments& from) { binding(from, program_.inputs); }
  void output(Arguments& from) { binding(from, program_.outputs); }
  void state(Arguments& from) { binding(from, program_.state); }

  void debug_op(Arguments& from) {
    DebugOp op;
    if (const std::optional<Word> label = from.take_plain("a label in quotes")) op.label = label->text;
    op.op = from.number<int32_t>("op", -1);
    op.macs = from.number<uint64_t>("macs", 0);
    op.array_cycles = from.number<uint64_t>("array_cycles", 0);
    op.vector_cycles = from.number<uint64_t>("vector_cycles", 0);
    op.offchip_bytes = from.number<uint64_t>("offchip_bytes", 0);
    op.on_array_cycles = from.number<uint64_t>("on_array_cycles", 0);
    op.on_vector_cycles = from.number<uint64_t>("on_vector_cycles", 0);
    program_.debug_ops.push_back(std::move(op));
  }

  void materialized(Arguments& from) {
    Materialized tensor;
    if (const std::optional<Word> name = from.take_plain("a name in quotes")) tensor.name = name->text;
    tensor.tensor = from.number<int32_t>("tensor", -1);
    const std::optional<std::string> sram = from.take("sram"), offchip = from.take("offchip");
    if (sram.has_value() == offchip.has_value()) errors_.add(".materialized needs either sram= or offchip=");
    tensor.in_sram = sram.has_value();
    const auto address =
        from.in_range("address", sram ? *sram : offchip.value_or("0"), 0, std::numeric_limits<uint64_t>::max());
    tensor.address = static_cast<uint64_t>(address.value_or(0));
    tensor.bytes = from.number<uint64_t>("bytes", 0);
    for (std::string_view rest = take_list(from, "writers"); !rest.empty();) {
      const std::string_view item = rest.substr(0, rest.find(','));
      rest.remove_prefix(std::min(rest.size(), item.size() + 1));
      const auto writer = from.in_range("writers", item, 0, std::numeric_limits<uint32_t>::max());
      if (writer) tensor.writers.push_back(static_cast<uint32_t>(*writer));
    }
    program_.materialized.push_back(std::move(tensor));
  }
  std::string_view take_list(Arguments& from, std::string_view key) { return list_ = from.take(key).value_or(""); }

  void constants(Arguments&) { section_ = Section::kConstants; }
  void preload(Arguments&) { section_ = Section::kPreload; }
  void main(Arguments&) { section_ = Section::kMain; }
  void lane(Arguments&) {
    section_ = Section::kLane;
    program_.lane_programs.emplace_back();
  }
  void tail(Arguments&) {
    if (section_ != Section::kLane) return errors_.add(".tail stands outside of a lane program");
    section_ = Section::kTail;
  }

  void serves(Arguments& from) {
    const std::optional<Word> word = from.take_plain("the number of a debug op, or none");
    if (!word) return;
    if (section_ != Section::kMain) return errors_.add(".for stands outside of .main");
    serves_given_ = true;
    serves_ = -1;
    if (word->text == "none") return;
    const auto op = from.in_range("op", word->text, 0, std::numeric_limits<int32_t>::max());
    if (op) serves_ = static_cast<int32_t>(*op);
  }

  AssemblyErrors errors_;
  Program program_;
  Section section_ = Section::kNone;
  bool offchip_given_ = false;
  bool serves_given_ = false;
  int32_t serves_ = -1;
  std::string list_;
};

}  // namespace

Result<Program> assemble(std::string_view text, const std::string& place) {
  ATOLL_ASSIGN(Program program, Assembler(place).run(text));
  if (Status status = check(program); !status.ok()) return std::move(status).error().with_place(place);
  return program;
}

}  // namespace atl::isa
