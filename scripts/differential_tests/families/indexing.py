"""Elements chosen by index, shapes and constants made, blocks, tables."""

import numpy

from .. import values
from ..models import Quant
from ..registry import generator, type_code
from .movement import COMMON, data, move


def indices(case, shape, count, signed=False):
    """Indices in [0, count), as a constant or an input."""
    dtype = case.draws.pick(["int32", "int64", "int16"], [5, 2, 1])
    return case.either(shape, dtype, None, values.between(0, count - 1, shape))


@generator("GATHER", COMMON)
def gather(case, op, label):
    draws = case.draws
    shape = draws.shape(1, 4, elements=800)
    batch = draws.integer(0, len(shape) - 1) if draws.chance(0.3) else 0
    axis = draws.integer(batch, len(shape) - 1)
    positions = shape[:batch] + draws.shape(0, 2, 5)
    first, quant = data(case, shape, label)
    out = shape[:axis] + positions[batch:] + shape[axis + 1 :]
    signed = axis - len(shape) if draws.chance(0.3) else axis
    case.op(
        op,
        [first, indices(case, positions, shape[axis])],
        [case.output(out, label, quant)],
        "GatherOptions",
        axis=signed,
        batch_dims=batch,
    )


def index_rows(source_shape, rows, dtype):
    """Rows of coordinates into a shape."""

    def make(source, vector):
        columns = [source.integers(0, extent, rows) for extent in source_shape]
        return numpy.stack(columns, -1) if columns else numpy.zeros((*rows, 0))

    return make


@generator("GATHER_ND", COMMON)
def gather_nd(case, op, label):
    draws = case.draws
    shape = draws.shape(1, 4, elements=800)
    depth = draws.integer(1, len(shape))
    rows = draws.shape(0, 3, 5)
    dtype = draws.pick(["int32", "int64", "int16"], [5, 2, 1])
    first, quant = data(case, shape, label)
    positions = case.either([*rows, depth], dtype, None, index_rows(shape[:depth], rows, dtype))
    case.op(op, [first, positions], [case.output(rows + shape[depth:], label, quant)], "GatherNdOptions")


@generator("SCATTER_ND", ["float32", "int8", "uint8", "int32", "int64", "bool"])
def scatter_nd(case, op, label):
    draws = case.draws
    shape = draws.shape(1, 4, elements=800)
    depth = draws.integer(1, len(shape))
    rows = draws.shape(1, 2, 5)
    quant = values.quant(draws, label)
    case.tolerance = "sum"
    positions = case.either([*rows, depth], "int32", None, index_rows(shape[:depth], rows, "int32"))
    updates = case.either(
        rows + shape[depth:], label, quant, None if label != "int8" else values.between(-9, 9, rows + shape[depth:])
    )
    case.op(op, [positions, updates, case.control(shape)], [case.output(shape, label, quant)], "ScatterNdOptions")


@generator("ONE_HOT", ["float32", "int32", "int64", "int8", "uint8", "bool"])
def one_hot(case, op, label):
    draws = case.draws
    shape = draws.shape(0, 3, 6)
    depth, axis = draws.integer(1, 9), draws.integer(-1, len(shape))
    quant = values.quant(draws, label)
    out = list(shape)
    out.insert(len(shape) if axis == -1 else axis, depth)
    chosen = case.either(shape, draws.pick(["int32", "int64"], [4, 1]), None, values.between(-2, depth + 1, shape), 0.1)
    inputs = [
        chosen,
        case.control(depth),
        case.either([], label, quant, None, 0.8),
        case.either([], label, quant, None, 0.8),
    ]
    case.op(op, inputs, [case.output(out, label, quant)], "OneHotOptions", axis=axis)


@generator("FILL", COMMON)
def fill(case, op, label):
    draws = case.draws
    shape = draws.shape(0, 4, elements=500)
    quant = values.quant(draws, label)
    inputs = [
        case.control(numpy.array(shape, numpy.int32), draws.pick(["int32", "int64"], [4, 1])),
        case.either([], label, quant),
    ]
    case.op(op, inputs, [case.output(shape, label, quant)], "FillOptions")


