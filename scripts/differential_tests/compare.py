"""Compares two arrays of one tensor, by the tolerance of the case."""

import numpy

ULPS = {"ulp": 2, "hybrid": 1}
# Of the largest magnitude in the tensor: sums whose order differs; such sums divided by their own deviation.
BOUNDS = {"sum": 2e-6, "normalized": 1e-5}


def ordered(array):
    """float32 as integers in the same order, so that neighbours differ by 1; both zeros are 0."""
    bits = array.view(numpy.int32).astype(numpy.int64)
    return numpy.where(bits < 0, -(bits & 0x7FFFFFFF), bits)


def float_differences(got, wanted, tolerance):
    """Which elements differ, and the largest difference (units: ulp, or share of the magnitude)."""
    both_nan = numpy.isnan(got) & numpy.isnan(wanted)
    one_nan = numpy.isnan(got) != numpy.isnan(wanted)
    if tolerance in BOUNDS:
        finite = numpy.isfinite(wanted)
        largest = numpy.abs(wanted[finite]).max(initial=0.0).astype(numpy.float64)
        with numpy.errstate(invalid="ignore", over="ignore"):
            distance = numpy.abs(got.astype(numpy.float64) - wanted.astype(numpy.float64))
        distance = numpy.where((got == wanted) | both_nan, 0.0, distance)
        distance = numpy.where(one_nan | (numpy.isfinite(got) != finite), numpy.inf, distance)
        return distance > BOUNDS[tolerance] * largest, float(distance.max(initial=0.0) / (largest or 1.0))
    if tolerance == "exact":
        return got.view(numpy.int32) != wanted.view(numpy.int32), 0.0
    distance = numpy.abs(ordered(got) - ordered(wanted))
    distance = numpy.where(both_nan, 0, numpy.where(one_nan, 1 << 32, distance))
    return distance > ULPS[tolerance], float(distance.max(initial=0))


def difference(got, wanted, tolerance):
    """None if they are equal as asked, else a text; and how far they are apart."""
    if got.shape != wanted.shape or got.dtype != wanted.dtype:
        return f"is {got.dtype} {list(got.shape)}, expected {wanted.dtype} {list(wanted.shape)}", 0.0
    if got.dtype == numpy.float32:
        differs, worst = float_differences(numpy.ascontiguousarray(got), numpy.ascontiguousarray(wanted), tolerance)
    elif got.dtype.kind == "f":
        bits = f"u{got.dtype.itemsize}"
        differs, worst = numpy.ascontiguousarray(got).view(bits) != numpy.ascontiguousarray(wanted).view(bits), 0.0
    else:
        differs = got != wanted
        worst = 0.0
        if got.dtype.kind in "iu" and differs.any():
            worst = float(numpy.abs(got.astype(numpy.float64) - wanted.astype(numpy.float64)).max())
    if not differs.any():
        return None, worst
    first = tuple(int(position) for position in numpy.argwhere(differs)[0])
    return (
        f"{int(differs.sum())} of {differs.size} elements differ, by up to {worst:g}; first at {list(first)}: "
        f"expected {wanted[first]!s}, got {got[first]!s}"
    ), worst
