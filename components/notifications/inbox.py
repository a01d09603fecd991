"""Render the messages that no alert groups: contracts, proofs, channels."""

from collections.abc import Mapping
from dataclasses import replace

from dash.development.base_component import Component

from components import kit
from components.kit import html
from components.kit.display import Tone
from components.notifications.episodes import tone_of
from components.notifications.filters import InboxQuery, Tab, address
from components.notifications.ids import notice_button
from components.upstream_message import quoted_sentence
from core.i18n import _, clock, plural
from data.notifications.rules.words import (
    contract_act,
    label_of,
    proof_act,
    quoted_note,
    reason_of,
    story_of,
    title_of,
)
from data.notifications.types import (
    CONTRACT_KINDS,
    PROOF_KINDS,
    Inbox,
    NoticeRow,
    NotificationKind,
    Severity,
)

_LOOKS: Mapping[NotificationKind, tuple[str, Tone]] = {
    NotificationKind.THRESHOLD_WARNED: ("graph-up", "info"),
    NotificationKind.THRESHOLD_EXCEEDED: ("graph-up-arrow", "warn"),
    NotificationKind.THRESHOLD_NORMAL: ("check2", "ok"),
    NotificationKind.THRESHOLD_WITHDRAWN: ("slash-circle", "mute"),
    NotificationKind.DATA_MISSING: ("hourglass-split", "warn"),
    NotificationKind.DATA_BACK: ("check2", "ok"),
    NotificationKind.PROOF_ASKED: ("patch-question", "warn"),
    NotificationKind.PROOF_DECIDED: ("patch-check", "info"),
    NotificationKind.PROOF_MESSAGE: ("chat-left-text", "info"),
    NotificationKind.PROOF_RETURNED: ("arrow-counterclockwise", "warn"),
    NotificationKind.CONTRACT_SENT: ("pen", "warn"),
    NotificationKind.CONTRACT_SIGNED: ("pen", "warn"),
    NotificationKind.CONTRACT_COUNTERSIGNED: ("file-earmark-check", "ok"),
    NotificationKind.CONTRACT_REFUSED: ("file-earmark-x", "bad"),
    NotificationKind.CONTRACT_ENDING: ("hourglass-split", "warn"),
    NotificationKind.CONTRACT_EXPIRED: ("file-earmark-x", "bad"),
    NotificationKind.CONTRACT_TERMINATED: ("file-earmark-x", "bad"),
    NotificationKind.PAPER_ENDING: ("hourglass-split", "warn"),
    NotificationKind.PAPERS_ENDING: ("hourglass-split", "warn"),
    NotificationKind.SEAL_ENDING: ("shield-exclamation", "warn"),
    NotificationKind.HELP_ASKED: ("person-raised-hand", "info"),
    NotificationKind.POINT_CLAIMED: ("plus-square", "warn"),
    NotificationKind.POINT_DECIDED: ("speedometer2", "info"),
    NotificationKind.POINT_LEFT: ("building-exclamation", "warn"),
    NotificationKind.CHANNEL_OFF: ("send-x", "bad"),
    NotificationKind.MIRROR_HELD: ("arrow-left-right", "warn"),
    NotificationKind.MIRROR_REFUSED: ("plug", "bad"),
}


def look_of(row: NoticeRow) -> tuple[str, Tone]:
    """Return the icon of a kind; the tone of open alerts is that of their severity."""
    glyph, tone = _LOOKS[row.kind]
    graded = row.kind in {NotificationKind.THRESHOLD_EXCEEDED, NotificationKind.DATA_MISSING}
    return glyph, tone_of(row.severity) if graded else tone


def messages(found: Inbox, asked: InboxQuery) -> list[Component]:
    """Return the messages of a page, or why there is none."""
    if not found.rows:
        return [kit.card(_nothing(asked), flush=True)]
    marks = kit.button(
        _("Tout marquer comme lu"), id=notice_button("all", 1), small=True, icon="check2-all"
    )
    bar = [
        html.P(count_text(found), className="notifications-count", role="status"),
        *kit.only_if(bool(found.unread), marks),
    ]
    rows = html.Ul([line(row) for row in found.rows], className="item-list")
    head = html.Div(bar, className="notifications-bar")
    return [kit.card([head, rows, *pages(found, asked)], flush=True)]


