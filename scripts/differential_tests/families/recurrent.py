"""Operators with state: SVDF, RNN, LSTM, in float, hybrid and integer form."""

import numpy

from .. import values
from ..models import Quant
from ..registry import generator

TANH = 4


def symmetric(draws, low=-11.0, high=-5.0):
    return Quant([values.scale(draws, low, high)], [0])


def matrix(case, shape, label):
    """A weight tensor of a float or hybrid operator."""
    if label == "float32":
        return case.const(shape, "float32", None, values.uniform(-0.6, 0.6, shape))
    return case.const(shape, label, symmetric(case.draws, -9, -6), values.between(-127, 127, shape))


def floats(case, shape, low=-1.0, high=1.0):
    return case.const(shape, "float32", None, values.uniform(low, high, shape))


def state(case, shape, dtype="float32", quant=None):
    """A variable tensor; the first one of a case decides whether it is kept between invocations."""
    if not any(tensor.variable for tensor in case.tensors):
        case.keep_state = case.draws.chance(0.5)
    return case.tensor(shape, dtype, quant, variable=True)


def weight_type(label):
    return "int8" if "hybrid" in label else label


# ---- SVDF


@generator("SVDF", ["float32", "float32 hybrid"])
def svdf(case, op, label):
    draws = case.draws
    rank, units, memory = draws.integer(1, 3), draws.integer(1, 6), draws.integer(1, 8)
    batch, depth, filters = draws.integer(1, 3), draws.extent(20), rank * units
    kind = "float32" if "hybrid" not in label else "int8"
    case.tolerance = "sum" if kind == "float32" else "hybrid"
    inputs = [
        case.input([batch, depth], "float32"),
        matrix(case, [filters, depth], kind),
        matrix(case, [filters, memory], kind),
        floats(case, [units]) if draws.chance(0.7) else -1,
        state(case, [batch, memory * filters]),
    ]
    case.op(
        op,
        inputs,
        [case.output([batch, units], "float32")],
        "SVDFOptions",
        rank=rank,
        fused_activation_function=draws.pick([0, 1, 3, 2], [5, 2, 1, 1]),
        asymmetric_quantize_inputs=kind == "int8" and draws.chance(0.5),
    )


@generator("SVDF", "int8")
def svdf_integer(case, op, label):
    draws = case.draws
    rank, units, memory = draws.integer(1, 3), draws.integer(1, 6), draws.integer(1, 8)
    batch, depth, filters = draws.integer(1, 3), draws.extent(20), rank * units
    quant, feature, time = values.quant(draws, "int8", -8, -2), symmetric(draws), symmetric(draws, -16, -12)
    held = values.covering(draws, "int16", values.reach(quant, "int8") * feature.scale * 64 * depth**0.5)
    summed = Quant([held.scale * time.scale], [0])
    out = values.covering(draws, "int8", held.scale * 16384 * time.scale * 16384 * (memory * rank) ** 0.5)
    inputs = [
        case.input([batch, depth], "int8", quant),
        case.const([filters, depth], "int8", feature),
        case.const([filters, memory], "int16", time),
        case.const([units], "int32", summed, values.between(-(10**6), 10**6, [units])) if draws.chance(0.7) else -1,
        state(case, [batch, memory * filters], "int16", held),
    ]
    case.op(
        op, inputs, [case.output([batch, units], "int8", out)], "SVDFOptions", rank=rank, fused_activation_function=1
    )


# ---- RNN


