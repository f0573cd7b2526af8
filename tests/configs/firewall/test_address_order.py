"""Rows found by their addresses are those that are found by looking at each of them."""

from __future__ import annotations

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portspec.configs.firewall import order
from portspec.configs.firewall.order import AddressOrder, picked
from portspec.packets.addresses import V6_BASE
from portspec.packets.intervals import IntervalSet

Ends = list[tuple[int, int]]

SIZES = st.one_of(st.just(0), st.integers(0, 3), st.sampled_from([7, 8, 15, 60]))
HOSTS = st.tuples(st.integers(0, 60), st.just(0))
ROWS = st.lists(st.one_of(HOSTS, st.tuples(st.integers(0, 60), SIZES)), max_size=14).map(
    lambda rows: [(first, first + size) for first, size in rows]
)
RANGES = st.tuples(st.integers(0, 70), st.integers(0, 20)).map(lambda pair: (pair[0], pair[0] + pair[1]))
NARROW = 8


def ordered(rows: Ends, base: int = 0) -> AddressOrder:
    """The rows in order, on a line that begins at `base`."""
    return AddressOrder([base + first for first, _ in rows], [base + last for _, last in rows])


def share(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


@pytest.mark.parametrize("base", [0, V6_BASE])
@given(rows=ROWS, asked=RANGES)
def test_rows_that_share_an_address(base: int, rows: Ends, asked: tuple[int, int]) -> None:
    made = ordered(rows, base)
    first, last = asked
    found = made.touching(base + first, base + last)
    assert sorted(found) == [number for number, row in enumerate(rows) if share(row, asked)]
    assert made.most(base + first, base + last) >= len(found)
    assert rows == [] or (made.low, made.high) == (
        base + min(first for first, _ in rows),
        base + max(last for _, last in rows),
    )


@given(ROWS)
def test_rows_that_share_an_address_with_another_one(rows: Ends) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(order, "NARROW", NARROW)
        made = ordered(rows)
        narrow = [number for number, (first, last) in enumerate(rows) if last - first < NARROW]
        meeting = {one for one in narrow for other in narrow if one != other and share(rows[one], rows[other])}
        everything = frozenset(range(len(rows)))
        some = frozenset(range(0, len(rows), 2))
        assert made.crowded(some) == made.crowded(everything) & some
        assert made.wide == [number for number in range(len(rows)) if number not in narrow]
        assert made.crowded(everything) >= meeting
        # What lies alone is not in it, or nothing would be gained.
        assert all(
            any(share(rows[one], rows[other]) for other in range(len(rows)) if other != one)
            for one in made.crowded(everything)
        )


@given(ROWS.filter(bool), st.data())
def test_the_addresses_of_some_rows(rows: Ends, data: st.DataObject) -> None:
    chosen = sorted(data.draw(st.sets(st.integers(0, len(rows) - 1), min_size=1)))
    without = data.draw(st.sets(st.sampled_from(chosen)))
    expected = IntervalSet(rows[row] for row in chosen if row not in without)
    for many in (1, 1000):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(order, "MANY", many)
            assert ordered(rows).union(chosen, without) == expected
            assert ordered(rows).union(chosen) == IntervalSet(rows[row] for row in chosen)


@given(ROWS)
def test_hosts_alone_and_machine_words(rows: Ends) -> None:
    """Columns of one kind answer as those of the other; where all rows are hosts, both ends are one column."""
    hosts = array("I", [first for first, _ in rows])
    one, other = AddressOrder(hosts, hosts), ordered([(first, first) for first, _ in rows])
    assert one.rows == other.rows
    everything = frozenset(range(len(rows)))
    assert one.crowded(everything) == other.crowded(everything)
    assert one.touching(3, 30) == other.touching(3, 30)
    assert (one.low, one.high) == (other.low, other.high)


def test_values_of_a_column() -> None:
    column = [10, 11, 12, 13]
    for rows in (range(4), range(1, 3), range(2, 2), [3], [], [2, 0], range(0, 4, 2)):
        assert list(picked(column, rows)) == [column[row] for row in rows]
