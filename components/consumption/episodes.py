"""Render the exceedances of the chart: their marks, their list and the open one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from dash.development.base_component import Component

from components.consumption.figure import margins
from components.consumption.gestures import PATH, address
from components.consumption.ids import Ids
from components.consumption.limits import span_style
from components.consumption.scale import place
from components.kit import aria, html, icon, link
from components.notifications.episodes import episode_chip, episode_figure, episode_note
from core.i18n import plural
from data.metering.consumption.rules.view import write_view
from data.metering.consumption.types import Series
from data.thresholds.types import EpisodeRow, EpisodeState

LANES = 3  # bars above each other
MOST = 4  # list items
LEAST = 0.008  # share of the width: one day among three years must stay visible


@dataclass(frozen=True, slots=True)
class EpisodeSpan:
    """An episode in the strip: its ends in columns, and its lane."""

    row: EpisodeRow
    first: float
    last: float
    lane: int


def episodes(series: Series, rows: Sequence[EpisodeRow], today: date) -> list[Component]:
    """Return the strip aligned with the bars, then a list; empty without episodes."""
    spans = spans_of(series, rows)
    if not spans:
        return []
    return [strip(series, spans), words(series, [span.row for span in spans], today)]


def spans_of(series: Series, rows: Sequence[EpisodeRow]) -> list[EpisodeSpan]:
    """Return the position of each episode, without those outside the bars."""
    spans: list[EpisodeSpan] = []
    free = [float("-inf")] * LANES
    for row in rows:
        if row.state is EpisodeState.WITHDRAWN or not series.buckets:
            continue
        first, last = _ends(series, row)
        if last <= first:
            continue
        lane = min(
            range(LANES), key=lambda n: (free[n] > first, n if free[n] <= first else free[n])
        )
        free[lane] = last
        spans.append(EpisodeSpan(row, first, last, lane))
    return spans


def _ends(series: Series, row: EpisodeRow) -> tuple[float, float]:
    """Return the ends in columns, clipped to the bars, with a minimum width."""
    edge = len(series.buckets) - 0.5
    start = max(row.first, series.first)
    stop = max(row.ended_on or series.data_until or series.last, row.first)
    at = place(start, series.buckets)
    if at is None or stop < series.first:
        return 0, 0
    following = place(stop + timedelta(days=1), series.buckets)
    end = edge if following is None else following
    return at, min(edge, max(end, at + LEAST * len(series.buckets)))


def strip(series: Series, spans: Sequence[EpisodeSpan]) -> Component:
    """Return the strip, hidden from screen readers: the list below has the same content."""
    edges = margins(series)
    lanes = max(span.lane for span in spans) + 1
    bars = [
        html.Span(
            icon("exclamation-triangle-fill", 10) if span.row.exceeded_on else None,
            className=_look(span.row, series),
            style={**span_style(span.first, span.last, series), "top": f"{span.lane * 0.875:g}rem"},
        )
        for span in spans
    ]
    inner = html.Span(bars, className="consumption-strip-frame")
    return html.Div(
        inner,
        className="consumption-strip",
        style={
            "height": f"{lanes * 0.875:g}rem",
            "paddingLeft": f"{edges['l']}px",
            "paddingRight": f"{edges['r']}px",
        },
        **aria(hidden="true"),
    )


def _look(row: EpisodeRow, series: Series) -> str:
    state = "exceeded" if row.exceeded_on else "warned"
    here = " consumption-span-open" if row.id == series.view.episode else ""
    return f"consumption-span consumption-span-{state}{here}"


def words(series: Series, rows: Sequence[EpisodeRow], today: date) -> Component:
    """Return the list of episodes, latest first, always including the open one."""
    latest = sorted(rows, key=lambda row: (row.open, row.first, row.id), reverse=True)
    listed_rows = latest[:MOST]
    listed_rows += [row for row in latest[MOST:] if row.id == series.view.episode]
    title = plural("{count} épisode de seuil", "{count} épisodes de seuil", len(rows))
    rest = len(latest) - len(listed_rows)
    more = plural("et {count} autre, plus ancien", "et {count} autres, plus anciens", rest)
    return html.Div(
        [
            html.H3(title, className="consumption-episodes-title"),
            html.Ul(
                [_line(row, series, today) for row in listed_rows], className="consumption-episodes"
            ),
            *([html.P(more, className="consumption-axis")] if rest else []),
        ],
    )


def _line(row: EpisodeRow, series: Series, today: date) -> Component:
    here = row.id == series.view.episode
    href = address(series.view) if here else episode_address(series, row)
    current = aria(current="true") if here else {}
    return html.Li(
        [
            html.Div(
                [
                    link(html.Span(episode_figure(row, today), **current), href),
                    html.Span(
                        f"{row.threshold} · {episode_note(row, today)}", className="item-note"
                    ),
                ],
                className="consumption-episode-words",
            ),
            episode_chip(row, today),
        ],
        className="consumption-episode-here" if here else "",
    )


def episode_address(series: Series, row: EpisodeRow) -> str:
    return f"{PATH}?{write_view(replace(series.view, day=None, episode=row.id))}"


def find_opened(series: Series, rows: Sequence[EpisodeRow]) -> EpisodeRow | None:
    """Return the episode that the address opens, if it is among `rows`."""
    return next((row for row in rows if row.id == series.view.episode), None)


def block(series: Series, rows: Sequence[EpisodeRow], today: date) -> Component:
    return html.Div(
        episodes(series, rows, today), id=Ids.EPISODES, className="consumption-episodes-block"
    )
