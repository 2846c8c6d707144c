#include "tools/trace_files.h"

#include "common/base/file_writer.h"
#include "simulator/trace/chrome_trace.h"
#include "simulator/trace/instruction_trace.h"
#include "simulator/trace/waveforms.h"

namespace atl::tools {
namespace {

using Write = void (*)(const simulator::TracedRun&, const simulator::TraceSink&);

Status write_trace(const std::string& path, const simulator::TracedRun& run, Write write) {
  if (path.empty()) return {};
  ATOLL_ASSIGN(FileWriter file, FileWriter::create(path));
  write(run, [&](std::string_view text) { file.write(text); });
  return file.commit();
}

}  // namespace

void TraceFlags::add_to(CLI::App& command) {
  command.add_option("--trace", trace, "write a timeline that opens in Perfetto")->type_name("F.json");
  command.add_option("--itrace", itrace, "write a line an instruction")->type_name("F");
  command.add_option("--vcd", vcd, "write waveforms, for GTKWave")->type_name("F.vcd");
}

Status TraceFlags::write(const simulator::TracedRun& run) const {
  ATOLL_TRY(write_trace(trace, run, simulator::write_chrome_trace));
  ATOLL_TRY(write_trace(itrace, run, simulator::write_instruction_trace));
  return write_trace(vcd, run, simulator::write_waveforms);
}

}  // namespace atl::tools