def count_text(found: Inbox) -> str:
    count_label = plural("{count} message", "{count} messages", found.total)
    if not found.unread:
        return count_label
    unread = plural("{count} non lu", "{count} non lus", found.unread)
    return _("{said}, dont {unread}", said=count_label, unread=unread)


def _nothing(asked: InboxQuery) -> Component:
    if not asked.site:
        text = _("Contrats, preuves et canaux d’envoi : leurs messages arrivent ici.")
        return kit.empty("envelope", _("Aucun autre message"), text)
    return kit.empty(
        "search",
        _("Aucun message pour « {text} »", text=asked.site),
        _("Cherchez une partie du nom d’un site, ou un numéro de PCE entier."),
        kit.link(
            _("Effacer la recherche"),
            address(InboxQuery(tab=Tab.OTHERS)),
            className="btn btn-secondary",
        ),
    )


def line(row: NoticeRow) -> Component:
    """Return a notice: title, reason and time; unread ones are bold and announced."""
    glyph, tone = look_of(row)
    unread = row.read_at is None
    title: list[Component | str] = [kit.link(title_of(row), row.path)]
    if unread:
        title.insert(0, html.Span([_("Non lue :"), " "], className="visually-hidden"))
    note = quoted_sentence(quoted_note(row, story_of(row) or reason_of(row)))
    return kit.plain_item(
        title,
        [note],
        [html.Div(_acts(row), className="notifications-acts")],
        more=[html.Div(_facts(row), className="notifications-facts")],
        before=[html.Span(kit.icon(glyph), className=f"item-icon item-{tone}")],
        className="item notifications-unread-item" if unread else "item",
    )


def _facts(row: NoticeRow) -> list[Component]:
    _glyph, tone = look_of(row)
    urgent = row.severity is Severity.URGENT
    return [
        kit.chip(label_of(row), tone=tone),
        *([kit.chip(_("Urgent"), icon="exclamation-octagon-fill", tone="bad")] if urgent else []),
        html.Span(_("reçue le {when}", when=clock(row.created_at)), className="notifications-when"),
    ]


def _acts(row: NoticeRow) -> list[Component]:
    """Return a notice's link and buttons; each button names the notice for screen readers."""
    title = title_of(row)

    acts: list[Component] = []
    way = _way(row)
    if way:
        glyph, words = way
        drawn = [kit.icon(glyph, 14), html.Span(words)]
        acts.append(kit.link(drawn, row.path, className="btn btn-secondary btn-sm"))
    stops = kit.link(
        [html.Span(_("Ne plus recevoir ce type"))],
        address(InboxQuery(tab=Tab.SETTINGS, stop=row.kind)),
        className="btn btn-ghost btn-sm",
    )
    return [*acts, stops, _toggle(row, title)]


def _way(row: NoticeRow) -> tuple[str, str] | None:
    """Return icon and label of the notice's link; None if it has none."""
    if row.kind in PROOF_KINDS:
        return "patch-check", proof_act(row)
    if row.kind in CONTRACT_KINDS:
        return "file-earmark-text", contract_act(row.kind)
    return ("bar-chart", _("Voir la courbe")) if row.pce_number else None


def _toggle(row: NoticeRow, title: str) -> Component:
    if row.read_at is None:
        return kit.icon_button(
            _("Marquer comme lue : {title}", title=title),
            "envelope-open",
            id=notice_button("read", row.id),
        )
    return kit.icon_button(
        _("Marquer comme non lue : {title}", title=title),
        "envelope",
        id=notice_button("unread", row.id),
    )


def pages(inbox_page: Inbox, inbox_view: InboxQuery) -> list[Component]:
    """Return the links to older and newer notices."""
    here, last = inbox_page.page, inbox_page.pages
    return kit.Pages(last, 1, here).links(
        _("Pages de la boîte de réception"),
        (_("Plus récentes"), _("Plus anciennes")),
        lambda page: address(replace(inbox_view, page=page)),
    )
