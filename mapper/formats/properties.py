"""The properties of a published event, in their order: what GeoJSON carries, and CSV in its columns."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import pandas as pd

DECIMALS = 6
# What the file of a collection says of each source.
OF_SOURCE = (
    "source_id",
    "title",
    "author",
    "publisher",
    "date_published",
    "original",
    "original_date",
    "language",
    "url",
    "archived_url",
    "retrieved_on",
    "sha256",
    "reliability",
    "licence",
)
PROPERTIES = (
    "event_type",
    "sub_event_type",
    "occurrence",
    "title",
    "status",
    "reason",
    "date",
    "date_start",
    "date_end",
    "when",
    "place",
    "place_id",
    "place_text",
    "geo_precision",
    "radius_m",
    "geometry_note",
    "coarsened_to",
    "label_point",
    "label_point_is",
    "country",
    "admin1",
    "admin1_pcode",
    "admin2",
    "admin2_pcode",
    "actor1",
    "assoc_actor_1",
    "actor2",
    "assoc_actor_2",
    "fatalities_low",
    "fatalities_best",
    "fatalities_high",
    "fatalities_text",
    "credibility",
    "notes",
    "reports",
    "extra",
)
_UNPUBLISHED = ("place_spans", "sensitivity", "status")


def property_names(frame: gpd.GeoDataFrame) -> list[str]:
    """The published properties of a frame in their order, translations right after what they translate."""
    names: list[str] = []
    for name in PROPERTIES:
        names += [name] if name in frame else []
        if name in ("title", "notes"):
            names += [column for column in map(str, frame.columns) if column.startswith(f"{name}_")]
    return names


def records(frame: gpd.GeoDataFrame) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each event's id and properties as plain JSON values, in the frame's order."""
    names = property_names(frame)
    columns = [[_plain(value) for value in frame[name].astype(object)] for name in names]
    for event_id, *values in zip(frame["event_id"], *columns, strict=True):
        yield event_id, _tidy(dict(zip(names, values, strict=True)))


def _tidy(event: dict[str, Any]) -> dict[str, Any]:
    point = event.get("label_point")
    if point is not None:
        event["label_point"] = [round(float(degrees), DECIMALS) for degrees in point]
    if "reports" in event:
        event["reports"] = [
            {name: value for name, value in report.items() if _is_published(name, value)} for report in event["reports"]
        ]
    if not event.get("extra"):
        event.pop("extra", None)
    return event


def _is_published(name: str, value: Any) -> bool:
    """Whether a report's member is published: ``protected`` is where something was left out."""
    return name not in _UNPUBLISHED and not (name == "protected" and value is None)


def _plain(value: Any) -> Any:
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
