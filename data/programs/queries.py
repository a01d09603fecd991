"""Who a program is, and how much is called."""

from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from data.access import Permission, Role, Viewer, is_contracted
from data.accounts.models import ApiCredential, Organisation
from data.accounts.types.security import ApiScope
from data.db import Prepared
from data.programs.models import ProgramUse
from data.programs.rules import opened_by
from data.programs.types import Pace, Use
from i18n import PARIS

_credential = ApiCredential
_PROGRAM = Prepared(
    select(
        *(_credential.name, _credential.scopes, Organisation.id, Organisation.kind),
        *(Organisation.name, Organisation.contracted_until),
    )
    .join(Organisation, Organisation.id == _credential.organisation_id)
    .where(
        _credential.id == bindparam("credential"),
        _credential.revoked_at.is_(None),
        _credential.expires_at > bindparam("now"),
    )
)


def program_of(db: Session, credential_id: int, now: datetime) -> Viewer | None:
    """The program of a credential, as its organisation is now; None once it is worth nothing."""
    rows = _PROGRAM.rows(db, {"credential": credential_id, "now": now})
    if not rows:
        return None
    name, scopes, organisation_id, kind, organisation, contracted_until = rows[0]
    today = now.astimezone(PARIS).date()
    return Viewer(
        user_id=-credential_id,
        organisation_id=organisation_id,
        kind=kind,
        role=Role.FACILITY_MANAGER,
        today=today,
        name=name,
        organisation=organisation,
        contracted=is_contracted(contracted_until, today),
        program=opened_by([scope for scope in ApiScope if scope in scopes]),
    )


def get_use(db: Session, viewer: Viewer, pace: Pace) -> Use:
    """How many calls the programs of the viewer's organisation made today."""
    viewer.require(Permission.API_CREDENTIALS)
    query = select(ProgramUse.calls).where(
        ProgramUse.organisation_id == viewer.organisation_id, ProgramUse.day == viewer.today
    )
    return Use(db.scalar(query) or 0, pace)
