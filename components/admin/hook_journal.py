"""What webhooks were sent, what waits and what failed; each line may be sent again."""

from collections.abc import Mapping
from zlib import crc32

from dash import dcc
from dash.development.base_component import Component

from components.admin.ids import Ids, delivery_button
from components.kit import NONE, aria, button, card, chip, data, html, pager, table
from components.kit.base import Children
from components.kit.shown import Tone
from components.mirror.words import value_text
from data.hooks.rules import RESENT, type_of
from data.hooks.types import OFF, DeliveryRow, Journal, Topic
from data.notifications.rules.words import error_name, state_name
from data.notifications.types import Delivery
from i18n import N_, _, clock, number, plural

POLL_MS, REST_MS = 2000, 15_000
_LOOKS: Mapping[Delivery, tuple[str, Tone]] = {
    Delivery.QUEUED: ("hourglass-split", "info"),
    Delivery.SENDING: ("arrow-repeat", "info"),
    Delivery.SENT: ("check-circle-fill", "ok"),
    Delivery.FAILED: ("x-circle-fill", "bad"),
}
_TOPICS: Mapping[Topic, str] = {
    Topic.RIGHTS: N_("État de droits"),
    Topic.CONTROLS: N_("Statut de preuves"),
    Topic.READINGS: N_("Nouvelles données"),
    Topic.PING: N_("Essai"),
}


def journal_card(journal: Journal, *, older: int | None = None) -> Component:
    again = button(
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
        actions=[again] if journal.failed else [],
        flush=bool(journal.rows),
    )


def stamp(journal: Journal) -> str:
    """What changes when a line of it does."""
    seen = [(row.id, row.state, row.attempts, row.error) for row in journal.rows]
    return str(crc32(repr((seen, journal.failed, journal.waiting, journal.stopped)).encode()))


def _poll(journal: Journal) -> Component:
    """Looks again (assets/hooks.js) while something is on its way, less often once it was tried."""
    new = any(row.next_attempt_at and not row.attempts for row in journal.rows)
    leaving = any(row.state is Delivery.SENDING for row in journal.rows)
    waits = any(row.state is Delivery.QUEUED for row in journal.rows)
    pace = POLL_MS if new or leaving else REST_MS
    interval = dcc.Interval(id=Ids.HOOK_POLL, interval=pace, disabled=not (leaving or waits))
    return html.Div(interval, **data(journal=stamp(journal)))


def _resending(failed: int) -> str:
    if failed > RESENT:
        return _("Renvoyer les {most} plus anciens échecs", most=RESENT)
    return plural("Renvoyer l’échec", "Renvoyer les {count} échecs", failed)


def _nothing() -> Component:
    return html.P(_("Chaque envoi apparaîtra ici, remis ou non."))


def _pages(journal: Journal, older: int | None) -> list[Component]:
    here = "/admin?part=hooks"
    steps = []
    if older is not None:
        steps.append((_("Plus récents"), "chevron-left", here))
    if journal.more:
        last = journal.rows[-1].id
        steps.append((_("Plus anciens"), "chevron-right", f"{here}&before={last}"))
    where = plural("{count} envoi", "{count} envois", len(journal.rows))
    return [pager(_("Suite du journal"), where, steps)] if steps else []


def _lines(journal: Journal) -> list[Component]:
    head = [_("Quand"), _("État"), _("Détail"), _("Événement"), _("PCE"), _("Webhook")]
    caption = plural("{count} envoi", "{count} envois", len(journal.rows))
    return [table(head, [_line(row) for row in journal.rows], caption=caption, cards=True)]


def _line(row: DeliveryRow) -> list[Children]:
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


def _outcome(row: DeliveryRow) -> Children:
    """Why it was not taken, and how it is sent again."""
    said = detail(row)
    if not row.resendable:
        return said
    told = [] if said == NONE else [html.Span(said)]
    return html.Div([*told, _again(row)], className="admin-hook-detail")


def _about(row: DeliveryRow) -> Children:
    """Its first PCE, what is said of it, and how many others."""
    if not row.number:
        return NONE
    more = row.count - 1
    others = plural("et {count} autre", "et {count} autres", more) if more else ""
    said = (
        value_text(row.said) if row.said else _("Import annulé")
    )  # such a right has no state any more
    return [html.Div(row.number), html.Div(f"{said} {others}".strip(), className="item-note")]


def detail(row: DeliveryRow) -> str:
    """Why it was not taken, how often it was tried, and when it is again."""
    said = [_reason(row)] if row.error else []
    if row.attempts > 1:
        said.append(plural("{count} essai", "{count} essais", row.attempts))
    if row.next_attempt_at is not None and row.attempts:
        said.append(_("nouvel essai le {when}", when=clock(row.next_attempt_at)))
    if row.resent_at is not None:
        said.append(_("renvoyé le {when}", when=clock(row.resent_at)))
    text = ", ".join(said)
    return text[:1].upper() + text[1:] if text else NONE


def _reason(row: DeliveryRow) -> str:
    if row.error == OFF:
        return _("ce webhook est supprimé") if row.removed else _("ce webhook a été arrêté")
    return error_name(row.error)


def _again(row: DeliveryRow) -> Component:
    waits = row.next_attempt_at is not None
    words = _("Envoyer maintenant") if waits else _("Renvoyer")
    what = _("{verb} « {event} » à {name}", verb=words, event=_(_TOPICS[row.topic]), name=row.hook)
    id_ = delivery_button(row.id)
    label = f"{what}, {number(row.id)}"
    return button(words, id=id_, small=True, **aria(label=label))
