"""Values of tensors: quantization parameters and the contents of inputs and constants.

A maker is a function (source, vector) -> array, `source` being a numpy Generator and `vector` the number of the
invocation: 0 plain noise, 1 the corners of the type, 2 what is small or near a tie.
"""

import math

import numpy

from . import models

RANGES = {
    "int8": (-128, 127),
    "uint8": (0, 255),
    "int16": (-32768, 32767),
    "int4": (-7, 7),
    "int32": (-(2**31), 2**31 - 1),
}
SPECIAL = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    -0.5,
    1.5,
    -1.5,
    2.5,
    1e-45,
    -1e-40,
    1.1754944e-38,
    3.4028235e38,
    -3.4028235e38,
    math.inf,
    -math.inf,
    88.7,
    -87.4,
    -103.9,
    16777216.0,
    2147483648.0,
    0.99999994,
    -1.0000001,
    math.nan,
]


# ---- quantization parameters


def scale(draws, low=-9.0, high=1.0):
    """Log-uniform between powers of two, or such a power itself."""
    if draws.chance(0.8):
        return 2.0 ** draws.real(low, high)
    return 2.0 ** draws.integer(int(low), int(high))


def zero(draws, dtype):
    """A zero point: in the middle, at an end, anywhere."""
    if dtype not in ("int8", "uint8"):
        return 0
    low, high = RANGES[dtype]
    kind = draws.below(4, [2, 1, 1, 4])
    return (low + 128, low, high, low)[kind] + (draws.below(256) if kind == 3 else 0)


def quant(draws, dtype, low=-9.0, high=1.0):
    """One scale and zero point for an integer type; None for the others."""
    if dtype not in RANGES or dtype == "int32":
        return None
    if dtype == "int16":
        low, high = low - 6, high - 5
    return models.Quant([scale(draws, low, high)], [zero(draws, dtype)])


def covering(draws, dtype, reach):
    """For results of magnitude up to `reach`: near the scale that just holds them; now and then far off."""
    if dtype not in RANGES or dtype == "int32":
        return None
    levels = 32768 if dtype == "int16" else 128
    factor = 2.0 ** (draws.real(-2, 1) if draws.chance(0.9) else draws.real(-8, 6))
    return models.Quant([max(reach, 1e-9) * factor / levels], [zero(draws, dtype)])


def reach(quantization, dtype):
    """The largest real magnitude that a quantized type holds."""
    low, high = RANGES[dtype]
    return max(abs(low - quantization.zero), abs(high - quantization.zero)) * quantization.scale


def per_channel(draws, count, axis, low=-12.0, high=-2.0):
    """Scales along an axis, symmetric; sometimes all equal."""
    if draws.chance(0.1):
        scales = [scale(draws, low, high)] * count
    else:
        center = draws.real(low, high)
        source = draws.array_source()
        scales = [float(numpy.float32(2.0 ** (center + jitter))) for jitter in source.uniform(-2, 2, count)]
    return models.Quant(scales, [0] * count, axis)


# ---- contents


def integers(low, high):
    """Uniform; the two ends with some noise; both ends and the middle's neighbourhood."""

    def make(source, vector, size):
        noise = source.integers(low, high, size, endpoint=True, dtype=numpy.int64)
        if vector == 0:
            return noise
        if vector == 1:
            ends = numpy.where(source.random(size) < 0.5, low, high)
            return numpy.where(source.random(size) < 0.2, noise, ends)
        middle = (low + high) // 2 if abs(low + high) > 2 else 0
        return numpy.clip(middle + source.integers(-5, 5, size, endpoint=True), low, high)

    return make


def floats(magnitude, special=False):
    """Normal noise; halves and small integers, with `special` everything IEEE 754 has; many magnitudes."""

    def make(source, vector, size):
        noise = source.standard_normal(size)
        if vector == 0:
            return noise * magnitude
        if vector == 1:
            halves = numpy.round(noise * 6) / 2
            if not special:
                return halves * magnitude
            drawn = source.choice(SPECIAL, size)
            return numpy.where(source.random(size) < 0.5, drawn, halves)
        return noise * magnitude * 10.0 ** source.uniform(-4, 2 if not special else 8, size)

    return make


def wide_integers(dtype, small=False):
    """Of unquantized integer types: small numbers; all there are, unless `small`; a few around 0."""
    info = numpy.iinfo(dtype)

    def make(source, vector, size):
        if vector == 1 and not small:
            numbers = source.integers(info.min, info.max, size, endpoint=True, dtype=dtype)
            ends = source.choice(numpy.array([info.min, info.max, info.min + 1, 0, 1], dtype), size)
            return numpy.where(source.random(size) < 0.3, ends, numbers)
        reach = 100 if vector == 0 else 6
        return source.integers(max(info.min, -reach), reach, size, endpoint=True).astype(dtype)

    return make


def sized(make, shape):
    return lambda source, vector: make(source, vector, tuple(shape))


def usual(draws, shape, dtype, quantization=None, special=False):
    """The maker for a type: full range for quantized ones and bytes."""
    dtype = numpy.dtype(dtype)
    if dtype == numpy.bool_:
        return sized(lambda source, vector, size: source.random(size) < (0.5, 0.9, 0.1)[vector % 3], shape)
    if dtype.kind == "f":
        magnitude = 2.0 ** draws.integer(-3, 6) if draws.chance(0.5) else 1.0
        return sized(floats(magnitude, special), shape)
    if quantization is not None or dtype.itemsize == 1:
        info = numpy.iinfo(dtype)
        return sized(integers(info.min, info.max), shape)
    return sized(wide_integers(dtype), shape)


def special_floats(draws, shape):
    return usual(draws, shape, numpy.float32, special=True)


def between(low, high, shape):
    """Integers in a range, ends included."""
    return sized(integers(low, high), shape)


def uniform(low, high, shape):
    return sized(lambda source, vector, size: source.uniform(low, high, size), shape)
