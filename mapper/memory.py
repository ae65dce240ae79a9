"""Python's search for circles of garbage, put off while much is made that stays.

It looks through all objects again and again as their number grows, a sixth of the time of a build of many rows, and
finds next to nothing: what is let go of is freed without it. What it would find is found afterwards.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """No search for circles until this ends; within another, or where the program has turned it off, it stays off."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
