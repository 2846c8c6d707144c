"""scripts/check_layers finds every kind of forbidden include, and nothing else."""
import unittest

from tree import SCRIPTS, TreeTest

RULES = """# A page
| folder | may include | libraries |
|---|---|---|
| `base` | - | POSIX |
| `upper` | `base` | flatbuffers in .cc |
| `upper/left`, `upper/right` | `base` | Eigen |
| `top` | `upper/*` | - |
| `tests` | everything | everything |

Words after the table.
"""


class CheckLayers(TreeTest):
    script = "check_layers"

    def setUp(self):
        super().setUp()
        self.write("docs/architecture.md", RULES)
        self.write("base/a.h", "#include <cstdint>\n#include <fmt/format.h>\n#include <unistd.h>\n")
        self.write("upper/b.h", '#include "base/a.h"\n')
        self.write("upper/left/c.h", '#include "base/a.h"\n#include <Eigen/Core>\n')

    def test_what_is_allowed_passes(self):
        self.write("upper/b.cc", '#include "upper/b.h"\n#include <flatbuffers/flatbuffers.h>\n#include "b_generated.h"\n')
        self.write("top/deep/d.cc", '#include "upper/left/c.h"\n#include "upper/b.h"\n#include "top/d.h"\n')
        self.write("top/d.h", "// #include <zip.h>\n")
        self.write("tests/e.cc", '#include "top/d.h"\n#include <catch2/catch.hpp>\n#include <zip.h>\n')
        self.write("build/generated/f.cc", '#include "nowhere.h"\n')
        self.assert_passes()

    def test_an_upward_include_fails(self):
        self.write("base/up.cc", '\n#include "upper/b.h"\n')
        self.assert_fails_with(
            'base/up.cc:2: "upper/b.h": base may include nothing else',
            "folders that include each other: base includes upper in base/up.cc, upper includes base in upper/b.h")

    def test_a_sideways_include_fails(self):
        self.write("upper/right/d.cc", '#  include   "upper/left/c.h"\n')
        self.assert_fails_with('upper/right/d.cc:1: "upper/left/c.h": upper/right may include base')

    def test_a_single_header_may_be_named(self):
        self.write("docs/architecture.md", RULES.replace("`upper/*`", "`upper/b.h`"))
        self.write("upper/c.h", "")
        self.write("top/d.cc", '#include "upper/b.h"\n#include "upper/c.h"\n')
        self.assert_fails_with('top/d.cc:2: "upper/c.h": top may include upper/b.h')

    def test_a_row_covers_only_what_it_names(self):
        self.write("top/d.cc", '#include "base/a.h"\n')
        self.assert_fails_with('top/d.cc:1: "base/a.h": top may include upper/*')

    def test_a_row_of_a_folder_above_does_not_stand_for_those_below(self):
        self.write("upper/b.cc", '#include "upper/left/c.h"\n')
        self.assert_fails_with('upper/b.cc:1: "upper/left/c.h": upper may include base')

    def test_a_cycle_of_allowed_includes_fails(self):
        self.write("docs/architecture.md", RULES.replace("| `base` | - |", "| `base` | `upper` |"))
        self.write("base/up.cc", '#include "upper/b.h"\n')
        self.assert_fails_with(
            "folders that include each other: base includes upper in base/up.cc, upper includes base in upper/b.h")

    def test_a_library_outside_its_room_fails(self):
        self.write("upper/b.cc", "#include <Eigen/Dense>\n")
        self.write("top/d.cc", "#include <systemc>\n")
        self.assert_fails_with("top/d.cc:1: <systemc>: top may not use SystemC",
                               "upper/b.cc:1: <Eigen/Dense>: upper may not use Eigen")

    def test_a_library_for_sources_only_fails_in_a_header(self):
        self.write("upper/b.h", '#include <flatbuffers/flatbuffers.h>\n#include "b_generated.h"\n')
        self.assert_fails_with(
            "upper/b.h:1: <flatbuffers/flatbuffers.h>: upper may use flatbuffers in .cc files only",
            "upper/b.h:2: <b_generated.h>: upper may use flatbuffers in .cc files only")

    def test_an_unknown_library_fails(self):
        self.write("tests/e.cc", "#include <boost/any.hpp>\n")
        self.assert_fails_with("tests/e.cc:1: <boost/any.hpp> belongs to no library that scripts/check_layers knows; "
                               "add it to LIBRARIES there")

    def test_an_include_relative_to_the_file_fails(self):
        self.write("upper/b.cc", '#include "b.h"\n')
        self.assert_fails_with('upper/b.cc:1: "b.h" is not a file; includes are full paths from the repository\'s root')

    def test_a_folder_without_a_row_fails(self):
        self.write("cellar/x.cc", "")
        self.write("top/d.cc", '#include "cellar/x.h"\n')
        self.write("cellar/x.h", "")
        self.assert_fails_with("cellar/x.cc: its folder has no row in docs/architecture.md",
                               "cellar/x.h: its folder has no row in docs/architecture.md",
                               'top/d.cc:1: "cellar/x.h": its folder has no row in docs/architecture.md')

    def test_a_row_that_names_an_unknown_folder_or_library_fails(self):
        self.write("docs/architecture.md", RULES.replace("`upper/*`", "`uper`"))
        self.assert_fails_with("check_layers: docs/architecture.md: the row of top names uper, which has no row")
        self.write("docs/architecture.md", RULES.replace("Eigen", "Eigne"))
        self.assert_fails_with("check_layers: docs/architecture.md: the row of upper/left names the library Eigne, "
                               "which scripts/check_layers doesn't know")

    def test_a_page_without_the_table_fails(self):
        self.write("docs/architecture.md", "nothing here\n")
        self.assert_fails_with(
            "check_layers: docs/architecture.md has no table headed '| folder | may include | libraries |'")


class RepositoryRules(TreeTest):
    """The rules that the word 'verified' rests on hold in the repository's own table."""
    script = "check_layers"

    def setUp(self):
        super().setUp()
        page = SCRIPTS.parent / "docs" / "architecture.md"
        self.write("docs/architecture.md", page.read_text(encoding="utf-8"))

    def assert_forbidden(self, source, header):
        self.write(header, "")
        self.write(source, f'#include "{header}"\n')
        status, _, errors = self.run_script()
        self.assertEqual(status, 1)
        self.assertIn(f'{source}:1: "{header}": ', errors)

    def test_the_simulator_never_sees_kernels_or_graph(self):
        for room in ("simulator", "simulator/core", "simulator/sysc"):
            self.assert_forbidden(f"{room}/x.cc", "common/kernels/kernel.h")
            self.assert_forbidden(f"{room}/x.cc", "common/kernels/int/kernel.h")
            self.assert_forbidden(f"{room}/x.cc", "common/graph/model.h")

    def test_the_clocked_model_never_sees_the_timeline_engine(self):
        self.assert_forbidden("simulator/sysc/x.cc", "isa/timing/engine.h")

    def test_the_compiler_never_sees_kernels_or_simulator(self):
        self.assert_forbidden("compiler/x.cc", "common/kernels/f32/kernel.h")
        self.assert_forbidden("compiler/x.cc", "simulator/simulator.h")


if __name__ == "__main__":
    unittest.main()
