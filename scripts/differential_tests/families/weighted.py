"""Convolutions and matrix products, in integers, float and hybrid (float activations, integer weights)."""

import numpy

from .. import values
from ..models import Quant
from ..registry import generator, type_code
from .reductions import ACTIVATION_WEIGHTS

INTEGER = ["int8", "uint8", "int16", "int8 pertensor", "int8 int4", "int16 bias32", "int16 pertensor"]
HYBRID = ["float32 hybrid int8"]


def activation(draws):
    return draws.pick([0, 1, 3, 2], ACTIVATION_WEIGHTS)


class Weights:
    """Types and quantization of one weighted operator, by its label."""

    def __init__(self, case, label, channels, axis, depth):
        """`depth`: products in one sum."""
        self.case, self.label, self.depth, self.channels = case, label, depth, channels
        words = label.split()
        self.type = words[0]
        self.hybrid = "hybrid" in words
        self.float = self.type == "float32"
        self.weight_type = (
            "int4" if "int4" in words else "uint8" if self.type == "uint8" or words[-1] == "uint8" else "int8"
        )
        if words[:2] == ["int16", "int16"]:
            self.weight_type = "int16"
        if self.float and not self.hybrid:
            self.weight_type = "float32"
        self.per_tensor = "pertensor" in words or self.weight_type == "uint8"
        self.bias_type = (
            "float32" if self.float else "int64" if self.type == "int16" and "bias32" not in words else "int32"
        )
        self.output_type = "int16" if words[0] == "uint8" and words[-1] in ("int16", "shuffled") else self.type
        self.quant_in = values.quant(case.draws, self.type, -8, 0)
        self.quant_weights = self.draw_weights(channels, axis)
        case.tolerance = "hybrid" if self.hybrid else "sum"

    def draw_weights(self, channels, axis):
        draws = self.case.draws
        if self.weight_type == "float32":
            return None
        if self.weight_type == "uint8":
            return Quant([values.scale(draws, -12, -2)], [draws.pick([128, 0, 255, draws.integer(0, 255)])])
        if self.per_tensor:
            return Quant([values.scale(draws, -12, -2)], [0])
        return values.per_channel(draws, channels, axis)

    def input(self, shape):
        return self.case.input(shape, self.type, self.quant_in)

    def weights(self, shape, constant=True):
        make = None
        if self.weight_type in ("int8", "int4"):
            limit = 7 if self.weight_type == "int4" else 127
            make = values.between(-limit, limit, shape)
        elif self.hybrid:  # bytes that are taken as signed; the reference's vector code can't negate -128
            make = values.sized(lambda source, vector, size: (source.integers(-127, 128, size) % 256), shape)
        return (self.case.const if constant else self.case.input)(shape, self.weight_type, self.quant_weights, make)

    def bias(self, count, constant=True):
        """With the scale that the sums have."""
        quant = None
        make = values.uniform(-2, 2, [count])
        if not self.float:
            scales = [
                float(numpy.float32(self.quant_in.scale * numpy.float32(scale))) for scale in self.quant_weights.scales
            ]
            quant = Quant(scales, [0] * len(scales), 0)
            reach = 40 * self.depth * (127 if self.type != "int16" else 8192)
            make = values.between(-reach, reach, [count])
        return (self.case.const if constant else self.case.input)([count], self.bias_type, quant, make)

    def optional_bias(self, count):
        """Left out now and then, where the reference allows it."""
        return None if self.case.draws.chance(0.2) else self.bias(count)

    def output(self, shape):
        if self.float:
            return self.case.output(shape, "float32")
        typical = values.reach(self.quant_in, self.type) / 2 * max(self.quant_weights.scales) * 64 * self.depth**0.5
        quant = values.covering(self.case.draws, self.output_type, typical * 2)
        return self.case.output(shape, self.output_type, quant)

    def fields(self):
        """quantized_bias_type says what the sums of an int16 operator are, and the bias where weights are int16."""
        if "bias32" in self.label or self.weight_type == "int16":
            return {"quantized_bias_type": type_code(self.bias_type)}
        return {}


