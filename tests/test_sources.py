"""Where a quote stands in its source, and which files under seeds/ are read at all."""

from __future__ import annotations

import os
import re
import unicodedata
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from mapper.sources import (
    _MAY_CHANGE,
    QuoteAmbiguous,
    QuoteNotFound,
    QuoteOutOfOrder,
    SourceFileError,
    TextIndex,
    _changeable,
    _occurrences,
    all_occurrences,
    read_source_text,
)

ARTICLE = Path(__file__).parent.parent / "seeds" / "the-spark-2024-09-02.txt"


@pytest.fixture(scope="module")
def article() -> TextIndex:
    return TextIndex(read_source_text(ARTICLE.parent, ARTICLE.name).text)


def _located(text: str, quote: str) -> list[str]:
    return [text[start:end] for start, end in TextIndex(text).locate(quote)]


def _normalised(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()


# Quotes ------------------------------------------------------------------------------------------------


def test_a_quote_of_the_article_stands_at_its_offsets(article: TextIndex) -> None:
    quote = "In Croix-des-Bouquets, the bandits set fire to the Ganthier neighborhood’s police station"
    ((start, end),) = article.locate(quote)
    assert (start, end) == (1431, 1520)
    assert article.text[start:end] == quote


def test_passages_that_are_apart_are_found_each_in_order(article: TextIndex) -> None:
    quote = "Throughout the month of July […] the town of Léogane."
    assert [article.text[start:end] for start, end in article.locate(quote)] == [
        "Throughout the month of July",
        "the town of Léogane.",
    ]
    assert article.locate("…".join(["Throughout the month of July[", "]the town of Léogane."])) == article.locate(quote)
    assert article.locate(f"[…] {quote} […]") == article.locate(quote)


def test_passages_in_another_order_than_the_texts_are_refused(article: TextIndex) -> None:
    with pytest.raises(QuoteOutOfOrder) as refused:
        article.locate("the town of Léogane […] Throughout the month of July")
    assert refused.value.passage == "Throughout the month of July"
    assert refused.value.code == "quote-order"


def test_passages_that_overlap_are_refused() -> None:
    with pytest.raises(QuoteOutOfOrder):
        TextIndex("the gangs marched").locate("the gangs […] gangs marched")


def test_three_points_in_square_brackets_part_nothing() -> None:
    assert _located("one [...] two", "one [...] two") == ["one [...] two"]


def test_a_passage_that_stands_there_twice_is_ambiguous_and_says_how_often(article: TextIndex) -> None:
    with pytest.raises(QuoteAmbiguous) as refused:
        article.locate("Throughout the month of July […] the population")
    assert (refused.value.passage, refused.value.count) == ("the population", 4)


def test_occurrences_that_overlap_are_counted() -> None:
    with pytest.raises(QuoteAmbiguous) as refused:
        TextIndex("ha ha ha").locate("ha ha")
    assert refused.value.count == 2


@pytest.mark.parametrize("quote", ["", "  ", "[…]", " […] […] "])
def test_a_quote_without_words_is_not_found(quote: str, article: TextIndex) -> None:
    with pytest.raises(QuoteNotFound):
        article.locate(quote)


def test_a_misquoted_passage_shows_the_nearest_in_whole_words(article: TextIndex) -> None:
    with pytest.raises(QuoteNotFound) as refused:
        article.locate("the bandits set fire to the Gantier neighbourhood's police post […] a customs office")
    assert refused.value.passage == "the bandits set fire to the Gantier neighbourhood's police post"
    nearest = refused.value.nearest
    assert "set fire to the Ganthier neighborhood’s police" in nearest
    assert f" {nearest} " in f" {_normalised(article.text)} "
    assert len(nearest) <= 300


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("a moment of liberation", "A moment of liberation"),
        ("the gang “Koko rat san ras”", 'the gang "Koko rat san ras"'),
        ("neighborhood’s police", "neighborhood's police"),
        ("Workers–Internationalist", "Workers-Internationalist"),
        ("a moment of liberation", "amoment of liberation"),
        ("Léogane", "Leogane"),
        ("ﬁre", "fire"),
        ("zero\u200bwidth", "zerowidth"),
        ("no joiner", "no\u2060 joiner"),
    ],
)
def test_case_quotation_marks_dashes_accents_and_letters_must_be_the_texts(text: str, quote: str) -> None:
    with pytest.raises(QuoteNotFound) as refused:
        TextIndex(text).locate(quote)
    assert refused.value.nearest


