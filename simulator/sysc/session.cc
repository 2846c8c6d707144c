#include "simulator/sysc/session.h"

#include <mutex>
#include <systemc>

// libsystemc brings a main() that calls this; Atoll's programs have a main() of their own, so nobody does.
int sc_main(int, char**) { return 0; }

namespace atl::simulator {

namespace {

// Modules register with the current context, and elaboration is over for a context once it has run: every session gets
// a fresh one.
class FreshContext {
 public:
  FreshContext() : context_(std::make_unique<sc_core::sc_simcontext>()) { install(context_.get()); }
  ~FreshContext() {
    context_.reset();
    install(nullptr);
  }
  FreshContext(const FreshContext&) = delete;
  FreshContext& operator=(const FreshContext&) = delete;

 private:
  static void install(sc_core::sc_simcontext* context) {
    sc_core::sc_curr_simcontext = context;
    sc_core::sc_default_global_context = context;
  }
  std::unique_ptr<sc_core::sc_simcontext> context_;
};

// Instead of SystemC's own handler, which prints.
void throw_report(const sc_core::sc_report& report, const sc_core::sc_actions&) {
  if (report.get_severity() != sc_core::SC_INFO) throw report;
}

}  // namespace

Status run_systemc(const std::function<void()>& body) {
  static std::mutex mutex;
  const std::scoped_lock lock(mutex);
  sc_core::sc_report_handler::set_handler(throw_report);
  const FreshContext context;
  try {
    body();
  } catch (const sc_core::sc_report& report) {
    return make_error(ErrorCode::kUnsupported, "SystemC reports {}: {}", report.get_msg_type(), report.get_msg());
  }
  return {};
}

}  // namespace atl::simulator
