"""Write demo sites as delivery points, with their tags and events."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from data.metering.pces.rules import search_text
from data.metering.pces.types import Frequency
from data.migrations import tables
from jobs.demo.people import ORGANISATIONS
from jobs.demo.sites import DemoSite, Owner
from jobs.demo.words import GRID_POINTS

Row = dict[str, Any]


def create_pces(
    db: Session, sites: Sequence[DemoSite], organisations: Mapping[str, int]
) -> dict[str, int]:
    """Insert `sites`; return the id of each number."""
    schema = tables()
    pces = schema["pces"]
    db.execute(insert(pces), [_pce(site, organisations) for site in sites])
    numbers = [site.number for site in sites]
    id_rows = db.execute(select(pces.c.number, pces.c.id).where(pces.c.number.in_(numbers)))
    ids = {row.number: row.id for row in id_rows}
    for table, rows in (
        ("pce_tags", [row for site in sites for row in _tags(site, ids, organisations)]),
        ("pce_events", [row for site in sites for row in _events(site, ids)]),
    ):
        if rows:
            db.execute(insert(schema[table]), rows)
    return ids


def _pce(site: DemoSite, organisations: Mapping[str, int]) -> Row:
    holder = "" if site.owner is Owner.NOBODY else ORGANISATIONS[site.owner][0]
    return {
        "number": site.number,
        "alias": site.alias,
        "search": search_text(site.number, site.alias, site.city, holder, site.postal_code),
        "holder_id": organisations.get(site.owner),
        "street": site.street,
        "postal_code": site.postal_code,
        "city": site.city,
        "frequency": site.frequency,
        "tariff": site.tariff,
        "supplier": site.supplier,
        "profile": site.profile,
        "reference_kwh": site.reference_kwh or None,
        "commissioned_on": site.commissioned_on,
        "ended_on": site.ended_on,
        "meter_serial": site.meter_serial,
        "meter_digits": site.meter_digits,
        "technical": _technical(site),
        "contract": _contract(site),
    }


def _technical(site: DemoSite) -> Row:
    """Return the technical data, named as in the distributor's API (domain.md §4.8)."""
    size = int(site.caliber[1:])
    public = site.kind in {"care", "primary", "college", "lycee", "nursery", "kitchen"}
    return {
        "code_calibre": site.caliber,
        "code_debit": str(round(size * 1.6)),
        "pression_livraison": "0,300" if size >= 65 else "0,021",  # noqa: PLR2004 (bar)
        "identifiant_pitd": f"GD99{site.station:02d}",
        "libelle_pitd": GRID_POINTS[site.station],
        "client_sensible_mig": "Oui" if public else "Non",
    }


def _contract(site: DemoSite) -> Row:
    """Return the contract data, named as in the distributor's API (domain.md §4.7)."""
    terms: Row = {"car_future": round(site.reference_kwh * 0.985, -1)}
    if site.frequency is Frequency.DAILY:
        terms["cja"] = round(site.reference_kwh / 220, -2)
    return terms


def _tags(site: DemoSite, ids: Mapping[str, int], organisations: Mapping[str, int]) -> list[Row]:
    if site.owner not in organisations:
        return []
    key = {"pce_id": ids[site.number], "organisation_id": organisations[site.owner]}
    return [key | {"tag": tag} for tag in dict.fromkeys(site.tags)]


def _events(site: DemoSite, ids: Mapping[str, int]) -> list[Row]:
    return [
        {
            "pce_id": ids[site.number],
            "day": event.day,
            "kind": event.kind,
            "before": event.before,
            "after": event.after,
        }
        for event in site.events
    ]
