"""A map of a country that lies on both sides of the antimeridian, as a reader has it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import small_project

from mapper import Project

SIDES = {"far-west": "177.5", "far-east": "-179.5"}


@pytest.fixture
def islands(tmp_path: Path) -> Path:
    """The map of a fictional country of islands, with an event on each side of the antimeridian."""
    places = [
        {"place_id": "islands", "name": "Islands", "kind": "country", "pcode": "IS"},
        *(
            {"place_id": name, "name": name, "kind": "settlement", "latitude": "-17", "longitude": longitude}
            for name, longitude in SIDES.items()
        ),
    ]
    shape = {"type": "MultiPolygon", "coordinates": [_ring(176, 180), _ring(-180, -178)]}
    feature = {"type": "Feature", "properties": {"pcode": "IS", "level": "country"}, "geometry": shape}
    events = [small_project.event(event_id=name, place=name, title=f"Shots in {name}") for name in SIDES]
    boundaries = {"adm0.geojson": small_project.collection(feature)}
    root = small_project.make(tmp_path / "islands", events=events, places=places, boundaries=boundaries)
    return Project.open(root).build().paths[0]


def _ring(west: float, east: float) -> list[list[list[float]]]:
    return [[[west, -19], [east, -19], [east, -16], [west, -16], [west, -19]]]


@pytest.mark.parametrize("size", [(1400, 860), (390, 844)], ids=str)
def test_both_sides_of_the_antimeridian_are_side_by_side(
    islands: Path, open_page: Callable[..., Any], keep: Callable[..., None], size: tuple[int, int]
) -> None:
    page = open_page(islands, "", *size)
    page.locator(".badge").nth(1).wait_for()
    boxes = [page.locator(".badge").nth(at).bounding_box() for at in (0, 1)]
    assert all(0 < box["x"] < size[0] for box in boxes)
    # Three degrees apart, not 357: the first view is about eight wide.
    assert size[0] * 0.1 < abs(boxes[0]["x"] - boxes[1]["x"]) < size[0] * 0.8
    keep(page, f"antimeridian-{size[0]}")


def test_a_link_leads_to_an_event_beyond_the_antimeridian(islands: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(islands, "#event=far-east")
    page.locator(".card-head h2").wait_for()
    assert page.locator(".card-head h2").inner_text() == "Shots in far-east"
    [badge] = [one for one in page.locator(".badge").all() if "far-east" in (one.get_attribute("aria-label") or "")]
    assert 0 < badge.bounding_box()["x"] < 1400
