"""Random decisions that can be replayed and made simpler.

Every decision of a generator is a small number drawn here, 0 being the simplest choice. The list of numbers is the
model's recipe: the shrinker lowers them and generates again, so that no generator has to know how its models are made
smaller.
"""

import random

import numpy


class Draws:
    """Draws from a seed, or replays the numbers of `recipe` (0 beyond its end)."""

    def __init__(self, seed=None, recipe=None):
        self._random = random.Random(seed) if recipe is None else None
        self._recipe = recipe
        self.taken = []

    def below(self, count, weights=None):
        """A number in [0, count)."""
        if self._random is None:
            position = len(self.taken)
            number = min(self._recipe[position], count - 1) if position < len(self._recipe) else 0
        elif weights:
            number = self._random.choices(range(count), weights)[0]
        else:
            number = self._random.randrange(count)
        self.taken.append(number)
        return number

    def integer(self, low, high):
        """In [low, high], the lowest being the simplest."""
        return low + self.below(high - low + 1)

    def pick(self, options, weights=None):
        """One of a list, whose first is the simplest."""
        return options[self.below(len(options), weights)]

    def chance(self, probability):
        """True with a probability; False is the simpler one."""
        return bool(self.below(2, [1 - probability, probability]))

    def real(self, low, high):
        """Uniform in [low, high] in 2^16 steps."""
        return low + (high - low) * self.below(1 << 16) / 65535.0

    def array_source(self):
        """A generator of arrays; what it makes depends on one number."""
        return numpy.random.Generator(numpy.random.PCG64(self.below(1 << 31)))

    def extent(self, largest=9):
        """Of one axis: mostly small, odd ones too, now and then larger than a vector register has lanes."""
        kind = self.below(8, [3, 10, 10, 6, 4, 2, 1, 1])
        if kind == 0:
            return 1
        return self.integer(1, min(largest, (1, 2, 3, 5, 9, 17, 33, 70)[kind]))

    def shape(self, low, high, largest=9, elements=4000):
        """low to high axes, now and then long ones."""
        if largest == 9 and self.chance(0.1):
            largest = 70
        shape = [self.extent(largest) for _ in range(self.integer(low, high))]
        while numpy.prod(shape, dtype=int) > elements:
            widest = shape.index(max(shape))
            shape[widest] = max(1, shape[widest] // 2)
        return shape

    def permutation(self, count):
        left = list(range(count))
        return [left.pop(self.below(len(left))) for _ in range(count)]

    def subset(self, count, low=0):
        """At least `low` of range(count), ascending."""
        size = self.integer(low, count)
        return sorted(self.permutation(count)[:size])

    def axis(self, rank):
        """An axis, negative half of the time."""
        axis = self.below(rank)
        return axis - rank if self.chance(0.5) else axis
