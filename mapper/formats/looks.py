"""How events look in GIS programs: as on the page, for formats that carry a style.

A type's colour is its taxonomy's. A dot is a point, a dashed ring a disc, a hatched area *somewhere in it*, each type
at its own slant, a dashed line *along it*; hollow is what was only threatened, or denied.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from mapper.formats import Collection
from mapper.schema import EventType, taxonomy

Kind = Literal["points", "lines", "areas"]
KINDS: tuple[Kind, ...] = ("points", "lines", "areas")
# Sizes in the page's pixels.
DOT, RIM, HOLLOW_RIM = 14, 1.5, 2.5
OUTLINE, DASHES = 2, (7, 4)
HATCH, GAP = 1.6, 7
LINE, CASING, LINE_DASHES, HOLLOW_DASHES = 4, 7, (10, 6), (2, 7)
# Opacities: under hatching, of its lines, in a ring, of what is hollow, of the casing of a line.
TINT, HATCHED, RING, PALE, CASED = 0.13, 0.42, 0.2, 0.55, 0.75
WHITE = "#ffffff"
# Degrees by which the lines of a type's hatching lean, counter-clockwise from lying flat.
_SLANTS = (45, 135, 90, 0, 68, 112)
# Characters that no document in XML 1.0 can have.
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Look:
    """How events of a type are drawn; ``ring`` are discs, ``slant`` is that of the hatching, in degrees."""

    type: EventType
    hollow: bool
    ring: bool
    slant: int

    @property
    def label(self) -> str:
        name = ILLEGAL.sub("\ufffd", self.type.name)
        return f"{name}, threatened or denied" if self.hollow else f"{name}, near" if self.ring else name


def types_of(collection: Collection) -> list[EventType]:
    """The types of the events, with their colours, in the order of the page's legend."""
    return (collection.taxonomy or taxonomy()).used(collection.table.texts["event_type"].values)


def looks(kind: Kind, types: Sequence[EventType]) -> Iterator[Look]:
    """Each look that events of that kind can have, type by type."""
    for at, one in enumerate(types):
        slant = _SLANTS[at % len(_SLANTS)]
        yield Look(one, False, False, slant)
        if kind == "areas":
            yield Look(one, False, True, slant)
        yield Look(one, True, False, slant)


def is_hollow(occurrence: str | None) -> bool:
    """Whether nothing is reported to have happened."""
    return occurrence != "reported"
