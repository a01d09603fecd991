"""Very many rights: half of them of one third party, the others of several."""

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select

from core.copy import pour
from core.database import Database, Session, blocks
from data.identity.accounts.models import Organisation
from data.metering.pces.models import Pce
from data.metering.pces.rules import folded
from data.metering.pces.types import Frequency
from data.rights.models import AccessRight
from data.rights.types import DeclarationOrigin, RightRole, RightState

BLOCK, EACH = 20_000, 4  # rights a transaction; rights a PCE
RARE = "Observatoire"  # one site in 50,000
_KINDS = ("École", "Gymnase", "Mairie", "Résidence", "Piscine", "Crèche", "Atelier", "Halle")
_FIRST = ("Chan", "Mon", "Ver", "Bel", "Ros", "Cla", "Fon", "Gran", "Tou", "Lam", "Bri", "Mar")
_LAST = ("temerle", "tagne", "dier", "levue", "ière", "teuil", "taine", "dval", "relle", "bert")
_STATES = (
    *(RightState.ACTIVE,) * 6,
    *(RightState.PENDING, RightState.RECHECK, RightState.REFUSED),
    *(RightState.REVOKED, RightState.OBSOLETE),
)
_FROM = datetime(2023, 1, 1, tzinfo=UTC)
_SITE = {"alias": "", "postal_code": "99123", "search": "", "frequency": Frequency.MONTHLY}


def fill(database: Database, size: int, largest: int, others: Sequence[int]) -> None:
    """Add *size* rights, the same ones each time."""
    draw = random.Random(7)
    with database.transaction() as db:
        first = 1 + (db.scalar(select(func.max(Pce.id))) or 0)
        numbers = [f"098{site:011d}" for site in range(-(-size // EACH))]
        sites = [{**_SITE, "id": first + n, "number": one} for n, one in enumerate(numbers)]
        for block in blocks(sites, 1000):  # PostgreSQL plans its checks by the first rows it sees
            db.connection().execute(insert(Pce).values(block))
        names = {
            row.id: folded(row.name)
            for row in db.execute(select(Organisation.id, Organisation.name))
        }
    owners = [*others, *[largest] * len(others)]
    for start in range(0, size, BLOCK):
        with database.transaction() as db:
            _pour(db, _rows(draw, range(start, min(start + BLOCK, size)), owners, names, first))
    if database.sqlite:
        return
    with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")  # as its own upkeep does, in its own time


def _pour(db: Session, rows: Iterator[dict[str, Any]]) -> None:
    first = next(rows)
    pour(db, AccessRight, tuple(first), [tuple(first.values()), *(tuple(r.values()) for r in rows)])


def _name(draw: random.Random) -> str:
    return "".join((draw.choice(_FIRST), draw.choice(_LAST)))


def _rows(
    draw: random.Random, which: range, owners: Sequence[int], names: Mapping[int, str], first: int
) -> Iterator[dict[str, Any]]:
    for place in which:
        owner = draw.choice(owners)
        number = f"098{place // EACH:011d}"
        kind = RARE if place % 50_000 == 0 else draw.choice(_KINDS)
        site = f"{kind} {_name(draw)} {draw.randrange(2000)}"
        company = f"{draw.choice(('Ville', 'Syndic', 'SA', 'OPH'))} {_name(draw)} {_name(draw)}"
        email = f"{_name(draw)}{draw.randrange(9999)}@mail.example".lower()
        ends = date(2024, 1, 1) + timedelta(days=draw.randrange(2000))
        at = _FROM + timedelta(minutes=draw.randrange(2_000_000))
        keys = folded(site), folded(company)
        yield {
            "uid": f"bench-{place:030d}", "pce_id": first + place // EACH,
            "organisation_id": owner, "number": number, "role": RightRole.AUTHORISED_SUPPLY,
            "state": draw.choice(_STATES), "person": "", "company": company, "holder_key": keys[1],
            "site": site, "site_key": keys[0], "email": email, "phone": "", "postal_code": "99123",
            "starts_on": ends - timedelta(days=400), "ends_on": ends, "ends_key": ends,
            "supply_first": ends - timedelta(days=800), "supply_last": ends,
            "informative": True, "published": True, "contractual": True, "technical": False,
            "created_at": at, "declared_on": at.date(), "origin": DeclarationOrigin.FILE,
            "digest": "",
            "search": " ".join((*keys, number, names[owner], email)),
        }  # fmt: skip
