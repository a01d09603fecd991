"""The connection of the viewer's organisation, without what opens it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.accounts.models import Organisation
from data.mirror.models import MirrorConnection
from data.mirror.queries.telling import told
from data.mirror.types import Choice, ConnectionRow, ConnectionState, Part
from data.pces.rules import folded
from data.told import Told


def state_of(db: Session, viewer: Viewer) -> ConnectionState | None:
    """How the connection of the viewer's organisation stands; None without, or once forgotten."""
    viewer.require(Permission.RIGHTS_READ)
    mine = MirrorConnection.organisation_id == viewer.organisation_id
    return db.scalar(select(MirrorConnection.state).where(mine))


def refusal_of(db: Session, viewer: Viewer) -> Told | None:
    """Why the distributor refuses the credentials that the viewer may mend; None unless it does."""
    viewer.require(Permission.MIRROR)
    mine = MirrorConnection.organisation_id == viewer.organisation_id
    refused = MirrorConnection.state == ConnectionState.REFUSED
    found = db.scalar(select(MirrorConnection.problem).where(mine, refused))
    return None if found is None else told(found) or Told("")


def get_connection(db: Session, viewer: Viewer, most: int) -> ConnectionRow | None:
    """None when there is none; *most* calls may be made in a day."""
    viewer.require(Permission.MIRROR)
    mine = MirrorConnection.organisation_id == viewer.organisation_id
    named = select(MirrorConnection, Organisation.name).join(Organisation).where(mine)
    found = db.execute(named).one_or_none()
    if found is None:
        return None
    row, name = found
    return ConnectionRow(
        client_id=row.client_id,
        choice=Choice(
            frozenset(part for part in Part if part in row.parts), row.sends, row.repairs
        ),
        state=row.state,
        problem=told(row.problem),
        created_at=row.created_at,
        tried_at=row.tried_at,
        worked_at=row.worked_at,
        calls=row.calls if row.day == viewer.today else 0,
        most=most,
        third_party=row.third_party,
        organisation="" if folded(name) == folded(row.third_party) else name,
    )
