"""Windows, sums and choices along axes, resizing."""

import numpy

from .. import values
from ..models import Quant
from ..registry import generator, type_code

ACTIVATION_WEIGHTS = [5, 1, 1, 1]


def window(draws, extent, most=5):
    """Filter, stride and output extent along an axis, for SAME and VALID padding."""
    size = draws.integer(1, most)
    stride = draws.pick([1, 2, 3, 4], [4, 3, 1, 1])
    return size, stride


def pooled(extent, size, stride, same):
    return -(-extent // stride) if same else -(-(extent - size + 1) // stride)


@generator(["AVERAGE_POOL_2D", "MAX_POOL_2D"], ["int8", "uint8", "int16", "float32"])
@generator("L2_POOL_2D", "float32")
def pool(case, op, label):
    draws = case.draws
    same = draws.chance(0.5)
    (height, down), (width, right) = window(draws, 0), window(draws, 0)
    rows = draws.integer(1 if same else height, 14)
    columns = draws.integer(1 if same else width, 14)
    shape = [draws.integer(1, 2), rows, columns, draws.extent(40)]
    quant = values.quant(draws, label)
    case.tolerance = "exact" if op == "MAX_POOL_2D" else "sum"
    out = [shape[0], pooled(rows, height, down, same), pooled(columns, width, right, same), shape[3]]
    case.op(
        op,
        [case.input(shape, label, quant)],
        [case.output(out, label, quant)],
        "Pool2DOptions",
        padding=0 if same else 1,
        stride_w=right,
        stride_h=down,
        filter_width=width,
        filter_height=height,
        fused_activation_function=draws.pick([0, 1, 2, 3], ACTIVATION_WEIGHTS),
    )


# ---- reductions


def reduced_shape(shape, axes, keep):
    axes = {axis % len(shape) for axis in axes} if shape else set()
    return [1 if index in axes else extent for index, extent in enumerate(shape) if keep or index not in axes]


def axes_of(case, rank):
    """The axes that are reduced, and the tensor that says so; some negative, some twice, a scalar."""
    draws = case.draws
    axes = draws.subset(rank, 0 if draws.chance(0.05) else min(1, rank))
    axes = [axis - rank if draws.chance(0.3) else axis for axis in axes]
    if axes and draws.chance(0.05):
        axes.append(axes[0])
    if len(axes) == 1 and draws.chance(0.15):
        return axes, case.control(axes[0])
    return axes, case.control(axes)


def reduce(case, op, dtype, quant, out_quant, make=None):
    draws = case.draws
    shape = (
        draws.shape(1, 5)
        if draws.chance(0.8)
        else [draws.integer(1, 2), draws.integer(1, 12), draws.integer(1, 12), draws.integer(1, 20)]
    )
    first = case.input(shape, dtype, quant, make(shape) if make else None)
    axes, control = axes_of(case, len(shape))
    keep = draws.chance(0.5)
    out = case.output(reduced_shape(shape, axes, keep), dtype, out_quant)
    case.op(op, [first, control], [out], "ReducerOptions", keep_dims=keep)
    return int(numpy.prod([shape[axis] for axis in {axis % len(shape) for axis in axes}], dtype=int))


@generator(["MEAN", "SUM", "REDUCE_MAX", "REDUCE_MIN"], ["int8", "uint8", "int16"])
@generator("REDUCE_PROD", ["int8", "int16"])
def quantized_reduction(case, op, label):
    draws = case.draws
    quant = values.quant(draws, label)
    out = quant
    if op == "MEAN" and draws.chance(0.7):
        out = values.covering(draws, label, values.reach(quant, label))
    elif op == "SUM":
        out = values.covering(draws, label, values.reach(quant, label) * 20)
        if label != "uint8":
            case.deviation = "the reference's SUM of int8 and int16 reads its operands as uint8"
    elif op == "REDUCE_PROD":
        quant = Quant([2.0 ** draws.real(-7, -5 if label == "int8" else -6)], quant.zeros)
        out = values.covering(draws, label, 1.0)
    count = reduce(case, op, label, quant, out)
    if op == "REDUCE_PROD" and quant.scale / out.scale ** (1 / max(count, 1)) >= 128:
        case.deviation = "the reference's products of int8 and int16 shift by a negative count for factors of 128 and more"


@generator(["MEAN", "SUM", "REDUCE_PROD", "REDUCE_MAX", "REDUCE_MIN"], ["float32", "int32", "int64"])
@generator(["REDUCE_ALL", "REDUCE_ANY"], "bool")
def plain_reduction(case, op, label):
    make = None
    case.tolerance = "sum"
    if label.startswith("int") and op in ("MEAN", "SUM", "REDUCE_PROD"):

        def make(shape):
            return (
                values.between(-3, 3, shape)
                if op == "REDUCE_PROD"
                else values.sized(values.wide_integers(label, True), shape)
            )

    elif label == "float32" and op == "REDUCE_PROD":

        def make(shape):
            return values.uniform(0.5, 1.5, shape)

    elif label == "float32" and op in ("REDUCE_MAX", "REDUCE_MIN"):
        case.tolerance = "exact"
    reduce(case, op, label, None, None, make)


@generator(["ARG_MAX", "ARG_MIN"], ["float32", "int8", "uint8", "int32", "bool"])
def arg(case, op, label):
    draws = case.draws
    shape = draws.shape(1, 4)
    axis = draws.axis(len(shape))
    result = draws.pick(["int32", "int64"])
    quant = values.quant(draws, label)
    make = values.between(0, 3, shape) if draws.chance(0.3) and label != "bool" else None
    inputs = [case.input(shape, label, quant, make), case.control(axis, draws.pick(["int32", "int64"], [4, 1]))]
    case.op(
        op,
        inputs,
        [case.output(reduced_shape(shape, [axis], False), result)],
        op.title().replace("_", "") + "Options",
        output_type=type_code(result),
    )


@generator("CUMSUM", ["float32", "int32", "int64"])
def cumsum(case, op, label):
    draws = case.draws
    shape = draws.shape(1, 4)
    case.tolerance = "sum"
    make = None if label == "float32" else values.sized(values.wide_integers(label, True), shape)
    case.op(
        op,
        [case.input(shape, label, None, make), case.control(draws.axis(len(shape)))],
        [case.output(shape, label)],
        "CumsumOptions",
        exclusive=draws.chance(0.5),
        reverse=draws.chance(0.5),
    )


@generator("TOPK_V2", ["float32", "int8", "uint8", "int16", "int32", "int64"])
def topk(case, op, label):
    draws = case.draws
    shape = draws.shape(1, 3, 20)
    count = draws.integer(1, shape[-1])
    quant = values.quant(draws, label)
    make = values.between(0, 3, shape) if draws.chance(0.3) else None
    index_type = draws.pick(["int32", "int16"], [5, 1])
    k_type = draws.pick(["int32", "int16"], [5, 1])
    out = shape[:-1] + [count]
    case.op(
        op,
        [case.input(shape, label, quant, make), case.control(count, k_type)],
        [case.output(out, label, quant), case.output(out, index_type)],
        "TopKV2Options",
    )


@generator("LOCAL_RESPONSE_NORMALIZATION", "float32")
def local_response(case, op, label):
    draws = case.draws
    shape = draws.shape(4, 4)
    case.tolerance = "sum"
    case.op(
        op,
        [case.input(shape, label)],
        [case.output(shape, label)],
        "LocalResponseNormalizationOptions",
        radius=draws.integer(1, 6),
        bias=draws.pick([1.0, 2.0, 0.5]),
        alpha=draws.pick([1.0, 0.0001, 0.1]),
        beta=draws.pick([0.5, 0.75, 1.0]),
    )


@generator(["RESIZE_BILINEAR", "RESIZE_NEAREST_NEIGHBOR"], ["float32", "int8", "uint8", "int16"])
@generator("RESIZE_NEAREST_NEIGHBOR", "int32")
def resize(case, op, label):
    draws = case.draws
    shape = [draws.integer(1, 2), draws.integer(1, 12), draws.integer(1, 12), draws.extent(17)]
    size = [draws.integer(1, 20), draws.integer(1, 20)]
    align = draws.chance(0.35)
    half = draws.chance(0.35) and not align
    quant = values.quant(draws, label)
    case.tolerance = "sum" if op == "RESIZE_BILINEAR" else "exact"
    table = "ResizeBilinearOptions" if op == "RESIZE_BILINEAR" else "ResizeNearestNeighborOptions"
    case.op(
        op,
        [case.input(shape, label, quant), case.control(size)],
        [case.output([shape[0], *size, shape[3]], label, quant)],
        table,
        align_corners=align,
        half_pixel_centers=half,
    )
