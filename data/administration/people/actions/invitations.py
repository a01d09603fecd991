"""Send, resend, withdraw and accept invitations."""

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core.access import Viewer
from core.database import NO_ID, change_rows
from core.errors import Conflict, Invalid, NotFound, PortalError
from core.i18n import LANGUAGES, N_
from data.administration.people.actions.invitation_limits import SentInvitations
from data.administration.people.actions.roles import check_known, keep_tags
from data.administration.people.queries.invitations import count_waiting, is_pending_invitation
from data.administration.people.queries.visible import get_organisation, visible_rows
from data.administration.people.rules import (
    KEPT,
    LASTS,
    OVER,
    check_open,
    check_role,
    email_in,
    person_in,
    tags_in,
)
from data.administration.people.types import AdministeredOrganisation, NewInvitation
from data.identity.accounts.actions import create_user
from data.identity.accounts.models import Invitation, Organisation, User
from data.identity.accounts.queries import get_token_digest
from data.identity.accounts.types import NewPassword, NewUser
from data.identity.audit.actions import note
from data.notifications.actions.outbox import enqueue_message
from data.notifications.models import Notification
from data.notifications.types import NotificationKind


def invite(db: Session, viewer: Viewer, new: NewInvitation, *, now: datetime) -> int:
    """Send a person a link to join an organisation; return the invitation's id.

    A person with an account elsewhere receives another text without a link, and the sender sees the
    same answer. Raise Invalid, NotFound, Conflict for a person or an invitation of the
    organisation, TooMany if the mailbox or the day has reached its limit, withdrawn invitations
    included.
    """
    place = get_organisation(db, viewer, new.organisation_id)
    db.execute(select(Organisation.id).where(Organisation.id == place.id).with_for_update())
    check_role(new.role, place.kind)
    tags = tags_in(new.tags, new.role, place.kind)
    check_known(db, viewer, place.id, tags)
    name, email = person_in(new.name), email_in(new.email)
    row = _row_for(db, place, email, now)
    SentInvitations(db, place.id, now).check(email)
    if row is None:
        check_open(count_waiting(db, viewer, place.id))
        row = Invitation(organisation_id=place.id, email=email, created_at=now)
        db.add(row)
    row.name, row.role, row.tags = name, new.role, list(tags)
    row.language = new.language if new.language in LANGUAGES else "fr"
    row.invited_by = viewer.user_id
    _send(db, viewer, row, place, now)
    _note(db, viewer, "invited", row, now, role=new.role.value, tags=tags)
    return row.id


def refusals(
    db: Session, viewer: Viewer, new: NewInvitation, *, now: datetime
) -> dict[str, PortalError]:
    """Return everything that prevents an invitation, by field of `NewInvitation`; write nothing.

    Raise NotFound.
    """
    place = get_organisation(db, viewer, new.organisation_id)
    checks: Mapping[str, Callable[[], object]] = {
        "name": lambda: person_in(new.name),
        "email": lambda: _row_for(db, place, email_in(new.email), now),
        "role": lambda: check_role(new.role, place.kind),
        "tags": lambda: check_known(db, viewer, place.id, tags_in(new.tags, new.role, place.kind)),
    }
    problems: dict[str, PortalError] = {}
    for name, check in checks.items():
        try:
            check()
        except (Invalid, Conflict) as error:
            problems[name] = error
    return problems


def resend(db: Session, viewer: Viewer, invitation_id: int, *, now: datetime) -> str:
    """Send a new link with a new expiry, invalidating the previous one; return the address."""
    row = _mine(db, viewer, invitation_id)
    place = get_organisation(db, viewer, row.organisation_id)
    SentInvitations(db, place.id, now).check(row.email)
    _send(db, viewer, row, place, now)
    _note(db, viewer, "invited_again", row, now)
    return row.email


def withdraw(db: Session, viewer: Viewer, invitation_id: int, *, now: datetime) -> str:
    """Withdraw an invitation, invalidating its link; return the address."""
    row = _mine(db, viewer, invitation_id)
    row.withdrawn_at = now
    db.flush()
    _note(db, viewer, "invitation_withdrawn", row, now)
    return row.email


