"""A taste of the differential tester (docs/differential.md): it finds nothing in Atoll, and it finds a fault that is put in.

    differential_test.py ATOLL SOURCE_FOLDER BUILD_FOLDER [off-by-one ATOLL's-ARGUMENT...]

Skips (status 77) where the reference runtime is missing. With `off-by-one` this script is the faulty program: it runs ATOLL
and then raises the last element of every int8 tensor that it wrote.
"""

import json
import os
import pathlib
import stat
import subprocess
import sys
import tempfile

SKIPPED, MISSING, FOUND = 77, 5, 7


def off_by_one(atoll, arguments):
    import numpy

    done = subprocess.run([atoll, *arguments], check=False)
    path = arguments[arguments.index("--output") + 1]
    if done.returncode == 0:
        with numpy.load(path) as loaded:
            arrays = {name: loaded[name].copy() for name in loaded.files}
        for array in arrays.values():
            if array.dtype == numpy.int8 and array.size:
                array.reshape(-1)[-1] ^= 1
        numpy.savez(path, **arrays)
    return done.returncode


def differential(source, build, atoll, *arguments):
    command = [sys.executable, source / "scripts/differential", "--build", build, "--atoll", atoll, "--jobs", "1", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    print(done.stdout, done.stderr, sep="")
    return done.returncode


def check_fault_is_found(source, build, atoll, folder):
    faulty, report = folder / "faulty", folder / "report.json"
    python = os.environ.get("ATOLL_REFERENCE_PYTHON") or source / ".venv/bin/python"
    faulty.write_text(f'#!/bin/sh\nexec "{python}" "{__file__}" "{atoll}" "{source}" "{build}" off-by-one "$@"\n')
    faulty.chmod(faulty.stat().st_mode | stat.S_IXUSR)
    asked = ["--ops", "ADD", "--types", "int8", "--count", "4", "--shrink", "1", "--report", report]
    status = differential(source, build, faulty, *asked)
    if status == MISSING:
        return False
    findings = json.loads(report.read_text())["findings"]
    smallest = min((len(finding["recipe"]) + sum(map(bool, finding["recipe"])) for finding in findings), default=None)
    if status != FOUND or len(findings) != 4 or smallest is None or smallest > 24:
        sys.exit(f"a fault was not found or not made small: status {status}, {len(findings)} findings, size {smallest}")
    return True


def main():
    atoll, source, build = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
    if sys.argv[4:5] == ["off-by-one"]:
        return off_by_one(atoll, sys.argv[5:])
    with tempfile.TemporaryDirectory() as folder:
        if not check_fault_is_found(source, build, atoll, pathlib.Path(folder)):
            return SKIPPED
    status = differential(source, build, atoll, "--count", "600", "--seed", "1", "--shrink", "1", "--reasons")
    if status != 0:
        sys.exit(f"the differential tester ended with status {status}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
