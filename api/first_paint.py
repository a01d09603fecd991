"""Embed in the index page the data that a first visit would request again (ADR 0012)."""

import re
from dataclasses import dataclass
from urllib.parse import quote

from flask import request

_SCRIPT = re.compile(r'<script src="([^"]*)"></script>\n?')
_SUITES = "/_dash-component-suites/"
_OLD_BROWSERS = f"{_SUITES}dash/deps/polyfill@"  # a browser that needs it cannot show our pages
_UNUSED = f"{_SUITES}dash/dash_table/"  # Dash's own table: ours is AG Grid
_GRID = f"{_SUITES}dash_ag_grid/"
_ASSETS = "/assets/"
_GRID_ITSELF = f"{_GRID}async-community.js"
_DRAWING = (f"{_SUITES}dash/dcc/async-graph.js", f"{_SUITES}plotly/package_data/plotly.min.js")


@dataclass(frozen=True, slots=True)
class Scripts:
    """Dash's scripts: `now` as HTML in Dash's order, `grid` the address of AG Grid."""

    now: str
    grid: str

    def soon(self, *, charts: bool, tables: bool) -> tuple[str, ...]:
        """Return the files that a page with charts or tables needs, to fetch in advance."""
        return (_DRAWING if charts else ()) + ((self.grid, _GRID_ITSELF) if tables else ())


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers to Dash's first requests: JSON, safe inside a `<script>`.

    `page` is the content at `address`; both are empty when the address may be spelt otherwise.
    """

    layout: str
    dependencies: str
    page: str
    address: str


def sorted_scripts(html: str, ours: str) -> Scripts:
    """Sort Dash's scripts; those of `assets/` become the one at `ours`, in the place of the first.

    AG Grid is fetched by the first table (kit-grid.js).
    """
    sources: list[str] = _SCRIPT.findall(html)
    first = next((src for src in sources if src.startswith(_ASSETS)), None)

    def replace(found: re.Match[str]) -> str:
        if found[1] == first:
            return f'<script src="{ours}"></script>\n'
        return "" if _is_left_out(found[1]) else found[0]

    grid = [src for src in sources if src.startswith(_GRID)]
    return Scripts(_SCRIPT.sub(replace, html), "".join(grid))


def _is_left_out(src: str) -> bool:
    return src.startswith((_OLD_BROWSERS, _UNUSED, _GRID, _ASSETS))


def address_now() -> str:
    """Return `/path?query` as the browser has it; "" where they may differ."""
    query = request.query_string.decode("latin-1")
    return f"{request.path}{query and f'?{query}'}" if quote(request.path) == request.path else ""


def answers(layout: str, dependencies: str, page: str, address: str) -> Answers:
    layout, dependencies, page = map(inside_html, (layout, dependencies, page))
    return Answers(layout, dependencies, page, address)


def inside_html(json: str) -> str:
    """Return `json` escaped for a `<script type="application/json">`."""
    return json.replace("<", "\\u003c")