def accept(db: Session, token: str, name: str, new: NewPassword, now: datetime) -> int:
    """Accept an invitation and create the account; return the user's id.

    Raise NotFound for an unknown, used, withdrawn or expired link, also when the person got an
    account meanwhile; Invalid for a bad password or name, and then the link stays valid.
    """
    name = person_in(name)
    row = db.scalar(
        update(Invitation)
        .where(
            Invitation.token_hash == get_token_digest(token),
            is_pending_invitation(),
            Invitation.expires_at > now,
        )
        .values(accepted_at=now)
        .returning(Invitation)
    )
    if row is None:
        raise NotFound(OVER)
    new_user = NewUser(row.organisation_id, row.email, name, row.role, row.language)
    try:
        user_id = create_user(db, new_user, new, now)
    except Conflict:
        raise NotFound(OVER) from None
    row.user_id = user_id
    keep_tags(db, user_id, row.tags, now)
    db.flush()
    actor = (user_id, row.organisation_id)
    note(db, now, "people.invitation_accepted", ("invitation", row.id), actor=actor)
    return user_id


def forget_invitations(db: Session, now: datetime) -> int:
    """Delete the expired invitations and the addresses they hold; return how many.

    The journal keeps the sender and the date of each invitation, and no name.
    """
    old = select(Invitation.id).where(Invitation.expires_at < now - KEPT)
    mail = update(Notification).where(Notification.invitation_id.in_(old))
    change_rows(db, mail.values(invitation_id=None))
    gone = delete(Invitation).where(Invitation.expires_at < now - KEPT).returning(Invitation.id)
    return len(db.scalars(gone.execution_options(synchronize_session=False)).all())


def _check_colleague(db: Session, place: AdministeredOrganisation, email: str) -> None:
    """Raise Conflict for a colleague; people of other organisations are treated as unknown."""
    query = select(User.disabled_at).where(User.email == email, User.organisation_id == place.id)
    colleague = db.execute(query).one_or_none()
    if colleague is None:
        return
    if colleague.disabled_at is None:
        raise Conflict(N_("{email} a déjà un compte dans cette organisation."), email=email)
    raise Conflict(
        N_("{email} a un compte désactivé dans cette organisation : réactivez-le."), email=email
    )


def _row_for(
    db: Session, place: AdministeredOrganisation, email: str, now: datetime
) -> Invitation | None:
    """Return the expired invitation to send again, if any; raise Conflict for a known person."""
    _check_colleague(db, place, email)
    query = select(Invitation).where(
        Invitation.organisation_id == place.id, Invitation.email == email, is_pending_invitation()
    )
    row = db.scalar(query.with_for_update())
    if row is not None and row.expires_at > now:
        raise Conflict(
            N_("{email} a déjà une invitation en attente : renvoyez-la plutôt."), email=email
        )
    return row


def _send(
    db: Session, viewer: Viewer, row: Invitation, place: AdministeredOrganisation, now: datetime
) -> None:
    """Give the invitation a new token and put its mail in the outbox."""
    token = secrets.token_urlsafe(32)
    row.token_hash, row.sent_at, row.expires_at = get_token_digest(token), now, now + LASTS
    db.flush()
    has_account = db.scalar(select(User.id).where(User.email == row.email)) is not None
    params = {"who": viewer.name, "organisation": place.name}
    more = {} if has_account else {"token": token, "until": row.expires_at.isoformat()}
    domain = row.email.rpartition("@")[2]
    kind = NotificationKind.INVITED_KNOWN if has_account else NotificationKind.INVITED
    facts = {"invitation_id": row.id, "organisation_id": row.organisation_id}
    enqueue_message(db, domain, now, kind=kind, params=params | more, **facts)


def _mine(db: Session, viewer: Viewer, invitation_id: int) -> Invitation:
    query = select(Invitation).where(
        Invitation.id == invitation_id, visible_rows(viewer, Invitation), is_pending_invitation()
    )
    row = db.scalar(query.with_for_update()) if 0 < invitation_id < NO_ID else None
    if row is None:
        raise NotFound(N_("Cette invitation est introuvable, ou déjà acceptée."))
    return row


def _note(
    db: Session, viewer: Viewer, verb: str, row: Invitation, now: datetime, **detail: object
) -> None:
    actor = (viewer.user_id, row.organisation_id)
    note(db, now, f"people.{verb}", ("invitation", row.id), actor=actor, detail=detail)
