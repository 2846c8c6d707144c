"""The list of generators: one an operator and type, written in families/."""

import importlib
import pathlib

from . import flat

GENERATORS = {}  # (operator, type): function of a Case


def generator(ops, types):
    """Registers a function (case, operator, type) for every pair. A type's first word is the main input's."""

    def register(function):
        for op in [ops] if isinstance(ops, str) else ops:
            for label in [types] if isinstance(types, str) else types:
                GENERATORS[op, label] = function
        return function

    return register


def type_code(name):
    """The schema's number of an element type."""
    return getattr(flat.schema.TensorType, name.upper())


def load():
    for path in sorted((pathlib.Path(__file__).parent / "families").glob("[a-z]*.py")):
        importlib.import_module(f"{__package__}.families.{path.stem}")
    return GENERATORS
