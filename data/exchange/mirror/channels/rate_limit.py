"""Limit upstream calls: one at a time for the portal, and a daily quota each."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.database import upsert
from core.errors import NotFound
from core.i18n import N_, PARIS
from data.exchange.mirror.channels.administrator_notices import calm, warn
from data.exchange.mirror.models import MirrorConnection, MirrorPace
from data.exchange.mirror.types import JSON, Address, ConnectionState, NotTaken, Spent
from data.identity.programs.rules import until_tomorrow
from data.notifications.types import NotificationKind

NO_CONNECTION = N_("Aucune connexion au distributeur n’est enregistrée.")
_ALL_MADE = N_(
    "Les {most} appels du jour au distributeur sont utilisés : la suite est prévue demain."
)
_FARTHEST = timedelta(minutes=10)  # a turn beyond comes from a wrong clock


@dataclass(frozen=True, slots=True)
class SealedAccess:
    """Sealed credentials and token."""

    client_id: str
    secret: str = field(repr=False)
    token: str = field(repr=False)  # "" when missing or expired


def read_kept(db: Session, organisation_id: int, now: datetime) -> SealedAccess:
    """Return the stored credentials. Raise NotFound without a connection."""
    row = db.execute(
        select(
            MirrorConnection.client_id,
            MirrorConnection.sealed_secret,
            MirrorConnection.sealed_token,
            MirrorConnection.token_until,
        ).where(MirrorConnection.organisation_id == organisation_id)
    ).one_or_none()
    if row is None:
        raise NotFound(NO_CONNECTION)
    ends = row.token_until is None or row.token_until <= now
    return SealedAccess(row.client_id, row.sealed_secret, "" if ends else row.sealed_token)


def take_turn(db: Session, organisation_id: int, address: Address, now: datetime) -> float:
    """Take the next turn and count its call; return the seconds until it.

    Raise NotFound without a connection, Spent once the day's calls are made. The next caller waits,
    in any process: turns are `address.pause` seconds apart.
    """
    connection = db.scalars(
        select(MirrorConnection)
        .where(MirrorConnection.organisation_id == organisation_id)
        .with_for_update()
    ).one_or_none()
    if connection is None:
        raise NotFound(NO_CONNECTION)
    calls = require_left(connection, address.a_day, now)
    connection.day, connection.calls = now.astimezone(PARIS).date(), calls + 1
    return _next_of(db, address, now)


def require_left(connection: MirrorConnection, most: int, now: datetime) -> int:
    """Return the number of calls today; raise Spent when they reach `most` (0: no limit)."""
    calls = connection.calls if connection.day == now.astimezone(PARIS).date() else 0
    if most and calls >= most:
        raise Spent(_ALL_MADE, now + timedelta(seconds=until_tomorrow(now)), most=most)
    return calls


def _next_of(db: Session, address: Address, now: datetime) -> float:
    """Return the seconds until the taken turn; an implausibly late turn is ignored."""
    absent = {"address": address.base, "ready_at": now}
    db.execute(upsert(db, MirrorPace).on_conflict_do_nothing(), [absent])
    row = db.scalars(
        select(MirrorPace).where(MirrorPace.address == address.base).with_for_update()
    ).one()
    start = max(row.ready_at, now) if row.ready_at <= now + _FARTHEST else now
    row.ready_at = start + timedelta(seconds=address.pause)
    return (start - now).total_seconds()


def keep_token(
    db: Session, organisation_id: int, credentials: SealedAccess, sealed_token: str, until: datetime
) -> None:
    """Store a token, unless the credentials changed meanwhile."""
    db.execute(
        update(MirrorConnection)
        .where(
            MirrorConnection.organisation_id == organisation_id,
            MirrorConnection.sealed_secret == credentials.secret,
        )
        .values(sealed_token=sealed_token, token_until=until)
    )


def drop_token(db: Session, organisation_id: int, sealed_token: str) -> None:
    """Delete a refused token, unless another process has stored a new one."""
    db.execute(
        update(MirrorConnection)
        .where(
            MirrorConnection.organisation_id == organisation_id,
            MirrorConnection.sealed_token == sealed_token,
        )
        .values(sealed_token="", token_until=None)
    )


def note_refusal(
    db: Session, organisation_id: int, credentials: SealedAccess, error: NotTaken, now: datetime
) -> None:
    """Record refused credentials and notify, unless they changed meanwhile."""
    same = (
        MirrorConnection.organisation_id == organisation_id,
        MirrorConnection.sealed_secret == credentials.secret,
    )
    before = db.scalar(select(MirrorConnection.state).where(*same).with_for_update())
    db.execute(
        update(MirrorConnection)
        .where(*same)
        .values(
            state=ConnectionState.REFUSED,
            problem=[error.message, dict(error.params)],
            tried_at=now,
            sealed_token="",
            token_until=None,
            **({"worked_at": now} if error.reached else {}),
        )
    )
    if before in {ConnectionState.WORKING, ConnectionState.DOWN}:
        what = f"{now.isoformat()}:refused"
        calm(db, organisation_id, NotificationKind.MIRROR_REFUSED, now)
        warn(
            db,
            organisation_id,
            NotificationKind.MIRROR_REFUSED,
            what,
            now,
            **_quoted_message(error),
        )


def _quoted_message(error: NotTaken) -> dict[str, JSON]:
    """Return the upstream words, which a notice quotes."""
    reply, code = (str(error.params.get(name, "")) for name in ("reply", "code"))
    return {"text": reply, "code": code, "upstream": True} if reply else {}


def require_taken(db: Session, organisation_id: int) -> None:
    """Raise NotFound without a connection, NotTaken when it was refused."""
    query = select(MirrorConnection.state).where(
        MirrorConnection.organisation_id == organisation_id
    )
    state = db.scalar(query)
    if state is None:
        raise NotFound(NO_CONNECTION)
    if state is ConnectionState.REFUSED:
        raise NotTaken(
            N_("Le distributeur a refusé vos identifiants : corrigez-les, puis testez-les.")
        )
