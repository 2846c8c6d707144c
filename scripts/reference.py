#!/usr/bin/env python3
"""Runs a model on the reference runtime: ai-edge-litert 2.3.0, its reference kernels (BUILTIN_REF), one thread.

    reference.py MODEL.tflite --inputs IN.npz --output OUT.npz [--all-tensors]

Inputs are arrays named by tensor, or "0", "1", ... by position: in the model's exact shape for one invocation, or with one
more axis in front for many. The output file holds the model's outputs, or with --all-tensors every input and every tensor
that an operator writes, under "t<index>" (the tensor's index in the model), with an axis of invocations in front if the
inputs had one, and "runtime", the text below as bytes.

The runtime aborts on some models instead of reporting an error, so each model runs in a child process of its own.
Exit status: 0 done; 2 usage; 3 a file can't be read or written; 4 the inputs don't fit the model; 5 the runtime is missing, of
another version, or can't run the model.

As a module: run(model_bytes, inputs, all_tensors) -> {name: array}; raises ReferenceError.
"""
import argparse
import os
import pathlib
import sys
import tempfile

VERSION = "2.3.0"
RUNTIME = f"ai-edge-litert=={VERSION} x86-64 BUILTIN_REF, 1 thread"


class ReferenceError(Exception):
    """A failure with its exit status."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


def load_runtime():
    try:
        import ai_edge_litert
        import numpy
        from ai_edge_litert import interpreter
    except ImportError as problem:
        raise ReferenceError(5, f"the reference runtime is not installed ({problem}); scripts/install_reference installs it")
    found = ai_edge_litert.__version__
    if found != VERSION:
        raise ReferenceError(5, f"the reference is ai-edge-litert {VERSION}, and {found} is installed")
    return numpy, interpreter


def bind(inputs, details, numpy):
    """Per invocation, the arrays in the order of the model's inputs; and whether there is an axis of invocations."""
    taken, counts = [], []
    for position, detail in enumerate(details):
        named = [name for name in (detail["name"], str(position)) if name in inputs]
        if not named:
            raise ReferenceError(4, f"there is no array for input {position} '{detail['name']}'")
        array = inputs[named[0]]
        shape = tuple(int(extent) for extent in detail["shape"])
        if array.dtype != detail["dtype"]:
            raise ReferenceError(4, f"input {position} is {detail['dtype'].__name__}, and the array is {array.dtype}")
        if array.shape == shape:
            counts.append(None)
            array = array[numpy.newaxis]
        elif array.shape[1:] == shape and array.ndim == len(shape) + 1:
            counts.append(array.shape[0])
        else:
            raise ReferenceError(4, f"input {position} has shape {shape}, and the array has {array.shape}")
        taken.append(array)
    if len(set(counts)) > 1:
        raise ReferenceError(4, f"inputs have different numbers of invocations: {counts}")
    return list(zip(*taken)), counts[0] is not None if counts else False


def read_tensor(runner, index, types):
    if types.get(index) is object:  # a resource: reading it takes the runtime down
        return None
    try:
        return runner.get_tensor(index).copy()
    except ValueError:  # not in memory, or of a type that NumPy doesn't have
        return None


def make_runner(model, interpreter):
    try:
        runner = interpreter.Interpreter(
            model_content=model, experimental_op_resolver_type=interpreter.OpResolverType.BUILTIN_REF,
            experimental_preserve_all_tensors=True, num_threads=1)
        runner.allocate_tensors()
    except (ValueError, RuntimeError) as problem:
        raise ReferenceError(5, f"the reference runtime refuses the model: {problem}")
    return runner


def compute(model, inputs, all_tensors):
    """In the child: everything that can take the process down."""
    numpy, interpreter = load_runtime()
    runner = make_runner(model, interpreter)
    details = runner.get_input_details()
    invocations, leading_axis = bind(inputs, details, numpy)
    wanted = [detail["index"] for detail in runner.get_output_details()]
    if all_tensors:
        written = [index for op in runner._get_ops_details() for index in op["outputs"]]
        wanted = [detail["index"] for detail in details] + written + wanted
    results = {}
    types = {detail["index"]: object if detail["dtype"] is numpy.object_ else detail["dtype"]
             for detail in runner.get_tensor_details()}
    has_resources = any(op["op_name"] == "VAR_HANDLE" for op in runner._get_ops_details())
    for number, arrays in enumerate(invocations):
        if has_resources and number > 0:  # reset_all_variables does not reach them
            runner = make_runner(model, interpreter)
        runner.reset_all_variables()
        for detail, array in zip(details, arrays):
            runner.set_tensor(detail["index"], array)
        try:
            runner.invoke()
        except (ValueError, RuntimeError) as problem:
            raise ReferenceError(5, f"the reference runtime fails on the model: {problem}")
        for index in dict.fromkeys(int(index) for index in wanted):
            value = read_tensor(runner, index, types)
            if value is not None:
                results.setdefault(f"t{index}", []).append(value)
    named = {name: numpy.stack(values) if leading_axis else values[0] for name, values in results.items()}
    named["runtime"] = numpy.frombuffer(RUNTIME.encode(), dtype=numpy.uint8)
    return named


def child(model, inputs, all_tensors, path):
    """Ends the process: results in `path`, or a message there and its status."""
    status = 0
    try:
        results = compute(model, inputs, all_tensors)
        numpy, _ = load_runtime()
        with open(path, "wb") as file:
            numpy.savez(file, **results)
    except ReferenceError as problem:
        pathlib.Path(path).write_text(str(problem))
        status = problem.status
    except BaseException as problem:  # the parent must hear of it
        pathlib.Path(path).write_text(f"{type(problem).__name__}: {problem}")
        status = 1
    os._exit(status)


def run(model, inputs, all_tensors=False):
    """The arrays described above, for the bytes of a model and a dictionary of input arrays."""
    numpy, _ = load_runtime()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "results")
        sys.stdout.flush()
        sys.stderr.flush()
        process = os.fork()
        if process == 0:
            child(model, inputs, all_tensors, path)
        _, ended = os.waitpid(process, 0)
        if os.WIFSIGNALED(ended):
            raise ReferenceError(5, f"the reference runtime ended on signal {os.WTERMSIG(ended)}")
        if os.WEXITSTATUS(ended) != 0:
            raise ReferenceError(os.WEXITSTATUS(ended), pathlib.Path(path).read_text())
        with numpy.load(path) as loaded:
            return {name: loaded[name] for name in loaded.files}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--inputs", required=True)
    parser.add_argument("--output", required=True)
    parser.add_argument("--all-tensors", action="store_true")
    arguments = parser.parse_args()
    try:
        numpy, _ = load_runtime()
        try:
            model = pathlib.Path(arguments.model).read_bytes()
            with numpy.load(arguments.inputs) as loaded:
                inputs = {name: loaded[name] for name in loaded.files}
        except (OSError, ValueError) as problem:
            raise ReferenceError(3, str(problem))
        results = run(model, inputs, arguments.all_tensors)
        temporary = f"{arguments.output}.tmp{os.getpid()}"
        try:
            with open(temporary, "wb") as file:
                numpy.savez(file, **results)
            os.replace(temporary, arguments.output)
        except OSError as problem:
            raise ReferenceError(3, str(problem))
    except ReferenceError as problem:
        print(f"reference.py: {problem}", file=sys.stderr)
        return problem.status
    return 0


if __name__ == "__main__":
    sys.exit(main())
