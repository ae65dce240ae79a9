"""The page as one HTML file that needs nothing else: folium's frame, the front end, the payload, and a policy.

folium compiles text as a template and compiles the result again, so no text of a user's passes through it:
the payload, the title and the language are written here, escaped, after folium has rendered its parts.
"""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64encode
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, BinaryIO

import folium
from branca.element import Element, Figure
from jinja2 import TemplateSyntaxError

from mapper.errors import MapperError, UnsupportedLayer
from mapper.files import write_whole
from mapper.page.escape import as_parsed, escaped
from mapper.page.layers import Markup, refuse, style_attributes, tree
from mapper.page.packing import deflated
from mapper.page.without_script import without_script

STATIC = files("mapper.page").joinpath("static")
PAYLOAD_ID = "mapper-payload"
WORDS_ID = "mapper-words"
# Lets a hash vouch for a style attribute too; by name alone it says the opposite of what it does.
_UNSAFE_HASHES = "'unsafe-hashes' "
_HEX_ID = re.compile(r"[0-9a-f]{32}")
_LATE_TEMPLATE = re.compile(r"\{\{'\w+_[0-9a-f]{32}'\}\}")
_ENDS_SCRIPT = re.compile(r"<(?=/script|!--)", re.IGNORECASE)
_JSON_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"')
_NOT_INERT = re.compile("[<>&'{}$%`\u2028\u2029\ud800-\udfff]")


class Document(Figure):
    """The figure of an EventMap: ``render()`` gives the whole file, the same bytes each time.

    ``payload`` is what ``make_payload`` gives; title and language are taken from it. ``hosts`` are the origins
    that its online tile layers may be fetched from.
    """

    def __init__(self, payload: Mapping[str, Any], hosts: Iterable[str] = ()) -> None:
        super().__init__()
        self.payload = payload
        self.hosts = tuple(dict.fromkeys(hosts))
        self.header._children.clear()

    def render(self, **kwargs: Any) -> str:
        """The page, HTML5. Raises UnsupportedLayer where the tree holds what the page can't carry."""
        return self.encoded(**kwargs).decode("utf-8")

    def encoded(self, **kwargs: Any) -> bytes:
        """The same in UTF-8, as it stands in a file."""
        refuse(tree(self))
        with _restored(self):
            head, body, script = _rendered_parts(self, kwargs)
            pieces = self._assembled(head, body, script, list(tree(self)))
        return b"\n".join(piece.encode("utf-8") if isinstance(piece, str) else piece for piece in pieces)

    def save(self, outfile: Any, close_file: bool = True, **kwargs: Any) -> None:
        """Write the page to a path, whole or not at all, or to a binary file object."""
        page = self.encoded(**kwargs)
        if isinstance(outfile, (str, bytes, Path)):
            write_whole(Path(outfile.decode() if isinstance(outfile, bytes) else outfile), page)
            return
        file: BinaryIO = outfile
        file.write(page)
        if close_file:
            file.close()

    def _assembled(self, head: str, body: str, script: str, elements: list[Element]) -> list[str | bytes]:
        view = [one.bounds for one in elements if isinstance(one, folium.FitBounds)]
        payload = {**self.payload, "bounds": _lonlat(view[-1])} if view else self.payload
        events = payload["events"]
        hot, warm, *cold = (_binary(name, part) for name, part in events.parts.items())
        own, others = _catalogues(payload)
        meta = inert_json({**payload, "locales": own, "events": events.index})
        map_name = next(one.get_name() for one in elements if isinstance(one, folium.Map))
        start = f'mapper.start(JSON.parse(document.getElementById("{PAYLOAD_ID}").textContent), {map_name});'
        head, body, script, start = _numbered((head, body, script, start), elements)
        head = f"<style>{_static('page.css')}</style>\n<noscript><style>{_plain_style()}</style></noscript>\n{head}"
        scripts = [f"<script>{_in_script(one)}</script>" for one in (_static("page.js"), script, start)]
        policy = _policy([Markup(one) for one in (head, body, *scripts)], style_attributes(elements), self.hosts)
        return [
            "<!DOCTYPE html>",
            f'<html lang="{escaped(payload["language"])}">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">',
            f"<title>{escaped(payload['title'])}</title>",
            head,
            "</head>",
            "<body>",
            f"<noscript>\n{without_script(payload)}\n</noscript>",
            '<div id="mapper"></div>',
            body,
            f'<script type="text/plain" id="mapper-licences">{_in_script(_static("licences.txt"))}</script>',
            f'<script type="application/json" id="{PAYLOAD_ID}">{meta}</script>',
            others,
            hot,
            warm,
            *scripts,
            # The page is drawn while a browser reads on.
            *cold,
            "</body>",
            "</html>",
            "",
        ]


