"""What webhooks were sent, what waits and what failed; each line may be sent again."""

from collections.abc import Mapping

from dash.development.base_component import Component

from components.admin.ids import Ids, delivery_button
from components.kit import aria, button, card, chip, html, pager, table
from components.kit.base import Children
from components.kit.shown import Tone
from components.mirror.words import value_text
from data.hooks.rules import RESENT, type_of
from data.hooks.types import DeliveryRow, Journal, Topic
from data.notifications.rules.words import error_name, state_name
from data.notifications.types import Delivery
from i18n import N_, _, clock, number, plural

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
        [*(_lines(journal) if journal.rows else [_nothing()]), *_pages(journal, older)],
        title=_("Journal des envois"),
        hint=_("les plus récents d’abord"),
        actions=[again] if journal.failed else [],
        flush=bool(journal.rows),
    )


def _resending(failed: int) -> str:
    if failed > RESENT:
        return _("Renvoyer les {most} plus anciens échecs", most=RESENT)
    return plural("Renvoyer l’échec", "Renvoyer les {count} échecs", failed)


def _nothing() -> Component:
    return html.P(_("Chaque envoi laissera une ligne ici, remis ou non."))


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
    head = [_("Quand"), _("État"), _("Action"), _("Événement"), _("PCE"), _("Webhook"), _("Détail")]
    caption = plural("{count} envoi", "{count} envois", len(journal.rows))
    return [table(head, [_line(row) for row in journal.rows], caption=caption)]


def _line(row: DeliveryRow) -> list[Children]:
    glyph, tone = _LOOKS[row.state]
    return [
        clock(row.sent_at or row.created_at),
        chip(state_name(row.state), icon=glyph, tone=tone),
        _again(row) if row.resendable else "–",
        [
            html.Div(f"{_(_TOPICS[row.topic])} · {type_of(row.topic)}"),
            html.Code(row.event_id, className="admin-hook-event"),
        ],
        _about(row),
        row.hook,
        detail(row),
    ]


def _about(row: DeliveryRow) -> Children:
    """Its first PCE, what is said of it, and how many others."""
    if not row.number:
        return "–"
    more = row.count - 1
    others = plural("et {count} autre", "et {count} autres", more) if more else ""
    said = (
        value_text(row.said) if row.said else _("Import annulé")
    )  # such a right has no state any more
    return [html.Div(row.number), html.Div(f"{said} {others}".strip(), className="item-note")]


def detail(row: DeliveryRow) -> str:
    """Why it was not taken, how often it was tried, and when it is again."""
    said = [error_name(row.error)] if row.error else []
    if row.attempts > 1:
        said.append(plural("{count} essai", "{count} essais", row.attempts))
    if row.next_attempt_at is not None and row.attempts:
        said.append(_("nouvel essai le {when}", when=clock(row.next_attempt_at)))
    if row.resent_at is not None:
        said.append(_("renvoyé le {when}", when=clock(row.resent_at)))
    text = ", ".join(said)
    return text[:1].upper() + text[1:] if text else "–"


def _again(row: DeliveryRow) -> Component:
    what = _("Renvoyer {event} à {name}", event=type_of(row.topic), name=row.hook)
    id_ = delivery_button(row.id)
    label = f"{what}, {number(row.id)}"
    return button(_("Renvoyer"), id=id_, small=True, **aria(label=label))
