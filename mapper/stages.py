"""What a long command is about, for whoever waits for it.

Each part of a build says what it begins; nothing listens unless a terminal does, so that it costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable

Listener = Callable[[str], None]
_listeners: list[Listener] = []


def begin(what: str) -> None:
    """The work that starts now, as a person calls it: ``reading events.csv``."""
    for listener in _listeners:
        listener(what)


def listen(listener: Listener) -> Callable[[], None]:
    """Hear of every stage from now on; what is returned ends it."""
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)
