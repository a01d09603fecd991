"""Render a gas day: indexes, coefficient, quality and earlier values."""

from collections.abc import Sequence
from datetime import timedelta

from dash.development.base_component import Component

from components.consumption.ids import Ids
from components.consumption.sentence import quantity
from components.consumption.source import is_contested, lowered, source_text, source_words
from components.kit import Children, aria, button, card, definition_list, html
from core.i18n import N_, PARIS, _, clock, long_day, number, short_day
from data.metering.consumption.rules.calendar import gas_day_hours
from data.metering.consumption.rules.line_outcomes import is_agreeing
from data.metering.consumption.types import DayDetail, Quality, Revision, Status, Unit
from data.provenance import DataSource

QUALITIES = {
    Quality.ABSENT: N_("Absent"),
    Quality.RECONSTRUCTED: N_("Reconstitué par nous, d’après les index (R)"),
    Quality.ESTIMATED: N_("Estimé (E)"),
    Quality.CORRECTED: N_("Corrigé"),
    Quality.MEASURED: N_("Mesuré"),
}
STATUSES = {
    Status.UNKNOWN: N_("Non précisé"),
    Status.PROVISIONAL: N_("Provisoire"),
    Status.DEFINITIVE: N_("Définitif"),
}


_TITLE = "consumption-day-title"


def day_panel(detail: DayDetail | None = None, notes: Sequence[Component] = ()) -> Component:
    """Return the panel of a day, open on `detail`; `assets/consumption.js` shows and hides it.

    `notes` are the annotations of the day.
    """
    close = button(_("Fermer"), id=Ids.DAY_CLOSE, icon="x-lg", small=True)
    body = html.Div([*day_detail(detail), *notes] if detail else [], id=Ids.DAY)
    title = html.Span(day_title(detail) if detail else _("Détail du jour"), id=Ids.DAY_TITLE)
    inside = card(body, title=title, actions=close)
    return html.Div(
        inside,
        id=Ids.DAY_PANEL,
        hidden=detail is None,
        role="region",
        tabIndex="-1",
        **aria(labelledby=Ids.DAY_TITLE),
    )


def day_title(detail: DayDetail) -> str:
    return _(
        "Journée gazière du {day}, de 6 h à 6 h le {following}",
        day=long_day(detail.gas_day),
        following=short_day(detail.gas_day + timedelta(days=1)),
    )


def day_detail(detail: DayDetail) -> list[Component]:
    before = [html.H3(_("Ce qui a changé"), className=_TITLE), *_story(detail)]
    return [definition_list(_pairs(detail)), *_contested(detail), html.Div(before)]


def _contested(detail: DayDetail) -> list[Component]:
    """Return the deposited values that were rejected and differ from the value in force."""
    standing = detail.energy_wh, detail.volume_dm3
    items = [
        html.Li(
            [
                _(
                    "{deposited} déposé ; en vigueur : {standing}.",
                    deposited=_amounts(revision),
                    standing=_amounts(detail),
                ),
                " ",
                *source_words(revision.saying),
            ]
        )
        for revision in detail.revisions
        if is_contested(revision, detail.saying)
        and not is_agreeing((revision.energy_wh, revision.volume_dm3), standing)
    ]
    if not items:
        return []
    title = html.H3(_("Valeur contestée"), className=_TITLE)
    rule = _(
        "La valeur du distributeur reste en vigueur tant qu’il ne la corrige pas. Signalez-lui"
        " l’écart."
    )
    hint = html.P(rule, className="card-hint")
    return [html.Div([title, html.Ul(items, className="consumption-story"), hint])]


