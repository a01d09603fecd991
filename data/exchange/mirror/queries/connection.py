"""Query the organisation's connection, without its credentials."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.records import copy_fields
from data.exchange.mirror.models import MirrorConnection
from data.exchange.mirror.queries.messages import find_stored_message
from data.exchange.mirror.types import ConnectionRow, ConnectionState, MirrorChoice, MirrorPart
from data.identity.accounts.models import Organisation
from data.metering.pces.rules import folded
from data.upstream_message import UpstreamMessage


def find_connection_state(db: Session, viewer: Viewer) -> ConnectionState | None:
    """Return the state of the organisation's connection; None without one."""
    viewer.require(Permission.RIGHTS_READ)
    mine = MirrorConnection.organisation_id == viewer.organisation_id
    return db.scalar(select(MirrorConnection.state).where(mine))


def find_credentials_refusal(db: Session, viewer: Viewer) -> UpstreamMessage | None:
    """Return why the distributor refuses the credentials; None unless it does."""
    viewer.require(Permission.MIRROR)
    mine = MirrorConnection.organisation_id == viewer.organisation_id
    refused = MirrorConnection.state == ConnectionState.REFUSED
    problem = db.scalar(select(MirrorConnection.problem).where(mine, refused))
    return None if problem is None else find_stored_message(problem) or UpstreamMessage("")


def get_connection(db: Session, viewer: Viewer, most: int) -> ConnectionRow | None:
    """Return the connection; None without one. `most` is the daily limit of calls."""
    viewer.require(Permission.MIRROR)
    mine = MirrorConnection.organisation_id == viewer.organisation_id
    named = select(MirrorConnection, Organisation.name).join(Organisation).where(mine)
    result = db.execute(named).one_or_none()
    if result is None:
        return None
    row, name = result
    return copy_fields(
        ConnectionRow,
        row,
        choice=MirrorChoice(
            frozenset(part for part in MirrorPart if part in row.parts), row.sends, row.repairs
        ),
        problem=find_stored_message(row.problem),
        calls=row.calls if row.day == viewer.today else 0,
        most=most,
        organisation="" if folded(name) == folded(row.third_party) else name,
    )
