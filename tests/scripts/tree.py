"""A small source tree in a temporary folder, and a script of scripts/ run on it."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPTS = pathlib.Path(__file__).resolve().parent.parent.parent / "scripts"


class TreeTest(unittest.TestCase):
    script = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def run_script(self):
        """(exit status, standard output, standard error) of the script on the tree."""
        done = subprocess.run([sys.executable, "-B", SCRIPTS / self.script, "--root", self.root],
                              capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr

    def assert_passes(self):
        status, _, errors = self.run_script()
        self.assertEqual((status, errors), (0, ""))

    def assert_fails_with(self, *lines):
        status, _, errors = self.run_script()
        self.assertEqual((status, errors.splitlines()), (1, list(lines)))