@pytest.mark.parametrize(
    ("text", "quote", "passage"),
    [
        ("to Léogane, and", "Le\u0301ogane,", "Léogane,"),
        ("to Le\u0301ogane, and", "Léogane,", "Le\u0301ogane,"),
        ("to Le\u0301ogane, and", "to Léogane", "to Le\u0301ogane"),
        ("the gangs\r\nmarched  on", "the gangs marched on", "the gangs\r\nmarched  on"),
        ("the gangs marched", "the\ngangs\r\n\tmarched", "the gangs marched"),
        ("« la\u00a0population\u202f»", "« la population »", "« la\u00a0population\u202f»"),
        ("la population", "la\u00a0population", "la population"),
        ("a 🔥 fire", "🔥 fire", "🔥 fire"),
        ("a 🔥  fire", "🔥 fire", "🔥  fire"),
        ("\u1112\u1161\u11ab is Korean", "한 is", "\u1112\u1161\u11ab is"),
        ("Tie\u0323\u0302ng Vie\u0323\u0302t", "Việt", "Vie\u0323\u0302t"),
        ("5 \u212b long", "5 Å", "5 \u212b"),
        ("q\u0307\u0323 x  y", "q\u0323\u0307 x y", "q\u0307\u0323 x  y"),
    ],
)
def test_accents_line_breaks_and_kinds_of_space_may_differ(text: str, quote: str, passage: str) -> None:
    assert _located(text, quote) == [passage]


def test_the_exact_passage_is_preferred_to_one_that_differs_in_its_spaces() -> None:
    assert TextIndex("the  gangs, the gangs").locate("the gangs") == ((12, 21),)


@pytest.mark.parametrize("quote", ["Le", "\u0301ogane", "Le\u0301oga\u0300"])
def test_no_passage_begins_or_ends_within_a_combining_sequence(quote: str) -> None:
    with pytest.raises(QuoteNotFound):
        TextIndex("Le\u0301ogane").locate(quote)


def test_a_passage_cut_within_a_sequence_does_not_make_a_whole_one_ambiguous() -> None:
    assert TextIndex("Le\u0301ogane, Le Cap").locate("Le") == ((10, 12),)


def test_half_a_character_in_a_quote_is_not_found_and_breaks_nothing(article: TextIndex) -> None:
    with pytest.raises(QuoteNotFound):
        article.locate("\ud83d Léogane")


def test_in_an_empty_text_nothing_is_near() -> None:
    with pytest.raises(QuoteNotFound) as refused:
        TextIndex("").locate("the gangs")
    assert refused.value.nearest == ""


def test_the_place_is_found_inside_the_quote_only(article: TextIndex) -> None:
    spans = article.locate(
        "the gangs marched over the population of the Gressier neighborhood […] the town of Léogane."
    )
    (found,) = article.find_inside("Gressier", spans)
    assert article.text[slice(*found)] == "Gressier"
    assert spans[0][0] < found[0] < found[1] < spans[0][1]
    (found,) = article.find_inside("Le\u0301ogane", spans)
    assert article.text[slice(*found)] == "Léogane"
    assert article.find_inside("Mariani", spans) == ()
    assert article.find_inside("gressier", spans) == ()
    assert article.find_inside(" ", spans) == ()


def test_every_mention_of_the_place_inside_the_quote_is_found() -> None:
    text = "Les  Cayes: from Les Cayes; Les\nCayes"
    assert TextIndex(text).find_inside("Les Cayes", ((12, 26), (28, 37))) == ((17, 26), (28, 37))


def _times(text: str, words: str) -> int:
    return sum(text.startswith(words, at) for at in range(len(text)))


_LETTERS = st.text(
    st.one_of(
        st.sampled_from("ab eé \n\r\t\u00a0\u2003\u202f\u0301\u0323\u200d🔥👩한\u1112\u1161\u11ab\u212b\u0344"),
        st.characters(),
    ),
    max_size=60,
)


_WHOLES = st.one_of(
    st.sampled_from(["a", "é", "e\u0301", "e\u0323\u0301", "🔥", "👩\u200d🚒", "한", "\u1112\u1161\u11ab", "\u212b"]),
    st.sampled_from([" ", "\n", "\r\n", "\u00a0", "\u2003\t"]),
    st.characters(),
)


