"""Invent the heated surface of demo sites, so that they are compared per square metre."""

from collections.abc import Mapping
from datetime import datetime
from zlib import crc32

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Viewer
from data.metering.surfaces.types import DM2, SiteUse
from data.migrations import tables
from jobs.demo.bulk import pour
from jobs.demo.sites import DemoSite
from jobs.demo.world import stamp_of

USES: Mapping[str, SiteUse] = {
    "primary": SiteUse.TEACHING, "college": SiteUse.TEACHING, "lycee": SiteUse.TEACHING,
    "nursery": SiteUse.CHILDCARE, "gym": SiteUse.SPORTS, "pool": SiteUse.POOL,
    "hall": SiteUse.OFFICES, "office": SiteUse.OFFICES, "library": SiteUse.CULTURE,
    "theatre": SiteUse.CULTURE, "museum": SiteUse.CULTURE, "care": SiteUse.HEALTH,
    "housing": SiteUse.HOUSING, "lodging": SiteUse.HOUSING, "bakery": SiteUse.RETAIL,
    "workshop": SiteUse.INDUSTRY, "store": SiteUse.INDUSTRY, "depot": SiteUse.INDUSTRY,
}  # fmt: skip
KWH_PER_M2, OF_POOLS = 115, 900  # a year, at an ordinary site
LEAST_M2 = 30
UNKNOWN = 17  # one site in so many has no surface
SOURCES = ("Permis de construire", "Bail", "Plans", "Diagnostic de performance énergétique")


def area_of(site: DemoSite) -> int:
    """Return the surface of a site in dm²: it uses from 0.7 to 1.5 times as much as usual."""
    usual = OF_POOLS if site.kind == "pool" else KWH_PER_M2
    per_mille = 700 + crc32(site.number.encode()) % 800
    return max(LEAST_M2, site.reference_kwh * 1000 // (usual * per_mille)) * DM2


def add_surfaces(db: Session, viewer: Viewer, sites: Mapping[str, DemoSite], now: datetime) -> None:
    """State the surface of the sites that the viewer's organisation holds and has none of."""
    pces, surfaces = tables()["pces"], tables()["surfaces"]
    mine = surfaces.c.organisation_id == viewer.organisation_id
    stated = select(surfaces.c.pce_id).where(mine)
    query = select(pces.c.id, pces.c.number).where(
        pces.c.holder_id == viewer.organisation_id, pces.c.id.not_in(stated)
    )
    stamp = stamp_of(now, sqlite=db.connection().dialect.name == "sqlite")
    rows = [
        (id_, viewer.organisation_id, area_of(site), use.value, SOURCES[id_ % len(SOURCES)], 1,
         stamp)
        for id_, number in db.execute(query)
        if (site := sites.get(number)) and (use := USES.get(site.kind)) and id_ % UNKNOWN
    ]  # fmt: skip
    columns = ("pce_id", "organisation_id", "area_dm2", "use", "source", "version", "changed_at")
    pour(db, "surfaces", columns, rows)
