"""Operators that move elements, and those that make shapes and constants."""

import numpy

from .. import values
from ..registry import generator

COMMON = ["float32", "int8", "uint8", "int16", "int32", "int64", "bool"]
QUANTIZED = ["float32", "int8", "uint8", "int16", "int32"]


def data(case, shape, label, constant=0.1):
    """The tensor that is moved, and its parameters, which the result shares."""
    quant = values.quant(case.draws, label)
    make = values.special_floats(case.draws, shape) if label == "float32" else None
    return case.either(shape, label, quant, make, constant), quant


def move(case, op, label, shape, out, controls=(), table=None, **fields):
    first, quant = data(case, shape, label)
    case.op(op, [first, *controls], [case.output(out, label, quant)], table, **fields)


def factored(draws, count):
    """Another shape of as many elements."""
    shape = []
    for prime in (2, 3, 5, 7):
        while count % prime == 0:
            count //= prime
            if shape and draws.chance(0.6):
                shape[draws.below(len(shape))] *= prime
            else:
                shape.append(prime)
    if count > 1 or draws.chance(0.3):
        shape.append(count)
    return shape


@generator("RESHAPE", COMMON)
def reshape(case, op, label):
    draws = case.draws
    shape = draws.shape(0, 5)
    out = factored(draws, int(numpy.prod(shape, dtype=int)))
    asked = list(out)
    if out and draws.chance(0.4):
        asked[draws.below(len(out))] = -1
    kind = draws.below(3, [5, 2, 1])
    controls = [case.control(numpy.array(asked, numpy.int32))] if kind != 1 else []
    table = "ReshapeOptions" if kind else None
    move(case, op, label, shape, out, controls, table, **({"new_shape": asked} if kind else {}))


@generator("SQUEEZE", COMMON)
def squeeze(case, op, label):
    draws = case.draws
    shape = [1 if draws.chance(0.5) else extent for extent in draws.shape(1, 5)]
    ones = [axis for axis, extent in enumerate(shape) if extent == 1]
    dropped = [ones[index] for index in draws.subset(len(ones))] if ones else []
    out = [extent for axis, extent in enumerate(shape) if axis not in (dropped or ones)]
    dims = [axis - len(shape) if draws.chance(0.3) else axis for axis in dropped]
    move(case, op, label, shape, out, (), "SqueezeOptions", squeeze_dims=dims)


@generator("EXPAND_DIMS", COMMON)
def expand_dims(case, op, label):
    draws = case.draws
    shape = draws.shape(0, 4)
    axis = draws.below(len(shape) + 1)
    out = shape[:axis] + [1] + shape[axis:]
    axis = axis - len(out) if draws.chance(0.4) else axis
    control = case.control([axis] if draws.chance(0.5) else axis, draws.pick(["int32", "int64"], [4, 1]))
    move(case, op, label, shape, out, [control], "ExpandDimsOptions")


@generator("TRANSPOSE", COMMON)
def transpose(case, op, label):
    draws = case.draws
    shape = draws.shape(0, 6)
    if not shape:
        case.deviation = "the reference leaves the result of TRANSPOSE unwritten for a scalar"
    order = draws.permutation(len(shape))
    asked = [axis - len(shape) if draws.chance(0.1) else axis for axis in order]
    move(
        case,
        op,
        label,
        shape,
        [shape[axis] for axis in order],
        [case.control(numpy.array(asked, numpy.int32))],
        "TransposeOptions",
    )


@generator("CONCATENATION", COMMON)
def concatenation(case, op, label):
    draws = case.draws
    shape = draws.shape(1, 5, elements=1000)
    axis = draws.axis(len(shape))
    inputs, total = [], 0
    out_quant = values.quant(draws, label)
    for _ in range(draws.integer(1, 5)):
        part = list(shape)
        part[axis] = draws.integer(1, 6)
        total += part[axis]
        quant = out_quant
        if label == "uint8" and draws.chance(0.5):
            quant = values.quant(draws, label)
        inputs.append(case.either(part, label, quant, None, 0.15))
    if draws.chance(0.1):
        inputs.append(inputs[0])
        total += case.tensors[inputs[0]].shape[axis]
    shape[axis] = total
    case.op(
        op,
        inputs,
        [case.output(shape, label, out_quant)],
        "ConcatenationOptions",
        axis=axis,
        fused_activation_function=0,
    )


@generator("SPLIT", QUANTIZED + ["int64"])
def split(case, op, label):
    draws = case.draws
    shape = draws.shape(1, 5, elements=1000)
    axis, parts = draws.axis(len(shape)), draws.integer(1, 4)
    part = list(shape)
    part[axis] = draws.integer(1, 5)
    shape[axis] = part[axis] * parts
    control = case.control(axis if draws.chance(0.5) else [axis])
    first, quant = data(case, shape, label)
    case.op(
        op, [control, first], [case.output(part, label, quant) for _ in range(parts)], "SplitOptions", num_splits=parts
    )


