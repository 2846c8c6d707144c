"""Subgraphs, variables, and the detection operator."""

import numpy

from .. import values
from ..models import Quant
from ..registry import generator

ARITHMETIC = {
    "ADD": "AddOptions",
    "SUB": "SubOptions",
    "MUL": "MulOptions",
    "MAXIMUM": "MaximumMinimumOptions",
    "MINIMUM": "MaximumMinimumOptions",
}


def small_graph(case, graph, operands, outputs, shape, dtype):
    """A few operators in a subgraph, from `operands`, tensors of one shape; returns as many results."""
    draws = case.draws
    known = list(operands)
    for _ in range(max(outputs, draws.integer(1, 4))):
        kind = draws.pick(list(ARITHMETIC))
        known.append(graph.tensor(shape, dtype))
        fields = {"fused_activation_function": 0} if kind in ("ADD", "SUB", "MUL") else {}
        graph.op(kind, [draws.pick(known[:-1]), draws.pick(known[:-1])], [known[-1]], ARITHMETIC[kind], **fields)
    return known[-outputs:]


def small(dtype, shape):
    if dtype == "float32":
        return values.uniform(-1, 1, shape)
    return values.sized(values.wide_integers(dtype, small=True), shape)


@generator("IF", ["float32", "int32"])
def if_op(case, op, label):
    draws = case.draws
    shape, inputs, outputs = draws.shape(0, 3), draws.integer(1, 3), draws.integer(1, 3)
    case.tolerance = "ulp"
    condition = case.either([1] if draws.chance(0.5) else [], "bool", None, None, 0.1)
    operands = [case.input(shape, label, None, small(label, shape)) for _ in range(inputs)]
    for _ in range(2):
        graph = case.subgraph()
        graph.inputs = [graph.tensor(shape, label) for _ in range(inputs)]
        graph.outputs = small_graph(case, graph, graph.inputs, outputs, shape, label)
    results = [case.output(shape, label) for _ in range(outputs)]
    case.op(op, [condition, *operands], results, "IfOptions", then_subgraph_index=1, else_subgraph_index=2)


@generator("WHILE", ["float32", "int32"])
def while_op(case, op, label):
    """Counts up to a limit, which is a constant of the condition or carried along, and computes on the way."""
    draws = case.draws
    shape, carried = draws.shape(0, 3), draws.integer(1, 3)
    case.tolerance = "sum"
    start = case.input([1], "int32", None, values.between(0, 4, [1]))
    operands = [case.input(shape, label, None, small(label, shape)) for _ in range(carried)]
    condition, body = case.subgraph(), case.subgraph()
    for graph in (condition, body):
        graph.inputs = [graph.tensor([1], "int32")] + [graph.tensor(shape, label) for _ in range(carried)]
    limit = condition.tensor([1], "int32", None, numpy.array([draws.integer(0, 5)], "int32"))
    condition.outputs = [condition.tensor([1], "bool")]
    condition.op("LESS", [condition.inputs[0], limit], condition.outputs, "LessOptions")
    one = body.tensor([1], "int32", None, numpy.array([draws.integer(1, 2)], "int32"))
    count = body.tensor([1], "int32")
    body.op("ADD", [body.inputs[0], one], [count], "AddOptions", fused_activation_function=0)
    body.outputs = [count, *while_body(case, body, body.inputs[1:], shape, label)]
    results = [case.output([1], "int32")] + [case.output(shape, label) for _ in range(carried)]
    case.op(op, [start, *operands], results, "WhileOptions", cond_subgraph_index=1, body_subgraph_index=2)


def while_body(case, body, operands, shape, label):
    """One result an operand; some are handed on unchanged or swapped."""
    if case.draws.chance(0.2):
        if len(operands) > 1:
            case.deviation = (
                "the reference hands a loop's operands on one by one, and loses some where a body swaps them"
            )
        return list(reversed(operands))
    results = []
    for operand in operands:
        results.append(operand if case.draws.chance(0.2) else small_graph(case, body, operands, 1, shape, label)[0])
    if len(set(results)) < len(results):  # one tensor can't be two outputs
        return list(operands)
    return results


