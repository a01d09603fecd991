"""Who a program is, and how much is called."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.access import Permission, Role, Viewer, is_contracted
from data.accounts.models import ApiCredential, Organisation
from data.accounts.types.security import ApiScope
from data.programs.models import ProgramUse
from data.programs.rules import opened_by
from data.programs.types import Pace, Use
from i18n import PARIS


def program_of(db: Session, credential_id: int, now: datetime) -> Viewer | None:
    """The program of a credential, as its organisation is now; None once it is worth nothing."""
    credential, organisation = ApiCredential, Organisation
    row = db.execute(
        select(
            *(credential.name, credential.scopes, organisation.id, organisation.kind),
            organisation.name.label("organisation"),
            organisation.contracted_until,
        )
        .join(organisation, organisation.id == credential.organisation_id)
        .where(
            credential.id == credential_id,
            credential.revoked_at.is_(None),
            credential.expires_at > now,
        )
    ).one_or_none()
    if row is None:
        return None
    today = now.astimezone(PARIS).date()
    return Viewer(
        user_id=-credential_id,
        organisation_id=row.id,
        kind=row.kind,
        role=Role.FACILITY_MANAGER,
        today=today,
        name=row.name,
        organisation=row.organisation,
        contracted=is_contracted(row.contracted_until, today),
        program=opened_by([scope for scope in ApiScope if scope in row.scopes]),
    )


def get_use(db: Session, viewer: Viewer, pace: Pace) -> Use:
    """How many calls the programs of the viewer's organisation made today."""
    viewer.require(Permission.API_CREDENTIALS)
    query = select(ProgramUse.calls).where(
        ProgramUse.organisation_id == viewer.organisation_id, ProgramUse.day == viewer.today
    )
    return Use(db.scalar(query) or 0, pace)