@generator("SPLIT_V", QUANTIZED + ["int64"])
def split_v(case, op, label):
    draws = case.draws
    shape = draws.shape(1, 5, elements=1000)
    axis = draws.axis(len(shape))
    sizes = [draws.integer(1, 5) for _ in range(draws.integer(1, 4))]
    shape[axis] = sum(sizes)
    asked = list(sizes)
    if draws.chance(0.3):
        asked[draws.below(len(sizes))] = -1
    first, quant = data(case, shape, label)
    controls = [
        case.control(asked, draws.pick(["int32", "int64"], [4, 1])),
        case.control(axis if draws.chance(0.5) else [axis]),
    ]
    outs = [
        case.output(
            [size if index == axis % len(shape) else extent for index, extent in enumerate(shape)], label, quant
        )
        for size in sizes
    ]
    case.op(op, [first, *controls], outs, "SplitVOptions", num_splits=len(sizes))


@generator("PACK", ["float32", "int8", "uint8", "int16", "int32", "int64"])
def pack(case, op, label):
    draws = case.draws
    shape = draws.shape(0, 4, elements=1000)
    count, axis = draws.integer(1, 5), draws.axis(len(shape) + 1)
    quant = values.quant(draws, label)
    inputs = [case.either(shape, label, quant, None, 0.15) for _ in range(count)]
    out = list(shape)
    out.insert(axis % (len(shape) + 1), count)
    case.op(op, inputs, [case.output(out, label, quant)], "PackOptions", values_count=count, axis=axis)


@generator("UNPACK", ["float32", "int8", "uint8", "int16", "int32", "bool"])
def unpack(case, op, label):
    draws = case.draws
    shape = draws.shape(1, 5, elements=1000)
    axis = draws.axis(len(shape))
    first, quant = data(case, shape, label)
    out = [extent for index, extent in enumerate(shape) if index != axis % len(shape)]
    case.op(
        op,
        [first],
        [case.output(out, label, quant) for _ in range(shape[axis])],
        "UnpackOptions",
        num=shape[axis],
        axis=axis,
    )


def paddings(draws, rank, most=4):
    return [[draws.integer(0, most) if draws.chance(0.6) else 0 for _ in range(2)] for _ in range(rank)]


@generator("PAD", COMMON)
@generator("PADV2", COMMON)
def pad(case, op, label):
    draws = case.draws
    shape = draws.shape(1, 5, elements=500)
    pads = paddings(draws, len(shape))
    first, quant = data(case, shape, label)
    inputs = [first, case.control(pads, draws.pick(["int32", "int64"], [4, 1]))]
    if op == "PADV2":
        inputs.append(case.either([1] if draws.chance(0.5) else [], label, quant, None, 0.8))
    out = [extent + sum(pair) for extent, pair in zip(shape, pads)]
    case.op(op, inputs, [case.output(out, label, quant)], "PadOptions" if op == "PAD" else "PadV2Options")


@generator("MIRROR_PAD", COMMON)
def mirror_pad(case, op, label):
    draws = case.draws
    shape = draws.shape(1, 5, elements=500)
    mode = draws.below(2)  # 0: the edge is not repeated
    pads = [[draws.integer(0, min(4, extent - 1 + mode)) for _ in range(2)] for extent in shape]
    out = [extent + sum(pair) for extent, pair in zip(shape, pads)]
    move(
        case,
        op,
        label,
        shape,
        out,
        [case.control(pads, draws.pick(["int32", "int64"], [4, 1]))],
        "MirrorPadOptions",
        mode=mode,
    )


@generator("REVERSE_V2", COMMON)
def reverse(case, op, label):
    draws = case.draws
    shape = draws.shape(1, 5)
    axes = draws.subset(len(shape), 1)
    if draws.chance(0.6):
        axes = list(range(axes[0], axes[-1] + 1))
    axes = [axis - len(shape) if draws.chance(0.2) else axis for axis in axes]
    move(case, op, label, shape, shape, [case.control(axes)], "ReverseV2Options")


@generator("TILE", COMMON)
def tile(case, op, label):
    draws = case.draws
    shape = draws.shape(1, 4, elements=300)
    times = [draws.integer(1, 3) for _ in shape]
    out = [extent * factor for extent, factor in zip(shape, times)]
    move(case, op, label, shape, out, [case.control(times, draws.pick(["int32", "int64"], [4, 1]))], "TileOptions")


@generator("BROADCAST_TO", COMMON)
def broadcast_to(case, op, label):
    draws = case.draws
    out = draws.shape(0, 5, elements=2000)
    shape = [1 if draws.chance(0.4) else extent for extent in out][draws.integer(0, len(out)) :]
    control = case.control(numpy.array(out, numpy.int32), draws.pick(["int32", "int64"], [4, 1]))
    move(case, op, label, shape, out, [control], "BroadcastToOptions")