@generator("RANGE", ["float32", "int32", "int64"])
def range_op(case, op, label):
    draws = case.draws
    case.vectors = 1
    case.tolerance = "ulp"
    start, step, count = draws.integer(-20, 20), draws.pick([1, 2, -1, 3, -4]), draws.integer(1, 30)
    limit = start + step * count - (draws.below(abs(step)) if step > 0 else -draws.below(abs(step)))
    scale = draws.pick([1.0, 0.5, 0.1]) if label == "float32" else 1
    numbers = [numpy.array(number * scale) for number in (start, limit, step)]
    bounds = [numpy.float32(number) for number in numbers]
    count = int(numpy.ceil(abs((bounds[1] - bounds[0]) / bounds[2]))) if label == "float32" else count
    case.op(op, [case.control(number, label) for number in numbers], [case.output([count], label)], "RangeOptions")


@generator("SHAPE", COMMON)
def shape_op(case, op, label):
    shape = case.draws.shape(1, 5)
    result = case.draws.pick(["int32", "int64"])
    first, _ = data(case, shape, label, 0)
    case.op(op, [first], [case.output([len(shape)], result)], "ShapeOptions", out_type=type_code(result))


@generator("RANK", COMMON)
def rank(case, op, label):
    first, _ = data(case, case.draws.shape(0, 5), label, 0)
    case.op(op, [first], [case.output([], "int32")], "RankOptions")


@generator("BROADCAST_ARGS", ["int32", "int64"])
def broadcast_args(case, op, label):
    draws = case.draws
    whole = draws.shape(0, 4)
    first = [1 if draws.chance(0.3) else extent for extent in whole]
    second = [extent if first[axis] != extent or draws.chance(0.6) else 1 for axis, extent in enumerate(whole)]
    second = second[draws.integer(0, len(second)) if draws.chance(0.3) and first == whole else 0 :]
    inputs = [case.control(numpy.array(shape, numpy.int64), label, 0.5) for shape in (first, second)]
    case.op(op, inputs, [case.output([len(whole)], label)])


# ---- blocks


@generator(["SPACE_TO_DEPTH", "DEPTH_TO_SPACE"], ["float32", "int8", "uint8", "int32", "int64"])
def depth_blocks(case, op, label):
    draws = case.draws
    block = draws.integer(1, 4)
    small = [draws.integer(1, 2), draws.integer(1, 5), draws.integer(1, 5)]
    channels = draws.extent(9)
    spread = [small[0], small[1] * block, small[2] * block, channels]
    deep = [*small, channels * block * block]
    shape, out = (spread, deep) if op == "SPACE_TO_DEPTH" else (deep, spread)
    move(case, op, label, shape, out, (), op.title().replace("_", "") + "Options", block_size=block)


