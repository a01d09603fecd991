"""Render the inbox: filters, lines and the actions on each."""

from collections.abc import Mapping
from dataclasses import replace

from dash.development.base_component import Component

from components import kit
from components.kit import html
from components.kit.display import Tone
from components.notifications.calm_state import CalmState
from components.notifications.episodes import tone_of
from components.notifications.filters import ALL, InboxQuery, Tab, address
from components.notifications.ids import Ids, notice_button
from components.upstream_message import quoted_sentence
from core.i18n import PARIS, _, clock, plural, short_day
from data.notifications.rules.words import (
    contract_act,
    kind_name,
    label_of,
    proof_act,
    quoted_note,
    reason_of,
    story_of,
    title_of,
)
from data.notifications.types import (
    CONTRACT_KINDS,
    NOTICE_KINDS,
    OPEN_KINDS,
    PROOF_KINDS,
    Inbox,
    NoticeRow,
    NotificationKind,
    Severity,
)

SIZE = 25  # rows per page, each with its buttons
UNREAD, WHOLE = "unread", "all"
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
    NotificationKind.CHANNEL_OFF: ("send-x", "bad"),
    NotificationKind.MIRROR_HELD: ("arrow-left-right", "warn"),
    NotificationKind.MIRROR_REFUSED: ("plug", "bad"),
}


def look_of(row: NoticeRow) -> tuple[str, Tone]:
    """Return the icon of a kind; the tone of open alerts is that of their severity."""
    glyph, tone = _LOOKS[row.kind]
    graded = row.kind in {NotificationKind.THRESHOLD_EXCEEDED, NotificationKind.DATA_MISSING}
    return glyph, tone_of(row.severity) if graded else tone


def inbox(inbox_page: Inbox, inbox_view: InboxQuery, quiet: CalmState) -> list[Component]:
    """Return the filters and the notices; `quiet` is used when there is none."""
    return [
        filters(inbox_view),
        kit.card(
            [
                html.Div(
                    [
                        html.P(
                            count_text(inbox_page, inbox_view),
                            id=Ids.COUNT,
                            className="notifications-count",
                            role="status",
                        ),
                        html.Div(
                            kit.button(
                                _("Tout marquer comme lu"),
                                id=Ids.READ_ALL,
                                small=True,
                                icon="check2-all",
                            ),
                            id=Ids.READ_ALL_BOX,
                            hidden=not inbox_page.unread,
                        ),
                    ],
                    className="notifications-bar",
                ),
                html.Div(lines(inbox_page, inbox_view, quiet), id=Ids.LIST),
            ],
            flush=True,
        ),
    ]


def filters(asked: InboxQuery) -> Component:
    kinds = [(ALL, _("tous"))] + [(kind.value, kind_name(kind)) for kind in NOTICE_KINDS]
    return html.Div(
        [
            kit.search_box(
                Ids.SITE, _("Chercher un site ou un PCE"), _("Site ou PCE"), value=asked.site
            ),
            kit.segments(
                Ids.UNREAD,
                _("Lues ou non"),
                [(WHOLE, _("Toutes")), (UNREAD, _("Non lues"))],
                UNREAD if asked.unread else WHOLE,
            ),
            kit.select_field(Ids.KIND, _("Type"), kinds, asked.kind or ALL),
        ],
        className="list-filters",
    )


def count_text(inbox_page: Inbox, inbox_view: InboxQuery) -> str:
    if inbox_view.filtered:
        return plural(
            "{count} notification trouvée", "{count} notifications trouvées", inbox_page.total
        )
    count_label = plural("{count} notification", "{count} notifications", inbox_page.total)
    if not inbox_page.unread:
        return count_label
    return _("{said}, dont {unread}", said=count_label, unread=unread_text(inbox_page.unread))


def unread_text(count: int) -> str:
    return plural("{count} non lue", "{count} non lues", count)


def lines(found: Inbox, asked: InboxQuery, quiet: CalmState) -> list[Component]:
    """Return the notices of a page, or why there is none."""
    if not found.rows:
        return [nothing(asked, quiet)]
    rows = html.Ul([line(row) for row in found.rows], className="item-list")
    return [rows, *pages(found, asked)]


def nothing(asked: InboxQuery, quiet: CalmState) -> Component:
    if asked.filtered:
        return kit.empty(
            "search",
            _("Aucune notification ne correspond à ces filtres"),
            asked_text(asked),
            kit.link(
                _("Effacer les filtres"), address(InboxQuery()), className="btn btn-secondary"
            ),
        )
    return quiet.quiet_hours_text()


def asked_text(inbox_view: InboxQuery) -> str:
    """Return the filters as text, such as `« gymnase » · Seuil dépassé · non lues`."""
    parts = [
        *([_("« {text} »", text=inbox_view.site)] if inbox_view.site else []),
        *([kind_name(inbox_view.kind)] if inbox_view.kind else []),
        *([_("non lues")] if inbox_view.unread else []),
    ]
    return " · ".join(parts)


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
        *([kit.chip(_snoozed(row), icon="moon", tone="mute")] if row.snoozed else []),
        html.Span(_("reçue le {when}", when=clock(row.created_at)), className="notifications-when"),
    ]


def _snoozed(row: NoticeRow) -> str:
    if row.snoozed_until is None:
        return _("en pause jusqu’à la fin de cet épisode")
    return _("en pause jusqu’au {day}", day=short_day(row.snoozed_until.astimezone(PARIS).date()))


def _acts(row: NoticeRow) -> list[Component]:
    """Return a notice's link and buttons; each button names the notice for screen readers."""
    title = title_of(row)

    def act(verb: str, words: str) -> Component:
        attributes = kit.aria(label=f"{words}, {title}")
        return kit.button(words, id=notice_button(verb, row.id), small=True, **attributes)

    acts: list[Component] = []
    way = _way(row)
    if way:
        glyph, words = way
        drawn = [kit.icon(glyph, 14), html.Span(words)]
        acts.append(kit.link(drawn, row.path, className="btn btn-secondary btn-sm"))
    if row.kind in OPEN_KINDS and row.subject[0] == "episode":
        acts.append(act("seen", _("J’ai vu")))
        resumes = act("resume", _("Ne plus reporter"))
        acts.append(resumes if row.snoozed else act("snooze", _("Reporter 7 j")))
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
