"""Build a list whose rows the browser requests by blocks: grid, selection and drawer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dash import dcc
from dash.development.base_component import Component

from components.kit import html
from components.kit.base import Child, Children, Id, aria, classes, data
from components.kit.button import icon_button, segments
from components.kit.grid import grid, height_of
from components.kit.icon import icon
from components.kit.notice import nothing_found
from core.i18n import _, number

PICKS: Mapping[str, Any] = {"rowSelection": {"mode": "multiRow", "headerCheckbox": False}}


@dataclass(frozen=True, slots=True)
class GridScreen:
    """Ids of the parts of the screen, and the values of its cleared filters."""

    grid: Id
    count: Id
    nothing: Id
    clear: Id
    cleared: Mapping[Id, Any]  # the value of each field
    words: Id = ""  # the element that names the filters without result
    linked: Id | None = None  # the store of a filter that exists only in the address

    def count_line(self) -> Component:
        return html.P(id=self.count, className="list-count", role="status")

    def table(
        self,
        columns: Sequence[Mapping[str, Any]],
        lines: int,
        nothing: str | Component,
        **options: Any,  # noqa: ANN401 (of kit.grid)
    ) -> list[Component]:
        """Return the grid, sized for `lines` rows, and the message for filters without result."""
        if isinstance(nothing, str):
            nothing = nothing_found(nothing, place=self.nothing, words=self.words, clear=self.clear)
        height = height_of(lines, options.pop("most", None))
        return [nothing, grid(self.grid, columns, infinite=True, height=height, **options)]


def swipe_hint() -> Component:
    hint = _("Faites défiler le tableau pour voir les autres colonnes.")
    return html.P(hint, className="list-hint")


def selection_bar(
    words: str,
    id_: Id,
    acts: Sequence[Component],
    **options: Any,  # noqa: ANN401
) -> Component:
    """Return the actions on selected rows, after their count in the element `id_`."""
    status = html.Span(words, id=id_, role="status")
    return html.Div([status, *acts], className="selection-bar", **options)


def count_chip(glyph: str | None, word: str, count: int) -> Component:
    """Return the label of a quick filter, with its number of rows."""
    drawn = [icon(glyph, 14)] if glyph else []
    return html.Span([*drawn, html.Span(word), html.B(number(count))], className="rights-chip")


def state_chips(
    id_: Id, label: str, options: Sequence[tuple[str, Children]], value: str
) -> Component:
    """Return the quick filters of a list by state, labelled as by `state_options`."""
    return html.Div(segments(id_, label, options, value, className="rights-chips"))


def state_options(
    every: str, states: Iterable[tuple[StrEnum, str, str]], counts: Mapping[Any, int]
) -> list[tuple[str, Children]]:
    """Return icon, word and count of each of `states`, after all of them under `every`."""
    total: Children = count_chip(None, _("Tous"), sum(counts.values()))
    chips = [(state.value, count_chip(icon, _(word), counts.get(state, 0)))
             for state, icon, word in states]  # fmt: skip
    return [(every, total), *chips]


@dataclass(frozen=True, slots=True)
class Drawer:
    """The panel beside a grid that shows one row; `named` is its query parameter."""

    place: Id
    opened: Id
    grid: Id
    named: str

    def draw(
        self, label: str, children: Sequence[Component], opened: str, look: str = ""
    ) -> Component:
        """Return the panel; `opened` is the row that the address requests."""
        facts = {"kit": "drawer", "grid": str(self.grid), "opened": str(self.opened)}
        section = html.Section(
            list(children),
            id=self.place,
            className=classes("drawer", look),
            tabIndex="-1",
            **aria(label=label),
            **data(**facts, named=self.named),
        )
        return html.Div([section, dcc.Store(id=self.opened, data={"uid": opened, "n": 0})])


def drawer_head(
    title: str, under: Sequence[Child], neighbours: tuple[str, str] | None = None
) -> Component:
    """Return the head of a panel: title, links to neighbours (with these labels), close button."""
    before, after = neighbours or ("", "")
    ways = [
        icon_button(before, "chevron-up", **data(drawer="previous")),
        icon_button(after, "chevron-down", **data(drawer="next")),
    ]
    out = icon_button(_("Fermer"), "x-lg", **data(drawer="close"))
    return html.Header(
        [
            html.Div([html.H2(title), html.Div(list(under), className="drawer-under")]),
            html.Div([*(ways if neighbours else []), out], className="drawer-ways"),
        ],
        className="drawer-head",
    )


def drawer_part(title: Child, body: Child) -> Component:
    return html.Section([html.H3(title), body], className="drawer-part")


def drawer_body(children: Sequence[Component]) -> Component:
    return html.Div(list(children), className="drawer-body", tabIndex="0")  # it scrolls: focusable
