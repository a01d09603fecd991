"""Render the delivery journal of webhooks; each delivery can be sent again."""

from collections.abc import Mapping
from zlib import crc32

from dash import dcc
from dash.development.base_component import Component

from components.admin.ids import Ids, delivery_button
from components.kit import NONE, aria, button, card, chip, data, html, pager, table
from components.kit.base import Children
from components.kit.display import Tone
from components.mirror.labels import value_text
from core.i18n import N_, _, clock, number, plural
from data.exchange.hooks.rules import RESENT, type_of
from data.exchange.hooks.types import OFF, HookDeliveryRow, Journal, Topic
from data.notifications.rules.words import error_name, state_name
from data.notifications.types import MessageDelivery

POLL_MS, REST_MS = 2000, 15_000
_LOOKS: Mapping[MessageDelivery, tuple[str, Tone]] = {
    MessageDelivery.QUEUED: ("hourglass-split", "info"),
    MessageDelivery.SENDING: ("arrow-repeat", "info"),
    MessageDelivery.SENT: ("check-circle-fill", "ok"),
    MessageDelivery.FAILED: ("x-circle-fill", "bad"),
}
_TOPICS: Mapping[Topic, str] = {
    Topic.RIGHTS: N_("État de droits"),
    Topic.CONTROLS: N_("Statut de preuves"),
    Topic.READINGS: N_("Nouvelles données"),
    Topic.PING: N_("Essai"),
}


def journal_card(journal: Journal, *, older: int | None = None) -> Component:
    resend_button = button(
        _resending(journal.failed),
        id=Ids.HOOK_RESEND,
        icon="arrow-repeat",
        small=True,
    )
    return card(
        [
            *(_lines(journal) if journal.rows else [_nothing()]),
            *_pages(journal, older),
            *([_poll(journal)] if older is None else []),
        ],
        title=_("Journal des envois"),
        hint=_("les plus récents d’abord"),
        actions=[resend_button] if journal.failed else [],
        flush=bool(journal.rows),
    )


def journal_checksum(journal: Journal) -> str:
    """Return a checksum that changes with any row of the journal."""
    states = [(row.id, row.state, row.attempts, row.error) for row in journal.rows]
    return str(crc32(repr((states, journal.failed, journal.waiting, journal.stopped)).encode()))


def _poll(journal: Journal) -> Component:
    """Return the timer that reloads the journal while deliveries are pending (assets/hooks.js).

    It is slower once the pending deliveries were attempted.
    """
    new = any(row.next_attempt_at and not row.attempts for row in journal.rows)
    leaving = any(row.state is MessageDelivery.SENDING for row in journal.rows)
    waits = any(row.state is MessageDelivery.QUEUED for row in journal.rows)
    pace = POLL_MS if new or leaving else REST_MS
    interval = dcc.Interval(id=Ids.HOOK_POLL, interval=pace, disabled=not (leaving or waits))
    return html.Div(interval, **data(journal=journal_checksum(journal)))


def _resending(failed: int) -> str:
    if failed > RESENT:
        return _("Renvoyer les {most} plus anciens échecs", most=RESENT)
    return plural("Renvoyer l’échec", "Renvoyer les {count} échecs", failed)


def _nothing() -> Component:
    return html.P(_("Chaque envoi apparaîtra ici, remis ou non."))


def _pages(journal: Journal, older: int | None) -> list[Component]:
    here = "/admin?part=hooks"
    after = f"{here}&before={journal.rows[-1].id}" if journal.more else None
    return pager(
        _("Suite du journal"),
        plural("{count} envoi", "{count} envois", len(journal.rows)),
        (_("Plus récents"), None if older is None else here),
        (_("Plus anciens"), after),
    )


def _lines(journal: Journal) -> list[Component]:
    head = [_("Quand"), _("État"), _("Détail"), _("Événement"), _("PCE"), _("Webhook")]
    caption = plural("{count} envoi", "{count} envois", len(journal.rows))
    return [table(head, [_line(row) for row in journal.rows], caption=caption, cards=True)]


def _line(row: HookDeliveryRow) -> list[Children]:
    glyph, tone = _LOOKS[row.state]
    return [
        clock(row.sent_at or row.created_at),
        chip(state_name(row.state), icon=glyph, tone=tone),
        _outcome(row),
        [
            html.Div(f"{_(_TOPICS[row.topic])} · {type_of(row.topic)}"),
            html.Code(row.event_id, className="admin-hook-event"),
        ],
        _about(row),
        html.Span(row.hook, className="long-name"),
    ]


def _outcome(row: HookDeliveryRow) -> Children:
    """Return the reason of a failure, and the button to send again."""
    reason = detail(row)
    if not row.resendable:
        return reason
    reason_parts = [] if reason == NONE else [html.Span(reason)]
    return html.Div([*reason_parts, _retry_button(row)], className="admin-hook-detail")


def _about(row: HookDeliveryRow) -> Children:
    """Return the first PCE of a delivery, its state, and the number of other PCEs."""
    if not row.number:
        return NONE
    more = row.count - 1
    others = plural("et {count} autre", "et {count} autres", more) if more else ""
    content_label = (
        value_text(row.summary) if row.summary else _("Import annulé")
    )  # a deleted right has no state
    return [
        html.Div(row.number),
        html.Div(f"{content_label} {others}".strip(), className="item-note"),
    ]


def detail(row: HookDeliveryRow) -> str:
    """Return the reason of a failure, the number of attempts and the time of the next one."""
    clauses = [_reason(row)] if row.error else []
    if row.attempts > 1:
        clauses.append(plural("{count} essai", "{count} essais", row.attempts))
    if row.next_attempt_at is not None and row.attempts:
        clauses.append(_("nouvel essai le {when}", when=clock(row.next_attempt_at)))
    if row.resent_at is not None:
        clauses.append(_("renvoyé le {when}", when=clock(row.resent_at)))
    text = ", ".join(clauses)
    return text[:1].upper() + text[1:] if text else NONE


def _reason(row: HookDeliveryRow) -> str:
    if row.error == OFF:
        return _("ce webhook est supprimé") if row.removed else _("ce webhook a été arrêté")
    return error_name(row.error)


def _retry_button(row: HookDeliveryRow) -> Component:
    waits = row.next_attempt_at is not None
    words = _("Envoyer maintenant") if waits else _("Renvoyer")
    what = _("{verb} « {event} » à {name}", verb=words, event=_(_TOPICS[row.topic]), name=row.hook)
    id_ = delivery_button(row.id)
    label = f"{what}, {number(row.id)}"
    return button(words, id=id_, small=True, **aria(label=label))
