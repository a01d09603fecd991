"""Define the columns and rows of the client's grid of controls."""

from datetime import datetime
from typing import Any

from components.controls.filters import ControlQuery
from components.controls.labels import deadline_of, deadline_word, final_text, state_of
from components.kit import chip_column, column, sorted_by
from core.access import Permission, Viewer
from core.i18n import PARIS, _, plural, short_day
from data.controls.types import ControlRow, ControlSort, ProofDelays, Urgency
from data.rights.types import ProofState


def columns(wanted: ControlQuery) -> list[dict[str, Any]]:
    return sorted_by((*_first(), *_rest()), wanted.sort)


def _first() -> list[dict[str, Any]]:
    return [
        column(
            "proof",
            _("Preuve d’accès"),
            width=136,
            minWidth=136,
            pinned=True,
            cellRenderer="ControlsOpen",
        ),
        column(
            ControlSort.SITE,
            _("Libellé du site"),
            width=280,
            minWidth=210,
            renderer="KitText",
            sortable=True,
            filtered=True,
        ),
        chip_column(
            ControlSort.DUE, _("Nombre de jours restants"), width=220, minWidth=218, sortable=True
        ),
    ]


def _rest() -> list[dict[str, Any]]:
    return [
        column(
            ControlSort.HOLDER, _("Dénomination du client"), width=190, minWidth=184, sortable=True
        ),
        chip_column(ControlSort.STATE, _("Statut"), width=210, minWidth=206, sortable=True),
        column(ControlSort.NUMBER, _("PCE"), width=150, minWidth=146, sortable=True, filtered=True),
    ]


def grid_row(row: ControlRow, viewer: Viewer, delays: ProofDelays) -> dict[str, object]:
    """Return a grid row; cells are formatted for display."""
    word, glyph, tone = state_of(row)
    takes = row.open and viewer.may(Permission.CONTROLS_ANSWER) and not row.staged
    return {
        "uid": row.uid,
        "takes": takes,  # whether it can be selected for a deposit
        "proof": {"uid": row.uid, **_act(row, viewer)},
        ControlSort.SITE.value: {
            "text": row.site or _("Sans libellé"),
            "note": _unread(row),
        },
        ControlSort.DUE.value: _due(row, delays),
        ControlSort.HOLDER.value: row.holder or "–",
        ControlSort.STATE.value: {"word": word, "icon": glyph, "tone": tone},
        ControlSort.NUMBER.value: row.number,
    }


def _act(row: ControlRow, viewer: Viewer) -> dict[str, object]:
    """Return the action of the first cell; the row opens the same drawer."""
    if not row.open or not viewer.may(Permission.CONTROLS_ANSWER):
        return {"text": _("Voir"), "icon": "eye", "strong": False}
    if row.staged:
        return {"text": _("Envoyer"), "icon": "send", "strong": True}
    if row.state is ProofState.UNDER_CHECK:
        return {"text": _("Remplacer"), "icon": "arrow-repeat", "strong": False}
    return {"text": _("Importer"), "icon": "upload", "strong": True}


def _unread(row: ControlRow) -> str:
    if not row.unread:
        return ""
    return plural("{count} message non lu", "{count} messages non lus", row.unread)


def _due(row: ControlRow, delays: ProofDelays) -> object:
    """Return the deadline of an open control, with its consequence, else its outcome."""
    deadline = deadline_of(row)
    if deadline is None and row.open and row.sent_at and row.days_left >= 0:
        return _on_time(row, row.sent_at)
    if deadline is None:
        return _came(row)
    tooltip = final_text(row, delays) if row.urgency is Urgency.LATE else ""
    return {**dict(zip(("word", "icon", "tone"), deadline, strict=True)), "title": tooltip}


def _on_time(row: ControlRow, sent_at: datetime) -> dict[str, str]:
    """Return the deadline of a sent proof, which can still be replaced."""
    sent_label = _("envoyée le {day}", day=_day(sent_at))
    title = _("{sent}, échéance le {due}", sent=sent_label, due=short_day(row.due_on))
    word = deadline_word(row.days_left, _("envoyée"))
    return {"word": word, "icon": "send-check", "tone": "mute", "title": title}


def _came(row: ControlRow) -> str:
    if row.closed_at:
        return _("clos le {day}", day=_day(row.closed_at))
    if row.open and row.sent_at:
        return _("envoyée le {day}", day=_day(row.sent_at))
    if row.decided_at is None:
        return "–"
    if row.state is ProofState.ACCEPTED:
        return _("validée le {day}", day=_day(row.decided_at))
    return _("refusée le {day}", day=_day(row.decided_at))


def _day(at: datetime) -> str:
    return short_day(at.astimezone(PARIS).date())
