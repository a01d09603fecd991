"""The colours: figures and style sheet agree, and everything that is read can be read."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from components.kit import palette

ASSETS = Path(__file__).parents[3] / "assets"
CSS = (ASSETS / "theme.css").read_text(encoding="utf8")
TEXT = 4.5
GRAPHIC = 3.0


def tokens(theme: str) -> dict[str, str]:
    """Every colour token of *theme* as the style sheet gives it."""
    start = '[data-bs-theme="dark"] {' if theme == "dark" else ":root,"
    block = CSS[CSS.index(start) :].split("}", 1)[0]
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9A-Fa-f]{6});", block))


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.fixture(params=["light", "dark"])
def theme(request):
    return request.param


def test_contrast_is_the_one_of_wcag():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#0B5FA5", "#FFFFFF") == pytest.approx(6.6, abs=0.1)


def test_figures_and_style_sheet_have_the_same_colours(theme):
    known = tokens(theme)
    colours = palette(theme)
    for field in fields(colours):
        assert getattr(colours, field.name) == known[field.name.replace("_", "-")], field.name


@pytest.mark.parametrize("ink", ["ink", "ink-2", "ink-3", "accent", "bad-ink", "up", "down"])
@pytest.mark.parametrize("ground", ["bg", "surface", "sunken", "hover"])
def test_text_can_be_read_on_every_ground(theme, ink, ground):
    known = tokens(theme)
    assert contrast(known[ink], known[ground]) >= TEXT


@pytest.mark.parametrize("kind", ["ok", "warn", "bad", "mute"])
def test_a_chip_can_be_read(theme, kind):
    known = tokens(theme)
    assert contrast(known[f"{kind}-ink"], known[f"{kind}-soft"]) >= TEXT


def test_the_accent_can_be_read_pressed_and_filled(theme):
    known = tokens(theme)
    assert contrast(known["accent"], known["accent-soft"]) >= TEXT
    assert contrast(known["on-accent"], known["accent"]) >= TEXT
    assert contrast(known["on-accent"], known["accent-hover"]) >= TEXT


@pytest.mark.parametrize("name", ["temperature", "threshold", "budget", "absent", "warning"])
def test_the_words_of_charts_can_be_read(theme, name):
    known = tokens(theme)
    assert contrast(known[name], known["surface"]) >= TEXT


@pytest.mark.parametrize("name", ["control", "current", "previous", "focus"])
def test_the_edge_of_a_control_can_be_seen(theme, name):
    known = tokens(theme)
    assert contrast(known[name], known["surface"]) >= GRAPHIC


def test_both_themes_give_every_token():
    assert tokens("light").keys() == tokens("dark").keys()


@pytest.mark.parametrize("sheet", ["kit.css", "frame.css"])
def test_only_theme_css_holds_colours(sheet):
    rules = (ASSETS / sheet).read_text(encoding="utf8").split("@media print")[0]
    assert re.findall(r"#[0-9A-Fa-f]{3,8}\b|rgba?\(", rules) == []


@pytest.mark.parametrize("path", sorted(ASSETS.glob("*.css")), ids=lambda path: path.name)
def test_a_style_sheet_uses_tokens_that_exist(path):
    sheet = path.read_text(encoding="utf8")
    everything = CSS + "".join(other.read_text("utf8") for other in ASSETS.glob("*.css"))
    declared = set(re.findall(r"(--[a-z0-9-]+):", everything))
    used = set(re.findall(r"var\((--[a-z0-9-]+)", sheet))
    set_elsewhere = {
        "--grid-height",
        "--zoom",
    }  # by components/kit/grid.py and a script
    assert used - declared - set_elsewhere == set()


def test_assets_ask_nothing_of_another_host():
    for path in ASSETS.iterdir():
        if path.suffix in {".css", ".js", ".svg"} and ".min." not in path.name:
            text = path.read_text(encoding="utf8").replace("http://www.w3.org/2000/svg", "")
            assert "http:" not in text, path.name
            assert "https:" not in text, path.name
