"""The rule that keeps text out of templates: folium, branca and jinja2 get nothing but what stands in the source.

folium renders what it is given and compiles the result again, so one text of a user's among its arguments would be
code. The rule is read off the package's syntax; the second half of this file shows what it finds.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import mapper

ROOT = Path(mapper.__file__).parent
FRAME = ("branca", "folium", "jinja2")
# What of an element is compiled, or written as it is, when it is rendered.
RENDERED = {"_template", "_template_str", "_name", "_id", "options", "text", "html", "title", "tile_name", "layer_name"}
# Handing on an element that somebody else has made is no text of ours: EventMap.add_child refuses what it must.
HANDED_ON = {"add_child"}


def modules() -> dict[str, ast.Module]:
    paths = sorted(path for path in ROOT.rglob("*.py") if "node_modules" not in path.parts)
    return {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8")) for path in paths}


def names_of_the_frame(tree: ast.Module) -> set[str]:
    """The names that a module has from folium, branca and jinja2."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {(one.asname or one.name).partition(".")[0] for one in node.names if one.name.startswith(FRAME)}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(FRAME):
            names |= {one.asname or one.name for one in node.names}
    return names


def breaches(tree: ast.Module) -> Iterator[str]:
    """What in a module that knows the frame could carry a text into it, with its line."""
    names = names_of_the_frame(tree)
    fixed = constants(tree)
    for node in ast.walk(tree) if names else ():
        if isinstance(node, ast.Call) and (root_of(node.func) in names or is_inherited(node.func)):
            given = [*node.args, *(one.value for one in node.keywords)]
            if not all(is_fixed(one, fixed) for one in given) or any(one.arg is None for one in node.keywords):
                yield f"{node.lineno}: {ast.unparse(node.func)} gets what doesn't stand in the source"
        elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.NamedExpr)):
            yield from breaches_of_assignment(node, names, fixed)
        elif isinstance(node, ast.Call) and hides(node, names):
            yield f"{node.lineno}: {ast.unparse(node.func)} hides what is given to the frame"


def hides(call: ast.Call, names: set[str]) -> bool:
    """Whether what a call gives to the frame can't be seen in it."""
    function = root_of(call.func)
    return function == "setattr" or (
        function in ("getattr", "partial", "map") and any(root_of(one) in names for one in call.args)
    )


def breaches_of_assignment(
    node: ast.Assign | ast.AnnAssign | ast.AugAssign | ast.NamedExpr, names: set[str], fixed: set[str]
) -> Iterator[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    for target in targets:
        place = target.value if isinstance(target, ast.Subscript) else target
        name = place.attr if isinstance(place, ast.Attribute) else place.id if isinstance(place, ast.Name) else ""
        rendered = name in RENDERED and (isinstance(place, ast.Attribute) or name.startswith("_"))
        if rendered and node.value is not None and not is_fixed(node.value, fixed):
            yield f"{node.lineno}: {ast.unparse(target)} is set to what doesn't stand in the source"
    if isinstance(node.value, (ast.Name, ast.Attribute)) and root_of(node.value) in names:
        yield f"{node.lineno}: {ast.unparse(node.value)} gets another name, under which it isn't found"


def constants(tree: ast.Module) -> set[str]:
    """The names that a module gives once, at its top, to a value that stands there."""
    found: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.Assign) and is_fixed(node.value, found):
            for target in node.targets:
                parts = target.elts if isinstance(target, ast.Tuple) else [target]
                found |= {one.id for one in parts if isinstance(one, ast.Name) and one.id.isupper()}
    return found


def is_fixed(node: ast.expr, known: set[str]) -> bool:
    """Whether a value stands in the source, so that no text of a user's can be in it."""
    if isinstance(node, (ast.Tuple, ast.List)):
        return all(is_fixed(one, known) for one in node.elts)
    if isinstance(node, ast.Call):
        # A template made of a fixed text, which is looked at as a call of its own.
        return all(is_fixed(one, known) for one in node.args) and not node.keywords and root_of(node.func) == "Template"
    return isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and node.id in known)


def root_of(node: ast.expr) -> str:
    """The first name of ``a.b(…).c``."""
    while isinstance(node, (ast.Attribute, ast.Call, ast.Subscript)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def is_inherited(function: ast.expr) -> bool:
    return ast.unparse(function).startswith("super().") and ast.unparse(function)[8:] not in HANDED_ON


def test_only_the_page_knows_folium() -> None:
    knowing = {name for name, tree in modules().items() if names_of_the_frame(tree)}
    assert knowing == {"page/document.py", "page/event_map.py", "page/layers.py"}


def test_nothing_but_what_stands_in_the_source_goes_into_folium() -> None:
    assert {name: found for name, tree in modules().items() if (found := list(breaches(tree)))} == {}


def test_the_calls_that_make_the_frame_are_looked_at() -> None:
    tree = modules()["page/event_map.py"]
    names = names_of_the_frame(tree)
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert sum(root_of(one) in names or is_inherited(one) for one in calls) >= 2


@pytest.mark.parametrize(
    "code",
    [
        "import folium\nfolium.Marker([1, 2], tooltip=text)",
        "import folium\nfolium.Map(location=[0, 0], tiles=None, attr=event['title'])",
        "import folium.features as of\nof.DivIcon(html=f'<b>{title}</b>')",
        "from folium import Popup as P\nP(html.escape(text))",
        "from folium import Element\nElement('<b>' + text + '</b>')",
        "from branca.element import Element, Figure\nFigure().html.add_child(Element(text))",
        "from branca.element import MacroElement\nMacroElement().add_to(text)",
        "from jinja2 import Template\nTemplate(text)",
        "from jinja2 import Template\nTemplate('{{ x }}').render(x=text)",
        "import jinja2\njinja2.Environment().from_string(text)",
        "import folium\nfolium.Map(**options)",
        "import folium\nfolium.Marker(*places)",
        "import folium\nclass M(folium.Map):\n    def __init__(self, t):\n        super().__init__(tiles=t)",
        "import folium\nclass M(folium.Map):\n    def f(self, t):\n        super().fit_bounds(t)",
        "import folium\nclass M(folium.Map):\n    def f(self, t):\n        self._template_str = t",
        "import folium\ndef f(one: folium.Map, t):\n    one.options['attribution'] = t",
        "import folium\ndef f(one: folium.Map, t):\n    one.options |= t",
        "from folium.template import Template\ndef f(t):\n    class M:\n        _template = Template(t)",
        "import folium\nmade = folium.Marker\nmade(text)",
        "import folium\nsetattr(one, '_template', text)",
        "import folium\nlist(map(folium.Tooltip, texts))",
        "import folium\nTEXT = read()\nfolium.Tooltip(TEXT)",
    ],
)
def test_a_text_that_would_get_into_folium_is_found(code: str) -> None:
    assert list(breaches(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        "import folium\nfolium.Map(tiles=None, zoom_control=False)",
        "import folium\nZOOM = 2\nfolium.Map([0, 0], minZoom=ZOOM)",
        "import folium\nisinstance(one, folium.Map)",
        "from folium.template import Template\nclass M:\n    _template = Template('{% macro html(this, kwargs) %}')",
    ],
)
def test_what_stands_in_the_source_may_go_into_folium(code: str) -> None:
    assert list(breaches(ast.parse(code))) == []
