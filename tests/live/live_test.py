"""Quantizes the shipped CNN and verifies it, and all models of the shared corpus if they are there, against the reference runtime, live.

    live_test.py ATOLL SOURCE_FOLDER

Every tensor of our kernels, and every output and materialized tensor of the simulator, must be equal byte for byte. Skips
(status 77) where ATOLL_REFERENCE_PYTHON does not name a Python that has the runtime.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

SKIPPED = 77
FOLDERS = ["int8", "uint8", "dynamic_range", "float"]  # of the corpus; those in refuse/ can't run
SEEDS = "2"
ORACLE = "run live"


def verify(atoll, model, *arguments):
    command = [atoll, "verify", model, "--live", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    print(done.stdout, done.stderr, sep="")
    last = done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""
    if done.returncode != 0 or ORACLE not in last:
        sys.exit(f"status {done.returncode}: {' '.join(map(str, command))}")


def main():
    atoll, source = sys.argv[1], pathlib.Path(sys.argv[2])
    if not os.environ.get("ATOLL_REFERENCE_PYTHON"):
        print("skipped: ATOLL_REFERENCE_PYTHON is not set; scripts/install_reference makes a Python for it")
        return SKIPPED
    assets = source / "assets/tutorial_cnn"
    with tempfile.TemporaryDirectory() as folder:
        for edges in ("int8", "uint8", "float32"):
            model = pathlib.Path(folder) / f"{edges}.tflite"
            subprocess.run([atoll, "quantize", assets / "float.tflite", "-o", model, "--io", edges,
                            "--data", assets / "representative.npz"], check=True)
            verify(atoll, model, "--count", "5")
    corpus = pathlib.Path(os.environ.get("ATOLL_SHARED", source / "../shared")) / "corpus"
    if not corpus.is_dir():
        print(f"skipped: the corpus is not at {corpus}")
        return 0
    for folder in FOLDERS:
        for model in sorted((corpus / folder).glob("*.tflite")):
            verify(atoll, model, "--count", SEEDS)
    return 0


if __name__ == "__main__":
    sys.exit(main())