@generator("UNIDIRECTIONAL_SEQUENCE_RNN", ["float32", "float32 hybrid"])
def sequence_rnn(case, op, label):
    draws = case.draws
    batch, time, depth, units = draws.integer(1, 3), draws.integer(1, 5), draws.extent(20), draws.extent(12)
    major = draws.chance(0.5)
    kind = "int8" if "hybrid" in label else "float32"
    case.tolerance = "sum"
    lead = [time, batch] if major else [batch, time]
    inputs = [
        case.input([*lead, depth], "float32", None, values.uniform(-1, 1, [*lead, depth])),
        matrix(case, [units, depth], kind),
        matrix(case, [units, units], kind),
        floats(case, [units]),
        state(case, [batch, units]),
    ]
    case.op(
        op,
        inputs,
        [case.output([*lead, units], "float32")],
        "SequenceRNNOptions",
        time_major=major,
        fused_activation_function=draws.pick([TANH, 0, 1, 3], [4, 1, 2, 1]),
        asymmetric_quantize_inputs=kind == "int8" and draws.chance(0.5),
    )


# ---- LSTM


class Lstm:
    """Extents and options of an LSTM cell in float or hybrid form."""

    def __init__(self, case, label):
        draws = case.draws
        self.case, self.kind = case, "int8" if "hybrid" in label else "float32"
        self.batch, self.time = draws.integer(1, 3), draws.integer(1, 4)
        self.depth, self.cells = draws.extent(12), draws.extent(12)
        self.cifg, self.peephole, self.projected = draws.chance(0.3), draws.chance(0.3), draws.chance(0.3)
        self.normed = draws.chance(0.3)
        self.units = draws.extent(12) if self.projected else self.cells
        self.diagonal = False  # recurrent weights: a vector
        self.major = draws.chance(0.5)
        case.tolerance = "normalized" if self.normed else "sum"

    def lead(self):
        return [self.time, self.batch] if self.major else [self.batch, self.time]

    def gates(self, make):
        """Tensors of the four gates, the input gate's left out under CIFG."""
        return [-1 if self.cifg else make(), make(), make(), make()]

    def cell(self):
        """The 17 tensors after the input."""
        case, cells = self.case, self.cells
        tensors = self.gates(lambda: matrix(case, [cells, self.depth], self.kind))
        recurrent = [cells] if self.diagonal else [cells, self.units]
        tensors += self.gates(lambda: matrix(case, recurrent, self.kind))
        peepholes = self.gates(lambda: matrix(case, [cells], self.kind))
        tensors += [peepholes[0], peepholes[1], peepholes[3]] if self.peephole else [-1, -1, -1]
        tensors += self.gates(lambda: floats(case, [cells]))
        tensors.append(matrix(case, [self.units, cells], self.kind) if self.projected else -1)
        tensors.append(floats(case, [self.units]) if self.projected and case.draws.chance(0.5) else -1)
        return tensors

    def states(self):
        return [state(self.case, [self.batch, self.units]), state(self.case, [self.batch, self.cells])]

    def fields(self):
        draws = self.case.draws
        return {
            "fused_activation_function": TANH if draws.chance(0.8) else 1,
            "cell_clip": draws.pick([0.0, 0.5, 3.0], [3, 1, 1]),
            "proj_clip": draws.pick([0.0, 0.3], [3, 1]) if self.projected else 0.0,
            "time_major": self.major,
            "asymmetric_quantize_inputs": self.kind == "int8" and draws.chance(0.5),
        }


@generator("UNIDIRECTIONAL_SEQUENCE_LSTM", ["float32", "float32 hybrid"])
def sequence_lstm(case, op, label):
    cell = Lstm(case, label)
    shape = [*cell.lead(), cell.depth]
    cell.diagonal = not cell.projected and case.draws.chance(0.1)
    if cell.diagonal:
        case.declined = True
    inputs = [case.input(shape, "float32", None, values.uniform(-1, 1, shape)), *cell.cell(), *cell.states()]
    if cell.normed:
        inputs += cell.gates(lambda: floats(case, [cell.cells], 0.5, 1.5))
    out = case.output([*cell.lead(), cell.units], "float32")
    fields = cell.fields() | {"diagonal_recurrent_tensors": cell.diagonal}
    case.op(op, inputs, [out], "UnidirectionalSequenceLSTMOptions", **fields)


