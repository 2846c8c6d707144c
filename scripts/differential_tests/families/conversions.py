"""Conversions between element types and scales."""

import numpy

from .. import values
from ..models import DTYPES, Quant
from ..registry import generator, type_code
from .activations import byte_ramp, one_shape

NUMBERS = ["float32", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "bool", "float16", "float64"]


@generator("CAST", NUMBERS)
def cast(case, op, label):
    draws = case.draws
    shape, result = one_shape(draws), draws.pick(NUMBERS)
    make = None
    if label.startswith("float"):
        if result.startswith("float"):
            make = values.usual(draws, shape, DTYPES[label], special=label == "float32" and result != "float16")
        else:  # beyond the type's range C++ doesn't say what a conversion gives
            info = numpy.iinfo(DTYPES[result]) if result != "bool" else numpy.iinfo(numpy.int8)
            low, high = (max(info.min, -60000), min(info.max, 60000)) if label == "float16" else (info.min, info.max)
            near = draws.chance(0.5)
            make = (
                values.uniform(max(low, -100), min(high, 100), shape)
                if near
                else values.uniform(low * 0.99, high * 0.99, shape)
            )
    index = case.either(shape, label, None, make, 0.1)
    case.op(
        op,
        [index],
        [case.output(shape, result)],
        "CastOptions",
        in_data_type=type_code(label),
        out_data_type=type_code(result),
    )


def near_ties(quantization, dtype, shape):
    """Floats at and beside the middle between two steps, and some beyond the type's range."""
    low, high = values.RANGES[dtype]
    scale = numpy.float32(quantization.scale)

    def make(source, vector, size):
        steps = source.integers(low - 20, high + 20, size) - quantization.zero
        if vector == 0:
            return steps * scale + source.uniform(-1, 1, size) * scale
        ties = ((steps + 0.5).astype(numpy.float32) * scale).astype(numpy.float32)
        moved = numpy.nextafter(ties, ties + source.choice([-1, 1], size).astype(numpy.float32))
        return numpy.where(source.random(size) < 0.5, ties, moved)

    return values.sized(make, shape)


@generator("QUANTIZE", ["float32->int8", "float32->uint8", "float32->int16"])
def quantize(case, op, label):
    draws, result = case.draws, label.split("->")[1]
    shape = one_shape(draws)
    quant = values.quant(draws, result)
    case.op(
        op,
        [case.either(shape, "float32", None, near_ties(quant, result, shape), 0.1)],
        [case.output(shape, result, quant)],
    )


@generator(
    "QUANTIZE",
    [
        "int8->int8",
        "int8->uint8",
        "uint8->int8",
        "uint8->uint8",
        "int8->int16",
        "uint8->int16",
        "int16->int8",
        "int16->int16",
        "int16->int32",
        "int32->int8",
        "int32->int16",
    ],
)
def requantize(case, op, label):
    draws = case.draws
    dtype, result = label.split("->")
    shape = one_shape(draws)
    quant = values.quant(draws, dtype) if dtype != "int32" else Quant([values.scale(draws, -20, -5)], [0])
    if result == "int32":
        out = Quant([values.scale(draws, -20, -5)], [0])
    else:
        held = values.reach(quant, dtype) if dtype != "int32" else quant.scale * 2.0**31
        out = values.covering(draws, result, held)
        if draws.chance(0.1) and dtype != "int32":
            out = Quant([quant.scale], [values.zero(draws, result)])
    make = byte_ramp(dtype, shape) if dtype != "int32" else None
    case.op(op, [case.either(shape, dtype, quant, make, 0.1)], [case.output(shape, result, out)])


@generator(
    "DEQUANTIZE", ["int8", "uint8", "int16", "int4", "float16", "int8 channels", "int4 channels", "uint8 channels"]
)
def dequantize(case, op, label):
    draws, dtype = case.draws, label.split()[0]
    shape = one_shape(draws) if "channels" not in label else draws.shape(1, 4)
    quant = None if dtype == "float16" else values.quant(draws, dtype) or Quant([values.scale(draws)], [0])
    if "channels" in label:
        axis = draws.below(len(shape))
        quant = values.per_channel(draws, shape[axis], axis)
    make = values.between(-8, 7, shape) if dtype == "int4" else None
    always = dtype == "int4"
    case.op(op, [case.either(shape, dtype, quant, make, 1 if always else 0.3)], [case.output(shape, "float32")])