@generator("CALL_ONCE", ["float32", "int32", "int8"])
def variables(case, op, label):
    """A variable that one subgraph sets, and the main one reads, changes and reads again."""
    draws = case.draws
    shape = draws.shape(1, 3)
    case.keep_state = True  # the reference never resets a variable
    case.tolerance = "ulp"
    quant = values.quant(draws, label)
    graph = case.subgraph()
    handle = graph.tensor([], "resource")
    graph.op("VAR_HANDLE", [], [handle], "VarHandleOptions", container="", shared_name="v")
    first = case.draws.array_source().integers(-50, 50, shape)
    graph.op(
        "ASSIGN_VARIABLE", [handle, graph.tensor(shape, label, quant, first.astype(label))], [], "AssignVariableOptions"
    )
    case.op("CALL_ONCE", [], [], "CallOnceOptions", init_subgraph_index=1)
    handle = case.tensor([], "resource")
    case.op("VAR_HANDLE", [], [handle], "VarHandleOptions", container="", shared_name="v")
    case.op("READ_VARIABLE", [handle], [case.output(shape, label, quant)], "ReadVariableOptions")
    given = case.input(shape, label, quant)
    changed = case.output(shape, label, quant)
    case.op("ADD", [case.outputs[0], given], [changed], "AddOptions", fused_activation_function=0)
    if draws.chance(0.7):
        case.op("ASSIGN_VARIABLE", [handle, changed], [], "AssignVariableOptions")
        case.op("READ_VARIABLE", [handle], [case.output(shape, label, quant)], "ReadVariableOptions")


@generator("TFLite_Detection_PostProcess", ["float32", "uint8"])
def detection(case, op, label):
    from flatbuffers import flexbuffers

    draws = case.draws
    boxes, classes, found = draws.integer(1, 30), draws.integer(1, 6), draws.integer(1, 12)
    background = draws.below(2)
    per_box = draws.integer(1, min(3, classes))
    q1 = values.quant(draws, label, -6, -3)
    q2 = Quant([1 / 256], [0]) if label == "uint8" else None
    shapes = [[1, boxes, 4], [1, boxes, classes + background], [boxes, 4]]
    encodings = case.input(shapes[0], label, q1, None if q1 else values.uniform(-2, 2, shapes[0]))
    scores = case.input(shapes[1], label, q2, None if q2 else values.uniform(0, 1, shapes[1]))
    q3 = Quant([1 / 255], [0]) if label == "uint8" else None
    anchors = case.const(
        shapes[2], label, q3, values.between(1, 255, shapes[2]) if q3 else values.uniform(0.05, 1, shapes[2])
    )
    options = {
        "max_detections": found,
        "max_classes_per_detection": per_box,
        "num_classes": classes,
        "nms_score_threshold": draws.pick([0.0, 0.3, 0.6]),
        "nms_iou_threshold": draws.pick([0.5, 0.6, 0.1, 0.9]),
        "y_scale": draws.pick([10.0, 1.0]),
        "x_scale": 10.0,
        "h_scale": 5.0,
        "w_scale": draws.pick([5.0, 1.0]),
        "use_regular_nms": draws.chance(0.5),
        "detections_per_class": draws.integer(1, 20),
    }
    case.tolerance = "sum"
    rows = found * per_box
    shapes = [[1, rows, 4], [1, rows], [1, rows], [1]]
    outputs = [case.output(shape, "float32") for shape in shapes]
    case.op(op, [encodings, scores, anchors], outputs, None, custom=bytes(flexbuffers.Dumps(options)))

    def unwritten(arrays):
        """The rows that the reference leaves as they were, for each invocation."""
        count = numpy.full((case.vectors, 1), found)
        if not options["use_regular_nms"]:
            count = arrays[outputs[3]].astype(int) * per_box
        return numpy.arange(rows) >= count

    for index in outputs[:3]:
        case.undefined[index] = lambda arrays, box=index == outputs[0]: (
            unwritten(arrays)[:, None, :, None] if box else unwritten(arrays)[:, None]
        )
