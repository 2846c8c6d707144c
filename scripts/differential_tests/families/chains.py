"""Small networks of several operators: memory that is reused, results used twice, constants between."""

import numpy

from .. import values
from ..models import Quant
from ..registry import generator


class Chain:
    """Tensors so far, all N H W C, and steps that add one."""

    def __init__(self, case, dtype):
        self.case, self.draws, self.type = case, case.draws, dtype
        shape = [1, self.draws.integer(1, 8), self.draws.integer(1, 8), self.draws.integer(1, 12)]
        self.known = [case.input(shape, dtype, values.quant(self.draws, dtype, -6, -2))]

    def take(self):
        index = self.known[-1] if self.draws.chance(0.7) else self.draws.pick(self.known)
        return index, self.case.tensors[index].shape, self.case.tensors[index].quant

    def put(self, kind, inputs, shape, quant, table=None, **fields):
        index = self.case.tensor(shape, self.type, quant)
        self.case.op(kind, inputs, [index], table, **fields)
        self.known.append(index)

    def near(self, quant):
        return quant and Quant([quant.scale * 2.0 ** self.draws.real(-1, 1)], [values.zero(self.draws, self.type)])

    def binary(self):
        first, shape, quant = self.take()
        same = [index for index in self.known if self.case.tensors[index].shape == shape]
        second = (
            self.draws.pick(same)
            if self.draws.chance(0.7)
            else self.case.const([shape[3]], self.type, self.near(quant))
        )
        kind = self.draws.pick(["ADD", "SUB", "MUL"])
        self.put(
            kind,
            [first, second],
            shape,
            self.near(quant),
            kind.title() + "Options",
            fused_activation_function=self.draws.pick([0, 1, 3]),
        )

    def relu(self):
        first, shape, quant = self.take()
        self.put(self.draws.pick(["RELU", "RELU6"]), [first], shape, self.near(quant))

    def pool(self):
        first, shape, quant = self.take()
        stride = self.draws.integer(1, 2)
        out = [1, -(-shape[1] // stride), -(-shape[2] // stride), shape[3]]
        self.put(
            self.draws.pick(["MAX_POOL_2D", "AVERAGE_POOL_2D"]),
            [first],
            out,
            quant,
            "Pool2DOptions",
            padding=0,
            stride_w=stride,
            stride_h=stride,
            filter_width=2,
            filter_height=3,
            fused_activation_function=0,
        )

    def convolution(self):
        first, shape, quant = self.take()
        channels = self.draws.integer(1, 12)
        weights = (
            values.per_channel(self.draws, channels, 0, -9, -6)
            if self.type == "int8"
            else Quant([values.scale(self.draws, -9, -6)], [self.draws.integer(0, 255)])
        )
        low = -127 if self.type == "int8" else 0
        filters = self.case.const(
            [channels, 1, 1, shape[3]], self.type, weights, values.between(low, low + 254, [channels, 1, 1, shape[3]])
        )
        bias = Quant([quant.scale * scale for scale in weights.scales], [0] * len(weights.scales))
        bias = self.case.const([channels], "int32", bias, values.between(-3000, 3000, [channels]))
        self.put(
            "CONV_2D",
            [first, filters, bias],
            [*shape[:3], channels],
            self.near(quant),
            "Conv2DOptions",
            padding=0,
            stride_h=1,
            stride_w=1,
            dilation_h_factor=1,
            dilation_w_factor=1,
            fused_activation_function=self.draws.pick([0, 1, 3]),
        )

    def concatenation(self):
        first, shape, quant = self.take()
        others = [
            index
            for index in self.known
            if self.case.tensors[index].shape[:3] == shape[:3] and self.case.tensors[index].quant is quant
        ]
        inputs = [first, *others[: self.draws.integer(1, 3)]]
        depth = sum(self.case.tensors[index].shape[3] for index in inputs)
        if depth < 60:
            self.put(
                "CONCATENATION",
                inputs,
                [*shape[:3], depth],
                quant,
                "ConcatenationOptions",
                axis=self.draws.pick([3, -1]),
                fused_activation_function=0,
            )

    def pad(self):
        first, shape, quant = self.take()
        pads = [[0, 0], [self.draws.below(3), self.draws.below(3)], [self.draws.below(2), 1], [0, 0]]
        out = [extent + sum(pair) for extent, pair in zip(shape, pads)]
        if max(out) < 16:
            self.put("PAD", [first, self.case.exactly(pads)], out, quant, "PadOptions")

    def reshape(self):
        first, shape, quant = self.take()
        out = [1, shape[2], shape[1], shape[3]] if self.draws.chance(0.5) else [1, 1, shape[1] * shape[2], shape[3]]
        self.put("RESHAPE", [first, self.case.exactly(out)], out, quant, "ReshapeOptions", new_shape=out)

    def transpose(self):
        first, shape, quant = self.take()
        self.put(
            "TRANSPOSE",
            [first, self.case.exactly([0, 2, 1, 3])],
            [1, shape[2], shape[1], shape[3]],
            quant,
            "TransposeOptions",
        )

    def finish(self):
        """Every result that nobody takes is an output, and some others."""
        used = {index for op in self.case.ops for index in op.inputs}
        made = [index for op in self.case.ops for index in op.outputs]
        self.case.outputs = [index for index in made if index not in used or self.draws.chance(0.1)]


@generator("SEVERAL", ["int8", "uint8"])
def several(case, op, label):
    chain = Chain(case, label)
    steps = [
        Chain.binary,
        Chain.relu,
        Chain.pool,
        Chain.convolution,
        Chain.concatenation,
        Chain.pad,
        Chain.reshape,
        Chain.transpose,
    ]
    for _ in range(case.draws.integer(2, 9)):
        case.draws.pick(steps, [4, 2, 2, 4, 3, 2, 2, 1])(chain)
    if not case.ops:
        chain.relu()
    chain.finish()


@generator("SEVERAL", ["int16", "float32"])
def several_moves(case, op, label):
    """Only what is exact in any order: sums of floats would differ more with every operator."""
    chain = Chain(case, label)
    steps = [Chain.relu, Chain.concatenation, Chain.pad, Chain.reshape, Chain.transpose] + [Chain.binary] * (
        label == "int16"
    )
    for _ in range(case.draws.integer(2, 9)):
        case.draws.pick(steps)(chain)
    if not case.ops:
        chain.relu()
    chain.finish()


@generator("SEVERAL", "float32 edges")
def edges(case, op, label):
    """Float edges around an integer network, and float16 weights."""
    draws = case.draws
    shape, channels = draws.shape(2, 3), draws.integer(1, 12)
    dtype = draws.pick(["int8", "uint8", "int16"])
    quant = values.quant(draws, dtype, -6, -2)
    first = case.input(shape, "float32", None, values.uniform(-3, 3, shape))
    inner, changed = case.tensor(shape, dtype, quant), case.tensor(shape, dtype, values.quant(draws, dtype, -6, -2))
    case.op("QUANTIZE", [first], [inner])
    case.op("RELU" if dtype == "int16" else draws.pick(["RELU", "RELU6"]), [inner], [changed])
    result = case.output(shape, "float32")
    case.op("DEQUANTIZE", [changed], [result])
    half = case.const([channels, shape[-1]], "float16", None, values.uniform(-1, 1, [channels, shape[-1]]))
    weights = case.tensor([channels, shape[-1]], "float32")
    case.op("DEQUANTIZE", [half], [weights])
    case.tolerance = "sum"
    rows = int(numpy.prod(shape[:-1], dtype=int))
    case.op(
        "FULLY_CONNECTED",
        [result, weights, -1],
        [case.output([rows, channels], "float32")],
        "FullyConnectedOptions",
        fused_activation_function=0,
        keep_num_dims=False,
    )
