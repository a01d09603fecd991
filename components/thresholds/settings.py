"""Render the advanced settings of a threshold, collapsed, with usual values."""

from datetime import date

from dash.development.base_component import Component

from components.kit import card, html, select_field, text_field
from components.thresholds.ids import Ids
from core.i18n import _, number, plural
from data.notifications.rules.words import severity_name
from data.notifications.types import Severity
from data.thresholds.types import ReturnMargin, ThresholdDraft


def settings_card(draft: ThresholdDraft, margin: ReturnMargin | None) -> Component:
    return card(
        html.Div(
            [*naming(draft), *tuning(draft, margin), *validity(draft)],
            className="thresholds-settings",
        ),
        title=_("Réglages"),
        hint=_("les valeurs habituelles conviennent le plus souvent"),
    )


def naming(draft: ThresholdDraft) -> list[Component]:
    grave = [(str(severity.value), severity_name(severity)) for severity in Severity]
    return [
        text_field(
            Ids.NAME,
            _("Nom du seuil"),
            value=draft.name,
            hint=_("Laissé vide, il se nomme d’après son site."),
            maxLength=80,
        ),
        select_field(Ids.SEVERITY, _("Gravité"), grave, str(draft.severity.value)),
    ]


def tuning(draft: ThresholdDraft, margin: ReturnMargin | None) -> list[Component]:
    warn = "" if draft.warn_at is None else str(draft.warn_at)
    return [
        html.Div(
            _number(Ids.WARN, _("Prévenir à l’approche, en % du seuil"), warn, _("Vide : jamais.")),
            className="thresholds-not-missing thresholds-not-weather",
        ),
        html.Div(
            [
                _number(
                    Ids.HYSTERESIS,
                    _("Marge de retour à la normale, en %"),
                    str(draft.hysteresis),
                    _("Retour à la normale quand la valeur est d’autant sous le seuil."),
                ),
                html.Div(margin_words(margin), id=Ids.MARGIN, role="status"),
            ],
            className="thresholds-not-missing",
        ),
        html.Div(
            _number(
                Ids.CONSECUTIVE,
                _("Jours consécutifs"),
                str(draft.consecutive),
                _("Jours publiés au-dessus avant d’alerter."),
            ),
            className="thresholds-only-daily",
        ),
    ]


def margin_words(margin: ReturnMargin | None) -> list[Component]:
    """Return the proposed margin and the alerts that it would have spared."""
    if margin is None:
        return []
    if not margin.current_repeats:
        words = _("Sur trois ans, aucune alerte n’aurait sonné dans la semaine d’un retour.")
        return [html.P(words, className="thresholds-explained")]
    words = plural(
        "À {current} %, {count} alerte de l’essai sonne dans la semaine d’un retour.",
        "À {current} %, {count} alertes de l’essai sonnent dans la semaine d’un retour.",
        margin.current_repeats,
        current=number(margin.current),
    )
    if margin.repeats < margin.current_repeats:
        words += " " + _(
            "Proposé : {percent} %, il en resterait {repeats}.",
            percent=number(margin.percent),
            repeats=number(margin.repeats),
        )
    return [html.P(words, className="thresholds-explained")]


def _number(id_: Ids, label: str, value: str, hint: str) -> Component:
    return text_field(id_, label, value=value, type="number", hint=hint)


def validity(draft: ThresholdDraft) -> list[Component]:
    return [
        _day(
            Ids.FIRST,
            _("Valable à partir du"),
            draft.valid_from,
            _("Vide : dès aujourd’hui."),
        ),
        _day(Ids.LAST, _("Jusqu’au"), draft.valid_to, _("Vide : sans fin.")),
    ]


def _day(id_: Ids, label: str, day: date | None, hint: str) -> Component:
    """Return a date field without delay, so that the last typing before saving counts."""
    value = day.isoformat() if day else ""
    return text_field(id_, label, value=value, type="date", hint=hint)
