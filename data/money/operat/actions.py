"""Store the sites of a sheet."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import change_one, upsert
from core.errors import Conflict
from core.i18n import N_
from data.identity.audit.actions import note, note_all
from data.metering.surfaces.actions import remove_today, state_today
from data.metering.surfaces.rules import use_of_category
from data.metering.surfaces.types import SurfaceDraft
from data.money.operat.files import CATEGORY, PCE, draft_in, value_in_line
from data.money.operat.models import AbsoluteValueRow, OperatReference, OperatSite
from data.money.operat.queries import get_site, list_sites, list_values
from data.money.operat.rules.absolute import category_key
from data.money.operat.types import AbsoluteValue, OperatSiteSettings, SeenSite, SiteDraft
from data.runs.files.sorter import HIDDEN_PCE, SheetSorter
from data.runs.types import SheetSorted, SheetTable

SOURCE = "OPERAT"
_TWICE = N_("Ligne {line} : ce PCE est déjà plus haut dans la feuille.")
_VALUE_TWICE = N_("Ligne {line} : cette valeur est déjà à la ligne {above} de la feuille.")
_THERE = N_("Ce PCE a déjà un site : ouvrez-le dans la liste pour le modifier.")
_LATE = N_("Quelqu’un a changé ces sites en même temps que vous : contrôlez de nouveau la feuille.")


def sort_out_sites(db: Session, viewer: Viewer, table: SheetTable) -> SheetSorted[SiteDraft]:
    """Validate a sheet of sites; write nothing.

    Each line replaces the whole site of its PCE, but an empty surface, which changes nothing.
    """
    viewer.require(Permission.PCES_WRITE)
    sites_by_pce = {site.draft.pce: site for site in list_sites(db, viewer)}
    sorter = SheetSorter[SiteDraft]()
    seen_pces: set[str] = set()
    for line, draft in sorter.read(table, draft_in, PCE).items():
        site = sites_by_pce.get(draft.pce)
        if site is not None and draft.surface_dm2 is None:
            draft = replace(draft, surface_dm2=site.draft.surface_dm2)  # noqa: PLW2901
        if site is None or draft.pce in seen_pces:
            sorter.refuse(line, PCE, HIDDEN_PCE if site is None else _TWICE)
        elif site.version or site.draft == draft:
            sorter.keep(draft, ((site.pce_id, site.version), site.draft))
        else:
            sorter.keep(draft, None)
        seen_pces.add(draft.pce)
    return sorter.sorted()


def keep_sites(db: Session, viewer: Viewer, sheet: SheetSorted[SiteDraft], now: datetime) -> None:
    """Store the sites of a validated sheet. Raise Conflict for a site changed since."""
    viewer.require(Permission.PCES_WRITE)
    sites_by_pce = {site.draft.pce: site for site in list_sites(db, viewer)}
    versions = {draft.pce: version for (_id, version), draft in sheet.changed}
    drafts = [*sheet.new, *(draft for _key, draft in sheet.changed)]
    for draft in drafts:
        site = sites_by_pce.get(draft.pce)
        if site is None or site.version != versions.get(draft.pce, 0):
            raise Conflict(_LATE)
        _write(db, viewer, site, draft, now)
    note_all(
        db,
        now,
        "operat.declared",
        "pce",
        [site_draft.pce for site_draft in drafts],
        actor=viewer.actor,
    )


def _write(
    db: Session, viewer: Viewer, site: OperatSiteSettings, draft: SiteDraft, now: datetime
) -> None:
    """Store `draft` in place of `site`."""
    values = {
        "efa": draft.efa,
        "name": draft.name,
        "siren": draft.siren,
        "siret": draft.siret,
        "category": draft.category,
        "version": site.version + 1,
        "changed_at": now,
    }
    key = {"pce_id": site.pce_id, "organisation_id": viewer.organisation_id}
    statement = upsert(db, OperatSite).values(**key, **values)
    db.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))
    reference = {
        "year": draft.reference_year,
        "energy_wh": draft.reference_wh,
        "degree_days": draft.reference_degree_days,
    }
    reference_statement = upsert(db, OperatReference).values(**key, **reference)
    db.execute(reference_statement.on_conflict_do_update(index_elements=list(key), set_=reference))
    if draft.surface_dm2 is None:
        remove_today(db, viewer, draft.pce, now=now)
    elif draft.surface_dm2 != site.draft.surface_dm2:
        use = use_of_category(draft.category)
        stated = SurfaceDraft(draft.pce, draft.surface_dm2, use=use, source=SOURCE)
        state_today(db, viewer, stated, now=now)


def keep_site(
    db: Session, viewer: Viewer, draft: SiteDraft, seen: SeenSite, *, now: datetime
) -> None:
    """Store the site of one PCE; `seen` is what was displayed, version 0 for a new one.

    Raise NotFound, or Conflict when somebody changed it since or, for a new one, when there is one.
    """
    viewer.require(Permission.PCES_WRITE)
    site = get_site(db, viewer, draft.pce)
    if site.displayed != seen:
        raise Conflict(_THERE if site.version and not seen[0] else _LATE)
    _write(db, viewer, site, draft, now)
    _note(db, viewer, now, "operat.declared", draft.pce)


def forget_site(
    db: Session, viewer: Viewer, number: str, version: int, *, now: datetime
) -> SiteDraft:
    """Delete the site of a PCE and return it; the PCE leaves the yearly file.

    Its surface stays. Raise as `keep_site`.
    """
    viewer.require(Permission.PCES_WRITE)
    site = get_site(db, viewer, number)
    gone = delete(OperatSite).where(
        OperatSite.pce_id == site.pce_id,
        OperatSite.organisation_id == viewer.organisation_id,
        OperatSite.version == version,
    )
    change_one(db, gone, _LATE)
    db.execute(
        delete(OperatReference).where(
            OperatReference.pce_id == site.pce_id,
            OperatReference.organisation_id == viewer.organisation_id,
        )
    )
    _note(db, viewer, now, "operat.forgotten", site.draft.pce)
    return site.draft


def _note(db: Session, viewer: Viewer, now: datetime, action: str, number: str) -> None:
    note_all(db, now, action, "pce", [number], actor=viewer.actor)


def sort_out_values(db: Session, viewer: Viewer, table: SheetTable) -> SheetSorted[AbsoluteValue]:
    """Validate a sheet of absolute values; write nothing.

    A line is identified by its category, target year and first day: a value of a later day
    leaves the earlier one, which still holds for the years before.
    """
    viewer.require(Permission.SETTINGS_WRITE)
    stored = {_value_key(value.draft): value for value in list_values(db, viewer)}
    sorter = SheetSorter[AbsoluteValue]()
    lines_by_key: dict[tuple[object, ...], int] = {}
    for line, draft in sorter.read(table, value_in_line, CATEGORY).items():
        key = _value_key(draft)
        above, same = lines_by_key.setdefault(key, line), stored.get(key)
        if above != line:
            sorter.refuse(line, CATEGORY, _VALUE_TWICE, above=above)
        else:
            sorter.keep(draft, ((same.id, same.version), same.draft) if same else None)
    return sorter.sorted()


def keep_values(
    db: Session, viewer: Viewer, sheet: SheetSorted[AbsoluteValue], now: datetime
) -> None:
    """Store the absolute values of a validated sheet. Raise Conflict for one changed since."""
    viewer.require(Permission.SETTINGS_WRITE)
    stored = {_value_key(value.draft) for value in list_values(db, viewer)}
    for draft in sheet.new:
        if _value_key(draft) in stored:
            raise Conflict(_LATE)
        db.add(AbsoluteValueRow(changed_at=now, **_value_columns(draft)))
    row = AbsoluteValueRow
    for (value_id, version), draft in sheet.changed:
        written = update(row).where(row.id == value_id, row.version == version)
        values = _value_columns(draft) | {"version": version + 1, "changed_at": now}
        change_one(db, written.values(**values), _LATE)
    count = len(sheet.new) + len(sheet.changed)
    note(db, now, "operat.values", ("operat_values", count), actor=viewer.actor)


def _value_key(draft: AbsoluteValue) -> tuple[object, ...]:
    return category_key(draft.category), draft.target_year, draft.first


def _value_columns(draft: AbsoluteValue) -> dict[str, Any]:
    return {
        "category": draft.category,
        "category_key": category_key(draft.category),
        "target_year": draft.target_year,
        "first_day": draft.first,
        "wh_per_m2": draft.wh_per_m2,
        "source": draft.source,
    }
