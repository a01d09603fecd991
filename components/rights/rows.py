"""Define the columns and rows of the grid of rights."""

from datetime import date
from typing import Any

from components.kit import chip_column, column, fitted, sorted_by
from components.rights.filters import RightListParams
from components.rights.labels import KINDS, ORIGINS, PROOFS, ROLES, SOURCES, STATES, step_text
from core.access import Viewer
from core.i18n import _, clock, short_day
from data.rights.rules.pending import next_step
from data.rights.types import Act, RightRow, RightSort


def columns(viewer: Viewer, wanted: RightListParams) -> list[dict[str, Any]]:
    """Return all columns; those outside the view are hidden, but their filters work."""
    definitions = [*_usual(), *_of_staff(viewer, wanted), *_whole_period(wanted)]
    return sorted_by(map(fitted, definitions), wanted.sort)


def _usual() -> list[dict[str, Any]]:
    return [
        column(
            RightSort.SITE,
            _("Libellé du site"),
            width=220,
            minWidth=174,
            pinned=True,
            sortable=True,
            cellRenderer="RightsOpen",
        ),
        column(RightSort.NUMBER, _("PCE"), width=156, minWidth=156, sortable=True, filtered=True),
        chip_column(RightSort.STATE, _("État"), width=140, minWidth=136, sortable=True),
        column(
            "step", _("Qui doit agir, avant quand"), width=260, minWidth=250, renderer="KitLink"
        ),
        column(
            RightSort.CREATED,
            _("Date de création du droit"),
            width=176,
            minWidth=176,
            sortable=True,
            wrapHeaderText=True,
        ),
        column(
            RightSort.HOLDER, _("Dénomination du client"), width=220, minWidth=190, sortable=True
        ),
    ]


def _of_staff(viewer: Viewer, list_view: RightListParams) -> list[dict[str, Any]]:
    hide = not (viewer.staff or list_view.full)
    return [
        column("third_party", _("Demandeur"), width=190, minWidth=184, hide=hide, filtered=True)
    ]


def _whole_period(list_view: RightListParams) -> list[dict[str, Any]]:
    titles: list[tuple[str, str, int]] = [
        ("role", _("Rôle"), 220),
        ("email", _("Courriel du titulaire"), 230),
        ("phone", _("Mobile du titulaire"), 130),
        ("postal_code", _("Code postal"), 100),
        ("starts_on", _("Début du droit"), 110),
        (RightSort.ENDS, _("Fin du droit"), 110),
        ("supply_first", _("Début des données conso."), 130),
        ("supply_last", _("Fin des données conso."), 130),
        ("injection_first", _("Début des données d’injection"), 130),
        ("injection_last", _("Fin des données d’injection"), 130),
        *((kind.value, _(word), 110) for kind, word in KINDS.items()),
        ("closed_at", _("Clos le"), 150),
        ("source", _("Clos par"), 150),
        ("origin", _("Parcours"), 150),
        ("proof_state", _("Contrôle de preuve"), 190),
        ("proof_due", _("Preuve jusqu’au (inclus)"), 120),
        ("answer_due", _("Réponse avant le"), 120),
        ("purpose", _("Finalité"), 230),
        ("consented_on", _("Consentement du"), 120),
        ("uid", _("Identifiant du droit"), 290),
    ]
    filtered = {"role", RightSort.ENDS, "origin"}
    return [
        column(
            name,
            title,
            width=width,
            hide=not list_view.full,
            sortable=name == RightSort.ENDS,
            filtered=name in filtered,
        )
        for name, title, width in titles
    ]


def fields_count() -> int:
    """Return the number of fields of the full view."""
    return len(_usual()) + 1 + len(_whole_period(RightListParams()))


def grid_row(row: RightRow, viewer: Viewer) -> dict[str, object]:
    """Return a grid row; cells are formatted for display."""
    word, icon, tone = STATES[row.state]
    return {
        "uid": row.uid,
        RightSort.SITE.value: {"uid": row.uid, **_name(row)},
        RightSort.NUMBER.value: row.number,
        RightSort.STATE.value: {"word": _(word), "icon": icon, "tone": tone},
        "step": _step(row, viewer),
        RightSort.CREATED.value: clock(row.created_at)[:10],
        RightSort.HOLDER.value: row.holder or "–",
        "third_party": row.third_party,
        **_rest(row),
    }


def _name(row: RightRow) -> dict[str, str]:
    """Return the site name; for a right without one, `label` adds the PCE for screen readers."""
    if row.site:
        return {"text": row.site}
    label = _("Sans libellé, PCE {number}", number=row.number)
    return {"text": _("Sans libellé"), "label": label}


def _step(row: RightRow, viewer: Viewer) -> object:
    """Return the next actor; a step that needs a control links to it."""
    step_label = step_text(row, viewer)
    if next_step(row, viewer.today).act not in {Act.PROVE, Act.JUDGE}:
        return step_label
    query_string = f"state={row.proof_state}&q={row.number}" if viewer.staff else f"right={row.uid}"
    return {"text": step_label, "href": f"/controles?{query_string}"}


def _rest(row: RightRow) -> dict[str, str]:
    days = {
        name: _day(getattr(row, name))
        for name in (
            *("starts_on", "ends_on", "supply_first", "supply_last"),
            *("injection_first", "injection_last", "proof_due", "answer_due", "consented_on"),
        )
    }
    return {
        **days,
        "role": _(ROLES[row.role]),
        "email": row.email or "–",
        "phone": row.phone or "–",
        "postal_code": row.postal_code,
        "purpose": row.purpose or "–",
        **{kind.value: _("Oui") if kind in row.kinds else _("Non") for kind in KINDS},
        "closed_at": clock(row.closed_at) if row.closed_at else "–",
        "source": _(SOURCES[row.source]) if row.source else "–",
        "origin": _(ORIGINS[row.origin]),
        "proof_state": _(PROOFS[row.proof_state]) if row.proof_state else "–",
    }


def _day(day: date | None) -> str:
    return short_day(day) if day else "–"