@generator("BIDIRECTIONAL_SEQUENCE_LSTM", ["float32", "float32 hybrid"])
def bidirectional_lstm(case, op, label):
    draws = case.draws
    cell = Lstm(case, label)
    shape = [*cell.lead(), cell.depth]
    inputs = [
        case.input(shape, "float32", None, values.uniform(-1, 1, shape)),
        *cell.cell(),
        *cell.cell(),
        *cell.states(),
        *cell.states(),
    ]
    auxiliary = draws.chance(0.3)
    inputs.append(case.input(shape, "float32", None, values.uniform(-1, 1, shape)) if auxiliary else -1)
    for _ in range(2):
        inputs += cell.gates(lambda: matrix(case, [cell.cells, cell.depth], cell.kind)) if auxiliary else [-1] * 4
    merged = draws.chance(0.5)
    if merged and not cell.major and cell.batch > 1:
        case.deviation = (
            "the reference takes the wrong batch's state where both directions share an output, batch first"
        )
    outputs = (
        [case.output([*cell.lead(), cell.units * 2], "float32")]
        if merged
        else [case.output([*cell.lead(), cell.units], "float32") for _ in range(2)]
    )
    case.op(op, inputs, outputs, "BidirectionalSequenceLSTMOptions", merge_outputs=merged, **cell.fields())


@generator("UNIDIRECTIONAL_SEQUENCE_LSTM", "int8")
def integer_lstm(case, op, label):
    """8-bit activations and weights, 16-bit cell state, with the parameters of the intermediate results."""
    draws = case.draws
    cell = Lstm(case, label)
    cells, units = cell.cells, cell.units
    if cell.peephole and units > cells:
        case.deviation = "the reference reads the peepholes of an integer LSTM beyond their end"
    quant, hidden = values.quant(draws, "int8", -8, -4), Quant(
        [2.0 ** draws.real(-8.5, -6.5)], [values.zero(draws, "int8")]
    )
    out = Quant([2.0 ** draws.real(-8.5, -6.0)], [values.zero(draws, "int8")]) if cell.projected else hidden
    kept = Quant([2.0 ** draws.integer(-15, -9)], [0])

    def weights(shape):
        return case.const(shape, "int8", symmetric(draws, -10, -5), values.between(-127, 127, shape))

    def vector(dtype, low, high, scale_low=-16, scale_high=-12):
        return case.const(
            [cells], dtype, Quant([values.scale(draws, scale_low, scale_high)], [0]), values.between(low, high, [cells])
        )

    inputs = [case.input([*cell.lead(), cell.depth], "int8", quant)]
    inputs += cell.gates(lambda: weights([cells, cell.depth])) + cell.gates(lambda: weights([cells, units]))
    peepholes = cell.gates(lambda: vector("int16", -32767, 32767))
    inputs += [peepholes[0], peepholes[1], peepholes[3]] if cell.peephole else [-1, -1, -1]
    inputs += cell.gates(lambda: vector("int32", -20000, 20000))
    inputs += [
        weights([units, cells]) if cell.projected else -1,
        (
            case.const([units], "int32", Quant([1e-4], [0]), values.between(-5000, 5000, [units]))
            if cell.projected
            else -1
        ),
    ]
    inputs += [state(case, [cell.batch, units], "int8", out), state(case, [cell.batch, cells], "int16", kept)]
    if cell.normed:
        inputs += cell.gates(lambda: vector("int16", 1, 32767))
    between = [case.tensor([0], "int16", Quant([2.0 ** draws.real(-12, -9)], [0])) for _ in range(4)]
    between.append(case.tensor([0], "int8", hidden))
    fields = cell.fields()
    fields["fused_activation_function"] = TANH
    case.op(
        op,
        inputs,
        [case.output([*cell.lead(), units], "int8", out)],
        "UnidirectionalSequenceLSTMOptions",
        intermediates=between,
        **fields
    )
