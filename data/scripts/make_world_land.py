"""Make ``mapper/data/land.geojson``: the land of the world, drawn where a project has no boundaries of its own.

    python data/scripts/make_world_land.py [--world-atlas FILE.tgz]

Natural Earth at 1 : 50 million (npm's world-atlas 2.0.2, public domain), simplified to a sixth of a degree and
two decimals. An islet within a degree of larger land is left out; one that lies alone stays, however small.
Needs shapely, and npm where no tarball is given.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import feature_lines
import natural_earth
import shapely
from packages import unpacked_npm
from shapely.geometry.base import BaseGeometry

OUT = Path(__file__).resolve().parents[2] / "mapper" / "data" / "land.geojson"
TOLERANCE = 0.16
ISLET = 0.05  # square degrees, about 600 km² at the equator
ALONE = 1.0  # degrees
DECIMALS = 2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--world-atlas", type=Path, help="a copy of the npm package's tarball")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        package = unpacked_npm(natural_earth.PACKAGE, Path(folder), given.world_atlas)
        [(_, land)] = natural_earth.read(package, "land-50m.json", "land")
    whole = shapely.MultiPolygon(simplified(land))
    feature_lines.write(
        OUT,
        [({}, whole)],
        name="Land",
        source=natural_earth.SOURCE,
        provenance=natural_earth.PROVENANCE,
        licence=natural_earth.LICENCE,
        decimals=DECIMALS,
    )


def simplified(land: BaseGeometry) -> list[BaseGeometry]:
    """The polygons of the land, valid at the precision that they are written in."""
    coarse = shapely.simplify(without_islets(land), TOLERANCE)
    snapped = shapely.set_precision(coarse, 10**-DECIMALS)
    return [one for one in shapely.get_parts(snapped) if one.area > 0]


def without_islets(land: BaseGeometry) -> BaseGeometry:
    parts = shapely.get_parts(land)
    small = shapely.area(parts) < ISLET
    near = shapely.dwithin(parts, shapely.union_all(parts[~small]), ALONE)
    return shapely.MultiPolygon(list(parts[~(small & near)]))


if __name__ == "__main__":
    main()