def _catalogues(payload: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
    """The first language's, and the element of all the others: they are long, and all ask for the same words."""
    first, *others = payload["locales"].items()
    text = json.dumps(dict(others), separators=(",", ":"))
    return dict([first]), _binary(WORDS_ID, _packed_words(text))


@lru_cache(maxsize=4)
def _packed_words(text: str) -> bytes:
    """Kept: page after page of a process has the same, and packing them takes a tenth of a small build."""
    return deflated({WORDS_ID: text.encode()})[WORDS_ID]


def _binary(name: str, part: bytes) -> bytes:
    """Bytes in an element that no browser runs; Base64 has no sign that HTML or a template would see."""
    return b'<script type="application/octet-stream" id="%s">%s</script>' % (name.encode(), b64encode(part))


def inert_json(value: Any) -> str:
    """JSON that no HTML parser, script or template can take for anything else; it parses to the same value.

    In its strings ``< > & ' { } $ %``, the backtick, U+2028, U+2029 and lone surrogates are written as ``\\uXXXX``.
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return _JSON_STRING.sub(lambda found: _NOT_INERT.sub(_as_escape, found[0]), text)


def _as_escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


@contextmanager
def _restored(figure: Figure) -> Iterator[None]:
    """Rendering adds children throughout the tree, anew each time: afterwards it is as it was."""
    before = [(one, OrderedDict(one._children)) for one in tree(figure)]
    try:
        yield
    finally:
        for one, children in before:
            one._children = children


def _rendered_parts(figure: Document, kwargs: dict[str, Any]) -> tuple[str, str, str]:
    """What folium makes of the tree: its part of the head, of the body, and of the script."""
    parts = (figure.header, figure.html, figure.script)
    own = [set(part._children) for part in parts]
    try:
        for child in list(figure._children.values()):
            child.render(**kwargs)
    except TemplateSyntaxError as error:
        raise UnsupportedLayer(
            f"folium takes {{{{ and {{% in a layer's text for a template ({error.message}): write &#123; for the brace."
        ) from error
    refuse(tree(figure))
    head, body, script = (
        "\n".join(
            # What folium has just rendered is text; branca would compile and run it as a template again.
            child.render(**kwargs) if name in kept else child._template_str or ""
            for name, child in part._children.items()
        )
        for part, kept in zip(parts, own, strict=True)
    )
    if _LATE_TEMPLATE.search(script):
        raise UnsupportedLayer("A style_function can't return icons in this page: pass marker=Marker(icon=DivIcon(…)).")
    return as_parsed(head), as_parsed(body), as_parsed(script)


def _numbered(parts: Iterable[str], elements: Iterable[Element]) -> list[str]:
    """The parts with each element's random id replaced by a number, in order of appearance."""
    known = {one._id for one in elements}
    numbers: dict[str, str] = {}

    def number(found: re.Match[str]) -> str:
        if found[0] not in known:
            return found[0]
        return numbers.setdefault(found[0], str(len(numbers) + 1))

    return [_HEX_ID.sub(number, part) for part in parts]


def _policy(parts: Iterable[Markup], attributes: list[str], hosts: Iterable[str] = ()) -> str:
    """The content security policy (CSP 3): what stands in the file, by its SHA-256, and pictures from ``hosts``."""
    found = list(parts)
    scripts = _hashes(text for one in found for text in one.scripts)
    attributes = [*attributes, *(text for one in found for text in one.style_attributes)]
    styles = _hashes([*(text for one in found for text in one.styles), *attributes])
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {scripts}",
            f"style-src {_UNSAFE_HASHES if attributes else ''}{styles}",
            " ".join(["img-src data: blob:", *hosts]),
            # The search, whose script is a part of the page's own.
            "worker-src blob:",
            "form-action 'none'",
            "base-uri 'none'",
        ]
    )


def _hashes(texts: Iterable[str]) -> str:
    digests = (hashlib.sha256(text.encode("utf-8")).digest() for text in dict.fromkeys(texts))
    return " ".join(f"'sha256-{b64encode(digest).decode('ascii')}'" for digest in digests)


def _lonlat(bounds: Any) -> list[float]:
    (south, west), (north, east) = bounds
    return [float(west), float(south), float(east), float(north)]


def _in_script(code: str) -> str:
    # In strings and template literals, where alone it can stand, ``<\/script`` means the same.
    return _ENDS_SCRIPT.sub(r"<\\", code)


@cache
def _plain_style() -> str:
    return as_parsed(files("mapper.page").joinpath("without_script.css").read_text(encoding="utf-8"))


@cache
def _static(name: str) -> str:
    try:
        return as_parsed(STATIC.joinpath(name).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise MapperError(
            f"The front end of the page ({name}) is not built. Install the package: python -m pip install -e ."
        ) from None
