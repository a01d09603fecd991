"""Render the connections page, whole or below its head."""

from datetime import datetime
from zlib import crc32

from dash import dcc
from dash.development.base_component import Component

from components.contracts.contract_required import contract_needed
from components.kit import (
    Children,
    button,
    card,
    columns,
    data,
    empty,
    html,
    lead,
    link,
    page,
    stack,
)
from components.mirror.connection import (
    choices_card,
    comparison_text,
    credentials_card,
    drifts_lead,
    forget_card,
    refusal_alerts,
    status,
    status_card,
)
from components.mirror.drifts import drifts_card
from components.mirror.ids import Ids
from components.mirror.rounds import faults_card, find_open_round, poll, rounds, rounds_card
from components.mirror.sendings import sendings_card
from components.mirror.unread_pces import unread_card
from core.access import Viewer
from core.i18n import _
from data.exchange.mirror.types import ConnectionStanding, ConnectionState, RoundState, SendingState


def connections_page(
    standing: ConnectionStanding | None, viewer: Viewer, *, opened: bool
) -> Component:
    """Return the page; `opened` tells whether the operator set the distributor's address."""
    return html.Div(full_page(standing, viewer) if opened else closed_page(), id=Ids.BODY)


def full_page(found: ConnectionStanding | None, viewer: Viewer) -> Component:
    """Return the whole page, whose head depends on its content.

    Without a contract, actions that require one are not offered.
    """
    needed = contract_needed(viewer)
    if found is None:
        sentence = _(
            "Enregistrez vos identifiants, testez-les, puis choisissez ce qui est synchronisé."
            " Chaque nuit, vos droits sont comparés et vos relevés relus."
        )
        return _page(needed or [credentials_card(None)], opening=lead(sentence))
    asks = button(
        _("Synchroniser maintenant"),
        id=Ids.ASK,
        icon="arrow-repeat",
        kind="primary",
        disabled=cannot_ask(found),
    )
    return _page(
        [*needed, *parts(found)], actions=asks, opening=lead(opening_sentence(found), Ids.LEAD)
    )


def cannot_ask(standing: ConnectionStanding) -> bool:
    """Return whether a round would be refused, or is already running."""
    return (
        standing.row.state is ConnectionState.REFUSED
        or find_open_round(standing.rounds) is not None
    )


def opening_sentence(found: ConnectionStanding) -> Component | str:
    """Return the number of differences, once rights were compared.

    A current obstacle comes first, then the time of the last comparison.
    """
    count, listed, wrong = sum(found.counts.values()), _listed_at(found), comparison_obstacle(found)
    if wrong:
        when = comparison_text(count, listed) if listed else ""
        return html.Span(
            [html.B(wrong), " ", link(when, f"#{Ids.DRIFTS}") if count and when else when]
        )
    if count or _is_listed(found):
        words = html.B(drifts_lead(count))
        return link(words, f"#{Ids.DRIFTS}") if count else words
    if find_open_round(found.rounds):
        return _("Une synchronisation est en cours : vos droits sont lus, puis comparés.")
    if found.row.state is ConnectionState.UNTRIED:
        return _("Testez la connexion, ou lancez une synchronisation : elle l’essaie aussi.")
    return _("Lancez une synchronisation, ou attendez celle de cette nuit.")


def comparison_obstacle(standing: ConnectionStanding) -> str:
    """Return why rights cannot be compared now; empty if they can."""
    if standing.row.state is ConnectionState.REFUSED:
        return _("Le distributeur refuse vos identifiants.")
    if standing.row.state is ConnectionState.DOWN:
        return _("Le distributeur ne répond pas.")
    last = next(iter(standing.rounds), None)
    if last and last.state is RoundState.PAUSED and last.listed_at is None:
        return _("La synchronisation est en pause, avant d’avoir lu vos droits.")
    return ""


def closed_page() -> Component:
    sentence = _(
        "L’exploitant de ce portail n’a pas indiqué l’adresse du distributeur : demandez-la-lui."
        " Rien n’est demandé ni envoyé d’ici là."
    )
    return _page(card(empty("plug", _("Les connexions ne sont pas ouvertes"), sentence)))


