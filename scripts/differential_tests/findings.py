"""What is done about a model that isn't equal: confirmed, made small, written down, stored as a test."""

import collections
import json
import pathlib

import numpy

from . import examine, flat, pool, shrink

STORED = pathlib.Path(__file__).resolve().parent.parent.parent / "tests/vectors/stored"


class Finder:
    def __init__(self, examiner, arguments):
        self.examiner, self.arguments = examiner, arguments
        self.shrunk = collections.Counter()

    def consider(self, task, verdict):
        """The confirmed verdict, and for a finding a dictionary for the report."""
        number, op, label, seed, _ = task
        if verdict.verdict in ("differs", "aborted", "invalid"):
            verdict = self.confirm(op, label, seed, verdict)
        if verdict.verdict not in examine.FINDINGS:
            return verdict, None
        self.shrunk[op, label, verdict.verdict] += 1
        smallest = verdict
        if self.shrunk[op, label, verdict.verdict] <= self.arguments.shrink and verdict.recipe:
            smallest = shrink.shrink(self.examiner, op, label, verdict)
            self.keep(op, label, smallest)
        return verdict, {
            "op": op,
            "type": label,
            "number": number,
            "verdict": verdict.verdict,
            "message": smallest.message,
            "recipe": smallest.recipe,
        }

    def confirm(self, op, label, seed, verdict):
        """Twice more, each in a process of its own, on memory with other contents; an abort once."""
        again = []
        for noise in (1, 2) if verdict.verdict == "differs" else (1,):
            self.examiner.noise = noise
            again.append(pool.run_alone(self.examiner, op, label, seed))
        self.examiner.noise = None
        if (again[0].verdict, again[0].message) == (again[-1].verdict, again[-1].message):
            return again[0]
        return examine.Verdict("unstable", verdict.message)

    def keep(self, op, label, verdict):
        if not verdict.recipe or not (self.arguments.findings or self.arguments.store):
            return
        case = examine.draw_case(op, label, None, verdict.recipe)
        if self.arguments.findings:
            write_finding(self.arguments.findings, op, label, case, verdict)
        if self.arguments.store and verdict.verdict == "differs" and is_storable(case):
            store(self.examiner, op, label, case)


def describe(case):
    """The model as text."""
    lines = []
    for graph in [case, *case.others]:
        for index, tensor in enumerate(graph.tensors):
            role = (
                "input"
                if index in graph.inputs
                else "constant" if tensor.data is not None else "variable" if tensor.variable else ""
            )
            quant = "" if not tensor.quant else f" scale {tensor.quant.scales[:4]} zero {tensor.quant.zeros[:4]}"
            data = (
                ""
                if tensor.data is None
                else " = " + numpy.array2string(tensor.data.reshape(-1)[:24], max_line_width=200)
            )
            lines.append(f"    t{index}: {tensor.type} {tensor.shape}{quant} {role}{data}")
        lines += [f"    {op.kind} {op.inputs} -> {op.outputs} {op.fields or ''}" for op in graph.ops]
    return "\n".join(lines)


def fresh_name(folder, op):
    folder.mkdir(parents=True, exist_ok=True)
    number = 1
    while (folder / f"{op}-{number}.md").exists():
        number += 1
    return folder / f"{op}-{number}"


def write_finding(folder, op, label, case, verdict):
    path = fresh_name(folder, op)
    path.with_suffix(".tflite").write_bytes(flat.write(case))
    numpy.savez(path.with_suffix(".npz"), **{str(position): array for position, array in enumerate(case.feeds)})
    inputs = "\n".join(
        f"    input {position}: {numpy.array2string(array.reshape(-1)[:48], max_line_width=200)}"
        for position, array in enumerate(case.feeds)
    )
    path.with_suffix(".md").write_text(
        f"# {op} {label}: {verdict.verdict}\n\n{verdict.message}\n\n{describe(case)}\n\n"
        f"Invocations {case.vectors}{', state kept' * case.keep_state}:\n\n{inputs}\n\n"
        f"    atoll run {path}.tflite --input {path}.npz --output OUT.npz --all-tensors\n"
        f"    scripts/reference.py {path}.tflite --inputs {path}.npz --output OUT.npz --all-tensors\n"
        f"\nrecipe: {verdict.recipe}\n"
    )


def is_storable(case):
    """The stored vectors are judged byte for byte, each invocation on its own."""
    is_float = any(case.tensors[index].type == "float32" for index in case.outputs)
    return not case.keep_state and not case.undefined and not (is_float and case.tolerance != "exact")


def store(examiner, op, label, case):
    """Adds the case to tests/vectors/stored, with the reference's outputs."""
    outcome = pool.in_child(lambda: examiner.reference.run(flat.write(case), case, case.outputs))
    if outcome is None or outcome.status != "ok":
        return
    path = fresh_name(STORED, f"found_{op}_{label.replace(' ', '_').replace('/', '_')}")
    path.with_suffix(".tflite").write_bytes(flat.write(case))
    arrays = {}
    for vector in range(case.vectors):
        arrays |= {f"in_{vector}_{k}": array[vector] for k, array in enumerate(case.feeds)}
        arrays |= {f"out_{vector}_{k}": outcome.arrays[index][vector] for k, index in enumerate(case.outputs)}
    numpy.savez_compressed(path.with_suffix(".npz"), **arrays)
    manifest = STORED / "manifest.json"
    rows = json.loads(manifest.read_text())
    types = "+".join(case.tensors[index].type for index in case.inputs)
    integer = not any(tensor.type.startswith("float") for tensor in case.tensors)
    rows.append(
        {
            "case": path.name,
            "op": case.ops[0].kind,
            "type": types or label,
            "integer": integer,
            "vectors": case.vectors,
            "quarantine": None,
        }
    )
    manifest.write_text(json.dumps(rows, indent=1) + "\n")