@generator("SPACE_TO_BATCH_ND", ["float32", "int8", "uint8", "int16", "int32", "int64"])
def space_to_batch(case, op, label):
    draws = case.draws
    axes = draws.pick([2, 1])
    blocks = [draws.integer(1, 3) for _ in range(axes)]
    pads = [[draws.integer(0, 2), 0] for _ in range(axes)]
    extents = [draws.integer(1, 8) for _ in range(axes)]
    for axis in range(axes):
        pads[axis][1] = -(extents[axis] + pads[axis][0]) % blocks[axis]
    batch, channels = draws.integer(1, 3), draws.extent(9)
    out = [(extent + sum(pad)) // block for extent, pad, block in zip(extents, pads, blocks)]
    move(
        case,
        op,
        label,
        [batch, *extents, channels],
        [batch * int(numpy.prod(blocks)), *out, channels],
        [case.control(blocks), case.control(pads)],
        "SpaceToBatchNDOptions",
    )


@generator("BATCH_TO_SPACE_ND", ["float32", "int8", "uint8", "int16", "int32", "int64"])
def batch_to_space(case, op, label):
    draws = case.draws
    axes = draws.pick([2, 1])
    blocks = [draws.integer(1, 3) for _ in range(axes)]
    extents = [draws.integer(1, 6) for _ in range(axes)]
    crops = [[draws.integer(0, min(2, extent * block - 1)), 0] for extent, block in zip(extents, blocks)]
    for axis in range(axes):
        left = extents[axis] * blocks[axis] - crops[axis][0]
        crops[axis][1] = draws.integer(0, min(2, left - 1))
    batch, channels = draws.integer(1, 3), draws.extent(9)
    out = [extent * block - sum(crop) for extent, block, crop in zip(extents, blocks, crops)]
    move(
        case,
        op,
        label,
        [batch * int(numpy.prod(blocks)), *extents, channels],
        [batch, *out, channels],
        [case.control(blocks), case.control(crops)],
        "BatchToSpaceNDOptions",
    )


# ---- updates and tables


@generator("DYNAMIC_UPDATE_SLICE", ["float32", "int8", "int16", "int32", "int64", "bool", "uint8"])
def dynamic_update_slice(case, op, label):
    draws = case.draws
    shape = draws.shape(1, 4, elements=1000)
    part = [draws.integer(1, extent) for extent in shape]
    quant = values.quant(draws, label)
    starts = values.sized(
        lambda source, vector, size: [source.integers(-2, extent + 2) for extent in shape], [len(shape)]
    )
    inputs = [
        case.either(shape, label, quant, None, 0.1),
        case.either(part, label, quant),
        case.either([len(shape)], draws.pick(["int32", "int64"], [4, 1]), None, starts),
    ]
    case.op(op, inputs, [case.output(shape, label, quant)], "DynamicUpdateSliceOptions")


@generator(
    "EMBEDDING_LOOKUP",
    [
        "float32",
        "int8",
        "int8 hybrid",
        "uint8 hybrid",
        "int4 hybrid",
        "int8 hybrid channels",
        "int4 hybrid channels",
        "int32",
    ],
)
def embedding_lookup(case, op, label):
    draws, dtype = case.draws, label.split()[0]
    shape = draws.shape(2, 4 if dtype == "float32" else 2, elements=1000)
    positions = [draws.integer(1, 8)]
    if dtype == "int4" and shape[1] % 2:
        case.deviation = "the reference starts every row of int4 at a whole byte, also where rows have an odd length"
    quant = values.quant(draws, dtype) or (Quant([values.scale(draws)], [0]) if dtype == "int4" else None)
    if "hybrid" in label and quant:
        quant.zeros = [0]
    if "channels" in label:
        quant = values.per_channel(draws, shape[0], 0)
    result = "float32" if "hybrid" in label else dtype
    case.tolerance = "hybrid"
    table = case.const(shape, dtype, quant, values.between(-7, 7, shape) if dtype == "int4" else None)
    lookup = case.input(positions, "int32", None, values.between(0, shape[0] - 1, positions))
    case.op(op, [lookup, table], [case.output(positions + shape[1:], result, None if result == "float32" else quant)])


@generator("DENSIFY", ["float32", "int8", "float16"])
def densify(case, op, label):
    """A sparse matrix by rows, added to an input so that the model has one."""
    draws = case.draws
    shape = [draws.integer(1, 8), draws.integer(1, 12)]
    quant = values.quant(draws, label)
    dense = case.const(shape, label, quant)
    array = case.tensors[dense].data
    array[case.draws.array_source().random(shape) < 0.6] = 0
    segments, positions, stored = [0], [], []
    for row in array:
        positions += [int(column) for column in numpy.flatnonzero(row)]
        stored += [value for value in row if value != 0]
        segments.append(len(positions))
    case.tensors[dense].data = numpy.array(stored, array.dtype)
    case.tensors[dense].sparsity = {
        "order": [0, 1],
        "dimensions": [{"size": shape[0]}, {"segments": segments, "indices": positions}],
    }
    case.op(op, [dense], [case.output(shape, label, quant)], "DensifyOptions")