def _page(
    children: Children, *, actions: Children = (), opening: Component | None = None
) -> Component:
    return page(
        _("Connexions"),
        _("Retrouver ici ce que le distributeur sait de vous : droits, relevés, contrats."),
        crumbs=((_("Administration"), "/admin"), (_("Connexions"), None)),
        actions=actions,
        lead=opening,
        children=stack(children),
    )


def parts(found: ConnectionStanding) -> list[Component]:
    return [
        *refusal_alerts(found.row),
        columns(
            [
                status_card(status(found.row, found.tasks, found.rounds), found.row),
                credentials_card(found.row),
            ],
            choices_card(found.row),
            kind="1-1",
        ),
        html.Div(id=Ids.SENDS_ASKED, className="mirror-slot"),
        html.Div(id=Ids.QUESTION, role="status", className="mirror-slot"),
        html.Div(drifts(found), id=Ids.DRIFTS),
        html.Div(sendings(found), id=Ids.SENDINGS),
        dcc.Store(id=Ids.LOOKING),
        dcc.Store(id=Ids.REPAIRING),
        dcc.Store(id=Ids.SENDING),
        dcc.Store(id=Ids.SENDS_SURE),
        rounds_card(rounds_part(found)),
        html.Div(unread_cards(found), id=Ids.UNREAD, className="mirror-slot"),
        forget_card(found.unleft),
        poll(found),
    ]


def drifts(found: ConnectionStanding) -> Component:
    return html.Div(
        [
            html.Div(id=Ids.STALE, role="status", className="mirror-slot"),
            drifts_card(found, listed=_is_listed(found)),
        ],
        **data(drawn=drifts_mark(found)),
    )


def drifts_mark(standing: ConnectionStanding) -> str:
    """Return a checksum of the differences shown, which the browser sends back."""
    sends = standing.row.choice.sends
    drift_state = (
        standing.drifts,
        standing.counts,
        standing.kind,
        standing.more,
        standing.on_hold_count,
        standing.upto,
    )
    return _mark(drift_state, sends, _is_listed(standing))


def rounds_part(standing: ConnectionStanding) -> Component:
    """Return the rounds, with a checksum of all that a round changes."""
    return html.Div(rounds(standing.rounds), **data(drawn=passed_mark(standing)))


def passed_mark(standing: ConnectionStanding) -> str:
    row, lacks = (
        standing.row,
        (standing.unread, standing.unread_count, standing.groups, standing.faults),
    )
    stands = (row.state, row.third_party, row.problem, row.tried_at, row.worked_at, row.calls)
    return _mark(stands, standing.tasks, standing.rounds, lacks)


def sendings_mark(standing: ConnectionStanding) -> str:
    stands = standing.row.choice.sends, standing.row.state is ConnectionState.REFUSED
    sending_state = (
        standing.sendings,
        standing.due,
        standing.due_count,
        standing.to_send,
        standing.sent,
        standing.page,
    )
    return _mark(sending_state, stands)


def _mark(*facts: object) -> str:
    return str(crc32(repr(facts).encode()))


def unread_cards(found: ConnectionStanding) -> list[Component]:
    """Return failed reads and skipped lines."""
    cards = [
        *unread_card(found.unread, found.unread_count),
        *faults_card(found.groups, found.faults),
    ]
    return [stack(cards)] if cards else []


def sendings(standing: ConnectionStanding) -> Component:
    counts = {**standing.sent}
    if standing.to_send:
        counts[SendingState.QUEUED] = standing.to_send
    inside = sendings_card(
        [*standing.due, *standing.sendings],
        counts,
        sends=standing.row.choice.sends,
        on_hold=standing.row.state is ConnectionState.REFUSED,
        pages=(standing.page, standing.pages),
    )
    return html.Div(inside, **data(drawn=sendings_mark(standing)))


def _is_listed(standing: ConnectionStanding) -> bool:
    """Return whether rights were ever compared, so that no difference is meaningful."""
    return any(row.counts.rights or row.state is RoundState.DONE for row in standing.rounds)


def _listed_at(standing: ConnectionStanding) -> datetime | None:
    return next((row.listed_at for row in standing.rounds if row.listed_at), None)
