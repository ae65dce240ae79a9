"""What a curator writes in a date column, and what it comes to."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mapper.dates import DateError, EventDate, parse_date

# EDTF, kind, earliest, latest, precision
READ = [
    ("2024-07-21", "date", "2024-07-21", "2024-07-21", "day"),
    ("2024-07", "date", "2024-07-01", "2024-07-31", "month"),
    ("2023-02", "date", "2023-02-01", "2023-02-28", "month"),
    ("2024", "date", "2024-01-01", "2024-12-31", "year"),
    ("0001", "date", "0001-01-01", "0001-12-31", "year"),
    ("9999-12-31", "date", "9999-12-31", "9999-12-31", "day"),
    ("2024-02-29", "date", "2024-02-29", "2024-02-29", "day"),
    ("2024-07-21T10:00:00", "date", "2024-07-21", "2024-07-21", "day"),
    ("2024-07-21T23:59:59Z", "date", "2024-07-21", "2024-07-21", "day"),
    ("2024-07-21T23:00:00-04", "date", "2024-07-21", "2024-07-21", "day"),
    ("2024-07-21T01:00:00+05:30", "date", "2024-07-21", "2024-07-21", "day"),
    ("2024-21", "date", "2024-03-01", "2024-05-31", "season"),
    ("2024-22", "date", "2024-06-01", "2024-08-31", "season"),
    ("2024-23", "date", "2024-09-01", "2024-11-30", "season"),
    ("2024-24", "date", "2024-12-01", "2024-12-31", "season"),
    ("2024-07-XX", "date", "2024-07-01", "2024-07-31", "month"),
    ("2024-XX", "date", "2024-01-01", "2024-12-31", "year"),
    ("2024-XX-XX", "date", "2024-01-01", "2024-12-31", "year"),
    ("202X", "date", "2020-01-01", "2029-12-31", "decade"),
    ("20XX", "date", "2000-01-01", "2099-12-31", "century"),
    ("2024-07-01/2024-07-31", "span", "2024-07-01", "2024-07-31", "day"),
    ("2024-07/2024-08", "span", "2024-07-01", "2024-08-31", "month"),
    ("2024-07-21/2024", "span", "2024-07-21", "2024-12-31", "year"),
    ("2024/2024-07-21", "span", "2024-01-01", "2024-07-21", "year"),
    ("2024-07-21/2024-07-21", "span", "2024-07-21", "2024-07-21", "day"),
    ("../2024-08-10", "span", None, "2024-08-10", "day"),
    ("/2024-08-10", "span", None, "2024-08-10", "day"),
    ("2024-07/..", "span", "2024-07-01", None, "month"),
    ("2024-07/", "span", "2024-07-01", None, "month"),
    ("2024-06-XX/2024-07-03", "span", "2024-06-01", "2024-07-03", "month"),
    ("[2024-06-21..2024-06-30]", "one_of", "2024-06-21", "2024-06-30", "day"),
    ("[..2024-08-10]", "one_of", None, "2024-08-10", "day"),
    ("[2024-08-10..]", "one_of", "2024-08-10", None, "day"),
    ("[1667,1668,1670..1672]", "one_of", "1667-01-01", "1672-12-31", "year"),
    ("[1760-01,1760-02,1760-12..]", "one_of", "1760-01-01", None, "month"),
    ("[1667,1760-12]", "one_of", "1667-01-01", "1760-12-31", "year"),
    ("[2024-08,2024-07-XX]", "one_of", "2024-07-01", "2024-08-31", "month"),
    ("[..2020,2024..]", "one_of", None, None, "year"),
    ("{1960,1961-12}", "all_of", "1960-01-01", "1961-12-31", "year"),
    ("{2024-07-01..2024-07-03,2024-07-10}", "all_of", "2024-07-01", "2024-07-10", "day"),
    ("{..1984}", "all_of", None, "1984-12-31", "year"),
]


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _refused(text: str) -> DateError:
    with pytest.raises(DateError) as refused:
        parse_date(text)
    return refused.value


@pytest.mark.parametrize(("text", "kind", "earliest", "latest", "precision"), READ)
def test_a_date_has_its_kind_its_outermost_days_and_its_precision(
    text: str, kind: str, earliest: str | None, latest: str | None, precision: str
) -> None:
    read = parse_date(text)
    assert (read.text, read.kind, read.precision) == (text, kind, precision)
    assert (read.earliest, read.latest) == (_day(earliest), _day(latest))
    assert not read.uncertain
    assert not read.approximate


@pytest.mark.parametrize(
    ("text", "uncertain", "approximate"),
    [
        ("2024-07?", True, False),
        ("2024-07-21~", False, True),
        ("2024%", True, True),
        ("202X?", True, False),
        ("2024-21~", False, True),
        ("2024-07-XX?", True, False),
        ("2024-07?/2024-08~", True, True),
        ("2024-07-01~/..", False, True),
        ("../2024-08-10?", True, False),
        ("[2024-07?,2024-08]", True, False),
    ],
)
def test_a_mark_at_the_end_makes_a_date_uncertain_or_approximate_and_moves_no_day(
    text: str, uncertain: bool, approximate: bool
) -> None:
    marked, plain = parse_date(text), parse_date(text.translate({ord(mark): None for mark in "?~%"}))
    assert (marked.uncertain, marked.approximate) == (uncertain, approximate)
    assert (marked.earliest, marked.latest) == (plain.earliest, plain.latest)


def test_white_space_around_a_date_is_ignored() -> None:
    assert parse_date("\u00a0 2024-07-21\n") == parse_date("2024-07-21")


@pytest.mark.parametrize(
    "text",
    [
        "2024-02-30",
        "2023-02-29",
        "2024-04-31",
        "2024-07-00",
        "2024-13",
        "2024-00",
        "2024-25",
        "2024-21-01",
        "2024-07-21T24:00:00",
        "2024-07-21T23:59:60",
        "2024-07-21T10:00",
        "2024-07T10:00:00",
        "2024T10:00:00Z",
        "2024-07-21T10:00:00+14:30",
        "2024-07-21T10:00:00+15",
        "2024-07-21T10:00:00Z/2024-07-22",
        "24-07-21",
        "2024 - 07",
        "[2024, 2025]",
        "[ 2024,2025]",
        "2024-07/ 2024-08",
        "2024-7-1",
        "20240721",
        "٢٠٢٤",
        "２０２４",
        "2024??",
        "?2024",
        "2024?-07",
        "2024-?07",
        "2024-07-21?~",
        "2XXX",
        "XXXX",
        "2024-XX-21",
        "2024-0X",
        "20X4",
        "XXXX-07-21",
        "202X-07",
        "2024-XX-XX-XX",
        "2024/2025/2026",
        "2024..2025",
        "..",
        "[]",
        "{}",
        "[,]",
        "[2024]",
        "[2024,]",
        "[2024..2025",
        "2024]",
        "[2024}",
        "[[2024,2025]]",
        "[2024..2025..2026]",
        "[2024...2025]",
        "[2024..,2025]",
        "[2023,..2024]",
        "[2024-21,2025]",
        "[2024~..2025]",
        "[2024-07..2024-08-10]",
        "[202X..2030]",
        "[2024/2025]",
        "[2024-07-21T10:00:00Z,2025]",
        "1950S2",
        "",
        "   ",
        "NA",
        "null",
        "unknown",
        "2024-07-21x",
    ],
)
def test_what_is_not_edtf_is_refused_with_what_to_write(text: str) -> None:
    refused = _refused(text)
    assert refused.code == "date-not-edtf"
    assert refused.hint.endswith(".")
    assert refused.hint in str(refused)


@pytest.mark.parametrize(
    "text", ["2024-08/2024-07", "2024-07-21/2023", "[2025..2024]", "{2024-07-02..2024-07-01}", "[2020,2025..2024]"]
)
def test_an_end_before_its_start_is_refused(text: str) -> None:
    assert _refused(text).code == "date-order"


@pytest.mark.parametrize("text", ["/", "../..", "../", "/..", "[..]", "{..}"])
def test_a_date_open_on_every_side_belongs_in_a_blank_cell(text: str) -> None:
    assert "leave the cell blank" in _refused(text).hint


@pytest.mark.parametrize(
    "text", ["0000", "0000-01-01", "000X", "00XX", "-1985", "-1985-04?", "Y17000", "Y-17000", "Y-17E7", "-0001/2024"]
)
def test_a_year_outside_the_calendar_is_called_edtf_but_refused(text: str) -> None:
    assert "before 0001 or after 9999" in _refused(text).hint


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("03/04/2024", "2024-04-03 (day first) or 2024-03-04 (month first)"),
        ("3.4.24", "2024-04-03 (day first) or 2024-03-04 (month first)"),
        ("03/03/2024", "2024-03-03"),
        ("21/07/2024", "2024-07-21"),
        ("7/21/2024", "2024-07-21"),
        ("07/2024", "2024-07"),
        ("2024/07/21", "2024-07-21"),
        ("2024-7-1", "2024-07-01"),
        ("2024-21-07", "2024-07-21"),
        ("20240721", "2024-07-21"),
        ("202407", "2024-07"),
        ("45494", "2024-07-21"),
        ("45494.75", "2024-07-21"),
        ("July 2024", "2024-07"),
        ("juillet 2024", "2024-07"),
        ("jiyè 2024", "2024-07"),
        ("jiye\u0300 2024", "2024-07"),
        ("julio de 2024", "2024-07"),
        ("août 2024", "2024-08"),
        ("Sept. 2024", "2024-09"),
        ("21 July 2024", "2024-07-21"),
        ("July 21st, 2024", "2024-07-21"),
        ("le 1er juillet 2024", "2024-07-01"),
        ("21 me 2024", "2024-05-21"),
        ("2024-07-21 00:00:00", "2024-07-21"),
        ("2024-07-21T10:00:00.000Z", "2024-07-21"),
        ("21/07/2024 13:05", "2024-07-21"),
        ("２０２４-07", "2024-07"),
        ("2024-07-xx", "2024-07-XX"),
        ("[2024-06-21 .. 2024-06-30]", "[2024-06-21..2024-06-30]"),
        (
            "2024-07-21 – 2024-07-30",
            "2024-07-21/2024-07-30 (throughout) or [2024-07-21..2024-07-30] (one day within)",
        ),
        ("21 July 2024 to 2 August 2024", "2024-07-21/2024-08-02 (throughout)"),
        ("2024-07—2024-08", "2024-07/2024-08 (throughout) or [2024-07..2024-08]"),
        ("2024-02-30", "The days of 2024-02 are 01 to 29"),
    ],
)
def test_the_hint_says_what_the_text_could_mean(text: str, meant: str) -> None:
    assert meant in _refused(text).hint


@pytest.mark.parametrize(
    "text", ["juin/juillet", "jui 2024", "31 June 2024", "soon", "13/13/2024", "99", "2024-07-21" * 99]
)
def test_without_a_likely_meaning_the_hint_shows_the_forms(text: str) -> None:
    assert _refused(text).hint.startswith("Write 2024-07-21, 2024-07 or 2024;")


@pytest.mark.parametrize(
    ("text", "timespans"),
    [
        ("2024-07-21", [{"start": {"in": "2024-07-21"}}]),
        ("2024-07-21T10:00:00Z", [{"start": {"in": "2024-07-21"}}]),
        ("2024-07?", [{"start": {"in": "2024-07?"}}]),
        ("0676", [{"start": {"in": "0676"}}]),
        ("2024-07-XX", [{"start": {"in": "2024-07"}}]),
        (
            "202X~",
            [
                {
                    "start": {"earliest": "2020-01-01~", "latest": "2029-12-31~"},
                    "end": {"earliest": "2020-01-01~", "latest": "2029-12-31~"},
                }
            ],
        ),
        ("2024-07-01/2024-08", [{"start": {"in": "2024-07-01"}, "end": {"in": "2024-08"}}]),
        ("../2024-08-10", [{"start": {"latest": "2024-08-10"}, "end": {"in": "2024-08-10"}}]),
        ("2024-07/", [{"start": {"in": "2024-07"}, "end": {"earliest": "2024-07-01"}}]),
        (
            "[2024-06-21..2024-06-30]",
            [
                {
                    "start": {"earliest": "2024-06-21", "latest": "2024-06-30"},
                    "end": {"earliest": "2024-06-21", "latest": "2024-06-30"},
                }
            ],
        ),
        ("[..2024-08-10]", [{"start": {"latest": "2024-08-10"}, "end": {"latest": "2024-08-10"}}]),
        (
            "[2024-07?,2024-08~]",
            [
                {
                    "start": {"earliest": "2024-07-01%", "latest": "2024-08-31%"},
                    "end": {"earliest": "2024-07-01%", "latest": "2024-08-31%"},
                }
            ],
        ),
        ("[..2020,2024..]", []),
        (
            "{2024-07-01..2024-07-03,2024-08}",
            [{"start": {"in": "2024-07-01"}, "end": {"in": "2024-07-03"}}, {"start": {"in": "2024-08"}}],
        ),
    ],
)
def test_timespans_say_the_same_in_the_linked_places_format(
    text: str, timespans: list[dict[str, dict[str, str]]]
) -> None:
    assert parse_date(text).timespans() == timespans


@settings(deadline=None)
@given(st.sampled_from([text for text, *_ in READ]))
def test_every_timespan_has_a_start_and_stays_within_the_outermost_days(text: str) -> None:
    read = parse_date(text)
    for timespan in read.timespans():
        assert timespan["start"]
        for moment in timespan.values():
            assert set(moment) <= {"in", "earliest", "latest"}
            for written in moment.values():
                said = parse_date(written)
                assert read.earliest is None or said.latest is None or said.latest >= read.earliest
                assert read.latest is None or said.earliest is None or said.earliest <= read.latest


_NEARLY = st.text(st.sampled_from("0123456789X-/.[]{},?~%T:Z+ –2024"), max_size=40)


@settings(deadline=None)
@given(st.one_of(st.text(), _NEARLY, st.builds("2024-{}".format, st.text())))
@example("[")
@example("\ud800")
@example("9" * 5000)
@example("[" + "2024," * 5000 + "2024]")
@example("2024" + "\u00a0" * 5000 + "x")
@example("99999.99")
@example("99/99/9999")
@example("ﷺ 2024")
def test_any_text_at_all_is_read_or_refused(text: str) -> None:
    try:
        read = parse_date(text)
    except DateError:
        refused = _refused(text)
        assert refused.hint
        assert refused.code in ("date-not-edtf", "date-order")
        return
    assert isinstance(read, EventDate)
    assert read == parse_date(read.text)
    assert read.earliest is None or read.latest is None or read.earliest <= read.latest
