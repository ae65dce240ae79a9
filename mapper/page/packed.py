"""A page's events as the parts of its file and the index that says what stands where in them."""

from __future__ import annotations

from itertools import count, repeat
from typing import Any

import numpy as np
import pandas as pd

from mapper.coded import Coded
from mapper.page.columns import Dated, PageTable, Reports, tight
from mapper.page.packing import HOT, WARM, Numbers, Packer, chunks, deflated, is_long

# What a reader filters by; drawing needs some of it, and where things are.
_FILTERED = frozenset({
    "event_type", "sub_event_type", "occurrence", "status", "geo_precision", "credibility", "admin1", "actor1",
    "assoc_actor_1", "actor2", "assoc_actor_2",
})  # fmt: skip
_AS_EVENT = {"event_id": "id"}
# Only a card, a list of few or a search has a use for them.
_LEISURELY = ("notes", "reason", "extra:")
_MOST_DECIMALS, _LEAST_DECIMALS = 6, 2


def pack(table: PageTable, shapes: Numbers) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Index and parts of the events; ``shapes`` is for each row where its shape stands in the payload, or -1."""
    packer = Packer()
    columns = _named(table)
    cold = {name: one for name, one in columns.items() if name.startswith(_LEISURELY) and is_long(one)}
    told, told_cold = _reports(packer, table)
    index = {
        "length": len(table),
        "columns": {
            name: packer.column(one, HOT if name in _FILTERED else WARM)
            for name, one in columns.items()
            if name not in cold
        },
        "dates": packer.column(table.dates.map(_listed), HOT),
        "spots": _spots(packer, table),
        "shapes": packer.ints(shapes, HOT),
        "extra": list(table.extra),
        "translations": {
            language: {name: packer.column(one, WARM) for name, one in by_column.items()}
            for language, by_column in table.translations.items()
        },
        "cold": list(cold),
        "reports": told,
    }
    parts = dict(zip(("mapper-hot", "mapper-warm"), packer.parts(), strict=True))
    for name, long in (("mapper-events", cold), ("mapper-reports", told_cold)):
        parts |= {f"{name}-{at}": chunk for at, chunk in enumerate(chunks(list(long.values())))}
    return index, deflated(parts)


def _named(table: PageTable) -> dict[str, Coded[Any]]:
    """The columns by the page's names. A title that is the id isn't told twice."""
    texts: dict[str, Coded[Any]] = {("id" if name == "event_id" else name): one for name, one in table.texts.items()}
    return {
        **texts,
        **table.numbers,
        "place_names": table.place_names,
        **{f"extra:{name}": one for name, one in table.extra.items()},
    }


def _listed(dated: Dated) -> list[Any] | None:
    return None if dated == Dated() else list(dated)


def _spots(packer: Packer, table: PageTable) -> dict[str, Any]:
    """Where events are: each spot once, and which of them is a row's, 0 being none.

    Whole numbers of ``1 / scale`` degrees, exactly the six decimals that are published.
    """
    located = table.located
    lon, lat = (
        np.rint(one[located] * 10**_MOST_DECIMALS).astype(np.int64) for one in (table.longitude, table.latitude)
    )
    decimals = _MOST_DECIMALS
    while decimals > _LEAST_DECIMALS and not (lon % 10).any() and not (lat % 10).any():
        lon, lat, decimals = lon // 10, lat // 10, decimals - 1
    codes, pairs = pd.factorize(lon * (1 << 32) + lat + (1 << 31))
    spot = np.zeros(len(table), np.int64)
    spot[located] = codes + 1
    return {
        "scale": 10**decimals,
        "codes": packer.ints(spot, HOT),
        "lon": packer.ints(pairs >> 32, HOT),
        "lat": packer.ints((pairs & ((1 << 32) - 1)) - (1 << 31), HOT),
    }


def _reports(packer: Packer, table: PageTable) -> tuple[dict[str, Any], dict[str, Coded[Any]]]:
    """What reports say beside what their event says, and what of it is read chunk by chunk.

    Of a column that the event has too only the reports that say something else are told: ``[rows, codes, values]``.
    """
    reports = table.reports
    own: dict[str, Coded[Any]] = {**table.texts, **table.numbers}
    rest: dict[str, Coded[Any]] = {
        "quote": reports.quotes, "spans": reports.spans, "place_spans": reports.place_spans
    }  # fmt: skip
    is_cold = is_long(reports.quotes)
    index = {
        "length": len(reports),
        "counts": packer.ints(np.bincount(reports.event, minlength=len(table)), HOT),
        "sources": packer.ints(np.asarray(reports.source.values, np.int64)[reports.source.codes], HOT),
        "differing": {
            **{name: _differing(packer, own[name], one, reports) for name, one in reports.texts.items()},
            "dates": _differing(packer, table.dates, reports.dates, reports, _listed),
        },
        "columns": {
            "protected": packer.column(reports.protected, WARM),
            **({} if is_cold else {name: packer.column(one.merged(), WARM) for name, one in rest.items()}),
        },
        "cold": list(rest) if is_cold else [],
    }
    return index, rest if is_cold else {}


def _differing(packer: Packer, own: Coded[Any], told: Coded[Any], reports: Reports, read: Any = None) -> list[Any]:
    known = dict(zip(own.values, count())) if len(reports) else {}
    as_own = np.fromiter(map(known.get, told.values, repeat(-1)), np.int64, len(told.values))
    rows = np.flatnonzero(as_own[told.codes] != own.codes[reports.event])
    column = tight(told.take(rows))
    return [packer.ints(rows, WARM), *packer.column(column.map(read) if read else column, WARM)]
