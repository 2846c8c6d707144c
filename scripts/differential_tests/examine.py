"""From a recipe to a verdict: draws the case, runs it on both sides, compares."""

import dataclasses
import zlib

import numpy

from . import compare, draws, flat, models, registry, runners

# equal; differs; refused: by us alone; crashed: of ours; deviation: the reference is no judge (documented);
# declined: refused by us alone, as documented; absent: we have no kernel; skipped: the reference refuses it;
# aborted: it takes its process down; unstable: its results change from run to run; invalid: the generator's fault
VERDICTS = ["equal", "differs", "refused", "crashed", "deviation", "declined", "absent", "skipped", "aborted"]
VERDICTS += ["unstable", "invalid"]
FINDINGS = {"differs", "refused", "crashed", "invalid"}


@dataclasses.dataclass
class Verdict:
    verdict: str
    message: str = ""
    recipe: list = None
    worst: float = 0.0  # of float outputs, in the tolerance's unit
    elements: int = 0


def draw_case(op, label, seed=None, recipe=None):
    case = models.Case(draws.Draws(seed, recipe))
    registry.GENERATORS[op, label](case, op, label)
    return case


def seed_of(seed, index, op, label):
    return zlib.crc32(f"{op} {label}".encode()) << 64 | seed << 32 | index


def compared_tensors(case):
    """Those that an operator of the main graph writes, as far as the runtimes can show them."""
    written = [index for op in case.ops for index in op.outputs if index >= 0]
    return [index for index in written if case.tensors[index].type not in ("resource", "variant")]


def judge(case, ours, reference):
    """The verdict on two outcomes; without one of ours, whether the reference runs the model."""
    wrong = [
        index
        for index, array in (reference.arrays or {}).items()
        if list(array.shape[bool(case.feeds) :]) != case.tensors[index].shape
    ]
    if wrong:
        found, stated = reference.arrays[wrong[0]].shape, case.tensors[wrong[0]].shape
        return Verdict("invalid", f"tensor {wrong[0]} has shape {list(found)} for {stated} in the model")
    if ours is None:
        return Verdict("equal") if reference.status == "ok" else Verdict("skipped", reference.message)
    if ours.status == "crashed":
        return Verdict("crashed", ours.message)
    if reference.status != "ok":
        return Verdict("absent" if ours.status == "absent" else "skipped", reference.message)
    if ours.status == "absent":
        return Verdict("absent", ours.message)
    if case.deviation:
        return Verdict("deviation", case.deviation)
    if ours.status == "refused":
        return Verdict("declined" if case.declined else "refused", ours.message)
    verdict = Verdict("equal")
    for index, wanted in reference.arrays.items():
        if index not in ours.arrays:
            return Verdict("differs", f"tensor {index} is missing in our results")
        if index in case.undefined and ours.arrays[index].shape == wanted.shape:
            undefined = case.undefined[index](reference.arrays)
            wanted = numpy.where(undefined, ours.arrays[index], wanted)
        text, worst = compare.difference(ours.arrays[index], wanted, case.tolerance)
        verdict.worst = max(verdict.worst, worst)
        verdict.elements += wanted.size
        if text:
            return Verdict("differs", f"tensor {index} {text}", None, worst, wanted.size)
    return verdict


class Examiner:
    def __init__(self, atoll, reference):
        self.atoll, self.reference = atoll, reference
        self.noise = None  # seed of what freed memory is filled with first

    def examine(self, op, label, seed=None, recipe=None, on_ours=None):
        """`on_ours` hears our outcome before the reference runs, which may not return."""
        try:
            case = draw_case(op, label, seed, recipe)
            model = flat.write(case)
        except Exception as problem:  # a generator may stumble over a recipe that the shrinker made
            return Verdict("invalid", f"{type(problem).__name__}: {problem}")
        ours = self.atoll.run(model, case) if self.atoll else None
        if on_ours and ours:
            on_ours(ours)
        if self.noise is not None:
            runners.scribble(self.noise)
        reference = self.reference.run(model, case, compared_tensors(case))
        verdict = judge(case, ours, reference)
        verdict.recipe = case.draws.taken
        return verdict
