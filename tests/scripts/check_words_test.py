"""scripts/check_words finds what belongs to one machine only. The samples are put together so that it doesn't find them here."""
import unittest

from tree import TreeTest


class CheckWords(TreeTest):
    script = "check_words"

    def test_relative_paths_and_system_files_pass(self):
        self.write("a.md", "see ../work/x, a/tmp/b, https://example.org/home/x and /usr/bin/env or /dev/null\n")
        self.assert_passes()

    def test_paths_of_one_machine_fail(self):
        self.write("a.cc", "\n" + 'open("/wo' + 'rk/x");\n')
        self.write("b.sh", "rm /tm" + "p/x\n")
        self.assert_fails_with("a.cc:2: absolute path of one machine: /wo" + "rk/x",
                               "b.sh:1: absolute path of one machine: /tm" + "p/x")

    def test_registries_fail(self):
        address = "py" + "pi.org"
        self.write("a.txt", f"https://{address}/simple\n")
        self.assert_fails_with(f"a.txt:1: package registry address: {address}")

    def test_marks_of_unfinished_work_fail(self):
        mark = "TO" + "DO"
        self.write("a.h", f"// {mark} later\n")
        self.assert_fails_with(f"a.h:1: unfinished-work mark: {mark}")

    def test_binary_files_are_left_out(self):
        (self.root / "a.bin").write_bytes(b"\0/tm" + b"p/x")
        self.assert_passes()


if __name__ == "__main__":
    unittest.main()
