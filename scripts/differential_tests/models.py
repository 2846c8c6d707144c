"""Models as plain data, and the builder that generators write them with."""

import dataclasses

import numpy

from . import values

DTYPES = {
    "float32": numpy.float32,
    "float16": numpy.float16,
    "float64": numpy.float64,
    "int8": numpy.int8,
    "uint8": numpy.uint8,
    "int16": numpy.int16,
    "uint16": numpy.uint16,
    "int32": numpy.int32,
    "uint32": numpy.uint32,
    "int64": numpy.int64,
    "uint64": numpy.uint64,
    "bool": numpy.bool_,
    "int4": numpy.int8,
    "resource": numpy.int32,
}


@dataclasses.dataclass
class Quant:
    """Scales and zero points: one of each, or one an index of `axis`."""

    scales: list
    zeros: list
    axis: int = 0

    @property
    def scale(self):
        return float(numpy.float32(self.scales[0]))

    @property
    def zero(self):
        return self.zeros[0]


@dataclasses.dataclass
class Tensor:
    shape: list
    type: str
    quant: Quant = None
    data: numpy.ndarray = None  # of a constant
    variable: bool = False
    sparsity: dict = None  # of a constant: the fields of SparsityParameters, data being what is stored


@dataclasses.dataclass
class Op:
    kind: str  # a builtin operator's name, or a custom operator's
    inputs: list  # tensor indices, -1: left out
    outputs: list
    options: str = None  # name of the option table
    fields: dict = None  # its fields, as the schema spells them
    intermediates: list = None
    custom: bytes = None  # of a custom operator


def without_nan(array):
    """`atoll run` takes no NaN from files: only constants hold them."""
    return numpy.where(numpy.isnan(array), 1, array).astype(array.dtype) if array.dtype.kind == "f" else array


class Graph:
    def __init__(self):
        self.tensors, self.ops, self.inputs, self.outputs = [], [], [], []

    def tensor(self, shape, dtype, quant=None, data=None, **more):
        self.tensors.append(Tensor([int(extent) for extent in shape], dtype, quant, data, **more))
        return len(self.tensors) - 1

    def op(self, kind, inputs, outputs, options=None, intermediates=None, custom=None, **fields):
        self.ops.append(Op(kind, list(inputs), list(outputs), options, fields, intermediates, custom))


class Case(Graph):
    """A model, its inputs, and how outputs are compared. The case itself is the main subgraph."""

    def __init__(self, draws):
        super().__init__()
        self.draws = draws
        self.others = []  # further subgraphs
        self.feeds = []  # an array an input, with an axis of invocations in front
        self.vectors = 3  # invocations
        self.keep_state = False  # from one invocation to the next
        self.tolerance = "exact"  # of float outputs: exact, ulp, hybrid, sum or normalized
        self.resolver = "BUILTIN_REF"  # which kernels of the reference judge
        self.declined = False  # whether Atoll's documents say that it refuses this
        self.deviation = None  # why the reference is no judge here, if it isn't
        self.undefined = {}  # tensor: function of the reference's arrays that says for which elements it is none

    def subgraph(self):
        self.others.append(Graph())
        return self.others[-1]

    # ---- tensors

    def input(self, shape, dtype, quant=None, make=None):
        """An input; make(source, vector) gives its values, the usual ones for its type otherwise."""
        source = self.draws.array_source()
        make = make or values.usual(self.draws, shape, DTYPES[dtype], quant)
        arrays = [
            numpy.asarray(make(source, vector)).astype(DTYPES[dtype]).reshape(shape) for vector in range(self.vectors)
        ]
        self.feeds.append(without_nan(numpy.stack(arrays)))
        index = self.tensor(shape, dtype, quant)
        self.inputs.append(index)
        return index

    def const(self, shape, dtype, quant=None, make=None):
        source = self.draws.array_source()
        make = make or values.usual(self.draws, shape, DTYPES[dtype], quant)
        data = numpy.asarray(make(source, self.draws.below(3))).astype(DTYPES[dtype]).reshape(shape)
        return self.tensor(shape, dtype, quant, data)

    def exactly(self, array, dtype="int32", quant=None):
        """A constant of these values."""
        data = numpy.asarray(array, DTYPES[dtype])
        return self.tensor(data.shape, dtype, quant, data)

    def either(self, shape, dtype, quant=None, make=None, constant=0.4):
        """A constant with some probability, an input otherwise."""
        return (self.const if self.draws.chance(constant) else self.input)(shape, dtype, quant, make)

    def control(self, array, dtype="int32", given=0.15):
        """A control tensor: a constant, or now and then an input that has these values in every invocation."""
        array = numpy.asarray(array, DTYPES[dtype])
        if self.draws.chance(given):
            return self.input(array.shape, dtype, None, lambda source, vector: array)
        return self.exactly(array, dtype)

    def output(self, shape, dtype, quant=None):
        index = self.tensor(shape, dtype, quant)
        self.outputs.append(index)
        return index
