"""Disclosure control, against an attacker who solves for what was hidden."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from meldwijzer.disclosure import BASE, THRESHOLD, VALUES, Protected, protect, rounded, with_totals

SMALL_AND_LARGE = st.one_of(st.integers(0, 14), st.integers(0, 14), st.integers(0, 80))
#: What an attacker takes for the highest count that a hidden one can have.
MANY = 10_000


@st.composite
def tables(draw: Any) -> tuple[Any, Any]:
    """True counts of one or two axes, and where none can occur."""
    shape = draw(st.sampled_from([(1,), (2,), (3,), (6,), (1, 1), (1, 3), (2, 2), (2, 3), (3, 3), (4, 2), (4, 5)]))
    size = int(np.prod(shape))
    counts = np.array(draw(st.lists(SMALL_AND_LARGE, min_size=size, max_size=size))).reshape(shape)
    never = draw(st.lists(st.sampled_from([False] * 5 + [True]), min_size=size, max_size=size))
    impossible = np.array(never).reshape(shape)
    return np.where(impossible, 0, counts), impossible


def attack(table: Protected, sides: Any = None) -> dict[tuple[int, ...], int]:
    """How many values each hidden count can have, for one who knows all that is published, and how.

    Written apart from the module: the totals are no variables of their own, but sums that lie between bounds.

    Args:
        table: as published.
        sides: which counts are under the threshold, for one who knows that too.
    """
    shape, inner = table.counts.shape, tuple(size - 1 for size in table.counts.shape)
    cells = list(np.ndindex(inner))
    sums, low, high = [], [], []
    for place in np.ndindex(shape):
        sums.append([all(at in (own, size) for own, at, size in zip(cell, place, inner)) for cell in cells])
        if table.impossible[place]:
            bounds = (0, 0)
        elif not table.hidden[place]:
            bounds = (max(table.counts[place] - 2, THRESHOLD), table.counts[place] + 2)
        elif sides is None:
            bounds = (0, MANY)
        else:
            bounds = (0, THRESHOLD - 1) if sides[place] else (THRESHOLD, MANY)
        low.append(bounds[0])
        high.append(bounds[1])
    matrix = np.array(sums, dtype=float)
    left = {}
    for number, place in enumerate(np.ndindex(shape)):
        if table.hidden[place]:
            ends = [
                linprog(
                    sign * matrix[number],
                    A_ub=np.vstack([matrix, -matrix]),
                    b_ub=np.concatenate([high, -np.array(low)]),
                ).fun
                for sign in (1, -1)
            ]
            left[place] = int(np.floor(-ends[1] + 1e-6) - np.ceil(ends[0] - 1e-6)) + 1
    return left


@settings(max_examples=150, deadline=None)
@given(tables())
def test_hidden_counts_keep_at_least_so_many_values(drawn: tuple[Any, Any]) -> None:
    counts, impossible = drawn
    table = protect(counts, impossible)
    assert all(values >= VALUES for values in attack(table).values())
    if not (table.hidden | table.impossible).all():  # else nothing is published to work with
        under = with_totals(counts) < THRESHOLD
        assert all(values >= VALUES for values in attack(table, under).values())


@settings(deadline=None)
@given(tables())
def test_what_is_published_is_close_and_never_small(drawn: tuple[Any, Any]) -> None:
    counts, impossible = drawn
    table, true = protect(counts, impossible), with_totals(counts)
    shown = ~table.hidden & ~table.impossible
    assert (table.counts[shown] % BASE == 0).all()
    assert (abs(table.counts - true)[shown] <= BASE // 2).all()
    assert (true[shown] >= THRESHOLD).all()
    assert (table.counts[~shown] == 0).all()
    assert not (table.hidden & table.impossible).any()


@settings(deadline=None)
@given(tables())
def test_totals_agree_with_the_counts_but_for_rounding(drawn: tuple[Any, Any]) -> None:
    table = protect(*drawn)
    for axis in range(table.counts.ndim):
        lines = zip(
            np.moveaxis(table.counts, axis, -1).reshape(-1, table.counts.shape[axis]),
            np.moveaxis(table.hidden, axis, -1).reshape(-1, table.counts.shape[axis]),
        )
        for line, hidden in lines:
            difference = line[-1] - line[:-1].sum()
            if not hidden[-1]:
                assert difference >= -2 * len(line)
            if not hidden.any():
                assert difference <= 2 * len(line)


@given(st.integers(0, 10_000))
def test_rounding_is_to_the_nearest(count: int) -> None:
    assert abs(int(rounded(np.array([count]))[0]) - count) <= 2


def test_a_count_that_the_totals_give_away_takes_another_with_it() -> None:
    # 22 and 42 are shown as 20 and 40, so without protection the 9 could be told: 73 - 20 - 40 = 13, less at most 4.
    counts = np.array([[22, 42, 9], [50, 60, 70]])
    naive = with_totals(counts) < THRESHOLD
    exposed = attack(Protected(np.where(naive, 0, rounded(with_totals(counts))), naive, np.zeros_like(naive)), naive)
    table = protect(counts)
    assert exposed[0, 2] < VALUES
    assert table.hidden.sum() > naive.sum()
    assert not table.hidden[-1].any() and not table.hidden[:, -1].any()  # rather a cell than a total


def test_zeros_that_just_happened_are_hidden_and_those_that_had_to_be_are_blank() -> None:
    counts = np.array([[0, 40, 0], [30, 50, 0]])
    impossible = np.array([[False, False, True], [False, False, True]])
    table = protect(counts, impossible)
    assert table.hidden[0, 0]
    assert table.impossible[:, 2].all()  # its total too
    assert not table.hidden[:, 2].any()


def test_nothing_at_all() -> None:
    table = protect(np.zeros((3, 2), dtype=np.int64))
    assert table.hidden.all()
    assert not table.counts.any()


def test_a_count_where_none_can_occur() -> None:
    with pytest.raises(ValueError, match="none can occur"):
        protect(np.array([1, 2]), np.array([True, False]))


def test_sides_of_the_threshold_that_give_everything_away_leave_an_empty_table() -> None:
    # Rows of at least 10 and columns of at most 9: 90 in all, so one who knew which are which would know all totals.
    table = protect(np.ones((9, 10), dtype=np.int64) - np.eye(9, 10, dtype=np.int64))
    shown = ~table.hidden
    assert not shown.any() or min(attack(table).values()) >= VALUES
