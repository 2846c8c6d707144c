"""scripts/measure.py, which scripts/benchmark measures with, reports what processes cost."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent / "scripts"))
import measure  # noqa: E402


def python(program):
    return [sys.executable, "-c", program]


class Costs(unittest.TestCase):
    def test_processor_time_is_counted_and_sleep_is_not(self):
        busy = measure.cost_of(python("import time\nwhile time.process_time() < 0.4: pass"))
        idle = measure.cost_of(python("import time\ntime.sleep(0.4)"))
        self.assertGreaterEqual(busy.cpu_seconds, 0.4)
        self.assertLess(idle.cpu_seconds, 0.3)
        self.assertGreaterEqual(idle.elapsed_seconds, 0.4)

    def test_time_of_children_is_counted(self):
        child = "import time\nwhile time.process_time() < 0.4: pass"
        cost = measure.cost_of(python(f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {child!r}])"))
        self.assertGreaterEqual(cost.cpu_seconds, 0.4)

    def test_peak_memory_is_counted_in_bytes(self):
        cost = measure.cost_of(python("b = bytearray(b'x') * 200_000_000"))
        self.assertGreaterEqual(cost.peak_bytes, 200_000_000)
        self.assertLess(cost.peak_bytes, 300_000_000)

    def test_a_failing_command_is_an_error(self):
        with self.assertRaisesRegex(RuntimeError, "status 3 from"):
            measure.cost_of(python("raise SystemExit(3)"))


class Rows(unittest.TestCase):
    def row(self, seconds, **floors):
        return measure.Row("x", [measure.Cost(s, 10 * (i + 1)) for i, s in enumerate(seconds)], **floors)

    def test_medians_and_floors(self):
        self.assertEqual((self.row([3, 1, 9]).cpu_seconds, self.row([3, 1, 9]).peak_bytes), (3, 20))
        self.assertIsNone(self.row([1]).floors_met)
        self.assertTrue(self.row([3, 1, 9], cpu_floor=3, peak_floor=20).floors_met)
        self.assertFalse(self.row([3, 1, 9], cpu_floor=2.9).floors_met)
        self.assertFalse(self.row([3, 1, 9], cpu_floor=3, peak_floor=19).floors_met)

    def test_one_inference_more(self):
        row = measure.further("more", self.row([1, 2]), self.row([6, 8]), 10)
        self.assertEqual([cost.cpu_seconds for cost in row.costs], [0.5, 0.6])


class Npy(unittest.TestCase):
    def test_the_header_is_aligned_and_says_the_shape(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "a.npy")
            measure.write_npy(path, (2, 3), "|u1", b"abcdef")
            data = path.read_bytes()
        self.assertEqual(data[:8], b"\x93NUMPY\x01\x00")
        length = int.from_bytes(data[8:10], "little")
        self.assertEqual((10 + length) % 64, 0)
        header = data[10:10 + length]
        self.assertTrue(header.endswith(b"\n"))
        self.assertEqual(eval(header), {"descr": "|u1", "fortran_order": False, "shape": (2, 3)})  # a literal
        self.assertEqual(data[10 + length:], b"abcdef")


if __name__ == "__main__":
    unittest.main()
