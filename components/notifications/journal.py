"""Describe sent, pending and failed messages."""

from collections.abc import Sequence
from datetime import datetime

from dash.development.base_component import Component

from components.kit import card, chip, empty, html, table
from components.kit.display import Tone
from core.i18n import _, clock, plural
from data.notifications.rules.words import channel_name, error_name, kind_name, state_name
from data.notifications.types import MessageDelivery, MessageDeliveryRow, NotificationKind, Waiting

_LOOKS: dict[MessageDelivery, tuple[str, Tone]] = {
    MessageDelivery.QUEUED: ("hourglass-split", "info"),
    MessageDelivery.SENDING: ("arrow-repeat", "info"),
    MessageDelivery.SENT: ("check-circle-fill", "ok"),
    MessageDelivery.FAILED: ("x-circle-fill", "bad"),
}


def journal(
    rows: Sequence[MessageDeliveryRow], pending: Sequence[Waiting], now: datetime
) -> list[Component]:
    """Return the messages to be grouped, then those sent or in progress."""
    wait = [waiting_card(pending, now)] if pending else []
    if not rows:
        text = _("Chaque message qui vous est envoyé apparaît ici, remis ou non.")
        return [*wait, card(empty("send", _("Rien n’est encore parti"), text))]
    head = [_("Quand"), _("Quoi"), _("Par"), _("État"), _("Détail")]
    caption = plural("{count} envoi", "{count} envois", len(rows))
    return [
        *wait,
        card(
            table(head, [delivery_line(row) for row in rows], caption=caption),
            title=_("Journal des envois"),
            hint=plural("le plus récent", "les {count} plus récents", len(rows)),
            flush=True,
        ),
    ]


def waiting_card(pending: Sequence[Waiting], now: datetime) -> Component:
    """Return `12 notifications attendent le message groupé du 30/11/2026 à 8 h 00`."""
    lines = [html.Li(_leaving(batch, now)) for batch in pending]
    return card(html.Ul(lines, className="notifications-waiting"), title=_("En attente d’envoi"))


def _leaving(batch: Waiting, now: datetime) -> str:
    count = plural("{count} notification", "{count} notifications", batch.count)
    if batch.due_at <= now:
        return _("{count}, dans un message qui part d’ici quelques minutes", count=count)
    when = clock(batch.due_at)
    return _("{count}, dans un message groupé qui part le {when}", count=count, when=when)


def delivery_line(row: MessageDeliveryRow) -> list[Component | str]:
    glyph, tone = _LOOKS[row.state]
    return [
        clock(row.sent_at or row.created_at),
        subject_text(row),
        way(row),
        chip(state_name(row.state), icon=glyph, tone=tone),
        detail(row),
    ]


def subject_text(row: MessageDeliveryRow) -> str:
    """Return `Gymnase Nord`, `Gymnase Nord et 3 autres alertes`, or a kind."""
    if row.kind is not NotificationKind.NOTICES:
        return kind_name(row.kind)
    if row.count <= 1 or not row.site:
        return row.site or kind_name(row.kind)
    more = plural("{count} autre alerte", "{count} autres alertes", row.count - 1)
    return _("{site} et {more}", site=row.site, more=more)


def way(row: MessageDeliveryRow) -> str:
    name = channel_name(row.channel)
    return f"{name} · {row.channel_name}" if row.channel_name else name


def detail(row: MessageDeliveryRow) -> str:
    """Return the error, the number of attempts and the time of the next one."""
    notes = [error_name(row.error)] if row.error else []
    if row.attempts > 1:
        notes.append(plural("{count} essai", "{count} essais", row.attempts))
    if row.state is MessageDelivery.QUEUED and row.next_attempt_at is not None and row.attempts:
        notes.append(_("nouvel essai le {when}", when=clock(row.next_attempt_at)))
    text = ", ".join(notes)
    return text[:1].upper() + text[1:] if text else "–"
