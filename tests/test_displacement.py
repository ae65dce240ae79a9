"""A displaced point is the same for the same place, lies in its range, and tells nothing to who lacks the secret."""

from __future__ import annotations

import json
import math
import os
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Geod
from small_project import PLACES, event, make

from mapper.displacement import SAME_SPOT_M, Displacement
from mapper.errors import SettingsError, WriteError
from mapper.project import Project

EARTH = Geod(ellps="WGS84")
SECRET = "a-fictional-secret-of-forty-characters-0"
LEAST, MOST = 500.0, 2000.0
MOVES = Displacement(SECRET.encode(), LEAST, MOST)
LONLAT = st.tuples(st.floats(-180, 180), st.floats(-85, 85))
SPOTS = [(f"place p{number}", (20 + number % 40 / 10, 10 + number // 40 / 10)) for number in range(2000)]
MANY = settings(max_examples=int(os.environ.get("MAPPER_EXAMPLES", "100")), deadline=None)
SETTINGS = """title = "Examplia"
[displacement]
secret_env = "EXAMPLIA_SECRET"
metres = [500, 2000]
[[profiles.moved.displace]]
all = true
"""


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXAMPLIA_SECRET", SECRET)


def apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    return float(EARTH.inv(*one, *other)[2])


def moved(folder: Path, *rows: dict[str, str], **parts: Any) -> dict[str, dict[str, Any]]:
    """The published features by date, for their ids say nothing."""
    project = Project.open(make(folder, rows, **{"settings": SETTINGS, **parts}))
    features = json.loads(project.export(None, "geojson", profile="moved"))["features"]
    return {feature["properties"]["date"]: feature for feature in features}


def point(feature: dict[str, Any]) -> tuple[float, float]:
    longitude, latitude = feature["properties"]["label_point"]
    return longitude, latitude


# The point.


@given(st.text(max_size=20), LONLAT, st.binary(min_size=32, max_size=40))
@MANY
def test_a_place_always_moves_to_the_same_point_within_the_range(
    spot: str, base: tuple[float, float], secret: bytes
) -> None:
    moves = Displacement(secret, LEAST, MOST)
    point = moves.moved(spot, base)
    assert point == Displacement(secret, LEAST, MOST).moved(spot, base)
    # The base may lie SAME_SPOT_M from the true point, and the range holds for that.
    assert LEAST + SAME_SPOT_M - 0.01 <= apart(base, point) <= MOST - SAME_SPOT_M + 0.01


def test_another_secret_place_or_range_moves_to_another_point() -> None:
    others = [
        Displacement(SECRET.upper().encode(), LEAST, MOST),
        Displacement(SECRET.encode(), LEAST, MOST + 1),
        Displacement(SECRET.encode(), LEAST + 1, MOST),
    ]
    for spot, base in SPOTS[:200]:
        own = MOVES.moved(spot, base)
        assert all(apart(own, other.moved(spot, base)) > 1 for other in others)
        assert apart(own, MOVES.moved(f"{spot}x", base)) > 1


def test_neither_direction_nor_distance_is_preferred() -> None:
    """By who lacks the secret the true point can't be told from any other of the ring: no mean, no trend."""
    turns, metres = [], []
    for spot, base in SPOTS:
        azimuth, _, distance = EARTH.inv(*base, *MOVES.moved(spot, base))
        turns.append(math.radians(azimuth))
        metres.append(distance)
    count = len(SPOTS)
    for harmonic in (1, 2, 3):
        east, north = (sum(map(of, (harmonic * turn for turn in turns))) / count for of in (math.sin, math.cos))
        assert math.hypot(east, north) < 4 / math.sqrt(count)
    # Spread evenly over the ring's area, so are the squares of the distances.
    inner, outer = LEAST + SAME_SPOT_M, MOST - SAME_SPOT_M
    shares = sorted((one**2 - inner**2) / (outer**2 - inner**2) for one in metres)
    assert max(abs(share - rank / count) for rank, share in enumerate(shares)) < 2 / math.sqrt(count)


def test_places_beside_each_other_move_independently() -> None:
    turns = [math.radians(EARTH.inv(*base, *MOVES.moved(spot, base))[0]) for spot, base in SPOTS]
    pairs = list(pairwise(turns))
    likeness = sum(math.cos(one - other) for one, other in pairs) / len(pairs)
    assert abs(likeness) < 4 / math.sqrt(len(pairs))


def test_the_secret_is_in_no_text_of_the_object() -> None:
    assert SECRET not in repr(MOVES)
    assert SECRET not in str(MOVES)


# The event.


def test_a_displaced_event_is_a_disc_that_holds_the_true_place_and_not_in_its_middle(tmp_path: Path) -> None:
    feature = moved(tmp_path, event("a", "market"))["2024-08-05"]
    properties = feature["properties"]
    true = (21.02, 10.51)
    assert (properties["geo_precision"], properties["radius_m"], properties["coarsened_to"]) == (
        "near",
        2000,
        "displaced",
    )
    assert shapely.from_geojson(json.dumps(feature["geometry"])).contains(shapely.Point(true))
    assert LEAST <= apart(point(feature), true) <= MOST
    assert (properties["place"], properties["place_text"], properties["label_point_is"]) == (
        *("Southtown commune", None, "inside the area"),
    )
    assert [report["quote"] for report in properties["reports"]] == [None]


def test_a_place_has_one_point_in_every_event_release_and_profile(tmp_path: Path) -> None:
    first = moved(tmp_path / "a", event("a", "market"), event("b", "market", date="2024-08-06", title="Another"))
    profiles = SETTINGS.replace("profiles.moved.displace", "profiles.other.displace") + "[[profiles.moved.displace]]\n"
    second = moved(tmp_path / "b", event("z", "market"), settings=profiles + 'place = "southtown"\n')
    assert point(first["2024-08-05"]) == point(first["2024-08-06"]) == point(second["2024-08-05"])


def test_two_names_of_a_spot_and_coordinates_beside_it_are_one_place(tmp_path: Path) -> None:
    twin = {**PLACES[10], "place_id": "old-market", "name": "The old market", "longitude": "21.0203"}
    rows = [
        event("a", "market", date="2024-08-01"),
        event("b", "old-market", date="2024-08-02"),
        event("c", "", date="2024-08-03", latitude="10.5104", longitude="21.0198", geo_precision="exact"),
        event("d", "southtown", date="2024-08-04", latitude="10.51", longitude="21.02"),
    ]
    features = moved(tmp_path, *rows, places=[*PLACES, twin])
    assert len({point(feature) for feature in features.values()}) == 1
    for feature, true in zip(features.values(), [(21.02, 10.51), (21.0203, 10.51), (21.0198, 10.5104)], strict=False):
        assert LEAST <= apart(point(feature), true) <= MOST


def test_coordinates_that_differ_a_little_are_one_spot(tmp_path: Path) -> None:
    rows = [
        event(f"e{n}", "", date=f"2024-08-0{n}", latitude=f"11.7001{n}", longitude=f"20.3001{n}", geo_precision="exact")
        for n in range(1, 6)
    ]
    assert len({point(feature) for feature in moved(tmp_path, *rows).values()}) == 1


def test_the_radius_tells_nothing_of_the_places_own(tmp_path: Path) -> None:
    places = [{**one, "radius_m": radius} for one, radius in ((PLACES[10], "130"), (PLACES[9], "777"), (PLACES[7], ""))]
    known = {one["place_id"] for one in places}
    rows = [event(one["place_id"], one["place_id"], date=f"2024-08-0{n}") for n, one in enumerate(places, 1)]
    features = moved(tmp_path, *rows, places=[*(one for one in PLACES if one["place_id"] not in known), *places])
    assert [feature["properties"]["radius_m"] for feature in features.values()] == [4000, 4000, 2000]


@pytest.mark.parametrize(
    ("cells", "precision", "unit"),
    [
        ({"place": "hill-road"}, "adm2", "north"),
        ({"place": "plain"}, "adm1", "west"),
        ({"place": "north"}, "adm2", "north"),
        ({"place": "northtown; southtown"}, "adm1", "west"),
        ({"place": "northtown", "geo_precision": "near", "radius_m": "5000"}, "adm2", "north"),
    ],
)
def test_what_is_no_point_or_is_vaguer_than_the_displacement_goes_to_its_unit(
    tmp_path: Path, cells: dict[str, str], precision: str, unit: str
) -> None:
    properties = moved(tmp_path, event("a", **cells) if "place" not in cells else event("a") | cells)["2024-08-05"][
        "properties"
    ]
    assert (properties["geo_precision"], properties["place_id"]) == (precision, unit)


def test_a_unit_is_named_only_where_the_disc_itself_tells_it(tmp_path: Path) -> None:
    border = {**PLACES[10], "place_id": "border", "name": "Border post", "latitude": "10.9985"}
    properties = moved(tmp_path, event("a", "border"), places=[*PLACES, border])["2024-08-05"]["properties"]
    assert (properties["admin1"], properties["admin2"], properties["place"]) == ("West", None, "West")


# The secret.


def settings_with(line: str) -> str:
    return SETTINGS.replace('secret_env = "EXAMPLIA_SECRET"', line)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "isn't set"),
        ("", "32 to 4096 characters"),
        ("short-secret", "32 to 4096 characters"),
        ("ab" * 30, "10 of them different"),
    ],
)
def test_a_missing_or_weak_secret_is_an_error_with_its_remedy_and_is_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str | None, said: str
) -> None:
    monkeypatch.delenv("EXAMPLIA_SECRET")
    if value is not None:
        monkeypatch.setenv("EXAMPLIA_SECRET", value)
    project = Project.open(make(tmp_path, [event("a")], settings=SETTINGS))
    with pytest.raises(SettingsError, match=said) as stop:
        project.build(profile="moved")
    assert "secrets.token_hex" in str(stop.value)
    assert not value or value not in str(stop.value)
    assert not (tmp_path / "output").exists()
    assert project.build().rows["mapped"] == 1  # what needs no secret asks for none


