"""Render the changes of a threshold: author, date and previous values."""

from collections.abc import Iterator, Sequence
from datetime import date

from dash.development.base_component import Component

from components.kit import html
from components.thresholds.labels import CHANGES, kind_text
from components.thresholds.week import week_rows
from core.i18n import _, clock, number, plural, short_day, short_month
from data.notifications.rules.words import severity_name
from data.thresholds.types import MONTHS, HistoryRow, ThresholdChange, ThresholdDraft

NONE = "–"


def history_list(rows: Sequence[HistoryRow]) -> Component:
    return html.Ol([_item(row) for row in rows], className="thresholds-history")


def _item(row: HistoryRow) -> Component:
    summary = _(
        "{what} le {when} par {who}, en vigueur depuis la journée du {first}",
        what=_(CHANGES[row.change]),
        when=clock(row.at),
        who=row.who or _("le portail"),
        first=short_day(row.first),
    )
    changes = (
        list(differences(row.before, row.after)) if row.change is ThresholdChange.CHANGED else []
    )
    lines = [
        html.Li([html.B(name), " ", html.S(before), " → ", after])
        for name, before, after in changes
    ]
    return html.Li([html.P(summary), *([html.Ul(lines)] if lines else [])])


def differences(
    before: ThresholdDraft | None, after: ThresholdDraft
) -> Iterator[tuple[str, str, str]]:
    """Yield name, previous and new value of each difference."""
    if before is None:
        return
    for name, was, now in zip(_names(), _facts(before), _facts(after), strict=True):
        if was != now:
            yield name, was, now
    yield from _values(before, after)


def _names() -> tuple[str, ...]:
    return (
        _("Nom"),
        _("Type"),
        _("Écart à l’an passé"),
        _("Délai"),
        _("Approche"),
        _("Marge de retour à la normale"),
        _("Jours consécutifs"),
        _("Valable du"),
        _("Valable au"),
        _("Gravité"),
        _("Portée"),
        _("Destinataires"),
    )


def _facts(draft: ThresholdDraft) -> tuple[str, ...]:
    scope = draft.scope
    several = plural("{count} PCE", "{count} PCE", len(scope.pces))
    target_label = scope.pces[0] if len(scope.pces) == 1 else several
    return (
        draft.name,
        kind_text(draft.kind, draft.period),
        _percent(draft.percent),
        plural("{count} jour", "{count} jours", draft.delay),
        NONE if draft.warn_at is None else _percent(draft.warn_at),
        _percent(draft.hysteresis),
        number(draft.consecutive),
        _day(draft.valid_from),
        _day(draft.valid_to),
        severity_name(draft.severity),
        _("étiquette {tag}", tag=scope.tag) if scope.tag else target_label,
        number(len(draft.recipients)),
    )


def _percent(value: int) -> str:
    return _("{value} %", value=number(value))


def _day(day: date | None) -> str:
    return short_day(day) if day else NONE


def _values(before: ThresholdDraft, after: ThresholdDraft) -> Iterator[tuple[str, str, str]]:
    same = len(before.values_wh) == len(after.values_wh)
    for rank, value in enumerate(after.values_wh):
        was = before.values_wh[rank] if same else None
        if was == value:
            continue
        monthly = len(after.values_wh) == MONTHS
        name = short_month(date(2000, rank + 1, 1)) if monthly else _("Valeur")
        old_label = NONE if was is None else number(was / 1000)
        yield name, old_label, f"{number(value / 1000)}\u00a0kWh"
    olds, news = dict(week_rows(before.week)), dict(week_rows(after.week))
    for name in dict.fromkeys((*olds, *news)):
        if olds.get(name) != news.get(name):
            yield name, olds.get(name, NONE), news.get(name, NONE)
