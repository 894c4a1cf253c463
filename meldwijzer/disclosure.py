"""Protection of tables of counts against disclosure, in the way of Statistics Netherlands (CBS).

- Every count, totals too, is rounded to the nearest multiple of 5, from the true count: at most 2 off, and a
  rounded total need not be the sum of the rounded counts.
- A count under 10 is hidden (primary suppression). So is a total under 10.
- More counts are hidden (secondary suppression) until none of the hidden ones can be worked out from the rest. What
  counts as worked out is decided by an attacker who knows every published number, how it was rounded, which cells
  cannot occur and, of every hidden count, on which side of the threshold it is. He solves the bounds of each hidden
  count exactly, by linear programming: a table with its totals is a network, so these bounds are whole numbers and
  everything between them is possible. At least `VALUES` values must be left to him, as many as rounding leaves for a
  published count. Rounding itself hides so much that this seldom takes many cells.

Zeros. A zero that just happened (no request from a sector in a quarter) is a count under 10 and is hidden like the
others: shown, it would say that nobody in a small group asked for advice, and turn every other hidden count into 1-9.
A zero that could not be otherwise (a quarter that is still to begin, a municipality in another region) is no secret:
it is left blank, and the attacker knows that it is 0.

What this does not cover: several tables about nearly the same period, laid side by side. Rounding leaves a difference
between two of them uncertain by 4, but many of them together say more.

Source: Handbook on Statistical Disclosure Control, chapters 4 and 5 (https://sdctools.github.io/HandbookSDC); CBS
rounds its own tables on Veilig Thuis to 5 (StatLine 84852NED). Hiding the smallest count that helps, one at a time, is
no optimum, but in tables of this size it comes close.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

BASE = 5
THRESHOLD = 10
#: How many values a hidden count can have, at least, for all that the table tells.
VALUES = BASE

Counts = np.ndarray[Any, np.dtype[np.int64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]
Numbers = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Protected:
    """A table that may be published; the last row (and the last column of a cross table) has the totals."""

    counts: Counts
    """Rounded; 0 where hidden or impossible, so that no true count leaves this module."""
    hidden: Mask
    impossible: Mask


def rounded(counts: Counts) -> Counts:
    """Counts as multiples of `BASE`, each to the nearest."""
    return (counts + BASE // 2) // BASE * BASE


def with_totals(counts: Counts) -> Counts:
    """Counts with their totals added at the end of every axis."""
    for axis in range(counts.ndim):
        counts = np.concatenate([counts, counts.sum(axis=axis, keepdims=True)], axis=axis)
    return counts


def protect(counts: Counts, impossible: Mask | None = None) -> Protected:
    """Round a table and hide what must be hidden.

    Args:
        counts: true counts, of one or two axes, without totals.
        impossible: where no count can occur; nowhere by default.

    Returns:
        The table with totals.

    Raises:
        ValueError: there is a count where none can occur.
    """
    if impossible is None:
        impossible = np.zeros(counts.shape, dtype=bool)
    if counts[impossible].any():
        raise ValueError("a count where none can occur")
    true = with_totals(counts)
    blank = with_totals((~impossible).astype(np.int64)) == 0
    attacker = _Attacker(true, blank)
    hidden = (true < THRESHOLD) & ~blank
    while (exposed := attacker.exposed(hidden)) is not None:
        cell, holding = exposed
        published = ~hidden & ~blank
        if not published.any():
            break
        # Where only the sides of the threshold give a count away, any published count less will do.
        hidden[_cheapest(true, published & holding if (published & holding).any() else published)] = True
        attacker.again(cell)
    return Protected(np.where(hidden | blank, 0, rounded(true)), hidden, blank)


def _cheapest(true: Counts, candidates: Mask) -> tuple[int, ...]:
    """The candidate that is missed least: rather a cell than a total, then the smallest as published, then the first.

    Going by the published number, the choice itself tells nothing about the true one.
    """

    def cost(place: tuple[int, ...]) -> tuple[int, int]:
        return sum(at == size - 1 for at, size in zip(place, true.shape)), int(rounded(true)[place])

    return min((tuple(map(int, place)) for place in np.argwhere(candidates)), key=cost)


class _Attacker:
    """What the published part of a table tells about the hidden part.

    Keeps the lowest and highest value seen of every count, over all tables found that look the same from outside.
    Hiding more only adds such tables, so what was seen stays true.
    """

    def __init__(self, true: Counts, blank: Mask) -> None:
        """Begin with the one such table that is known: the true one."""
        self._shape = true.shape
        self._blank, self._small = blank.ravel(), (true < THRESHOLD).ravel()
        self._rounded = rounded(true).ravel()
        self._equations = _equations(true.shape)
        self._low, self._high = true.ravel().astype(float), true.ravel().astype(float)
        self._highest = 2 * float(true.max()) + 10 * THRESHOLD  # no real bound: it keeps the programs finite
        self._waiting: list[int] = []

    def exposed(self, hidden: Mask) -> tuple[int, Mask] | None:
        """A hidden count that too few values are left for.

        Args:
            hidden: what is hidden so far.

        Returns:
            Its number, and which counts hold it in place; None when there is none.
        """
        self._hidden = hidden.ravel()
        self._bounds = self._known()
        self._alike = self._interchangeable()
        while self._waiting or self._stretch():
            cell = self._waiting.pop()
            objective = np.zeros(self._blank.size)
            objective[cell] = 1
            holding = np.zeros(self._blank.size, dtype=bool)
            for sign in (1, -1):
                if not self._wide(cell):
                    holding |= self._solve(sign * objective)
            if not self._wide(cell):
                return cell, holding.reshape(self._shape)
        return None

    def again(self, cell: int) -> None:
        """Look at a count once more, now that another is hidden."""
        self._waiting.append(cell)

    def _wide(self, cells: Any) -> Any:
        return self._high[cells] - self._low[cells] >= VALUES - 1

    def _known(self) -> Numbers:
        """The lowest and highest value of each count by itself."""
        off = BASE // 2
        low = np.where(self._hidden, np.where(self._small, 0, THRESHOLD), np.maximum(self._rounded - off, THRESHOLD))
        high = np.where(self._hidden, np.where(self._small, THRESHOLD - 1, self._highest), self._rounded + off)
        return np.stack([np.where(self._blank, 0, low), np.where(self._blank, 0, high)], axis=1)

    def _interchangeable(self) -> list[list[Counts]]:
        """By axis, the lines that look the same, such as those of which all is hidden."""
        groups = []
        for axis, size in enumerate(self._shape):
            lines = np.moveaxis(self._bounds.reshape(*self._shape, 2), axis, 0)[:-1].reshape(size - 1, -1)
            numbers = np.unique(lines, axis=0, return_inverse=True)[1]
            groups.append([np.flatnonzero(numbers == number) for number in range(numbers.max() + 1)])
        return groups

    def _stretch(self) -> bool:
        """Make as many hidden counts at once as large and as small as can be, as long as that helps.

        Returns:
            Whether there are counts for which it was not enough; these wait, the first one last.
        """
        left = self._hidden & ~self._wide(...)
        while left.any():
            for sign in (1, -1):
                self._solve(sign * left.astype(float))
            before, left = left, self._hidden & ~self._wide(...)
            if left.sum() == before.sum():
                break
        self._waiting = [int(cell) for cell in np.flatnonzero(left)[::-1]]
        return bool(self._waiting)

    def _solve(self, objective: Numbers) -> Mask:
        """Find the table with the lowest sum of `objective` and remember its values.

        Returns:
            The counts whose own bounds keep the sum from being lower.
        """
        nothing = np.zeros(self._equations.shape[0])
        found = linprog(objective, A_eq=self._equations, b_eq=nothing, bounds=self._bounds)
        if found.status:
            raise ArithmeticError(found.message)
        values = np.rint(found.x)
        self._low, self._high = np.minimum(self._low, values), np.maximum(self._high, values)
        # Lines that look the same may change places in the table found, which saves finding each of these tables.
        for seen, extreme in ((self._low, np.min), (self._high, np.max)):
            for axis, groups in enumerate(self._alike):
                lines = np.moveaxis(seen.reshape(self._shape), axis, 0)
                for group in groups:
                    lines[group] = extreme(lines[group], axis=0)
        return (np.abs(found.lower.marginals) > 1e-9) | (np.abs(found.upper.marginals) > 1e-9)


def _equations(shape: tuple[int, ...]) -> csr_matrix:
    """One row for each line of a table: its counts together, less its total, are nothing."""
    places = np.arange(int(np.prod(shape))).reshape(shape)
    lines = [line for axis, size in enumerate(shape) for line in np.moveaxis(places, axis, -1).reshape(-1, size)]
    rows = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
    signs = np.concatenate([np.append(np.ones(len(line) - 1), -1) for line in lines])
    return csr_matrix((signs, (rows, np.concatenate(lines))), shape=(len(lines), places.size))
