"""Two operands with broadcasting: arithmetic, comparisons, logic, selection."""

import numpy

from .. import values
from ..registry import generator

ACTIVATIONS = [0, 1, 2, 3]
ACTIVATION_WEIGHTS = [5, 1, 1, 1]


def broadcast_shapes(draws, high=5):
    """Two shapes, and the one they broadcast to."""
    whole = draws.shape(0, high, elements=2000)
    first, second = list(whole), list(whole)
    kind = draws.below(5, [5, 2, 2, 2, 1])
    if kind == 1:  # a scalar or one element
        second = [1] * draws.integer(0, min(1, len(whole)))
    elif kind == 2:  # fewer axes
        second = whole[draws.integer(0, len(whole)) :]
    elif kind == 3:  # axes of 1 in one
        second = [1 if draws.chance(0.4) else extent for extent in whole]
    elif kind == 4:  # in both
        for axis in range(len(whole)):
            side = draws.below(3)
            if side:
                (first, second)[side - 1][axis] = 1
        whole = list(numpy.broadcast_shapes(first, second))
    return (second, first, whole) if kind and draws.chance(0.3) else (first, second, whole)


def reach_of(op, first, second):
    """How large results get."""
    if op == "MUL":
        return first * second
    if op == "DIV":
        return first / max(second, 1e-9) * 8
    if op == "SQUARED_DIFFERENCE":
        return (first + second) ** 2
    return first + second


def activation(case):
    return case.draws.pick(ACTIVATIONS, ACTIVATION_WEIGHTS)


def arithmetic_options(case, op, label):
    table = op.title() + "Options" if op in ("ADD", "SUB", "MUL", "DIV") else "SquaredDifferenceOptions"
    if op == "SQUARED_DIFFERENCE":
        return table, {}
    fields = {"fused_activation_function": activation(case)}
    if op in ("ADD", "SUB"):
        fields["pot_scale_int16"] = case.draws.chance(0.5)
    return table, fields


def nonzero(make):
    def made(source, vector):
        array = make(source, vector)
        return numpy.where(array == 0, 1, array)

    return made


def above_zero_point(quantization, dtype):
    """Quantized divisors that aren't 0."""
    low, high = values.RANGES[dtype]

    def make(source, vector, size):
        array = source.integers(low, high, size, endpoint=True)
        return numpy.where(array == quantization.zero, high if quantization.zero != high else low, array)

    return make


@generator(["ADD", "SUB", "MUL", "DIV"], ["int8", "uint8", "int16"])
@generator("SQUARED_DIFFERENCE", "int8")
def quantized_arithmetic(case, op, label):
    draws = case.draws
    first, second, whole = broadcast_shapes(draws)
    table, fields = arithmetic_options(case, op, label)
    q1, q2 = values.quant(draws, label), values.quant(draws, label)
    if draws.chance(0.25):
        q2 = q1
    if fields.get("pot_scale_int16") and label == "int16":
        q1, q2, qo = pot_quants(draws)
    else:
        reach = reach_of(op, values.reach(q1, label), values.reach(q2, label))
        qo = q1 if draws.chance(0.1) else values.covering(draws, label, reach)
    make = values.sized(above_zero_point(q2, label), second) if op == "DIV" else None
    a, b = case.either(first, label, q1, None, 0.15), case.either(second, label, q2, make)
    case.op(op, [a, b], [case.output(whole, label, qo)], table, **fields)


def pot_quants(draws):
    """Powers of two as the reference demands: one input has the output's scale, the other a smaller or equal one."""
    from ..models import Quant

    exponent = draws.integer(-15, -3)
    out, other = Quant([2.0**exponent], [0]), Quant([2.0 ** (exponent - draws.integer(0, 6))], [0])
    return (out, other, out) if draws.chance(0.5) else (other, out, out)


@generator(
    ["ADD", "SUB", "MUL", "DIV", "SQUARED_DIFFERENCE", "POW", "FLOOR_DIV", "FLOOR_MOD", "MAXIMUM", "MINIMUM"],
    ["float32", "int32"],
)
@generator(["ADD", "SUB", "MUL", "FLOOR_MOD", "MAXIMUM", "MINIMUM"], "int64")
@generator(["ADD", "MUL", "FLOOR_DIV", "FLOOR_MOD", "MAXIMUM", "MINIMUM"], "int16 plain")
@generator(["FLOOR_DIV", "FLOOR_MOD", "MAXIMUM", "MINIMUM"], "int8 plain")
@generator("MUL", "uint32")
def plain_arithmetic(case, op, label):
    draws, dtype = case.draws, label.split()[0]
    case.tolerance = "ulp"
    first, second, whole = broadcast_shapes(draws)
    table, fields = None, {}
    if op in ("ADD", "SUB", "MUL", "DIV", "SQUARED_DIFFERENCE"):
        table, fields = arithmetic_options(case, op, label)
    elif op in ("MAXIMUM", "MINIMUM"):
        table = "MaximumMinimumOptions"
    else:
        table = {"POW": "PowOptions", "FLOOR_DIV": "FloorDivOptions", "FLOOR_MOD": "FloorModOptions"}[op]
    makers = [operand(draws, op, dtype, shape, position) for position, shape in enumerate((first, second))]
    a, b = case.either(first, dtype, None, makers[0], 0.15), case.either(second, dtype, None, makers[1])
    case.op(op, [a, b], [case.output(whole, dtype)], table, **fields)


