"""The page where JavaScript is off, on screen and in print: its events as a table, its sources, how it was made.

Everything is escaped here and nowhere compiled; words come from the catalogue of the page's first language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from mapper.page.columns import PageTable
from mapper.page.escape import escaped
from mapper.page.sentences import (
    Record,
    actor_lines,
    date_sentence,
    deaths_sentence,
    place_name,
    plain_date,
    precision_sentence,
    protection_sentence,
    published,
)
from mapper.page.words import Words

MOST = 2000
_HEADS = ("plain.number", "card.when", "legend.what", "card.where", "card.who", "card.deaths", "card.source")


def without_script(payload: Mapping[str, Any]) -> str:
    """The HTML that a browser without JavaScript shows, of the first 2,000 events by number."""
    words = Words(payload["locales"].get(payload["language"], {}), payload["language"])
    events: PageTable = payload["events"].table
    first = [events.record(row, words.language) for row in range(min(MOST, len(events)))]
    parts = [
        _element("h1", payload["title"]),
        _element("p", _counts(words, payload, events), "counts"),
        *([_element("p", words.t("full.warning"), "warning")] if payload.get("full") else []),
        _element("p", words.t("noscript"), "lead"),
        _table(words, first, payload["sources"]) if first else _element("p", words.t("event.none")),
    ]
    if len(events) > MOST:
        parts.append(_element("p", words.t("plain.most", most=MOST, n=len(events))))
    if payload["sources"]:
        parts += [_element("h2", words.t("tab.sources")), _sources(words, payload["sources"])]
    parts += [_element("h2", words.t("plain.method")), _element("p", words.t("plain.method.text"))]
    return f'<main class="plain">\n{chr(10).join(parts)}\n</main>'


def _counts(words: Words, payload: Mapping[str, Any], events: PageTable) -> str:
    there = ~events.retracted
    unreported = int((there & events.texts["occurrence"].where(lambda one: one != "reported")).sum())
    undated = int((there & events.dates.where(lambda one: one.text is None)).sum())
    counts = payload["counts"]
    shown = words.t("source.events", n=int(there.sum())) if there.any() else words.t("count.none")
    unlocated = counts["unlocated"] and words.t("count.unlocated", n=counts["unlocated"])
    parts: list[Any] = [
        f"{shown} {unlocated}" if unlocated else shown,
        unreported and words.t("count.unreported", n=unreported),
        undated and words.t("count.undated", n=undated),
        counts["retracted"] and words.t("count.retracted", n=counts["retracted"]),
        payload["sources"] and words.t("count.sources", n=len(payload["sources"])),
        payload["as_of"] and words.t("count.as_of", date=plain_date(words, payload["as_of"])),
    ]
    return words.t("list.dot").join(filter(None, parts))


def _table(words: Words, events: Iterable[Record], sources: Sequence[Record]) -> str:
    names = [escaped(words.t(key)) for key in _HEADS]
    heads = "".join(f'<th scope="col">{name}</th>' for name in names)
    rows = "\n".join(_row(words, names, event, sources) for event in events)
    return f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>"


def _row(words: Words, names: Sequence[str], event: Record, sources: Sequence[Record]) -> str:
    reports = event["reports"] or ()
    cells = [
        _lines(str(event["number"])),
        _lines(date_sentence(words, event), small=[event["date"]]),
        _what(words, event),
        _lines(place_name(words, event), small=_where(words, event)),
        _lines(*(actor_lines(words, event) or [words.t("who.none")])),
        _lines(deaths_sentence(words, event)),
        "".join(_report(words, report, sources) for report in reports),
    ]
    labelled = zip(names, cells, strict=True)
    return "<tr>" + "".join(f'<td data-label="{name}">{cell}</td>' for name, cell in labelled) + "</tr>"


def _what(words: Words, event: Record) -> str:
    small = [words.name("type", event["event_type"] or ""), event["sub_event_type"]]
    if small[1]:
        small[1] = words.name("subtype", small[1])
    kind = words.t("list.dot").join(filter(None, small))
    occurrence = event["occurrence"]
    notes = [kind, words.t(f"occurrence.{occurrence}") if occurrence != "reported" else None]
    if event["status"] == "retracted":
        because = event["reason"]
        notes.append(words.t("event.retracted_because", reason=because) if because else words.t("event.retracted"))
    return f"<strong>{escaped(event['title'] or event['id'] or '')}</strong>{_lines(small=notes)}"


def _where(words: Words, event: Record) -> list[str | None]:
    text = event["place_text"]
    return [
        precision_sentence(words, event),
        protection_sentence(words, event),
        words.t("where.source_says", words=text) if text else None,
    ]


def _report(words: Words, report: Record, sources: Sequence[Record]) -> str:
    if report["source"] < 0:
        return f"<p><small>{escaped(words.t('card.source_protected'))}</small></p>"
    source = sources[report["source"]]
    quote = report["quote"]
    said = f"<blockquote{_lang(source)}>{escaped(words.t('cite.quote', quote=quote))}</blockquote>" if quote else ""
    left_out = f"<p><small>{escaped(words.t('card.quote_protected'))}</small></p>" if report.get("protected") else ""
    return f"{said}{left_out}<p>{_source_line(words, source)}</p>"


def _sources(words: Words, sources: Iterable[Record]) -> str:
    return f"<ol>\n{chr(10).join(f'<li>{_source(words, source)}</li>' for source in sources)}\n</ol>"


def _source(words: Words, source: Record) -> str:
    original, licence = source["original"], source["licence"]
    lines = [
        _source_line(words, source),
        escaped(words.t("source.original", original=original)) if original else "",
        _link(source["url"]),
        _link(source["archived_url"], words.t("source.archived")),
        escaped(words.t("source.licence", licence=licence)) if licence else "",
    ]
    return "<br>".join(filter(None, lines))


def _source_line(words: Words, source: Record) -> str:
    when = published(words, source)
    return f"<cite{_lang(source)}>{escaped(source['title'])}</cite>" + escaped(
        words.t("list.comma") + when if when else ""
    )


def _link(address: str | None, name: str | None = None) -> str:
    """An address to be read and followed: a link if it is one of the web's, text otherwise."""
    if not address:
        return ""
    shown = escaped(f"{name}: {address}" if name else address)
    if not _is_web(address):
        return shown
    return f'<a href="{escaped(address)}" rel="noopener noreferrer">{shown}</a>'


def _is_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _lang(source: Record) -> str:
    return f' lang="{escaped(source["language"])}"' if source["language"] else ""


def _lines(*lines: str | None, small: Iterable[str | None] = ()) -> str:
    shown = [f"<p>{escaped(line)}</p>" for line in lines if line]
    return "".join([*shown, *(f"<p><small>{escaped(line)}</small></p>" for line in small if line)])


def _element(tag: str, text: str, name: str = "") -> str:
    return f"<{tag}{f' class={chr(34)}{name}{chr(34)}' if name else ''}>{escaped(text)}</{tag}>"
