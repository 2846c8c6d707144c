"""scripts/tutorial: every form of the shipped network is made and still knows its digits."""
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
# Title, and the share of the float file that the form may take.
FORMS = {"float": 1.0, "dynamic range": 0.29, "float fallback": 0.29, "integer only": 0.29, "float16": 0.53, "16x8": 0.29,
         "Quantize Weights": 0.29}
MOST_LOST = 0.01  # of the float network's accuracy


def main():
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([ROOT / "scripts/tutorial", "--out", folder, "--atoll", sys.argv[1]], capture_output=True,
                              text=True)
    print(done.stdout, done.stderr)
    assert done.returncode == 0, done.returncode
    rows = re.findall(r"^(\S.*?) +(\d+) +([\d.]+) +(\d) +([\d.]+)%$", done.stdout, re.MULTILINE)
    assert [row[0] for row in rows] == list(FORMS), rows
    accuracy_of_float = float(rows[0][4])
    assert accuracy_of_float > 95, rows[0]
    for title, _, size, digit, accuracy in rows:
        assert float(size) <= FORMS[title], (title, size)
        assert digit == "7", (title, digit)
        assert float(accuracy) >= accuracy_of_float - 100 * MOST_LOST, (title, accuracy)


if __name__ == "__main__":
    main()
