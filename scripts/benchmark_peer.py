#!/usr/bin/env python3
"""A peer of `atoll run` for scripts/benchmark: a model on the reference runtime's interpreter, one thread.

    benchmark_peer.py MODEL.tflite INPUT.npy reference|default

The array has the model's input shape with an axis of inferences in front. `reference` is the resolver of the plain kernels,
`default` what the runtime does by itself: optimized kernels behind the XNNPACK delegate.
"""
import sys


def main():
    if len(sys.argv) != 4 or sys.argv[3] not in ("reference", "default"):
        sys.exit(__doc__)
    import numpy
    from ai_edge_litert import interpreter

    resolvers = {"reference": interpreter.OpResolverType.BUILTIN_REF, "default": interpreter.OpResolverType.AUTO}
    runner = interpreter.Interpreter(model_path=sys.argv[1], num_threads=1,
                                     experimental_op_resolver_type=resolvers[sys.argv[3]])
    runner.allocate_tensors()
    position = runner.get_input_details()[0]["index"]
    outputs = [detail["index"] for detail in runner.get_output_details()]
    for sample in numpy.load(sys.argv[2]):
        runner.set_tensor(position, sample)
        runner.invoke()
        for output in outputs:
            runner.get_tensor(output)


if __name__ == "__main__":
    main()