def _pairs(detail: DayDetail) -> list[tuple[Children, Children]]:
    coefficient = (
        "–"
        if detail.coefficient_e4 is None
        else f"{number(detail.coefficient_e4 / 10_000, 2)}\u00a0kWh/m³"
    )
    return [
        (_("Durée"), _("{hours} h", hours=gas_day_hours(detail.gas_day))),
        (_("Énergie"), quantity(detail.energy_wh, Unit.KWH)),
        (_("Volume"), quantity(detail.volume_dm3, Unit.M3)),
        (_("Index de début"), quantity(detail.index_start_dm3, Unit.M3)),
        (_("Index de fin"), quantity(detail.index_end_dm3, Unit.M3)),
        (_("Coefficient de conversion"), coefficient),
        (_("Température"), _warmth(detail)),
        (_("Qualité"), _quality(detail)),
        (_("Statut"), _status(detail)),
        (_("Source"), _source(detail)),
        (_("Version du"), short_day(detail.as_of) if detail.as_of else "–"),
        (_learnt_label(detail), clock(detail.learnt_at) if detail.learnt_at else "–"),
    ]


def _learnt_label(detail: DayDetail) -> str:
    """Return what the day of a value means: a later version may state the same value."""
    is_restated = (
        detail.as_of is not None
        and detail.learnt_at is not None
        and detail.learnt_at.astimezone(PARIS).date() < detail.as_of
    )
    return _("Même valeur depuis le") if is_restated else _("Valeur reçue le")


def _status(detail: DayDetail) -> str:
    """Return the distributor's status of a value; for a deposited one, the status in its file."""
    status = _(STATUSES[detail.status])
    deposited = detail.saying and detail.saying.source is DataSource.DEPOSIT
    return _("{status}, selon le fichier déposé", status=status) if deposited else status


def _source(detail: DayDetail) -> Children:
    if detail.leaning:
        return _("Reconstitué par nous, d’après des relevés déposés par une organisation")
    return source_words(detail.saying) if detail.saying else "–"


def _warmth(detail: DayDetail) -> str:
    """Return `6,4 °C`, with the station unless the temperature came with the readings."""
    if detail.temperature_c100 is None:
        return "–"
    temperature = f"{number(detail.temperature_c100 / 100, 1)}\u00a0°C"
    return (
        _("{told} · station {name}", told=temperature, name=detail.station)
        if detail.station
        else temperature
    )


def _quality(detail: DayDetail) -> str:
    if detail.period:
        first, last = map(short_day, detail.period)
        return _(
            "Pas de relevé ce jour : compris dans la période du {first} au {last}",
            first=first,
            last=last,
        )
    return _("Site hors service") if detail.ended else _(QUALITIES[detail.quality])


def _story(detail: DayDetail) -> list[Component]:
    """Return each earlier value, newest first, with its replacement."""
    earlier = [
        revision for revision in detail.revisions if not is_contested(revision, detail.saying)
    ]
    if not earlier:
        return [html.P(_("Aucun : cette journée n’a qu’une version."), className="card-hint")]
    ordered_revisions = sorted(earlier, key=lambda found: (found.as_of, found.learnt_at))
    after: list[Revision | DayDetail] = [*ordered_revisions[1:], detail]
    items = [html.Li(_change(old, new)) for old, new in zip(ordered_revisions, after, strict=True)]
    return [html.Ol(items[::-1], className="consumption-story")]


def _change(old: Revision, new: Revision | DayDetail) -> str:
    earlier = _(
        "version du {as_of}, reçue le {learnt}, {quality}, {source}",
        as_of=short_day(old.as_of),
        learnt=clock(old.learnt_at),
        quality=_(QUALITIES[old.quality]).lower(),
        source=lowered(source_text(old.saying)),
    )
    change = {"before": _amounts(old), "after": _amounts(new), "earlier": earlier}
    if new.learnt_at is None:
        return _("{before} → {after} · avant\u00a0: {earlier}", **change)
    return _(
        "{before} → {after}, le {changed} · avant\u00a0: {earlier}",
        changed=clock(new.learnt_at),
        **change,
    )


def _amounts(statement: Revision | DayDetail) -> str:
    if statement.energy_wh is None and statement.volume_dm3 is None:
        return _("absent")
    amounts: Sequence[str] = [
        quantity(value, unit)
        for value, unit in ((statement.energy_wh, Unit.KWH), (statement.volume_dm3, Unit.M3))
        if value is not None
    ]
    return " / ".join(amounts)
