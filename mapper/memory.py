"""Python's search for circles of garbage, put off while much is made that stays.

It looks through all objects again and again as their number grows, a third of the time of reading 50,000 places,
and finds nothing: what is read holds no circles, and what is let go of is freed without it.
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
