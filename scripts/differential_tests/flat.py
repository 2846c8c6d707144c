"""Writes a case as a .tflite file, with the classes that flatc makes of the schema in the build folder."""

import importlib
import pathlib
import re
import subprocess
import sys

import numpy

SCHEMA = pathlib.Path(__file__).resolve().parent.parent.parent / "common/tflite/schema.fbs"
schema = None


def load_schema(build):
    """Makes the classes if they are missing or older than the schema, and imports them."""
    global schema
    folder = pathlib.Path(build) / "generated/differential"
    made = folder / "schema_generated.py"
    if not made.is_file() or made.stat().st_mtime < SCHEMA.stat().st_mtime:
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["flatc", "--python", "--gen-object-api", "--gen-onefile", "-o", folder, SCHEMA], check=True)
    sys.path.insert(0, str(folder))
    schema = importlib.import_module("schema_generated")


def camel(name):
    return re.sub(r"_(\w)", lambda match: match.group(1).upper(), name)


def fill(table, fields):
    """An object of a table with the fields that the schema spells in snake_case."""
    made = getattr(schema, table + "T")()
    for name, value in fields.items():
        if not hasattr(made, camel(name)):
            raise KeyError(f"{table} has no field {name}")
        setattr(made, camel(name), value)
    return made


class AlignedBuffer:
    """A Buffer whose data starts at a multiple of 16 bytes, which flatc's Python forgets."""

    def __init__(self, data):
        self.data = data

    def Pack(self, builder):
        data = None
        if self.data:
            builder.StartVector(1, len(self.data), 16)
            builder.head = builder.head - len(self.data)
            builder.Bytes[builder.head : builder.head + len(self.data)] = self.data
            data = builder.EndVector()
        schema.BufferStart(builder)
        if data is not None:
            schema.BufferAddData(builder, data)
        return schema.BufferEnd(builder)


def packed_bytes(tensor):
    if tensor.type == "int4":  # two a byte, the low nibble first
        flat = tensor.data.reshape(-1).astype(numpy.uint8) & 15
        flat = numpy.append(flat, numpy.zeros(flat.size % 2, numpy.uint8))
        return (flat[0::2] | flat[1::2] << 4).tobytes()
    return numpy.ascontiguousarray(tensor.data).tobytes()


class Writer:
    def __init__(self, case):
        self.case = case
        self.buffers = [AlignedBuffer(b"")]
        self.codes = []
        self.code_index = {}

    def model(self):
        model = schema.ModelT()
        model.version = 3
        model.subgraphs = [self.graph(graph, number) for number, graph in enumerate([self.case, *self.case.others])]
        model.operatorCodes = self.codes
        model.buffers = self.buffers
        model.description = "differential"
        return model

    def graph(self, graph, number):
        made = schema.SubGraphT()
        made.name = "main" if number == 0 else f"graph{number}"
        made.tensors = [self.tensor(tensor, index) for index, tensor in enumerate(graph.tensors)]
        made.inputs, made.outputs = graph.inputs, graph.outputs
        made.operators = [self.operator(op) for op in graph.ops]
        return made

    def tensor(self, tensor, index):
        made = schema.TensorT()
        made.shape, made.name, made.hasRank = tensor.shape, f"t{index}", True
        made.type = getattr(schema.TensorType, tensor.type.upper())
        made.isVariable = tensor.variable
        if tensor.quant:
            made.quantization = fill(
                "QuantizationParameters",
                {
                    "scale": [float(numpy.float32(scale)) for scale in tensor.quant.scales],
                    "zero_point": [int(zero) for zero in tensor.quant.zeros],
                    "quantized_dimension": tensor.quant.axis,
                },
            )
        if tensor.sparsity:
            made.sparsity = self.sparsity(tensor.sparsity)
        if tensor.data is not None:
            made.buffer = len(self.buffers)
            self.buffers.append(AlignedBuffer(packed_bytes(tensor)))
        return made

    def sparsity(self, fields):
        dimensions = []
        for dimension in fields["dimensions"]:
            made = fill(
                "DimensionMetadata", {"format": int("segments" in dimension), "dense_size": dimension.get("size", 0)}
            )
            if "segments" in dimension:
                kind = schema.SparseIndexVector.Int32Vector
                made.arraySegmentsType, made.arraySegments = kind, fill(
                    "Int32Vector", {"values": dimension["segments"]}
                )
                made.arrayIndicesType, made.arrayIndices = kind, fill("Int32Vector", {"values": dimension["indices"]})
            dimensions.append(made)
        return fill(
            "SparsityParameters",
            {"traversal_order": fields["order"], "block_map": fields.get("blocks", []), "dim_metadata": dimensions},
        )

    def code(self, op):
        if op.kind not in self.code_index:
            made = schema.OperatorCodeT()
            made.version = 2 if op.kind == "BROADCAST_TO" else 1
            number = getattr(schema.BuiltinOperator, op.kind, schema.BuiltinOperator.CUSTOM)
            made.builtinCode, made.deprecatedBuiltinCode = number, min(number, 127)
            made.customCode = op.kind if number == schema.BuiltinOperator.CUSTOM else None
            self.code_index[op.kind] = len(self.codes)
            self.codes.append(made)
        return self.code_index[op.kind]

    def operator(self, op):
        made = schema.OperatorT()
        made.opcodeIndex, made.inputs, made.outputs = self.code(op), op.inputs, op.outputs
        made.intermediates = op.intermediates
        if op.options:
            made.builtinOptionsType = getattr(schema.BuiltinOptions, op.options)
            made.builtinOptions = fill(op.options, op.fields)
        if op.custom:
            made.customOptions = numpy.frombuffer(op.custom, numpy.uint8)
        return made


def write(case):
    """The file's bytes."""
    import flatbuffers

    builder = flatbuffers.Builder(4096)
    builder.Finish(Writer(case).model().Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())
