"""Everyone can use the page: axe finds nothing, keys reach everything, large letters lose nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, copy_project, pause

from mapper import Project
from mapper.schema import taxonomy

AXE = ROOT / "mapper" / "page" / "web" / "node_modules" / "axe-core" / "axe.min.js"
SIZES = [(1400, 860), (390, 844), (844, 390)]
AN_EVENT = "northtown-shots"
# Everything, best practices included.
RUN = """async () => (await axe.run(document, {resultTypes: ['violations']}))
    .violations.map(one => [one.id, one.nodes.map(node => node.html + ' ' + node.failureSummary)])"""


LANGUAGES = ("en", "fr", "ht")


@pytest.fixture(scope="module")
def in_each_language(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The map of the healthy project in every language that ships, with an online layer to turn on."""
    root = copy_project(ROOT / "tests" / "projects" / "healthy", tmp_path_factory.mktemp("languages") / "healthy")
    with (root / "data" / "map.toml").open("a", encoding="utf-8") as settings:
        settings.write('languages = ["en", "fr", "ht"]\n[[layers]]\nname = "Relief"\nprovider = "OpenTopoMap"\n')
    return Project.open(root).build().paths[0]


def violations(page: Any) -> list[Any]:
    assert AXE.exists(), "axe-core is not installed: npm ci in mapper/page/web"
    if page.evaluate("typeof axe") == "undefined":
        page.add_script_tag(path=AXE)
    pause(page, 250)
    return page.evaluate(RUN)  # type: ignore[no-any-return]


@pytest.mark.parametrize("size", SIZES[:2], ids=str)
@pytest.mark.parametrize("language", ["fr", "ht"])
def test_axe_finds_nothing_in_any_language(
    haiti_map: Path,
    open_page: Callable[..., Any],
    keep: Callable[[Any, str], None],
    size: tuple[int, int],
    language: str,
) -> None:
    fragment = f"#lang={language}&event=leogane-target-2024"
    page = open_page(haiti_map, fragment=fragment, width=size[0], height=size[1], bypass_csp=True)
    assert page.locator("html").get_attribute("lang") == language
    for tab in page.locator("[role=tab]").evaluate_all("tabs => tabs.map(tab => tab.id.slice(4))"):
        show(page, tab)
        assert violations(page) == [], tab
        keep(page, f"{language}-{tab}-{size[0]}")


def show(page: Any, tab: str) -> None:
    page.locator(f"#tab-{tab}").click()


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("event", ["", f"#event={AN_EVENT}"], ids=["first view", "an event chosen"])
def test_axe_finds_nothing_on_any_tab(
    healthy_map: Path,
    open_page: Callable[..., Any],
    keep: Callable[[Any, str], None],
    size: tuple[int, int],
    event: str,
) -> None:
    page = open_page(healthy_map, fragment=event, width=size[0], height=size[1], bypass_csp=True)
    tabs = page.locator("[role=tab]").evaluate_all("tabs => tabs.map(tab => tab.id.slice(4))")
    assert len(tabs) >= 2
    for tab in tabs:
        show(page, tab)
        assert violations(page) == [], tab
        keep(page, f"{tab}-{size[0]}{'-event' if event else ''}")


@pytest.mark.parametrize(
    "media", [{"forced_colors": "active"}, {"color_scheme": "dark"}, {"reduced_motion": "reduce"}], ids=str
)
@pytest.mark.parametrize("size", SIZES[:2], ids=str)
def test_axe_finds_nothing_under_the_readers_own_colours(
    healthy_map: Path,
    open_page: Callable[..., Any],
    keep: Callable[[Any, str], None],
    size: tuple[int, int],
    media: dict[str, str],
) -> None:
    page = open_page(
        healthy_map, fragment=f"#event={AN_EVENT}", width=size[0], height=size[1], bypass_csp=True, **media
    )
    assert violations(page) == []
    keep(page, f"{next(iter(media))}-{size[0]}")


