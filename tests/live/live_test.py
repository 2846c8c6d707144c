"""Quantizes the shipped CNN and verifies it, and models of the shared corpus if they are there, against the reference runtime, live.

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
CORPUS = [
    "int8/mlperftiny__kws_ref_model.tflite",
    "int8/mlperftiny__vww_96_int8.tflite",
    "int8/mlperftiny__pretrainedResnet_quant.tflite",
    "int8/mlperftiny__ad01_int8.tflite",
    "uint8/coral__mobilenet_v1_0.25_128_quant.tflite",
    "uint8/coral__mobilenet_v2_1.0_224_quant.tflite",
    "int8/coral__tf2_mobilenet_v2_1.0_224_ptq.tflite",
]
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
    for name in CORPUS:
        verify(atoll, corpus / name, "--count", "5")
    return 0


if __name__ == "__main__":
    sys.exit(main())
