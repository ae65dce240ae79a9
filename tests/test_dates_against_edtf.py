"""Our bounds against those of the PyPI package edtf, an independent judge, over the whole grammar that is read.

Where the two differ on purpose, or where edtf 5.0 departs from the specification (Library of Congress, 2019),
a test below says so with the specification's sentence.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from math import inf
from typing import Any

import pytest
from edtf import EDTFParseException, parse_edtf
from hypothesis import given, settings
from hypothesis import strategies as st

from mapper.dates import DateError, parse_date

_MASKED_AND_OPEN = re.compile(r"[^/]*X[^/]*/(\.\.)?|(\.\.)?/[^/]*X[^/]*")
_MARK = st.sampled_from(["", "?", "~", "%"])
_NUMBERS = st.integers(1, 9999)
_YEAR = _NUMBERS.map("{:04d}".format)
_MONTH = st.builds("{}-{:02d}".format, _YEAR, st.integers(1, 12))
_SEASON = st.builds("{}-{}".format, _YEAR, st.integers(21, 24))
_DAY = st.dates().map(date.isoformat)
_PLAIN = st.one_of(_YEAR, _MONTH, _DAY)
_MASKED_YEAR = st.one_of(
    st.integers(1, 999).map("{:03d}X".format),
    st.integers(1, 99).map("{:02d}XX".format),
)
_UNSPECIFIED = st.one_of(
    _MASKED_YEAR, _YEAR.map("{}-XX".format), _YEAR.map("{}-XX-XX".format), _MONTH.map("{}-XX".format)
)
_TIME = st.builds(
    "{}T{:02d}:{:02d}:{:02d}{}".format,
    _DAY,
    st.integers(0, 23),
    st.integers(0, 59),
    st.integers(0, 59),
    st.one_of(
        st.sampled_from(["", "Z", "+14:00", "-04"]),
        st.builds("{}{:02d}:{:02d}".format, st.sampled_from("+-"), st.integers(1, 13), st.integers(0, 59)),
    ),
)
_MARKED = st.builds("{}{}".format, st.one_of(_PLAIN, _UNSPECIFIED), _MARK)
_DATE = st.one_of(_MARKED, _SEASON, _TIME)

_END = st.builds("{}{}".format, st.one_of(_PLAIN, _SEASON), _MARK)
_SPAN = st.one_of(
    st.builds("{}/{}".format, _END, _END),
    st.builds("{}/..".format, _END),
    st.builds("../{}".format, _END),
    st.builds("{}/{}".format, _MASKED_YEAR, _PLAIN),
    st.builds("{}/{}".format, _PLAIN, _MONTH.map("{}-XX".format)),
)

_RANGE = st.one_of(*(st.builds("{}..{}".format, one, one) for one in (_YEAR, _MONTH, _DAY)))


def _edtf_can_list(text: str) -> bool:
    """Not 2024-XX: see test_an_unspecified_month_may_stand_in_an_interval_or_a_set."""
    return not re.fullmatch("[0-9]{4}-XX[?~%]?", text)


@st.composite
def _sets(draw: st.DrawFn) -> str:
    members = draw(st.lists(st.one_of(_MARKED.filter(_edtf_can_list), _RANGE), max_size=4))
    if draw(st.booleans()):
        members.insert(0, f"..{draw(_PLAIN)}")
    if draw(st.booleans()):
        members.append(f"{draw(_PLAIN)}..")
    if not members or (len(members) == 1 and ".." not in members[0]):
        members.append(draw(_PLAIN))
        members.append(draw(_PLAIN))
    return ",".join(members)


def _bound(strict: Any) -> date | None:
    """Their bound as ours: an infinite one is None."""
    return None if strict in (inf, -inf) else date(*tuple(strict)[:3])


def _agrees(text: str) -> None:
    theirs = parse_edtf(text)
    if any(_backwards(part) for part in getattr(theirs, "objects", [theirs])):
        with pytest.raises(DateError) as refused:
            parse_date(text)
        assert refused.value.code == "date-order"
        return
    ours = parse_date(text)
    assert (ours.earliest, ours.latest) == (_bound(theirs.lower_strict()), _bound(theirs.upper_strict()))


def _backwards(theirs: Any) -> bool:
    """End before start, which is refused: the specification has no such interval, edtf reads it."""
    lower, upper = theirs.lower_strict(), theirs.upper_strict()
    return upper != inf and lower != -inf and tuple(upper)[:3] < tuple(lower)[:3]


@settings(deadline=None)
@given(_DATE)
def test_dates_have_the_bounds_that_edtf_gives(text: str) -> None:
    _agrees(text)


@settings(deadline=None)
@given(_SPAN)
def test_spans_have_the_bounds_that_edtf_gives(text: str) -> None:
    _agrees(text)


@settings(deadline=None)
@given(_sets())
def test_sets_have_the_bounds_that_edtf_gives(members: str) -> None:
    _agrees(f"[{members}]")


@settings(deadline=None)
@given(_sets())
def test_all_of_a_set_has_the_bounds_of_one_of_it(members: str) -> None:
    """Judged by our own other half: edtf fails on an open set of several members in curly brackets (below)."""
    try:
        one_of = parse_date(f"[{members}]")
    except DateError:
        with pytest.raises(DateError):
            parse_date(f"{{{members}}}")
        return
    all_of = parse_date(f"{{{members}}}")
    assert (all_of.earliest, all_of.latest) == (one_of.earliest, one_of.latest)


@settings(deadline=None)
@given(_MARKED)
def test_marks_mean_what_edtf_says(text: str) -> None:
    ours, theirs = parse_date(text), parse_edtf(text)
    both = theirs.is_uncertain_and_approximate
    assert (ours.uncertain, ours.approximate) == (theirs.is_uncertain or both, theirs.is_approximate or both)


@settings(deadline=None)
@given(st.text(st.sampled_from("0123456789X-/.[]{},?~%TZ:"), max_size=24))
def test_what_is_read_is_edtf_by_the_package_too(text: str) -> None:
    try:
        parse_date(text)
    except DateError:
        return
    if not _MASKED_AND_OPEN.fullmatch(text.strip()):
        assert parse_edtf(text.strip()) is not None


@pytest.mark.parametrize("text", ["201X/", "201X/..", "/2024-XX", "../2024-XX"])
def test_an_interval_is_open_beside_digits_that_are_not_specified(text: str) -> None:
    """«For Level 2 portions of a date within an interval may be designated as approximate, uncertain, or unspecified»:
    edtf takes them so where both ends are given, and refuses them where one is open or unknown."""
    found = parse_date(text)
    assert (found.earliest, found.latest).count(None) == 1
    with pytest.raises(EDTFParseException):
        parse_edtf(text)


def test_an_unknown_end_is_null_and_not_ten_years_away() -> None:
    """«A null string may be used for the start or end date when it is unknown.» edtf pads ten years (its own
    default), which no source says."""
    assert parse_date("2024/").latest is None
    assert _bound(parse_edtf("2024/").upper_strict()) == date(2034, 1, 1)


def test_a_season_may_bear_a_mark() -> None:
    """«These characters may occur only at the end of the date string and apply to the entire date»: edtf takes
    a marked season as an interval's end and refuses it alone."""
    assert parse_date("2024-21?").uncertain
    assert parse_edtf("2024-21?/2024-22").is_uncertain
    with pytest.raises(EDTFParseException):
        parse_edtf("2024-21?")


