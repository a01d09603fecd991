"""Render the PCEs that could not be read: reason and next attempt."""

from collections.abc import Sequence

from dash.development.base_component import Component

from components.kit import card, html, plain_item
from components.mirror.labels import PARTS, when
from components.upstream_message import quoted_sentence
from core.i18n import _, plural
from data.exchange.mirror.types import UnreadRow


def unread_card(rows: Sequence[UnreadRow], total: int) -> list[Component]:
    """Return the failed reads, empty without any; `total` may exceed the `rows` shown."""
    if not rows:
        return []
    more = total - len(rows)
    remainder_label = plural("Et {count} autre lecture.", "Et {count} autres lectures.", more)
    return [
        card(
            [
                html.Ul([_item(row) for row in rows], className="item-list"),
                *([html.P(remainder_label, className="mirror-note")] if more > 0 else []),
            ],
            title=_("Lectures sans réponse"),
            hint=_("elles sont redemandées, les autres continuent"),
            flush=True,
        )
    ]


def _item(row: UnreadRow) -> Component:
    named = f"{row.number} · {row.site}" if row.site else row.number
    retry_label = _("Sera redemandé à partir du {when}", when=when(row.again_at))
    reason = quoted_sentence(row.reason) if row.reason else None
    return plain_item(f"{named} · {_(PARTS[row.part])}", [reason, retry_label])
