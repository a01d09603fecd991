"""Who is told, how and how often: the list, and the panel that changes one line of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc
from dash.development.base_component import Component

from components.kit import button, data, html, link, multi_segments, select_field
from components.thresholds.form import channels_of, grouping_of
from components.thresholds.ids import Ids
from data.notifications.rules.words import channel_name, grouping_name
from data.notifications.types import ChannelKind, Grouping
from i18n import _

NOBODY = "none"  # an empty value would show no word
People = Sequence[tuple[str, str, str]]


def tell_card(told: Sequence[Mapping[str, Any]], people: People) -> list[Component]:
    return [
        html.Div(told_list(told, people), id=Ids.TOLD_LIST),
        panel(people),
        dcc.Store(id=Ids.TOLD, data=list(told)),
        dcc.Store(id=Ids.PRESSED),
    ]


def told_list(told: Sequence[Mapping[str, Any]], people: People) -> list[Component]:
    """Each person on a line, and what they receive."""
    names = {word: name or email for word, name, email in people}
    note = _("Un seul message par dépassement, puis un rappel à 7 jours.")
    if not told:
        note = _("Personne n’est prévenu : le dépassement ne se verra que dans le portail.")
    return [
        *(
            [html.Ul([_line(one, names) for one in told], className="thresholds-told")]
            if told
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
    """`Courriel, dès le dépassement`."""
    ways = [one for one in ChannelKind if one in channels_of(entry) - {ChannelKind.INBOX}]
    if not ways:
        return channel_name(ChannelKind.INBOX)
    by = " + ".join(channel_name(one) for one in ways)
    return f"{by}, {lowered(grouping_name(grouping_of(entry)))}"


def lowered(words: str) -> str:
    return words[:1].lower() + words[1:]


def panel(people: People) -> Component:
    """One person's settings; assets/thresholds.js opens it on a line or empty."""
    names = [(NOBODY, _("Choisir…"))]
    names += [(word, f"{name} ({email})" if name else email) for word, name, email in people]
    ways = [(one.value, channel_name(one)) for one in ChannelKind if one is not ChannelKind.INBOX]
    often = [(one.value, grouping_name(one)) for one in Grouping]
    return html.Div(
        [
            select_field(Ids.WHO, _("Personne ou adresse confirmée"), names, NOBODY),
            html.P(_("Par"), className="field-label"),
            multi_segments(Ids.BY, _("Par quels moyens"), ways, [ChannelKind.EMAIL.value]),
            select_field(Ids.OFTEN, _("Quand"), often, Grouping.IMMEDIATE.value),
            html.P(
                [
                    _("Les webhooks et Apprise sont ceux que chacun a réglés dans "),
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


def changed_told(
    told: Sequence[Mapping[str, Any]], entry: Mapping[str, Any], *, gone: bool
) -> list[dict[str, Any]]:
    """The list after *entry* was put in it, or taken out of it."""
    who = entry.get("who")
    if gone:
        return [dict(one) for one in told if one.get("who") != who]
    kept = [dict(entry) if one.get("who") == who else dict(one) for one in told]
    return kept if any(one.get("who") == who for one in kept) else [*kept, dict(entry)]
