"""Makes the recipe of a finding simpler for as long as the finding stays of the same kind."""
from . import pool


def candidates(recipe):
    """Simpler recipes, the boldest first: shorter, runs of zeros, smaller numbers."""
    length = len(recipe)
    size = length
    while size >= 1:
        for first in range(0, length, size):
            part = recipe[first:first + size]
            if any(part):
                yield recipe[:first] + [0] * len(part) + recipe[first + size:]
        size //= 2
    for position, number in enumerate(recipe):
        if number > 1:
            for smaller in (1, number // 2, number - 1):
                yield recipe[:position] + [smaller] + recipe[position + 1:]
    for position in range(length):
        yield recipe[:position] + recipe[position + 1:]


def simpler(recipe, other):
    """Whether a recipe that was really used is simpler than another."""
    return (len(recipe), sum(1 for number in recipe if number), sum(recipe)) < \
           (len(other), sum(1 for number in other if number), sum(other))


def shrink(examiner, op, label, found):
    """The simplest verdict of the same kind within a number of tries."""
    budget = 200 if found.verdict == "differs" else 40
    best = found
    tried = {tuple(found.recipe)}
    progress = True
    while progress and budget > 0:
        progress = False
        for recipe in candidates(best.recipe):
            if tuple(recipe) in tried:
                continue
            tried.add(tuple(recipe))
            budget -= 1
            if budget <= 0:
                break
            verdict = pool.run_alone(examiner, op, label, None, recipe)
            if verdict.verdict == found.verdict and verdict.recipe and simpler(verdict.recipe, best.recipe):
                best, progress = verdict, True
                break
    return best
