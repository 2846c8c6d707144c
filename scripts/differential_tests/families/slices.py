"""SLICE and STRIDED_SLICE."""

import numpy

from ..registry import generator
from .movement import COMMON, move


@generator("SLICE", COMMON)
def slice_op(case, op, label):
    draws = case.draws
    shape = draws.shape(1, 5)
    begin = [draws.below(extent) for extent in shape]
    size = [draws.integer(1, extent - first) for extent, first in zip(shape, begin)]
    asked = [
        -1 if draws.chance(0.2) and first + length == extent else length
        for extent, first, length in zip(shape, begin, size)
    ]
    kind = draws.pick(["int32", "int64"], [4, 1])
    move(case, op, label, shape, size, [case.control(begin, kind), case.control(asked, kind)], "SliceOptions")


MASKS = ["begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask"]


class Cut:
    """begin, end, stride and masks axis by axis, beside the same cut as NumPy spells it."""

    def __init__(self, draws, shape):
        self.draws, self.shape = draws, shape
        self.begin, self.end, self.strides, self.numpy = [], [], [], []
        self.masks = dict.fromkeys(MASKS, 0)
        for axis in range(draws.integer(1, len(shape))):
            self.along(axis)

    def along(self, axis):
        draws, extent = self.draws, self.shape[axis]
        begin, end = draws.integer(-extent, extent + 1), draws.integer(-extent - 1, extent + 2)
        stride = draws.pick([1, 2, -1, -2, 3], [6, 2, 2, 1, 1])
        kind = draws.below(4, [3, 2, 2, 1])
        if kind == 3:  # one element, and the axis is gone
            begin, stride = draws.integer(-extent, extent - 1), 1
            self.masks["shrink_axis_mask"] |= 1 << axis
            self.numpy.append(begin)
        else:
            open_begin, open_end = kind == 1 or draws.chance(0.2), kind in (1, 2)
            self.masks["begin_mask"] |= open_begin << axis
            self.masks["end_mask"] |= open_end << axis
            self.numpy.append(slice(None if open_begin else begin, None if open_end else end, stride))
        self.begin.append(begin)
        self.end.append(end)
        self.strides.append(stride)

    def new_axis(self):
        """An axis of 1 more, in front."""
        self.masks = {name: mask << 1 for name, mask in self.masks.items()}
        self.masks["new_axis_mask"] |= 1
        self.begin, self.end, self.strides = [0, *self.begin], [0, *self.end], [1, *self.strides]
        self.numpy = [None, *self.numpy]

    def ellipsis(self):
        """The rest as it is, said in so many words."""
        self.masks["ellipsis_mask"] |= 1 << len(self.begin)
        self.begin, self.end, self.strides = [*self.begin, 0], [*self.end, 0], [*self.strides, 1]


@generator("STRIDED_SLICE", COMMON)
def strided_slice(case, op, label):
    draws = case.draws
    shape = draws.shape(1, 5)
    cut = Cut(draws, shape)
    if draws.chance(0.15):
        cut.new_axis()
    elif len(cut.begin) < len(shape) and draws.chance(0.2):
        cut.ellipsis()
    out = list(numpy.zeros(shape, numpy.int8)[tuple(cut.numpy)].shape)
    controls = [case.control(cut.begin), case.control(cut.end), case.control(cut.strides)]
    move(case, op, label, shape, out, controls, "StridedSliceOptions", offset=False, **cut.masks)
