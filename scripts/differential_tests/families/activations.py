"""One operand, element by element or along the last axis: activations, functions, conversions."""

import math

import numpy

from .. import values
from ..models import DTYPES, Quant
from ..registry import generator
from .elementwise import broadcast_shapes


def one_shape(draws, low=0, elements=4000):
    """Of any rank; often long enough to hold every value of a byte."""
    if draws.chance(0.3):
        return [[256], [4, 80], [1, 7, 1, 43], [300]][draws.below(4)]
    return draws.shape(low, 5, elements=elements)


def byte_ramp(dtype, shape):
    """Every value of the type, in order, then noise."""
    info = numpy.iinfo(DTYPES[dtype])

    def make(source, vector):
        size = int(numpy.prod(shape, dtype=int))
        step = 1 if info.max < 256 else max(1, 65536 // max(size, 1))
        ramp = (numpy.arange(size) * step + (source.integers(0, step) if step > 1 else 0)) % (
            info.max - info.min + 1
        ) + info.min
        noise = source.integers(info.min, info.max, size, endpoint=True)
        return (ramp if vector == 0 else noise).reshape(shape)

    return make


def unary(case, op, dtype, q_in, q_out, table=None, make=None, **fields):
    draws = case.draws
    shape = one_shape(draws)
    if q_in and make is None:
        make = byte_ramp(dtype, shape)
    elif callable(make):
        make = make(shape)
    index = case.either(shape, dtype, q_in, make, 0.1)
    case.op(op, [index], [case.output(shape, dtype, q_out)], table, **fields)


@generator(["RELU", "RELU6", "RELU_N1_TO_1", "RELU_0_TO_1"], ["int8", "uint8"])
@generator(["RELU", "RELU6"], "int16")
def relu(case, op, label):
    quant = values.quant(case.draws, label)
    out = quant if case.draws.chance(0.3) else values.covering(case.draws, label, values.reach(quant, label))
    unary(case, op, label, quant, out)


UNREGISTERED = {"CEIL", "ROUND", "ELU"}  # among the reference kernels; the runtime's other ones judge


@generator(
    [
        "RELU",
        "RELU6",
        "RELU_N1_TO_1",
        "RELU_0_TO_1",
        "HARD_SWISH",
        "LOGISTIC",
        "TANH",
        "ABS",
        "NEG",
        "EXP",
        "LOG",
        "SQRT",
        "RSQRT",
        "SQUARE",
        "SIN",
        "COS",
        "FLOOR",
        "CEIL",
        "ROUND",
        "SIGN",
        "ELU",
    ],
    "float32",
)
@generator(["ABS", "NEG", "SIGN"], "int32")
@generator("NEG", "int64")
@generator(["ABS", "NEG"], "int16 plain")
@generator("LOGICAL_NOT", "bool")
def plain_function(case, op, label):
    case.tolerance = "ulp"
    if op in UNREGISTERED:
        case.resolver = "BUILTIN_WITHOUT_DEFAULT_DELEGATES"
    dtype = label.split()[0]
    make = None
    if dtype == "float32" and op in ("LOG", "SQRT", "RSQRT") and case.draws.chance(0.5):

        def make(shape):
            return values.sized(lambda source, vector, size: 10.0 ** source.uniform(-8, 8, size), shape)

    elif dtype == "float32":

        def make(shape):
            if op in ("SIN", "COS"):
                return values.uniform(-40, 40, shape)
            return values.special_floats(case.draws, shape)

    unary(case, op, dtype, None, None, None, make)


@generator("LEAKY_RELU", ["int8", "uint8", "int16", "float32"])
def leaky_relu(case, op, label):
    draws = case.draws
    alpha = float(numpy.float32(draws.pick([0.25, 0.0, 0.01, 1.0]) if draws.chance(0.4) else draws.real(-0.5, 1.5)))
    quant = values.quant(draws, label)
    out = quant and values.covering(draws, label, values.reach(quant, label))
    case.tolerance = "ulp"
    unary(
        case,
        op,
        label,
        quant,
        out,
        "LeakyReluOptions",
        None if quant else (lambda shape: values.special_floats(draws, shape)),
        alpha=alpha,
    )


@generator("GELU", ["int8", "uint8", "float32"])
def gelu(case, op, label):
    draws = case.draws
    quant = values.quant(draws, label, -9, -3)
    out = quant and values.covering(draws, label, values.reach(quant, label))
    case.tolerance = "ulp"
    unary(case, op, label, quant, out, "GeluOptions", None, approximate=draws.chance(0.5))


@generator("FAKE_QUANT", ["float32"])
def fake_quant(case, op, label):
    draws = case.draws
    size = 10.0 ** draws.real(-4, 4)
    low, high = [(-size, size), (0.0, size), (-size, 0.0), (-0.3 * size, size), (0.2 * size, size)][draws.below(5)]
    unary(
        case,
        op,
        label,
        None,
        None,
        "FakeQuantOptions",
        lambda shape: values.special_floats(draws, shape) if draws.chance(0.3) else values.uniform(-size, size, shape),
        min=float(numpy.float32(low)),
        max=float(numpy.float32(high)),
        num_bits=draws.pick([8, 4, 16, 2, 7]),
    )


@generator("PRELU", ["int8", "uint8", "float32"])
def prelu(case, op, label):
    draws = case.draws
    shape = draws.shape(1, 4)
    slopes = shape[1:] if draws.chance(0.6) else broadcast_slopes(draws, shape)
    quant, slope_quant = values.quant(draws, label), values.quant(draws, label, -9, -5)
    out = quant and values.covering(draws, label, values.reach(quant, label))
    inputs = [case.input(shape, label, quant), case.either(slopes, label, slope_quant, None, 0.9)]
    case.op(op, inputs, [case.output(list(numpy.broadcast_shapes(shape, slopes)), label, out)])


def broadcast_slopes(draws, shape):
    return [1 if draws.chance(0.5) else extent for extent in shape][draws.integer(0, len(shape) - 1) :]


def swish_out(draws, label, quant):
    """The reference demands that the output's multiplier is below 1."""
    scale = max(quant.scale * 2.0 ** draws.real(0, 3), quant.scale / 128)
    return Quant([scale], [values.zero(draws, label)])


@generator("HARD_SWISH", ["int8", "uint8"])
def hard_swish(case, op, label):
    quant = values.quant(case.draws, label, -9, -2)
    unary(case, op, label, quant, swish_out(case.draws, label, quant), "HardSwishOptions")


FIXED = {
    ("LOGISTIC", "int8"): (1 / 256, -128),
    ("LOGISTIC", "uint8"): (1 / 256, 0),
    ("LOGISTIC", "int16"): (1 / 32768, 0),
    ("TANH", "int8"): (1 / 128, 0),
    ("TANH", "uint8"): (1 / 128, 128),
    ("TANH", "int16"): (1 / 32768, 0),
}


@generator(["LOGISTIC", "TANH"], ["int8", "uint8", "int16"])
def sigmoid(case, op, label):
    draws = case.draws
    quant = values.quant(draws, label, -9, -1)
    if label == "int16" and draws.chance(0.4):
        quant = Quant([2.0 ** draws.integer(-15, -9)], [0])
    scale, zero = FIXED[op, label]
    unary(case, op, label, quant, Quant([scale], [zero]))


def function_out(draws, op, label, quant):
    low = values.RANGES[label][0]
    top = values.reach(quant, label)
    if op == "EXP":
        return values.covering(draws, label, math.exp(min(top, 8.0)))
    if op == "LOG":
        return values.covering(draws, label, abs(math.log(quant.scale)) + 3)
    if op in ("SQRT", "RSQRT"):
        quant.zeros = [low if label == "int8" else 0]  # nothing below 0
        return values.covering(draws, label, math.sqrt(top) if op == "SQRT" else 1 / math.sqrt(quant.scale))
    return values.covering(draws, label, top)


@generator(["EXP", "LOG", "SQRT", "RSQRT", "ABS"], ["int8", "int16"])
@generator("NEG", "int8")
def quantized_function(case, op, label):
    draws = case.draws
    quant = values.quant(draws, label, -9, -2)
    out = function_out(draws, op, label, quant)
    if op in ("ABS", "NEG") and draws.chance(0.4) or op == "NEG":
        out = quant
    make = None
    if op in ("SQRT", "RSQRT") and label == "int16":

        def make(shape):
            return values.between(0, 32767, shape)

    unary(case, op, label, quant, out, None, make)


@generator("SOFTMAX", ["int8", "uint8", "int16", "int8->int16", "uint8->int16", "float32"])
def softmax(case, op, label):
    draws = case.draws
    dtype, result = label.split("->") if "->" in label else (label, label)
    shape = draws.shape(1, 4) if draws.chance(0.7) else draws.shape(0, 2) + [draws.integer(1, 300)]
    quant = values.quant(draws, dtype, -7, 0)
    beta = 1.0 if draws.chance(0.6) else float(numpy.float32(draws.real(0.05, 4)))
    out = {"int8": Quant([1 / 256], [-128]), "uint8": Quant([1 / 256], [0]), "int16": Quant([1 / 32768], [0])}.get(
        result
    )
    if "->" in label:
        out = Quant([1 / 65536], [-32768])
    case.tolerance = "sum"
    make = None if quant else values.usual(draws, shape, numpy.float32)
    case.op(op, [case.input(shape, dtype, quant, make)], [case.output(shape, result, out)], "SoftmaxOptions", beta=beta)


@generator("LOG_SOFTMAX", ["int8", "uint8", "float32"])
def log_softmax(case, op, label):
    draws = case.draws
    shape = draws.shape(1, 4) if draws.chance(0.7) else draws.shape(0, 2) + [draws.integer(1, 300)]
    quant = values.quant(draws, label, -7, 0)
    out = {"int8": Quant([16 / 256], [127]), "uint8": Quant([16 / 256], [255])}.get(label)
    case.tolerance = "sum"
    case.op(op, [case.input(shape, label, quant)], [case.output(shape, label, out)], "LogSoftmaxOptions")


@generator("L2_NORMALIZATION", ["int8", "uint8", "float32"])
def l2_normalization(case, op, label):
    draws = case.draws
    shape = draws.shape(1, 4)
    quant = values.quant(draws, label)
    out = {"int8": Quant([1 / 128], [0]), "uint8": Quant([1 / 128], [128])}.get(label)
    case.tolerance = "sum"
    case.op(
        op,
        [case.input(shape, label, quant)],
        [case.output(shape, label, out)],
        "L2NormOptions",
        fused_activation_function=0,
    )