def test_axe_finds_nothing_in_what_opens(healthy_map: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(healthy_map, width=390, height=844, bypass_csp=True)
    page.locator(".unlocated-head").click()
    assert violations(page) == []
    page.locator(".unlocated-head").click()
    page.locator(".attribution-chip").click()
    page.locator(".about").click()
    assert violations(page) == []
    page.locator(".legend-chip").click()
    assert violations(page) == []


def test_axe_finds_nothing_in_filters_and_finds(healthy_map: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(healthy_map, fragment="#types=Battles&q=the&event=gone", bypass_csp=True)
    page.get_by_role("button", name="More filters").click()
    for head in page.locator(".facet h2 button").all():
        head.click()
    assert violations(page) == []
    show(page, "events")
    assert page.locator("mark").count() > 0
    assert violations(page) == []


def _press(selector: str, at: int = 0) -> Callable[[Any], None]:
    return lambda page: page.locator(selector).nth(at).click()


def _all_facets(page: Any) -> None:
    page.locator(".find-more-button").click()
    for head in page.locator(".facet h2 button").all():
        head.click()


def _notice(page: Any) -> None:
    page.locator(".tools button").nth(1).click()
    page.get_by_role("menuitem").last.click()
    page.locator(".notice").wait_for()


def _method_on_phone(page: Any) -> None:
    page.locator(".tools button").first.click()
    page.get_by_role("menuitem").nth(1).click()
    page.get_by_role("dialog").wait_for()


OPENED: dict[str, Callable[[Any], None]] = {
    "languages": _press(".tools button", 0),
    "share": _press(".tools button", 1),
    "download": _press(".tools button", 2),
    "method": _press(".tools > button.tool"),
    "notice": _notice,
    "facets": _all_facets,
    "unlocated": _press(".unlocated-head"),
    "layers": _press(".layers-button"),
}
OPENED_ON_PHONE: dict[str, Callable[[Any], None]] = {
    "menu": _press(".tools button"),
    "legend": _press(".legend-chip"),
    "dates": _press(".range-now"),
    "filters": _press("#tab-filters"),
    "credits": _press(".attribution-chip"),
    "method": _method_on_phone,
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", SIZES[:2], ids=str)
def test_axe_finds_nothing_in_menus_dialogues_and_what_else_opens_in_any_language(
    in_each_language: Path, open_page: Callable[..., Any], keep: Callable[[Any, str], None], size: Any, language: str
) -> None:
    page = open_page(
        in_each_language, f"#lang={language}", width=size[0], height=size[1], bypass_csp=True, reduced_motion="reduce"
    )
    for name, press in (OPENED if size[0] > 1000 else OPENED_ON_PHONE).items():
        press(page)
        pause(page, 50)
        assert violations(page) == [], name
        keep(page, f"open-{name}-{language}-{size[0]}")
        page.keyboard.press("Escape")


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_in_print_and_in_a_frame(
    in_each_language: Path, open_page: Callable[..., Any], language: str
) -> None:
    page = open_page(in_each_language, f"#lang={language}&event={AN_EVENT}", bypass_csp=True)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator(".printed-table").first.is_visible()
    assert violations(page) == []
    frame = open_page(
        in_each_language, f"#embed&lang={language}&event={AN_EVENT}", width=600, height=400, bypass_csp=True
    )
    assert violations(frame) == []


@pytest.mark.parametrize("size", SIZES[:2], ids=str)
def test_axe_finds_nothing_without_script(
    healthy_map: Path, tmp_path: Path, open_page: Callable[..., Any], size: Any
) -> None:
    # Axe needs scripts: so the file without its own, and with what stands there for whoever has none.
    html = re.sub(r"(?s)<script\b.*?</script>|</?noscript>", "", healthy_map.read_text(encoding="utf-8"))
    (tmp_path / "map.html").write_text(html, encoding="utf-8")
    page = open_page(tmp_path / "map.html", width=size[0], height=size[1], bypass_csp=True)
    assert page.locator("main.plain tbody tr").count() > 10
    assert violations(page) == []


def test_axe_would_find_something(healthy_map: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(healthy_map, bypass_csp=True)
    page.evaluate("document.querySelector('.fit').removeAttribute('aria-label')")
    page.evaluate("document.querySelector('.fit').removeAttribute('title')")
    assert [name for name, _ in violations(page)] == ["button-name"]


# Letters of twice the size


def cut_off(page: Any) -> list[str]:
    """Words that are in sight by half: wider than the box that clips them, or beyond the screen's edge."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('.app *')]
            .filter(node => [...node.childNodes].some(child => child.nodeType === 3 && child.data.trim()))
            .filter(node => !node.closest('.unseen, .leaflet-pane, [hidden], .leaflet-control-scale'))
            .filter(node => node.getClientRects().length > 0)
            .filter(node => {
                const box = node.getBoundingClientRect();
                const clipped = node.scrollWidth > node.clientWidth + 1 && getComputedStyle(node).display !== 'inline';
                return box.left < -1 || box.right > innerWidth + 1 || clipped;
            })
            .map(node => node.className + ': ' + node.textContent.slice(0, 40))"""
    )
    return found


@pytest.mark.parametrize("size", [(1400, 860), (390, 844), (320, 640)], ids=str)
@pytest.mark.parametrize("language", LANGUAGES)
def test_letters_of_twice_the_size_lose_nothing(
    in_each_language: Path,
    open_page: Callable[..., Any],
    keep: Callable[[Any, str], None],
    size: tuple[int, int],
    language: str,
) -> None:
    fragment = f"#lang={language}&event={AN_EVENT}"
    page = open_page(in_each_language, fragment=fragment, width=size[0], height=size[1], bypass_csp=True)
    page.add_style_tag(content="html { font-size: 200% }")
    pause(page, 300)
    for tab in page.locator("[role=tab]").evaluate_all("tabs => tabs.map(tab => tab.id.slice(4))"):
        show(page, tab)
        pause(page, 100)
        assert cut_off(page) == [], tab
        keep(page, f"200-percent-{tab}-{size[0]}-{language}")
    # The sheet lowered, map and dates have the room.
    page.locator(".raise").press("ArrowDown")
    pause(page, 300)
    assert page.locator(".map-area").bounding_box()["height"] > 150
    for name in ("menu", "legend", "dates", "credits"):
        OPENED_ON_PHONE[name](page)
        pause(page, 50)
        assert cut_off(page) == [], name
        keep(page, f"200-percent-{name}-{size[0]}-{language}")
        page.keyboard.press("Escape")
    _method_on_phone(page)
    assert cut_off(page) == [], "method"


def test_a_page_zoomed_to_twice_the_size_loses_nothing(
    healthy_map: Path, open_page: Callable[..., Any], keep: Callable[[Any, str], None]
) -> None:
    page = open_page(healthy_map, fragment=f"#event={AN_EVENT}", width=700, height=430, device_scale_factor=2)
    for tab in ("events", "event", "source", "filters"):
        show(page, tab)
        assert cut_off(page) == [], tab
    page.locator(".card-head h2").wait_for(state="attached")
    keep(page, "zoomed")


# Keys alone


def focused(page: Any) -> str:
    return str(
        page.evaluate(
            "(document.activeElement.getAttribute('aria-label') || document.activeElement.textContent).trim()"
        )
    )


def tab_stops(page: Any, most: int = 150) -> list[str]:
    """What Tab comes to from the top of the page, till it comes round."""
    page.evaluate("document.activeElement.blur()")
    stops: list[str] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        inside = page.evaluate("document.activeElement !== document.body && document.activeElement !== null")
        if not inside or (stops and focused(page) == stops[0]):
            break
        stops.append(focused(page))
    return stops


@pytest.mark.parametrize("size", SIZES[:2], ids=str)
def test_tab_comes_to_everything_that_can_be_pressed(
    healthy_map: Path, open_page: Callable[..., Any], size: tuple[int, int]
) -> None:
    page = open_page(healthy_map, width=size[0], height=size[1])
    page.locator(".badge").first.wait_for()
    stops = tab_stops(page)
    wanted = page.locator("button:visible, a[href]:visible, .passage:visible").evaluate_all(
        "all => all.filter(one => one.tabIndex >= 0)"
        ".map(one => (one.getAttribute('aria-label') || one.textContent).trim())"
    )
    assert [one for one in wanted if one not in stops] == []


def test_focus_is_always_seen(healthy_map: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(healthy_map, fragment=f"#event={AN_EVENT}")
    page.locator(".badge").first.wait_for()
    unseen = []
    for _ in range(80):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        if outline == "none" and page.evaluate("document.activeElement !== document.body"):
            unseen.append(focused(page))
    assert unseen == []


def test_the_list_is_walked_by_arrows_and_focus_goes_into_the_card_and_back(
    healthy_map: Path, open_page: Callable[..., Any]
) -> None:
    page = open_page(healthy_map, fragment="#tab=events")
    page.locator(".item").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    third = page.evaluate("document.activeElement.querySelector('strong').textContent")
    page.keyboard.press("Enter")
    page.locator(".card-head h2").get_by_text(third).wait_for()
    assert focused(page) == third
    page.keyboard.press("Escape")
    page.locator(".card").wait_for(state="detached")
    pause(page, 100)
    assert page.evaluate("document.activeElement.querySelector('strong').textContent") == third


def test_less_motion_is_no_motion(healthy_map: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(healthy_map, fragment="#tab=events", reduced_motion="reduce")
    page.locator(".item").first.click()
    pause(page, 60)
    before = page.locator(".badge.chosen").bounding_box()
    pause(page, 300)
    assert page.locator(".badge.chosen").bounding_box() == before


@pytest.mark.parametrize("size", SIZES[:2], ids=str)
def test_nothing_moves_for_whoever_asked_for_less_motion(
    healthy_map: Path, open_page: Callable[..., Any], size: tuple[int, int]
) -> None:
    page = open_page(
        healthy_map, f"#event={AN_EVENT}", width=size[0], height=size[1], reduced_motion="reduce", bypass_csp=True
    )
    page.locator(".badge").first.wait_for()
    moving = page.locator("body *").evaluate_all(
        """all => all.filter(one => {
            const {transitionDuration, transitionProperty, animationDuration, animationName} = getComputedStyle(one);
            const moves = transitionProperty !== 'none' && !/^(0s(, )?)+$/.test(transitionDuration);
            return moves || (animationName !== 'none' && animationDuration !== '0s');
        }).map(one => one.outerHTML.slice(0, 90))"""
    )
    assert moving == []


def test_the_readers_own_colours_keep_types_choices_and_edges(healthy_map: Path, open_page: Callable[..., Any]) -> None:
    page = open_page(healthy_map, f"#tab=events&event={AN_EVENT}&types=Battles", forced_colors="active")
    badge = page.locator(".badge.chosen")
    badge.wait_for()
    # Types keep their colours: a number, a shape and the legend's name say them too.
    colour = badge.evaluate("one => one.style.getPropertyValue('--colour')")
    assert badge.evaluate("one => getComputedStyle(one).backgroundColor") == "rgb({}, {}, {})".format(
        *(round(255 * one) for one in channels(colour))
    )
    for chosen in ("[role=tab][aria-selected=true]", ".legend .entry[aria-pressed=true]", ".item[aria-pressed=true]"):
        marked = page.locator(chosen).first.evaluate(
            """one => {
                const style = getComputedStyle(one);
                return style.outlineStyle !== 'none' || parseFloat(style.borderBottomWidth) >= 2;
            }"""
        )
        assert marked, chosen
    for edged in (".card", ".legend-body", ".unlocated"):
        if page.locator(edged).count():
            assert page.locator(edged).evaluate("one => parseFloat(getComputedStyle(one).borderLeftWidth)") >= 1, edged
    page.locator(".chosen-chip").first.focus()
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"


# Contrast that axe can't see: names on the drawn map

GROUND, SEA = "#f7f4ec", "#dce8ef"
# How much of a hatched area is its type's colour: the wash, and a line of 1.6 in 7.
HATCH = 0.13 + 0.42 * 1.6 / 7


def channels(colour: str) -> list[float]:
    return [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]


def luminance(parts: list[float]) -> float:
    """Relative luminance, as WCAG 2 defines it."""
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_names_on_the_map_can_be_read_on_sea_ground_and_every_hatching() -> None:
    styles = (ROOT / "mapper" / "page" / "web" / "src" / "page.css").read_text(encoding="utf-8")
    names = re.findall(r"^\.map-name[^{]*\{[^}]*?\bcolor: (#[0-9a-f]{6})", styles, re.MULTILINE)
    hatched = [
        [
            HATCH * mark + (1 - HATCH) * ground
            for mark, ground in zip(channels(one.colour), channels(GROUND), strict=True)
        ]
        for one in taxonomy().types
    ]
    assert len(names) >= 4
    for name in names:
        for ground in [channels(GROUND), channels(SEA), *hatched]:
            dark, light = sorted([luminance(channels(name)), luminance(ground)])
            assert (light + 0.05) / (dark + 0.05) >= 4.5
