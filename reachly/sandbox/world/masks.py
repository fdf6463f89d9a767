"""Choosing among many by whole columns at once.

A mask is one large integer with a byte for every person, one where the person is meant; ``&``, ``|`` and ``^`` work on
all of them in a few microseconds.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable
from itertools import compress


class Masks:
    """Makes masks over ``count`` people and reads them back."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.everyone = int.from_bytes(b"\1" * count, "little")
        self.nobody = 0

    def among(self, column: bytes, values: Iterable[int]) -> int:
        """Those whose entry in ``column`` is one of ``values``."""
        table = bytearray(256)
        for value in values:
            table[value] = 1
        return int.from_bytes(column.translate(table), "little")

    def through(self, column: array[int], table: bytes | bytearray) -> int:
        """Those whose entry in ``column`` points at a one in ``table``."""
        return int.from_bytes(bytes(map(table.__getitem__, column)), "little")

    def where(self, fits: Callable[[int], bool]) -> int:
        """Those for whose number ``fits`` is true: the slow way, for what has no column."""
        return int.from_bytes(bytes(map(fits, range(self.count))), "little")

    def these(self, numbers: Iterable[int]) -> int:
        """Those of the given numbers; numbers beyond the last person are ignored."""
        chosen = bytearray(self.count)
        for number in numbers:
            if 0 <= number < self.count:
                chosen[number] = 1
        return int.from_bytes(chosen, "little")

    def without(self, mask: int) -> int:
        """Everyone else."""
        return self.everyone ^ mask

    def numbers(self, mask: int) -> array[int]:
        """The numbers of those in ``mask``, in order."""
        return array("I", compress(range(self.count), mask.to_bytes(self.count, "little")))