def plane(draws, most=12):
    """Filter, stride, dilation, extents along two axes, and whether padding is SAME."""
    same = draws.chance(0.5)
    axes = []
    for _ in range(2):
        size, stride = draws.integer(1, 4), draws.pick([1, 2, 3], [4, 2, 1])
        dilation = draws.pick([1, 2, 3], [6, 1, 1])
        spread = (size - 1) * dilation + 1
        extent = draws.integer(1 if same else spread, most)
        out = -(-extent // stride) if same else -(-(extent - spread + 1) // stride)
        axes.append((size, stride, dilation, extent, out))
    return same, axes


def plane_fields(same, axes):
    (_, down, dilate_down, _, _), (_, right, dilate_right, _, _) = axes
    return {
        "padding": 0 if same else 1,
        "stride_h": down,
        "stride_w": right,
        "dilation_h_factor": dilate_down,
        "dilation_w_factor": dilate_right,
    }


@generator("CONV_2D", ["float32", *INTEGER, *HYBRID])
def conv_2d(case, op, label):
    draws = case.draws
    same, axes = plane(draws)
    groups = draws.pick([1, 2, 3, 4], [8, 1, 1, 1])
    depth, channels = draws.extent(20), groups * draws.integer(1, 8) if groups > 1 else draws.extent(40)
    rows, columns = axes
    taps = rows[0] * columns[0] * depth
    weights = Weights(case, label, channels, 0, taps)
    inputs = [
        weights.input([draws.integer(1, 2), rows[3], columns[3], depth * groups]),
        weights.weights([channels, rows[0], columns[0], depth]),
    ]
    inputs.append(weights.bias(channels))
    shape = [case.tensors[inputs[0]].shape[0], rows[4], columns[4], channels]
    case.op(
        op,
        inputs,
        [weights.output(shape)],
        "Conv2DOptions",
        fused_activation_function=activation(draws),
        **plane_fields(same, axes),
        **weights.fields()
    )


@generator("DEPTHWISE_CONV_2D", ["float32", "int8", "uint8", "int16", "int8 pertensor", "int8 int4", *HYBRID])
def depthwise_conv_2d(case, op, label):
    draws = case.draws
    same, axes = plane(draws)
    depth, multiplier = draws.extent(20), draws.pick([1, 2, 3, 8], [5, 2, 1, 1])
    rows, columns = axes
    channels = depth * multiplier
    weights = Weights(case, label, channels, 3, rows[0] * columns[0])
    inputs = [
        weights.input([draws.integer(1, 2), rows[3], columns[3], depth]),
        weights.weights([1, rows[0], columns[0], channels]),
    ]
    bias = weights.optional_bias(channels)
    if bias is not None:
        inputs.append(bias)
    shape = [case.tensors[inputs[0]].shape[0], rows[4], columns[4], channels]
    case.op(
        op,
        inputs,
        [weights.output(shape)],
        "DepthwiseConv2DOptions",
        depth_multiplier=multiplier,
        fused_activation_function=activation(draws),
        **plane_fields(same, axes)
    )


@generator("TRANSPOSE_CONV", ["float32", "int8", "uint8", "int16", "int8 pertensor", "int16 bias32"])
def transpose_conv(case, op, label):
    draws = case.draws
    same, axes = plane(draws, 10)
    depth, channels = draws.extent(9), draws.extent(9)
    extents, outs = [], []
    for size, stride, _, extent, _ in axes:
        extent = min(extent, 7)
        extents.append(extent)
        low = (extent - 1) * stride + 1 if same else (extent - 1) * stride + size
        outs.append(low + draws.below(stride))
    (rows, down, *_), (columns, right, *_) = axes
    weights = Weights(case, label, channels, 0, max(1, rows * columns // (down * right)) * depth)
    batch = draws.integer(1, 2)
    shape = [batch, *outs, channels]
    inputs = [
        case.control(shape, given=0.1),
        weights.weights([channels, rows, columns, depth]),
        weights.input([batch, *extents, depth]),
    ]
    bias = weights.bias(channels) if draws.chance(0.5) else None
    if bias is not None:
        inputs.append(bias)
    case.op(
        op,
        inputs,
        [weights.output(shape)],
        "TransposeConvOptions",
        padding=0 if same else 1,
        stride_w=right,
        stride_h=down,
        fused_activation_function=activation(draws),
        **weights.fields()
    )


@generator(
    "FULLY_CONNECTED",
    [
        "float32",
        *INTEGER,
        *HYBRID,
        "float32 hybrid int8 pertensor",
        "float32 hybrid int4",
        "float32 hybrid int4 pertensor",
        "float32 hybrid uint8",
        "int8 int4 pertensor",
        "int16 int16",
        "int16 int16 bias32",
        "int16 int16 pertensor",
        "uint8 to int16",
        "uint8 shuffled",
    ],
)
def fully_connected(case, op, label):
    draws = case.draws
    depth, channels = draws.extent(70), draws.extent(40)
    lead = draws.shape(1, 3, 5)
    shuffled = "shuffled" in label
    if shuffled:  # blocks of 4 x 16, one or four rows
        depth, channels, lead = 16 * draws.integer(1, 5), 4 * draws.integer(1, 8), [draws.pick([1, 4])]
    weights = Weights(case, label, channels, 0, depth)
    constant = not (label in ("float32", "int8 pertensor", "uint8") and draws.chance(0.15))
    inputs = [weights.input([*lead, depth]), weights.weights([channels, depth], constant)]
    kind = draws.below(3, [5, 1, 1])
    if kind == 0 or shuffled:  # which the reference reads without looking
        inputs.append(weights.bias(channels))
    elif kind == 1:
        inputs.append(-1)
    keep = draws.chance(0.5)
    shape = [*lead, channels] if keep else [int(numpy.prod(lead)), channels]
    fields = weights.fields()
    if weights.hybrid:
        fields["asymmetric_quantize_inputs"] = draws.chance(0.5)
    outputs = [weights.output(shape)]
    if shuffled:
        outputs.append(case.output([*lead, depth], "uint8"))
    case.op(
        op,
        inputs,
        outputs,
        "FullyConnectedOptions",
        weights_format=int(shuffled),
        fused_activation_function=activation(draws),
        keep_num_dims=keep,
        **fields
    )


@generator("BATCH_MATMUL", ["float32", "int8", "int16", "float32 hybrid int8", "int8->int32"])
def batch_matmul(case, op, label):
    draws = case.draws
    rows, depth, columns = draws.extent(12), draws.extent(40), draws.extent(12)
    lead = draws.shape(0, 3, 4)
    first = [1 if draws.chance(0.2) else extent for extent in lead]
    second = [extent if first[axis] == 1 or draws.chance(0.7) else 1 for axis, extent in enumerate(lead)]
    if draws.chance(0.2):
        second = second[draws.integer(0, len(second)) :]
    lead = list(numpy.broadcast_shapes(first, second))
    adjoin = draws.chance(0.3), draws.chance(0.3)
    a = first + ([depth, rows] if adjoin[0] else [rows, depth])
    b = second + ([columns, depth] if adjoin[1] else [depth, columns])
    if len(a) < 2 or len(b) < 2:
        return
    if "hybrid" in label and any(sum(extent > 1 for extent in batches[:-2]) > 1 for batches in (a, b)):
        case.deviation = (
            "the reference takes the scale of another matrix where a hybrid BATCH_MATMUL has several batch axes"
        )
    product(case, op, label, a, b, lead + [rows, columns], depth, adjoin)


def product(case, op, label, a, b, out, depth, adjoin):
    draws = case.draws
    hybrid, wide = "hybrid" in label, "->" in label
    dtype = label.split("->")[0].split()[0]
    q1 = None if dtype == "float32" else values.quant(draws, dtype, -8, 0)
    q2 = (
        Quant([values.scale(draws, -9, -2)], [0])
        if hybrid
        else None if dtype == "float32" else values.quant(draws, dtype, -9, -2)
    )
    case.tolerance = "hybrid" if hybrid else "sum"
    right_type = "int8" if hybrid else dtype
    make = values.between(-127, 127, b) if hybrid else None
    inputs = [case.input(a, dtype, q1), (case.const if hybrid else case.either)(b, right_type, q2, make)]
    if wide:
        result, quant = "int32", Quant([q1.scale * q2.scale], [0])
    else:
        result = dtype
        quant = q1 and values.covering(draws, dtype, values.reach(q1, dtype) * values.reach(q2, dtype) / 2 * depth**0.5)
    case.op(
        op,
        inputs,
        [case.output(out, result, quant)],
        "BatchMatMulOptions",
        adj_x=adjoin[0],
        adj_y=adjoin[1],
        asymmetric_quantize_inputs=hybrid and draws.chance(0.5),
    )
