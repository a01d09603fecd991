"""Render the account manager's thread: messages to the client and internal notes."""

from collections.abc import Sequence

from dash.development.base_component import Component

from components.controls.deposit import ACCEPT, MOST
from components.controls.thread import thread
from components.kit import (
    UploadTexts,
    aria,
    at_most,
    badge,
    button,
    chip,
    count_line,
    data,
    html,
    icon,
    upload_attributes,
)
from core.access import Viewer
from core.i18n import N_, _
from data.controls.rules.states import MOST_WORDS
from data.controls.types import MessageRow

_SIDES = (  # key, button label, field label
    ("message", N_("Message au client"), N_("Message au client")),
    ("note", N_("Note interne"), N_("Note interne, invisible du client")),
)
_BEGINS = 120  # characters, more than a line shows


def thread_section(
    viewer: Viewer, messages: Sequence[MessageRow], *, relayed: bool = False
) -> Component:
    """Render the thread; when another distributor decides, only notes can be written."""
    return html.Section(
        [
            _head(messages),
            thread(messages, viewer),
            _writing(relayed=relayed),
        ],
        className="desk-talk",
    )


def _head(messages: Sequence[MessageRow]) -> Component:
    """Return the sticky head (assets/controls-staff.css): count and start of the last message."""
    title = html.H3([_("Échanges"), " ", badge(len(messages))])
    new = [chip(_("Nouveau"), tone="info")] if any(message.unread for message in messages) else []
    return html.Div([title, *new, *_latest(messages[-1:])], className="desk-talk-head")


def _latest(messages: Sequence[MessageRow]) -> list[Component]:
    """Return the last message; clicked, it scrolls to the thread."""
    return [
        html.Button(
            [
                html.Span(_("{who}\u00a0: {words}", who=_who(message), words=_begins(message))),
                icon("chevron-down", 14),
            ],
            type="button",
            className="desk-latest",
            title=_("Aller aux échanges"),
            **data(desk="talk"),
        )
        for message in messages
    ]


def _who(message: MessageRow) -> str:
    return _("Note interne") if message.internal else message.by


def _begins(message: MessageRow) -> str:
    names = ", ".join(piece.name for piece in message.pieces)
    return next(filter(None, message.text.splitlines()), names)[:_BEGINS]


def _writing(*, relayed: bool) -> Component:
    """Return the form of a message or note; the script sends it with its pieces."""
    sides = _SIDES[1:] if relayed else _SIDES
    words = data(
        **{side: _(words) for side, _name, words in sides},
        lost=_("Le message n’est pas parti\u00a0: vérifiez la connexion, puis réessayez."),
        remove=_("Retirer {name}", name="{name}"),
    )
    return html.Div(
        [
            _sides(sides),
            html.Textarea(
                rows=2,
                className="form-control desk-text",
                **aria(label=_(sides[0][2])),
            ),
            count_line(),
            html.Ul(hidden=True, className="desk-joined", **aria(label=_("Pièces jointes"))),
            html.P(role="alert", className="desk-problem"),
            html.Div(
                [
                    _attach(),
                    button(
                        _("Envoyer"), icon="send", small=True, className="push", **data(desk="send")
                    ),
                ],
                className="row-line",
            ),
        ],
        className="desk-writing",
        **words,
        **at_most(MOST_WORDS),
        **upload_attributes(
            ACCEPT, UploadTexts("pieces", use="message", asks=False, most=MOST, optional=True)
        ),
    )


def _sides(side_choices: Sequence[tuple[str, str, str]]) -> Component:
    sides = [
        html.Button(
            _(name),
            type="button",
            className="btn btn-sm desk-side",
            **aria(pressed="true" if rank == 0 else "false"),
            **data(desk="side", side=side),
        )
        for rank, (side, name, _words) in enumerate(side_choices)
    ]
    return html.Div(sides, role="group", className="desk-sides", **aria(label=_("À qui")))


def _attach() -> Component:
    """Return the place in which the script puts the file input."""
    return html.Label(
        [
            html.Span(className="desk-attach-place"),
            icon("paperclip"),
            html.Span(_("Joindre")),
        ],
        className="btn btn-sm btn-secondary desk-attach",
    )
