"""Render notification preferences: mails, digests, quiet hours and muted kinds."""

from collections.abc import Sequence
from datetime import date, time, timedelta

from dash.development.base_component import Component

from components.kit import (
    alert,
    aria,
    button,
    card,
    columns,
    html,
    link,
    select_field,
    switch,
    text_field,
)
from components.notifications.ids import Ids, mute_button
from core.access import Viewer
from core.i18n import LANGUAGES, N_, _, clock, short_day
from data.notifications.rules.timing import quiet_length
from data.notifications.rules.words import error_name, grouping_name, kind_name
from data.notifications.types import NOTICE_KINDS, Grouping, MuteRow, NotificationKind, Preferences

AS_SET = "threshold"  # each threshold has its own grouping
DAYS = (
    N_("lundi"),
    N_("mardi"),
    N_("mercredi"),
    N_("jeudi"),
    N_("vendredi"),
    N_("samedi"),
    N_("dimanche"),
)
REASONS = (
    N_("Trop de messages"),
    N_("Ce n’est pas utile pour mon travail"),
    N_("Quelqu’un d’autre s’en occupe"),
    N_("Travaux ou site fermé"),
)
PERIODS = (("7", N_("7 jours")), ("30", N_("30 jours")), ("90", N_("90 jours")))
FOREVER = "0"
LONG_QUIET = timedelta(hours=20)


def settings(
    viewer: Viewer, kept: Preferences, mutes: Sequence[MuteRow], stop: NotificationKind | None
) -> list[Component]:
    """Return the preferences on the left, the muted kinds on the right."""
    return [columns([preferences_card(viewer, kept)], [stopped_card(mutes, stop)], kind="1-1")]


def preferences_card(viewer: Viewer, preferences: Preferences) -> Component:
    return card(
        [
            html.Div(sending_obstacles(preferences), id=Ids.EMAIL_OFF),
            switch(Ids.EMAIL, _("Recevoir les alertes par courriel"), preferences.email),
            html.P(_language(viewer), className="field-hint"),
            select_field(
                Ids.GROUPING,
                _("Regroupement"),
                [(AS_SET, _("Comme chaque seuil le prévoit"))]
                + [(grouping.value, grouping_name(grouping)) for grouping in Grouping],
                preferences.grouping or AS_SET,
                hint=_("Une alerte urgente part toujours comme son seuil le prévoit."),
            ),
            _digest(preferences),
            _quiet_hours(preferences),
            switch(
                Ids.URGENT,
                _("Laisser passer les alertes urgentes pendant ces heures"),
                preferences.urgent_breaks,
            ),
            html.Div(
                button(_("Enregistrer mes préférences"), id=Ids.SAVE, kind="primary"),
                className="form-actions",
            ),
        ],
        title=_("Mes préférences"),
        hint=_("pour moi seulement"),
        className="notifications-form",
    )


def _email_off(preferences: Preferences) -> list[Component]:
    """Return why mails were stopped automatically, and how to resume them."""
    if not preferences.email_off:
        return []
    return [
        alert(
            _("Vos courriels d’alerte ne partent plus"),
            _(
                "{reason}. Vérifiez votre adresse, puis enregistrez pour les remettre en marche.",
                reason=sentence(error_name(preferences.email_off)),
            ),
            "warn",
        )
    ]


def sending_obstacles(preferences: Preferences) -> list[Component]:
    """Return what in the preferences prevents sending."""
    return [*_email_off(preferences), *_nearly_always_quiet(preferences)]


def _nearly_always_quiet(preferences: Preferences) -> list[Component]:
    if quiet_length(preferences) < LONG_QUIET:
        return []
    times = {"first": _time(preferences.quiet_to), "last": _time(preferences.quiet_from)}
    sentence_text = (
        _(
            "Seules les alertes urgentes partent à toute heure ; les autres attendent, et ne"
            " partent qu’entre {first} et {last}.",
            **times,
        )
        if preferences.urgent_breaks
        else _("Même urgentes, les alertes ne partent qu’entre {first} et {last}.", **times)
    )
    title = _("Vos heures calmes couvrent presque toute la journée")
    return [alert(title, sentence_text, "warn")]


def sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _language(viewer: Viewer) -> list[Component | str]:
    language_note = _(
        "Les messages sont écrits dans la langue de votre compte : {language}.",
        language=LANGUAGES.get(viewer.language, viewer.language),
    )
    return [language_note, " ", link(_("La changer"), "/compte")]


def _digest(preferences: Preferences) -> Component:
    hours = [(str(hour), _("{hour} h", hour=hour)) for hour in range(24)]
    days = [(str(rank), _(name)) for rank, name in enumerate(DAYS)]
    return html.Div(
        [
            select_field(Ids.HOUR, _("Heure des résumés"), hours, str(preferences.digest_hour)),
            select_field(
                Ids.WEEKDAY, _("Jour du résumé hebdomadaire"), days, str(preferences.digest_weekday)
            ),
        ],
        className="notifications-pair",
    )


def _quiet_hours(preferences: Preferences) -> Component:
    fields = [
        text_field(Ids.QUIET_FROM, _("De"), value=_time(preferences.quiet_from), type="time"),
        text_field(Ids.QUIET_TO, _("À"), value=_time(preferences.quiet_to), type="time"),
    ]
    return html.Fieldset(
        [
            html.Legend(_("Heures calmes"), className="field-label"),
            html.Div(fields, className="notifications-pair"),
            html.P(
                _("Heure de Paris ; rien ne part pendant ces heures. Laissez vide pour aucune."),
                className="field-hint",
            ),
        ],
        className="notifications-quiet",
    )


def _time(at: time | None) -> str:
    return at.strftime("%H:%M") if at else ""


def stopped_card(mutes: Sequence[MuteRow], stop: NotificationKind | None) -> Component:
    kinds = [(kind.value, kind_name(kind)) for kind in NOTICE_KINDS]
    reasons = [(reason, _(reason)) for reason in REASONS]
    periods = [(days, _(words)) for days, words in PERIODS]
    periods.append((FOREVER, _("Jusqu’à ce que je change d’avis")))
    return card(
        [
            html.Div(mute_list(mutes), id=Ids.MUTES, role="status"),
            html.H3(_("Ne plus recevoir un type"), className="notifications-subtitle"),
            select_field(Ids.STOP_KIND, _("Type"), kinds, stop or kinds[0][0]),
            select_field(Ids.STOP_REASON, _("Raison"), reasons, reasons[0][0]),
            select_field(Ids.STOP_UNTIL, _("Pendant"), periods, PERIODS[1][0]),
            html.Div(
                button(_("Ne plus recevoir ce type"), id=Ids.STOP, kind="danger"),
                className="form-actions",
            ),
        ],
        title=_("Types que je ne reçois plus"),
        hint=_("ils restent dans la boîte de réception"),
        className="notifications-form",
        id="notifications-stopping",
    )


def mute_list(mutes: Sequence[MuteRow]) -> Component:
    if not mutes:
        return html.P(_("Vous recevez tous les types de notification."), className="muted")
    return html.Ul([_mute(row) for row in mutes], className="notifications-mutes")


def _mute(row: MuteRow) -> Component:
    name = kind_name(row.kind)
    until = (
        _("jusqu’au {day}", day=short_day(row.until))
        if row.until
        else _("jusqu’à ce que vous changiez d’avis")
    )
    notes = [until, *([_(row.reason)] if row.reason else [])]
    notes.append(_("depuis le {when}", when=clock(row.created_at)))
    resume_label = _("Recevoir de nouveau")
    return html.Li(
        [
            html.Div(
                [
                    html.Div(name, className="item-title"),
                    html.Div(" · ".join(notes), className="item-note"),
                ]
            ),
            button(
                resume_label,
                id=mute_button(row.id),
                small=True,
                **aria(label=f"{resume_label}, {name}"),
            ),
        ]
    )


def until_of(days: str | None, today: date) -> date | None:
    """Return the last day of a mute; None if unlimited."""
    period_codes = {code for code, _words in PERIODS}
    return today + timedelta(days=int(days)) if days in period_codes else None