@pytest.mark.parametrize("text", ["2024-XX/2025-08", "[2024-XX,2025-08]"])
def test_an_unspecified_month_may_stand_in_an_interval_or_a_set(text: str) -> None:
    """«For Level 2 portions of a date within an interval may be designated as approximate, uncertain, or
    unspecified.» edtf fails on an unspecified month there with an error of Python's."""
    assert parse_date(text).earliest == date(2024, 1, 1)
    with pytest.raises(AttributeError):
        parse_edtf(text)


def test_all_of_an_open_set_may_have_more_members() -> None:
    """«Double-dot at the beginning or end of the list means "on or before" or "on or after" respectively.» edtf
    compares infinity with a day there, which is an error of Python's."""
    assert parse_date("{..1984,1990}").latest == date(1990, 12, 31)
    with pytest.raises(TypeError):
        parse_edtf("{..1984,1990}").lower_strict()


@settings(deadline=None)
@given(_NUMBERS.filter(lambda year: monthrange(year, 2)[1] == 28))
def test_a_29th_of_february_exists_in_leap_years_only(year: int) -> None:
    """«'1985-04-12' refers to the calendar date»: in another year there is none, though edtf reads it."""
    text = f"{year:04d}-02-29"
    assert parse_edtf(text) is not None
    with pytest.raises(DateError):
        parse_date(text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[2024, 2025]", "«No spaces are allowed, anywhere within the expression.»"),
        ("2024-07T10:00:00", "«Complete representations for calendar date and (local) time of day»"),
        ("2XXX", "Level 1: «A year with one or two (rightmost) unspecified digits»; more is level 2, not read"),
        ("2024-07?-21", "Level 2's qualification of parts is not read"),
        ("2024-07-21T24:00:00", "ISO 8601-1:2019 has no 24:00"),
        ("../..", "an interval without any date says nothing"),
        ("-1985", "there are calendar days for the years 0001 to 9999 only"),
    ],
)
def test_edtf_reads_it_and_we_refuse_it(text: str, sentence: str) -> None:
    assert parse_edtf(text) is not None, sentence
    with pytest.raises(DateError):
        parse_date(text)