def test_the_secret_may_stand_in_a_file_outside_the_project(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_bytes(b"\xef\xbb\xbf" + SECRET.encode() + b"\r\n")
    kept = settings_with('secret_file = "../secret.txt"')
    assert point(moved(tmp_path / "a", event("a"), settings=kept)["2024-08-05"]) == point(
        moved(tmp_path / "b", event("a"))["2024-08-05"]
    )
    project = Project.open(tmp_path / "a")
    with pytest.raises(WriteError, match="secret"):
        project.export(tmp_path / "secret.txt", "csv")


@pytest.mark.parametrize("where", ["secret.txt", "data/secret.txt", "output/secret.txt", "../a/seeds/x", "link.txt"])
def test_a_secret_in_the_project_folder_is_refused(tmp_path: Path, where: str) -> None:
    folder = make(tmp_path / "a", [event("a")], settings=settings_with(f'secret_file = "{where}"'))
    (tmp_path / "out.txt").write_text(SECRET)
    (folder / "link.txt").symlink_to(tmp_path / "out.txt")
    with pytest.raises(SettingsError, match="lies in the project folder"):
        Project.open(folder).export(None, "csv", profile="moved")


def test_a_secret_file_that_is_missing_says_so(tmp_path: Path) -> None:
    folder = make(tmp_path / "a", [event("a")], settings=settings_with('secret_file = "../none.txt"'))
    with pytest.raises(SettingsError, match=r"none\.txt can't be read"):
        Project.open(folder).export(None, "csv", profile="moved")
