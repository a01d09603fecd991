"""Format the rows of the list of thresholds."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from components.kit import chip_column, column
from components.notifications.episodes import tone_of
from components.thresholds.labels import kind_text, watched_text
from core.i18n import PARIS, _, number, plural, short_day
from data.notifications.rules.words import severity_name
from data.notifications.types import Severity
from data.thresholds.types import ThresholdKind, ThresholdRow

SITES = 3


def columns(*, staff: bool) -> list[dict[str, Any]]:
    link: dict[str, Any] = {"pinned": True, "renderer": "KitLink", "filtered": True}
    return [
        column("name", _("Seuil"), width=240, minWidth=170, **link),
        chip_column("state", _("État"), width=215, minWidth=200),
        column("scope", _("Portée"), width=230, minWidth=160, filtered=True),
        column("kind", _("Type"), width=220, minWidth=190),
        column("severity", _("Gravité"), width=110, minWidth=100),
        column("valid", _("Validité"), width=190, minWidth=150),
        column("changed", _("Changé le"), width=110, minWidth=110),
        column("organisation", _("Organisation"), width=160, minWidth=130, hide=not staff),
    ]


def grid_row(row: ThresholdRow, today: date) -> dict[str, object]:
    """Return a row of the grid, as formatted text."""
    return {
        "id": str(row.id),
        "mine": row.mine,
        "name": {"text": row.name, "href": f"/seuils?edit={row.id}"},
        "state": state_cell(row, today),
        "scope": scope_text(row),
        "kind": kind_text(row.kind, row.period),
        "severity": severity_name(row.severity),
        "valid": valid_text(row),
        "changed": short_day(row.changed_at.astimezone(PARIS).date()),
        "organisation": row.organisation or "–",
    }


def state_cell(row: ThresholdRow, today: date) -> Mapping[str, str]:
    if row.removed:
        return {"word": _("Retiré"), "icon": "trash", "tone": "mute"}
    if row.paused:
        return {"word": _("Suspendu"), "icon": "pause-circle", "tone": "mute"}
    if row.exceeded and row.kind is ThresholdKind.MISSING:
        word = plural("sans données, {count} PCE", "sans données, {count} PCE", row.exceeded)
        return {"word": word, "icon": "hourglass-split", "tone": tone_of(row.severity)}
    if row.exceeded:
        word = plural("dépassé, {count} PCE", "dépassé, {count} PCE", row.exceeded)
        urgent = row.severity is Severity.URGENT
        glyph = "exclamation-octagon-fill" if urgent else "exclamation-triangle-fill"
        return {"word": word, "icon": glyph, "tone": tone_of(row.severity)}
    if row.warned:
        word = plural("presque atteint, {count} PCE", "presque atteint, {count} PCE", row.warned)
        return {"word": word, "icon": "graph-up", "tone": "info"}
    return _calm(row, today)


def _calm(row: ThresholdRow, today: date) -> Mapping[str, str]:
    """Return the state without exceedance: normal, or outside the validity period."""
    if row.valid_to and row.valid_to < today:
        return {"word": _("Terminé"), "icon": "flag", "tone": "mute"}
    if row.valid_from and row.valid_from > today:
        return {"word": _("À venir"), "icon": "calendar-event", "tone": "info"}
    return {"word": _("Normal"), "icon": "check-circle-fill", "tone": "ok"}


def scope_text(row: ThresholdRow) -> str:
    """Return `Sport, 12 PCE`, or its sites."""
    if row.tag:
        pces = watched_text(row.pces)
        return _("étiquette {tag}, {pces}", tag=row.tag, pces=pces)
    names = ", ".join(row.sites[:SITES])
    more = row.pces - len(row.sites[:SITES])
    return f"{names} + {number(more)}" if more > 0 and names else names or watched_text(row.pces)


def valid_text(row: ThresholdRow) -> str:
    if row.valid_from and row.valid_to:
        first, last = short_day(row.valid_from), short_day(row.valid_to)
        return _("du {first} au {last}", first=first, last=last)
    if row.valid_to:
        return _("jusqu’au {last}", last=short_day(row.valid_to))
    if row.valid_from:
        return _("depuis le {first}", first=short_day(row.valid_from))
    return "–"


def selected_text(count: int, *, removed: bool = False) -> str:
    if not count and removed:
        return _("Cochez des seuils pour les rétablir.")
    if not count:
        return _("Cochez des seuils pour les suspendre, les reprendre ou les retirer.")
    return plural("{count} seuil coché", "{count} seuils cochés", count)


def count_text(total: int) -> str:
    return plural("{count} seuil", "{count} seuils", total)