@st.composite
def _cuttings(draw: st.DrawFn) -> tuple[str, int, int]:
    """A text and the ends of a stretch of it, which mostly has words at both ends and is uncut."""
    parts = [draw(st.lists(_WHOLES, min_size=least, max_size=20)) for least in (0, 2, 0)]
    before, stretch, after = ("".join(part) for part in parts)
    start = len(before) + len(stretch) - len(stretch.lstrip())
    return before + stretch + after, start, start + len(stretch.strip())


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether a stretch has words at both ends and isn't cut within a sequence, by another way than the code's."""
    stretch = text[start:end]
    around = [text[:start], stretch, text[end:]]
    composed = "".join(unicodedata.normalize("NFC", part) for part in around) == unicodedata.normalize("NFC", text)
    marks = {
        part[0] for part in around[1:] if part and (unicodedata.category(part[0])[0] == "M" or part[0] == "\u200d")
    }
    jamo = {part[0] for part in around[1:] if part and "\u1160" <= part[0] <= "\u11ff"}
    return bool(stretch) and stretch == stretch.strip() and composed and not marks and not jamo


@settings(deadline=None)
@given(_cuttings())
def test_a_passage_that_is_there_once_is_found_at_exactly_its_offsets(cutting: tuple[str, int, int]) -> None:
    text, start, end = cutting
    quote = text[start:end]
    assume(_is_whole(text, start, end) and "[…]" not in quote)
    assume(_times(text, quote) == 1)
    assert TextIndex(text).locate(quote) == ((start, end),)


@settings(deadline=None)
@given(_cuttings(), st.sampled_from(["NFC", "NFD"]), st.sampled_from([" ", "\n", "\r\n", "\u00a0", " \t "]))
@example(("e\u0301 b", 0, 4), "NFC", "\n")
def test_a_passage_copied_with_other_spaces_and_accents_is_found_where_it_stands(
    cutting: tuple[str, int, int], form: str, space: str
) -> None:
    text, start, end = cutting
    assume(_is_whole(text, start, end) and "[…]" not in text)
    quote = re.sub(r"\s+", space, unicodedata.normalize(form, text[start:end]))  # type: ignore[arg-type]
    try:
        ((found_start, found_end),) = TextIndex(text).locate(quote)
    except QuoteAmbiguous:
        assert _times(text, quote) > 1 or _times(_normalised(text), _normalised(quote)) > 1
        return
    assert _normalised(text[found_start:found_end]) == _normalised(quote)


@settings(deadline=None)
@given(_LETTERS, _LETTERS)
def test_any_quote_in_any_text_is_found_or_refused(text: str, quote: str) -> None:
    try:
        spans = TextIndex(text).locate(quote)
    except (QuoteNotFound, QuoteAmbiguous):
        return
    passages = [passage.strip() for passage in quote.split("[…]") if passage.strip()]
    assert [_normalised(text[start:end]) for start, end in spans] == [_normalised(one) for one in passages]
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


@settings(deadline=None)
@given(_LETTERS)
@example("\u0f71\u0f71\u0f72\u0f74")
@example("\u09c7\u09be \u0b47\u0b3e")
def test_the_normalised_form_is_the_whole_texts(text: str) -> None:
    index = TextIndex(text)
    assert index._normal.text == re.sub(r"\s+", " ", unicodedata.normalize("NFC", text))


# Files -------------------------------------------------------------------------------------------------


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    folder = tmp_path / "seeds"
    (folder / "2024").mkdir(parents=True)
    (tmp_path / "secret.txt").write_text("not a source", encoding="utf-8")
    return folder


def _code(seeds: Path, file: str) -> str:
    with pytest.raises(SourceFileError) as refused:
        read_source_text(seeds, file)
    assert str(refused.value)
    return refused.value.code


def test_a_text_is_read_as_it_is_without_its_byte_order_mark(seeds: Path) -> None:
    data = b"\xef\xbb\xbfL\xc3\xa9ogane\r\n\xef\xbb\xbf\n"
    (seeds / "2024" / "a text.txt").write_bytes(data)
    read = read_source_text(seeds, "2024/a text.txt")
    assert read.text == "Léogane\r\n\ufeff\n"
    assert read.sha256 == sha256(data).hexdigest()


def test_the_seeds_folder_may_itself_be_a_link(seeds: Path) -> None:
    (seeds / "a.txt").write_text("text", encoding="utf-8")
    link = seeds.parent / "link"
    link.symlink_to(seeds, target_is_directory=True)
    assert read_source_text(link, "a.txt").text == "text"


def test_a_link_that_stays_inside_is_followed(seeds: Path) -> None:
    (seeds / "a.txt").write_text("text", encoding="utf-8")
    (seeds / "2024" / "b.txt").symlink_to("../a.txt")
    assert read_source_text(seeds, "2024/b.txt").text == "text"


@pytest.mark.parametrize(
    "file",
    [
        "../secret.txt",
        "2024/../../secret.txt",
        "2024/../../seeds/a.txt",
        "/etc/hostname",
        "//server/share/a.txt",
        "C:/a.txt",
        "C:a.txt",
        "..\\secret.txt",
        "2024\\a.txt",
        "a.txt:stream",
        "CON",
        "2024/nul.txt",
        "com1.tar.gz",
        "LPT³",
        "aux .txt",
        "a\0.txt",
        "a\n.txt",
        "",
    ],
)
def test_a_name_that_could_lead_out_of_seeds_is_refused_on_every_system(seeds: Path, file: str) -> None:
    assert _code(seeds, file) == "source-file-outside"


def test_a_link_that_leads_out_is_refused(seeds: Path) -> None:
    (seeds / "a.txt").symlink_to(seeds.parent / "secret.txt")
    (seeds / "out").symlink_to(seeds.parent, target_is_directory=True)
    assert _code(seeds, "a.txt") == "source-file-outside"
    assert _code(seeds, "out/secret.txt") == "source-file-outside"


def test_a_folder_beside_seeds_with_a_longer_name_is_outside(seeds: Path) -> None:
    other = seeds.parent / "seeds-of-others"
    other.mkdir()
    (other / "a.txt").write_text("text", encoding="utf-8")
    (seeds / "a.txt").symlink_to(other / "a.txt")
    assert _code(seeds, "a.txt") == "source-file-outside"


@pytest.mark.parametrize("file", ["a.txt", "2024/a.txt", "none/a.txt", "\ud800.txt", "a" * 5000, "console.txt"])
def test_a_file_that_is_not_there_is_missing(seeds: Path, file: str) -> None:
    assert _code(seeds, file) == "source-file-missing"


def test_a_link_to_itself_is_missing(seeds: Path) -> None:
    (seeds / "a.txt").symlink_to("a.txt")
    assert _code(seeds, "a.txt") == "source-file-missing"


def test_without_seeds_every_file_is_missing(tmp_path: Path) -> None:
    assert _code(tmp_path / "seeds", "a.txt") == "source-file-missing"


@pytest.mark.parametrize("data", [b"L\xe9ogane", "Léogane".encode("utf-16"), b"\xed\xa0\x80", b"\xc0\xaf"])
def test_a_text_that_is_not_utf8_is_refused(seeds: Path, data: bytes) -> None:
    (seeds / "a.txt").write_bytes(data)
    assert _code(seeds, "a.txt") == "source-file-undecodable"


def test_a_folder_is_not_a_text(seeds: Path) -> None:
    assert _code(seeds, "2024") == "source-file-unreadable"
    assert _code(seeds, ".") == "source-file-unreadable"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_named_pipe_is_refused_and_not_waited_for(seeds: Path) -> None:
    os.mkfifo(seeds / "a.txt")
    assert _code(seeds, "a.txt") == "source-file-unreadable"


def test_a_file_over_50_mib_is_refused_before_it_is_read(seeds: Path) -> None:
    with (seeds / "a.txt").open("wb") as file:
        file.truncate(50 * 1024 * 1024 + 1)
    assert _code(seeds, "a.txt") == "source-file-too-large"


@settings(deadline=None, max_examples=300)
@given(st.one_of(st.text(), st.text(st.sampled_from("./\\a:~ \0"))))
def test_any_file_name_at_all_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, file: str) -> None:
    with pytest.raises(SourceFileError):
        read_source_text(tmp_path_factory.getbasetemp(), file)


PIECES = st.lists(
    st.sampled_from(["the gangs", " marched", " on ", "L\u00e9og\u00e2ne", "e\u0301", "\u0301", " " * 3, "\U0001f30d"]),
    max_size=30,
)


@given(
    PIECES.map("".join), st.lists(st.tuples(st.integers(0, 200), st.integers(1, 120)), max_size=20), PIECES.map("".join)
)
def test_many_passages_are_found_together_where_each_is_found_alone(
    text: str, cuts: list[tuple[int, int]], other: str
) -> None:
    passages = {*(text[start : start + length] for start, length in cuts), other} - {""}
    assert all_occurrences(text, passages) == {one: list(_occurrences(text, one)) for one in passages}


@given(PIECES.map("".join), st.lists(st.tuples(st.integers(0, 200), st.integers(1, 120)), min_size=40, max_size=60))
def test_many_quotes_are_located_together_as_each_alone(text: str, cuts: list[tuple[int, int]]) -> None:
    quotes = [text[start : start + length].replace("\u00e9", "e\u0301") for start, length in cuts]
    together = [one if isinstance(one, tuple) else str(one) for one in TextIndex(text).locate_all(quotes)]
    assert together == [_outcome(TextIndex(text), quote) for quote in quotes]


@given(st.text(st.sampled_from([*" \n\t\u00a0\u3000ea\u00e9\u0301\u0323\u1100\u1161\U0001f30d\u200d"]), max_size=40))
def test_what_may_change_is_found_wherever_it_is(text: str) -> None:
    expected = [match.span() for match in _MAY_CHANGE.finditer(text)]
    assert [match.span() for match in _changeable(text)] == expected


def _outcome(index: TextIndex, quote: str) -> object:
    try:
        return index.locate(quote)
    except (QuoteNotFound, QuoteAmbiguous) as miss:
        return str(miss)
