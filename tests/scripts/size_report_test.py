"""scripts/size_report counts files and functions, and fails over its hard limits."""
import unittest

from tree import TreeTest

LINES = "  f();\n"


class SizeReport(TreeTest):
    script = "size_report"

    def function(self, head, inner):
        return f"namespace a {{\n{head} {{\n{LINES * inner}}}\n}}  // namespace a\n"

    def test_small_ones_pass_in_silence(self):
        self.write("a.cc", self.function("int f()", 38))
        self.assertEqual(self.run_script(), (0, "1 files, 42 lines, 1 functions\n", ""))

    def test_long_ones_are_listed_longest_first(self):
        self.write("a.cc", self.function("int f(int x)", 39))
        self.write("b.cc", self.function("void B::g() const", 60) + "\n" * 300)
        status, output, errors = self.run_script()
        self.assertEqual((status, errors), (0, ""))
        self.assertEqual(output.splitlines()[1:], ["files over 300 lines: 1", "    364 b.cc", "functions over 40 lines: 2",
                                                   "     62 b.cc:B::g (line 2)", "     41 a.cc:f (line 2)"])

    def test_over_the_hard_limits_it_fails(self):
        self.write("a.cc", self.function("int f()", 79))
        self.write("b.h", "\n" * 501)
        self.write("c.py", "def g():\n" + "    pass\n" * 80)
        self.assert_fails_with(
            "b.h: 501 lines, at most 500 in a file; split it, or give the reason in scripts/size_exceptions.txt",
            "a.cc:f: 81 lines, at most 80 in a function; split it, or give the reason in scripts/size_exceptions.txt",
            "c.py:g: 81 lines, at most 80 in a function; split it, or give the reason in scripts/size_exceptions.txt")

    def test_an_exception_with_a_reason_passes(self):
        self.write("a.cc", self.function("int f()", 79))
        self.write("scripts/size_exceptions.txt", "# why\na.cc:f one table of cases\n")
        self.assert_passes()

    def test_an_exception_without_a_reason_fails(self):
        self.write("scripts/size_exceptions.txt", "a.cc:f\n")
        self.assert_fails_with("size_report: scripts/size_exceptions.txt: a.cc:f is given without a reason")

    def test_only_functions_are_functions(self):
        self.write("a.cc", 'struct S {\n' + LINES * 90 + '};\nconst int kTable[] = {\n' + "  1, f(2),\n" * 90 + "};\n"
                   "#define M(x) { \\\n  {{ \n"
                   'const char* s = "{{{"; char c = \'{\'; int n = 1\'000; // {{\n' + self.function("int f()", 1))
        self.assertEqual(self.run_script()[1].splitlines()[0], "1 files, 192 lines, 1 functions")

    def test_members_templates_and_operators_are_functions(self):
        self.write("a.h", "class C {\n public:\n  C() : x_(1) {\n" + LINES * 80 + "  }\n"
                   "  bool operator==(const C& o) const {\n" + LINES * 80 + "  }\n"
                   "  template <typename T> void m(T) {\n" + LINES * 80 + "  }\n};\n")
        status, _, errors = self.run_script()
        self.assertEqual(status, 1)
        self.assertEqual([line.split(": ")[0] for line in errors.splitlines()],
                         ["a.h:C", "a.h:operator==", "a.h:m"])


if __name__ == "__main__":
    unittest.main()
