"""Rights on both sides: what the other side lists, made of rows of ours or of nothing."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from data.exchange.mirror.actions.rights_list import Hearing, take_list
from data.exchange.mirror.models import MirrorDrift, MirrorRound
from data.exchange.mirror.types import RoundState, RoundWay, TheirRight
from data.rights.models import AccessRight
from data.rights.types import EndSource, RightDataKind, RightRole, RightState
from tests.factories import NOW, PCE, make_pce, make_right

BEFORE = NOW - timedelta(days=30)
R = RightState
THEIRS = TheirRight(
    uid="a-1",
    number=PCE,
    role=RightRole.AUTHORISED_SUPPLY,
    state=R.ACTIVE,
    created_at=datetime(2025, 1, 1, 9, 31, 7, tzinfo=UTC),
    company="LYCEE DES TILLEULS",
    email="intendance@tilleuls.example",
    phone="0600000000",
    postal_code="99123",
    starts_on=date(2025, 1, 1),
    ends_on=date(2027, 12, 31),
    supply_first=date(2023, 1, 1),
    supply_last=date(2027, 12, 31),
    kinds=frozenset(RightDataKind),
)


def number(at: int) -> str:
    return f"{9_000_000_000_000 + at:014d}"


def theirs_of(right: AccessRight, **changed: object) -> TheirRight:
    """The same right as the other side would list it."""
    plain = set(TheirRight.__dataclass_fields__) - {"uid", "kinds"}
    kinds = frozenset(kind for kind in RightDataKind if getattr(right, kind.value))
    one = TheirRight(
        uid=f"u-{right.uid}", kinds=kinds, **{name: getattr(right, name) for name in plain}
    )
    return replace(one, **changed)


def flipped(one: TheirRight, state: RightState) -> TheirRight:
    """The same in another state, with what goes with it."""
    if not state.final:
        return replace(one, state=state, closed_at=None, source=None)
    at = NOW - timedelta(days=1)
    return replace(one, state=state, closed_at=at, source=EndSource.DISTRIBUTOR)


def make_round(db, organisation_id: int = 2, **values: object) -> int:
    row = MirrorRound(
        **{
            "organisation_id": organisation_id,
            "way": RoundWay.NIGHT,
            "state": RoundState.DONE,
            "created_at": NOW,
        }
        | values
    )
    db.add(row)
    db.flush()
    return row.id


def hear(database, heard, organisation_id: int = 2, now: datetime = NOW, round_id: int = 0):
    """A whole list, by a round of its own."""
    if not round_id:
        with database.transaction() as db:
            round_id = make_round(db, organisation_id)
    return take_list(database, Hearing(organisation_id, round_id, now), heard)


def make_fleet(db, count: int, organisation_id: int = 2, **values: object) -> list[AccessRight]:
    """Rights on as many PCE, declared a month ago."""
    told = {"created_at": BEFORE, "declared_on": BEFORE.date()} | values
    return [
        make_right(db, make_pce(db, number(at)), organisation_id, **told) for at in range(count)
    ]


def drifts(db, organisation_id: int = 2):
    db.expire_all()
    query = select(MirrorDrift).where(
        MirrorDrift.organisation_id == organisation_id, MirrorDrift.ended_at.is_(None)
    )
    return list(db.scalars(query.order_by(MirrorDrift.number, MirrorDrift.id)))
