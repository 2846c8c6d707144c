"""Makes the recipe of a finding simpler for as long as the finding stays of the same kind."""

from . import pool

TRIES = 240
BATCH = 6


def candidates(recipe):
    """Simpler recipes, the boldest first: shorter, runs of zeros, smaller numbers."""
    length = len(recipe)
    size = length
    while size >= 1:
        for first in range(0, length, size):
            part = recipe[first : first + size]
            if any(part):
                yield recipe[:first] + [0] * len(part) + recipe[first + size :]
        size //= 2
    for position, number in enumerate(recipe):
        if number > 1:
            for smaller in (1, number // 2, number - 1):
                yield recipe[:position] + [smaller] + recipe[position + 1 :]
    for position in range(length):
        yield recipe[:position] + recipe[position + 1 :]


def simpler(recipe, other):
    """Whether a recipe that was really used is simpler than another."""
    return (len(recipe), sum(1 for number in recipe if number), sum(recipe)) < (
        len(other),
        sum(1 for number in other if number),
        sum(other),
    )


def shrink(examiner, op, label, found):
    """The simplest verdict of the same kind within a number of tries."""
    left = TRIES if found.verdict == "differs" else TRIES // 4
    best, tried = found, {tuple(found.recipe)}
    source = candidates(best.recipe)
    while left > 0:
        batch = []
        for recipe in source:
            if tuple(recipe) not in tried:
                tried.add(tuple(recipe))
                batch.append(recipe)
            if len(batch) == BATCH:
                break
        if not batch:
            break
        left -= len(batch)
        for verdict in pool.run_recipes(examiner, op, label, batch):
            if verdict.verdict == found.verdict and verdict.recipe and simpler(verdict.recipe, best.recipe):
                best = verdict
                source = candidates(best.recipe)
                break
    return best
