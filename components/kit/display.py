"""Build chips, key figures, empty states, skeletons and progress bars."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from dash.development.base_component import Component

from components.kit import html
from components.kit.base import Children, Id, aria, as_list, classes, data, given_properties
from components.kit.icon import icon as glyph
from core.i18n import _, number, percent

NONE = "–"  # in a cell without value
Tone = Literal["ok", "warn", "bad", "mute", "info", "out"]


def chip(word: Children, *, icon: str | None = None, tone: Tone = "mute") -> Component:
    """Return a status chip: a word and a colour, with an icon where given."""
    return html.Span(
        [*([glyph(icon, 13)] if icon else []), html.Span(word)], className=f"chip chip-{tone}"
    )


class StateLabel(NamedTuple):
    """The word of a state, a sentence of the catalogs, with its icon and tone."""

    word: str
    icon: str
    tone: Tone


def label_chip(label: StateLabel) -> Component:
    return chip(_(label.word), icon=label.icon, tone=label.tone)


def badge(count: float | str) -> Component:
    """Return a count shown beside a word."""
    return html.Span(count if isinstance(count, str) else number(count), className="badge")


@dataclass(frozen=True, slots=True)
class Kpi:
    """A key figure: `value` is formatted already, `meter` is a share between 0 and 1.

    `source` names the origin of the figure when it is not the distributor alone.
    """

    label: Children
    value: Children
    unit: Children = None
    note: Children = None
    source: Children = None
    tone: Literal["up", "down"] | None = None
    meter: float | None = None
    id: str | None = None


def kpi_strip(kpis: Sequence[Kpi], id: Id | None = None) -> Component:  # noqa: A002
    """Return up to four key figures in one card, two per row on a phone."""
    return html.Dl(
        [_kpi(kpi) for kpi in kpis], className=f"kpis kpis-{len(kpis)}", **given_properties(id=id)
    )


def _kpi(kpi: Kpi) -> Component:
    value = [
        html.Span(kpi.value),
        *([html.Small(kpi.unit)] if kpi.unit is not None else []),
        *([meter(kpi.meter)] if kpi.meter is not None else []),
    ]
    notes = [note for note in (kpi.note, kpi.source) if note is not None]
    look = classes("kpi", f"kpi-{kpi.tone}" if kpi.tone else "")
    return html.Div(
        [
            html.Dt(kpi.label),
            html.Dd(value, className="kpi-value"),
            *(html.Dd(note, className="kpi-note") for note in notes or ("\u00a0",)),
        ],
        className=look,
        **given_properties(id=kpi.id),
    )


def digits_of(change: float) -> int:
    """Return the number of decimals of a change in percent: 1 below 10, else 0."""
    return 1 if round(abs(change), 1) < 10 else 0  # noqa: PLR2004


def delta(value: float) -> Component:
    """Return a change in percent: `▼ −8,1 %` in blue, `▲ +18 %` in orange."""
    digits = digits_of(value)
    rounded_value = round(value, digits)
    way, sign = (
        ("up", "▲") if rounded_value > 0 else ("down", "▼") if rounded_value < 0 else ("flat", "")
    )
    mark = [html.Span(sign, className="delta-sign", **aria(hidden="true"))] if sign else []
    return html.Span([*mark, percent(value, digits)], className=f"delta delta-{way}")


def meter(share: float, label: str | None = None, tone: str = "") -> Component:
    """Return a bar for a share between 0 and 1.

    Without `label` it is hidden from screen readers.
    """
    full = max(0.0, min(1.0, share))
    aria_attributes = (
        {"role": "meter"}
        | aria(label=label, valuenow=f"{full * 100:.0f}", valuemin="0", valuemax="100")
        if label
        else aria(hidden="true")
    )
    bar = html.Span(className="meter-bar", style={"width": f"{full * 100:.1f}%"})
    return html.Span(
        bar, className=classes("meter", f"meter-{tone}" if tone else ""), **aria_attributes
    )


def progress(done: int, total: int, label: str, note: Children = None) -> Component:
    """Return the progress of a long task, with the remaining time in `note`.

    A `total` of 0 means that it is not known yet.
    """
    share = min(1.0, done / total) if total else 0.0
    value_attributes = aria(valuenow=f"{share * 100:.0f}") if total else {}
    bar = html.Div(
        html.Div(className="progress-done", style={"width": f"{share * 100:.1f}%"}),
        className="progress-track",
        role="progressbar",
        **aria(label=label, valuemin="0", valuemax="100"),
        **value_attributes,
    )
    words = [html.Span(label, className="progress-label")]
    if note is not None:
        words.append(html.Span(note, className="progress-note"))
    return html.Div([html.Div(words, className="progress-words"), bar], className="progress-block")


def empty(
    icon: str, title: Children, text: Children, actions: Children = (), *, heading: int = 2
) -> Component:
    """Return an empty state: what is missing, why, and the actions that help."""
    head = (html.H1, html.H2, html.H3)[heading - 1]
    return html.Div(
        [
            html.Span(glyph(icon, 20), className="empty-icon"),
            head(title, className="empty-title"),
            html.P(text, className="empty-text"),
            *([html.Div(as_list(actions), className="empty-actions")] if actions else []),
        ],
        className="empty",
    )


Skeleton = Literal["chart", "table", "kpis", "page"]


def skeleton(kind: Skeleton) -> Component:
    """Return grey placeholder blocks of the final sizes, shown while the content loads."""
    if kind == "page":
        return html.Div(
            [skeleton("kpis"), skeleton("chart"), skeleton("table")],
            className="stack",
            **aria(hidden="true"),
        )
    count = {"kpis": 4, "chart": 1, "table": 8}[kind]
    return html.Div(
        [html.Span(className="bone") for _number in range(count)],
        className=f"skeleton skeleton-{kind}",
        **aria(hidden="true"),
    )


def definition_list(pairs: Sequence[tuple[Children, Children]]) -> Component:
    """Return a list of names and values, the values aligned to the right."""
    return html.Dl(
        [html.Div([html.Dt(name), html.Dd(value)]) for name, value in pairs],
        className="definitions",
    )


def table(
    head: Sequence[Children],
    rows: Sequence[Sequence[Children]],
    *,
    caption: str,
    numbers: Sequence[int] = (),
    cards: bool = False,
    id: Id | None = None,  # noqa: A002
) -> Component:
    """Return a small plain table; `numbers` are right-aligned columns.

    `caption` is for screen readers. On a phone the table scrolls sideways; with `cards` each row
    becomes a card whose cells keep their order and wrap: a number is shown beside its header, other
    cells must be understandable without theirs; NONE is not shown.
    """
    return html.Div(
        html.Table(
            [
                html.Caption(caption, className="visually-hidden"),
                *_parts(head, rows, numbers, cards=cards),
            ],
            className=classes("plain-table", "table-cards" if cards else ""),
            **given_properties(id=id, role="table" if cards else None),
        ),
        className="table-scroll",
        role="group",
        tabIndex="0",
        **aria(label=caption),
    )


def _parts(
    head: Sequence[Children],
    rows: Sequence[Sequence[Children]],
    numbers: Sequence[int],
    *,
    cards: bool,
) -> list[Component]:
    def look(role: str, position: int = -1, said: Children = "") -> dict[str, Any]:
        kinds = "number" if position in numbers else "", "cell-none" if said == NONE else ""
        properties = given_properties(
            className=classes(*kinds) or None, role=role if cards else None
        )
        header = head[position] if cards and role == "cell" and position in numbers else None
        return properties | (data(header=header) if isinstance(header, str) else {})

    def cell(position: int, said: Children) -> html.Td:
        properties = look("cell", position, said)
        # Beside its header on a phone, a cell of several lines stays one column.
        stacked = "data-header" in properties and isinstance(said, list)
        return html.Td(html.Div(said) if stacked else said, **properties)

    heads = [html.Th(h, scope="col", **look("columnheader", i)) for i, h in enumerate(head)]
    lines = [[cell(i, c) for i, c in enumerate(row)] for row in rows]
    return [
        html.Thead(html.Tr(heads, **look("row")), **look("rowgroup")),
        html.Tbody([html.Tr(line, **look("row")) for line in lines], **look("rowgroup")),
    ]
