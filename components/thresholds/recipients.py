"""Render the recipients with their channels and frequency, and the panel of one."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc
from dash.development.base_component import Component

from components.kit import button, data, html, link, multi_segments, select_field
from components.thresholds.form import DELAYS, channels_of, delay_of, grouping_of
from components.thresholds.ids import Ids
from core.i18n import _, plural
from data.notifications.rules.words import channel_name, grouping_name
from data.notifications.types import ChannelKind, Grouping

NOBODY = "none"  # an empty value would show no label
People = Sequence[tuple[str, str, str]]


def tell_card(
    addressees: Sequence[Mapping[str, Any]], people: People, *, sms: bool = False
) -> list[Component]:
    """Return the recipients and the settings of one; `sms` where the operator has a gateway."""
    return [
        html.Div(recipient_list(addressees, people), id=Ids.TOLD_LIST),
        panel(people, sms=sms),
        dcc.Store(id=Ids.TOLD, data=list(addressees)),
        dcc.Store(id=Ids.PRESSED),
    ]


def recipient_list(addressees: Sequence[Mapping[str, Any]], people: People) -> list[Component]:
    """Return the recipients with what they receive."""
    names = {word: name or email for word, name, email in people}
    note = _("Un seul message par dépassement, puis un rappel à 7 jours.")
    if not addressees:
        note = _("Personne n’est prévenu : le dépassement ne se verra que dans le portail.")
    return [
        *(
            [
                html.Ul(
                    [_line(addressee, names) for addressee in addressees],
                    className="thresholds-told",
                )
            ]
            if addressees
            else []
        ),
        html.P(note, className="thresholds-explained"),
        button(
            _("Ajouter une personne"), icon="plus-lg", small=True, **data(thresholds="tell", who="")
        ),
    ]


def _line(entry: Mapping[str, Any], names: Mapping[str, str]) -> Component:
    who = str(entry.get("who"))
    name = names.get(who, _("personne partie"))
    words = [
        html.Span(name, className="thresholds-told-name"),
        html.Span(how_text(entry), className="thresholds-told-how"),
    ]
    change = html.Button(
        [html.Span(_("Modifier")), html.Span(f" {name}", className="visually-hidden")],
        type="button",
        className="thresholds-link",
        **data(thresholds="tell", who=who),
    )
    return html.Li([html.Div(words), change])


def how_text(entry: Mapping[str, Any]) -> str:
    """Return `Courriel, dès le dépassement`."""
    ways = [
        channel for channel in ChannelKind if channel in channels_of(entry) - {ChannelKind.INBOX}
    ]
    if not ways:
        return channel_name(ChannelKind.INBOX)
    by = " + ".join(channel_name(channel) for channel in ways)
    words = f"{by}, {lowered(grouping_name(grouping_of(entry)))}"
    return f"{words}, {lowered(after_text(delay))}" if (delay := delay_of(entry)) else words


def after_text(hours: int) -> str:
    """Return `Dès le dépassement`, or after how long without answer."""
    if not hours:
        return _("Dès le dépassement")
    return plural(
        "Si personne n’a répondu après {count} heure",
        "Si personne n’a répondu après {count} heures",
        hours,
    )


def lowered(words: str) -> str:
    return words[:1].lower() + words[1:]


def panel(people: People, *, sms: bool) -> Component:
    """Return the settings of a recipient; assets/thresholds.js opens it filled or empty."""
    names = [(NOBODY, _("Choisir…"))]
    names += [(word, f"{name} ({email})" if name else email) for word, name, email in people]
    ways = [
        (option.value, channel_name(option))
        for option in ChannelKind
        if option is not ChannelKind.INBOX and (sms or option is not ChannelKind.SMS)
    ]
    often = [(option.value, grouping_name(option)) for option in Grouping]
    return html.Div(
        [
            select_field(Ids.WHO, _("Personne ou adresse confirmée"), names, NOBODY),
            html.P(_("Par"), className="field-label"),
            multi_segments(Ids.BY, _("Par quels moyens"), ways, [ChannelKind.EMAIL.value]),
            select_field(Ids.OFTEN, _("Quand"), often, Grouping.IMMEDIATE.value),
            select_field(
                Ids.AFTER,
                _("Prévenir"),
                [(str(hours), after_text(hours)) for hours in (0, *DELAYS)],
                "0",
                hint=_("Répondre, c’est marquer vu, reporter ou confier l’alerte."),
            ),
            html.P(
                [
                    _("Mobiles, logiciels et messageries sont ceux que chacun a réglés dans "),
                    link(_("ses notifications"), "/notifications"),
                    ".",
                ],
                className="field-hint",
            ),
            html.Div(
                [
                    button(_("Valider"), id=Ids.TELL, small=True),
                    button(_("Ne plus prévenir"), id=Ids.UNTELL, kind="ghost", small=True),
                ],
                className="form-actions",
            ),
        ],
        id=Ids.TELL_PANEL,
        className="thresholds-tell-panel",
        hidden=True,
    )


def update_recipients(
    addressees: Sequence[Mapping[str, Any]], entry: Mapping[str, Any], *, gone: bool
) -> list[dict[str, Any]]:
    """Return the list with `entry` added, replaced, or removed if `gone`."""
    who = entry.get("who")
    if gone:
        return [dict(addressee) for addressee in addressees if addressee.get("who") != who]
    updated_list = [
        dict(entry) if addressee.get("who") == who else dict(addressee) for addressee in addressees
    ]
    return (
        updated_list
        if any(addressee.get("who") == who for addressee in updated_list)
        else [*updated_list, dict(entry)]
    )
