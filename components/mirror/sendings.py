"""Render the messages to the distributor: pending, answered and possible actions."""

from collections.abc import Mapping, Sequence

from dash.development.base_component import Component

from components.kit import (
    Pages,
    aria,
    button,
    card,
    data,
    empty,
    html,
    label_chip,
    link,
    plain_item,
)
from components.mirror.detail_query import sendings_address
from components.mirror.labels import SENDINGS, VERBS, waiting_reason, when
from components.upstream_message import quoted_sentence
from core.i18n import _, number, plural
from data.exchange.mirror.rules.sendings import A_MINUTE
from data.exchange.mirror.types import MOVING, SendingRow, SendingState, SendingVerb

_OPEN = {*MOVING, SendingState.UNSURE}


def sendings_card(
    rows: Sequence[SendingRow],
    counts: Mapping[SendingState, int],
    *,
    sends: bool,
    on_hold: bool = False,
    pages: tuple[int, int] = (1, 1),
) -> Component:
    """Return one of the `pages` of messages, and the count of each state.

    `on_hold`: credentials are refused.
    """
    crowded = counts.get(SendingState.QUEUED, 0) > A_MINUTE
    labels = [
        _("{name} : {value}", name=_(SENDINGS[state][0]), value=number(counts[state]))
        for state in SENDINGS
        if counts.get(state)
    ]
    here, last = pages
    links = Pages(last, 1, here).links(
        _("Pages des envois"), (_("Plus récents"), _("Plus anciens")), sendings_address
    )
    return card(
        [_list(rows, sends=sends, on_hold=on_hold, crowded=crowded), *links],
        title=_("Envois au distributeur"),
        hint=", ".join(labels) or _("déclarations, révocations, preuves"),
        flush=True,
    )


def _list(rows: Sequence[SendingRow], *, sends: bool, on_hold: bool, crowded: bool) -> Component:
    if rows:
        options = {"sends": sends, "held": on_hold, "crowded": crowded}
        return html.Ul([sending_item(row, **options) for row in rows], className="item-list")
    if sends:
        return empty(
            "send",
            _("Rien à envoyer"),
            _(
                "Ce que vous déclarez, révoquez ou prouvez s’inscrit ici, puis part"
                " automatiquement."
            ),
        )
    return empty(
        "send-slash",
        _("Rien ne part de ce portail"),
        _(
            "Activez « Envoyer mes déclarations au distributeur » pour que"
            " vos déclarations partent."
        ),
    )


def sending_item(
    row: SendingRow, *, sends: bool = True, held: bool = False, crowded: bool = False
) -> Component:
    named = f"{_(VERBS[row.verb])} · {row.number}" + (f" · {row.site}" if row.site else "")
    title = link(named, f"/droits?open={row.right_uid}") if row.right_uid else html.Span(named)
    answer = quoted_sentence(row.answer) if row.answer else None
    notes = [_story(row, on_hold=held, crowded=crowded), answer]
    acts = html.Div(_acts(row, leaves=sends and not held), className="mirror-acts-of")
    return plain_item(
        title, notes, [label_chip(SENDINGS[row.state]), acts], **data(row=str(row.id))
    )


def _story(row: SendingRow, *, on_hold: bool, crowded: bool) -> str:
    waiting = waiting_reason(row, held=on_hold, crowded=crowded)
    if waiting:
        return waiting[0].upper() + waiting[1:]
    tried = plural("{count} essai", "{count} essais", row.attempts)
    if row.state in _OPEN and row.next_attempt_at and not row.attempts:
        return _("Part à partir du {when}", when=when(row.next_attempt_at))
    if row.state in _OPEN and row.next_attempt_at:
        return _("{tried}, prochain le {when}", tried=tried, when=when(row.next_attempt_at))
    if row.ended_at:
        ended = _("{tried}, réglé le {when}", tried=tried, when=when(row.ended_at))
        return ended if row.attempts else _("Réglé le {when}", when=when(row.ended_at))
    return tried


def _acts(row: SendingRow, *, leaves: bool) -> list[Component]:
    """Return the actions on a message.

    A refused declaration must be made again; a message that may have been received cannot be
    withdrawn.
    """
    retryable = row.state is SendingState.REFUSED and row.verb is not SendingVerb.DECLARE
    tries = row.queued and leaves and (row.state in _OPEN or retryable)
    verbs = [
        *([("now", _("Envoyer maintenant"))] if tries else []),
        *([("drop", _("Retirer"))] if row.state in _OPEN and not row.is_in_doubt else []),
    ]
    return [
        button(
            words,
            small=True,
            kind="danger" if verb == "drop" else "secondary",
            **aria(label=f"{words}, {row.number}"),
            **data(mirror="leaves", do=verb, id=str(row.id)),
            **data(right=row.right_uid, verb=row.verb.value),
        )
        for verb, words in verbs
    ]
