#!/usr/bin/env python3
"""Makes the stored vectors: models of one operator with inputs and the reference runtime's outputs, under tests/vectors/stored,
and the shipped CNN's int8 outputs, assets/tutorial_cnn/int8_reference.npz.

    .venv/bin/python scripts/make_reference_vectors.py [--seed N]

Needs the built programs in build/ (scripts/build) and the reference runtime (scripts/install_reference). manifest.json
records runtime and seed; tests/support/conformance.h describes the format.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import reference  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent
STORED = ROOT / "tests/vectors/stored"
ASSETS = ROOT / "assets/tutorial_cnn"
VECTORS = 3        # a model: noise over the full range, then the smallest and the largest values
CNN_DIGITS = 10


def inputs_of(details, vector, random):
    """One array an input: vector 0 is noise, 1 the type's smallest value with some noise, 2 its largest."""
    arrays = []
    for detail in details:
        info = numpy.iinfo(detail["dtype"])
        noise = random.integers(info.min, info.max + 1, detail["shape"]).astype(detail["dtype"])
        if vector == 0:
            arrays.append(noise)
            continue
        extreme = numpy.full(detail["shape"], info.min if vector == 1 else info.max, detail["dtype"])
        arrays.append(numpy.where(random.random(detail["shape"]) < 0.2, noise, extreme).astype(detail["dtype"]))
    return arrays


def store_case(model_path, random):
    content = model_path.read_bytes()
    _, interpreter = reference.load_runtime()
    details = interpreter.Interpreter(model_content=content).get_input_details()
    arrays = {}
    for vector in range(VECTORS):
        inputs = inputs_of(details, vector, random)
        outputs = reference.run(content, {str(k): array for k, array in enumerate(inputs)}, False)
        for k, array in enumerate(inputs):
            arrays[f"in_{vector}_{k}"] = array
        values = [array for name, array in outputs.items() if name != "runtime"]
        for k, array in enumerate(values):
            arrays[f"out_{vector}_{k}"] = array
    numpy.savez_compressed(model_path.with_suffix(".npz"), **arrays)


def clear_stored():
    """Removes what this script made. Rows of the cases that scripts/differential found, which stay."""
    STORED.mkdir(parents=True, exist_ok=True)
    manifest = STORED / "manifest.json"
    found = [row for row in json.loads(manifest.read_text()) if row["case"].startswith("found_")] if manifest.is_file() else []
    for path in STORED.iterdir():
        if not path.name.startswith("found_"):
            path.unlink()
    return found


def make_stored(seed):
    rows = clear_stored()
    maker = ROOT / "build/tests/vectors/atoll_make_vector_models"
    listing = subprocess.run([maker, STORED, str(seed)], check=True, capture_output=True, text=True).stdout
    random = numpy.random.default_rng(seed)
    for line in listing.splitlines():
        case, op, dtype = line.split()
        store_case(STORED / f"{case}.tflite", random)
        rows.append({"case": case, "op": op, "type": dtype, "integer": True, "vectors": VECTORS, "quarantine": None})
    text = json.dumps(rows, indent=1)
    (STORED / "manifest.json").write_text(text + "\n")
    (STORED / "README").write_text(f"Made by scripts/make_reference_vectors.py with {reference.RUNTIME}; seed {seed}.\n")
    print(f"{len(rows)} cases in {STORED.relative_to(ROOT)}")


def make_cnn():
    """Every tensor of the shipped CNN, quantized by `atoll quantize` as scripts/demo does, on the first test digits."""
    with tempfile.TemporaryDirectory() as folder:
        model = pathlib.Path(folder) / "int8.tflite"
        subprocess.run([ROOT / "build/tools/atoll", "quantize", ASSETS / "float.tflite", "-o", model, "--input-type", "uint8",
                        "--data", ASSETS / "representative.npz"], check=True)
        digits = numpy.load(ASSETS / "test_digits_uint8.npz")
        name = digits.files[0]
        inputs = {name: digits[name][:CNN_DIGITS].reshape(CNN_DIGITS, 1, 28, 28)}  # that many invocations
        numpy.savez_compressed(ASSETS / "int8_reference_inputs.npz", **inputs)
        command = [sys.executable, ROOT / "scripts/reference.py", model, "--inputs", ASSETS / "int8_reference_inputs.npz",
                   "--output", ASSETS / "int8_reference.npz", "--all-tensors"]
        subprocess.run(command, check=True)
        outputs = numpy.load(ASSETS / "int8_reference.npz").files
    print(f"{len(outputs)} arrays in assets/tutorial_cnn/int8_reference.npz")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    seed = parser.parse_args().seed
    make_stored(seed)
    make_cnn()


if __name__ == "__main__":
    main()
