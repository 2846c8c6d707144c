"""Runs one case: on `atoll run`, and on the reference runtime in this process."""

import dataclasses
import os
import pathlib
import re
import subprocess

import numpy

TIMEOUT_SECONDS = 60


@dataclasses.dataclass
class Outcome:
    status: str  # ok, refused, absent (no kernel for the operator and its types), crashed
    message: str = ""
    arrays: dict = None  # tensor index: array with an axis of invocations


def reason(message):
    """A message without what differs from model to model, for counting."""
    text = re.sub(r"'[^']*'|\"[^\"]*\"", "'..'", message)
    text = re.sub(r"\S*/\S*:", "", text)
    return re.sub(r"-?\d+(\.\d+)?", "N", text).strip()[:160]


class Atoll:
    """`atoll run`, through files in a folder."""

    def __init__(self, program, folder):
        self.program, self.folder = program, pathlib.Path(folder)

    def run(self, model, case):
        paths = [self.folder / f"{os.getpid()}{suffix}" for suffix in (".tflite", "_in.npz", "_out.npz")]
        paths[0].write_bytes(model)
        paths[2].unlink(missing_ok=True)
        command = [self.program, "run", paths[0], "--all-tensors", "--output", paths[2]]
        if case.feeds:
            numpy.savez(paths[1], **{str(position): array for position, array in enumerate(case.feeds)})
            command += ["--input", paths[1]]
        if case.keep_state:
            command.append("--keep-state")
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, errors="replace", timeout=TIMEOUT_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            return Outcome("crashed", f"no end after {TIMEOUT_SECONDS} s")
        if done.returncode == 0:
            with numpy.load(paths[2]) as loaded:
                return Outcome("ok", "", self.named(loaded))
        return self.failure(done)

    @staticmethod
    def named(loaded):
        return {int(name[1:]): loaded[name] for name in loaded.files if re.fullmatch(r"t\d+", name)}

    @staticmethod
    def failure(done):
        message = done.stderr.strip().replace("atoll: error: ", "")
        if done.returncode not in (4, 5, 6):
            return Outcome("crashed", f"status {done.returncode}: {message[-400:]}")
        absent = "no reference kernel" in message or "unknown operator" in message
        return Outcome("absent" if absent else "refused", message)


def scribble(seed):
    """Fills freed memory with noise, so that results which depend on it differ from run to run."""
    source = numpy.random.default_rng(seed)
    blocks = [source.integers(0, 256, 1 << bits, dtype=numpy.uint8) for bits in range(4, 17) for _ in range(20)]
    del blocks


class Reference:
    """The reference runtime. It may take the process down."""

    def __init__(self, interpreter):
        self.interpreter = interpreter

    def run(self, model, case, wanted):
        """`wanted`: indices of tensors."""
        try:
            runner = self.interpreter.Interpreter(
                model_content=model,
                num_threads=1,
                experimental_preserve_all_tensors=True,
                experimental_op_resolver_type=self.interpreter.OpResolverType[case.resolver],
            )
            runner.allocate_tensors()
            results = {}
            for invocation in range(len(case.feeds[0]) if case.feeds else 1):
                self.invoke(runner, case, invocation)
                for index in wanted:
                    array = self.read(runner, index)
                    if array is not None:
                        results.setdefault(index, []).append(array)
        except (ValueError, RuntimeError) as problem:
            return Outcome("refused", str(problem))
        if not case.feeds:
            return Outcome("ok", "", {index: arrays[0] for index, arrays in results.items()})
        if any(len({array.shape for array in arrays}) > 1 for arrays in results.values()):
            return Outcome("refused", "shapes depend on data")
        return Outcome("ok", "", {index: numpy.stack(arrays) for index, arrays in results.items()})

    @staticmethod
    def read(runner, index):
        try:
            return runner.get_tensor(index).copy()
        except ValueError as problem:
            if "Invalid tensor size" in str(problem):  # it has no elements
                return None
            raise

    @staticmethod
    def invoke(runner, case, invocation):
        if not case.keep_state:
            runner.reset_all_variables()
        for detail, array in zip(runner.get_input_details(), case.feeds):
            runner.set_tensor(detail["index"], array[invocation])
        runner.invoke()