def operand(draws, op, dtype, shape, position):
    divides = op in ("DIV", "FLOOR_DIV", "FLOOR_MOD") and position == 1
    if dtype == "float32":
        if op == "POW":
            return (
                values.uniform(0.01, 8, shape) if position == 0 and draws.chance(0.5) else values.uniform(-4, 4, shape)
            )
        special = draws.chance(0.3) and op not in ("FLOOR_DIV", "FLOOR_MOD")
        return values.usual(draws, shape, numpy.float32, special=special)
    if op == "POW":
        return values.between(*((-5, 5) if position == 0 else (0, 6)), shape)
    small = values.sized(values.wide_integers(dtype, small=op in ("DIV", "FLOOR_DIV", "FLOOR_MOD")), shape)
    return nonzero(small) if divides else small


@generator(["MAXIMUM", "MINIMUM"], ["int8", "uint8", "int16"])
def quantized_extremum(case, op, label):
    first, second, whole = broadcast_shapes(case.draws)
    quant = values.quant(case.draws, label)
    a, b = case.either(first, label, quant, None, 0.15), case.either(second, label, quant)
    case.op(op, [a, b], [case.output(whole, label, quant)], "MaximumMinimumOptions")


COMPARISONS = {
    "EQUAL": "EqualOptions",
    "NOT_EQUAL": "NotEqualOptions",
    "LESS": "LessOptions",
    "LESS_EQUAL": "LessEqualOptions",
    "GREATER": "GreaterOptions",
    "GREATER_EQUAL": "GreaterEqualOptions",
}


@generator(list(COMPARISONS), ["int8", "uint8", "int16", "int16 plain", "int32", "int64", "float32"])
@generator(["EQUAL", "NOT_EQUAL"], "bool")
def comparison(case, op, label):
    draws, dtype = case.draws, label.split()[0]
    first, second, whole = broadcast_shapes(draws, 4)
    if op == "NOT_EQUAL" and label == "int16 plain":
        case.deviation = "the reference leaves the result of NOT_EQUAL on int16 without a scale unwritten"
    q1 = None if "plain" in label else values.quant(draws, dtype, high=-1)  # the reference takes scales below 1
    q2 = q1 if draws.chance(0.5) else q1 and values.quant(draws, dtype, high=-1)
    makers = [comparable(draws, dtype, shape, q1) for shape in (first, second)]
    a, b = case.either(first, dtype, q1, makers[0], 0.15), case.either(second, dtype, q2, makers[1])
    case.op(op, [a, b], [case.output(whole, "bool")], COMPARISONS[op])


def comparable(draws, dtype, shape, quantization):
    """Values of which some are equal."""
    if dtype == "float32":
        return values.special_floats(draws, shape)
    if dtype == "bool" or draws.chance(0.5):
        return None
    middle = quantization.zero if quantization else 3
    low = max(middle - 3, 0 if dtype == "uint8" else middle - 3)
    return values.between(low, min(middle + 3, {"int8": 127, "uint8": 255}.get(dtype, middle + 3)), shape)


@generator(["LOGICAL_AND", "LOGICAL_OR"], "bool")
def logical(case, op, label):
    first, second, whole = broadcast_shapes(case.draws, 4)
    a, b = case.either(first, "bool", None, None, 0.15), case.either(second, "bool")
    case.op(op, [a, b], [case.output(whole, "bool")], op.title().replace("_", "") + "Options")


@generator("SELECT_V2", ["int8", "uint8", "int16", "int32", "int64", "float32", "bool", "uint32"])
def select_v2(case, op, label):
    draws = case.draws
    first, second, whole = broadcast_shapes(draws, 4)
    condition = list(whole)
    if draws.chance(0.5):
        condition = [1 if draws.chance(0.4) else extent for extent in whole][draws.integer(0, len(whole)) :]
    quant = values.quant(draws, label)
    inputs = [case.input(condition, "bool"), case.either(first, label, quant), case.either(second, label, quant)]
    case.op(
        op,
        inputs,
        [case.output(list(numpy.broadcast_shapes(condition, first, second)), label, quant)],
        "SelectV2Options",
    )


@generator("SELECT", ["int8", "uint8", "int16", "int32", "int64", "float32", "bool", "uint32"])
def select(case, op, label):
    draws = case.draws
    whole = draws.shape(0, 4)
    condition = [[*whole], whole[:1], []][draws.below(3, [4, 2, 1])]
    quant = values.quant(draws, label)
    inputs = [
        case.either(condition, "bool", None, None, 0.1),
        case.either(whole, label, quant),
        case.either(whole, label, quant),
    ]
    case.op(op, inputs, [case.output(whole, label, quant)], "SelectOptions")
