"""Query account security: journal, known browsers, credentials, second factors."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, func, or_, select
from sqlalchemy.orm import Session, aliased

from core.access import Permission, Role, Viewer
from core.database import NO_ID
from core.errors import NotFound
from core.i18n import N_
from data.identity.accounts.models import (
    ApiCredential,
    LoginSession,
    Organisation,
    Passkey,
    SecondFactor,
    User,
)
from data.identity.accounts.queries import get_token_digest
from data.identity.accounts.queries.passkeys import has_any_factor
from data.identity.accounts.rules import KNOWN_FOR, credential_state, is_new_browser
from data.identity.accounts.types.security import (
    EVENTS,
    ApiScope,
    CredentialRow,
    CredentialState,
    SecondFactorOwner,
    SecurityEvent,
)
from data.identity.audit.models import AuditEvent

PAGE = 50
_FIRST_PASSKEY = (
    select(func.min(Passkey.created_at))
    .where(Passkey.user_id == User.id)
    .correlate(User)
    .scalar_subquery()
)


def list_own_events(
    db: Session, viewer: Viewer, *, before: int | None = None, limit: int = PAGE
) -> tuple[SecurityEvent, ...]:
    """Return events of the viewer's account, newest first, before the event id `before`."""
    mine = or_(
        and_(
            AuditEvent.organisation_id == viewer.organisation_id,
            AuditEvent.actor_id == viewer.user_id,
        ),
        and_(AuditEvent.object_type == "user", AuditEvent.object_id == str(viewer.user_id)),
    )
    return _events(db, mine, before, limit)


def list_organisation_events(
    db: Session,
    viewer: Viewer,
    *,
    about: int | None = None,
    before: int | None = None,
    limit: int = PAGE,
) -> tuple[SecurityEvent, ...]:
    """Return events of all accounts of the viewer's organisation, for its administrators.

    `about` restricts them to what a person did and what happened to their account.
    """
    viewer.require(Permission.SECURITY_READ)
    people = select(cast(User.id, String)).where(User.organisation_id == viewer.organisation_id)
    credentials = select(cast(ApiCredential.id, String)).where(
        ApiCredential.organisation_id == viewer.organisation_id
    )  # the operator may have created them
    event_filter = or_(
        AuditEvent.organisation_id == viewer.organisation_id,
        and_(AuditEvent.object_type == "user", AuditEvent.object_id.in_(people)),
        and_(AuditEvent.object_type == "credential", AuditEvent.object_id.in_(credentials)),
    )
    if about is not None:
        object_filter = and_(AuditEvent.object_type == "user", AuditEvent.object_id == str(about))
        event_filter = and_(
            event_filter, or_(AuditEvent.actor_id == min(about, NO_ID - 1), object_filter)
        )
    return _events(db, event_filter, before, limit)


def _events(
    db: Session, which: ColumnElement[bool], before: int | None, limit: int
) -> tuple[SecurityEvent, ...]:
    query = select(AuditEvent).where(AuditEvent.action.in_(EVENTS), which)
    if before is not None:
        query = query.where(AuditEvent.id < min(before, NO_ID - 1))
    rows = db.scalars(query.order_by(AuditEvent.id.desc()).limit(limit)).all()
    names, places, things = _names(db, rows), _places(db, rows), _things(db, rows)
    return tuple(
        replace(_event(row, names, places), thing=things.get(_number(row, "credential"), ""))
        for row in rows
    )


def _event(
    row: AuditEvent, names: Mapping[int, str], places: Mapping[int, tuple[str, str]]
) -> SecurityEvent:
    who = names.get(row.actor_id or 0, "")
    device, address = places.get(_number(row, "session"), (str(row.detail.get("device", "")), ""))
    whom = names.get(_number(row, "user"), who)
    return SecurityEvent(row.id, row.at, row.action, who, whom, device, address)


def _number(row: AuditEvent, kind: str) -> int:
    """Return the id of an event's object if it is of this `kind`, else 0."""
    return int(row.object_id) if row.object_type == kind and row.object_id.isdecimal() else 0


def _names(db: Session, rows: Sequence[AuditEvent]) -> dict[int, str]:
    user_ids = {row.actor_id or 0 for row in rows} | {_number(row, "user") for row in rows}
    users = db.execute(select(User.id, User.name).where(User.id.in_(user_ids)))
    return {row.id: row.name for row in users}


def _places(db: Session, rows: Sequence[AuditEvent]) -> dict[int, tuple[str, str]]:
    """Return device and network of each session still stored."""
    session_ids = {_number(row, "session") for row in rows}
    query = select(LoginSession.id, LoginSession.device, LoginSession.address)
    session_rows = db.execute(query.where(LoginSession.id.in_(session_ids)))
    return {row.id: (row.device, row.address) for row in session_rows}


def _things(db: Session, rows: Sequence[AuditEvent]) -> dict[int, str]:
    """Return the name of each credential, revoked ones included."""
    credential_ids = {_number(row, "credential") for row in rows}
    credentials = db.execute(
        select(ApiCredential.id, ApiCredential.name).where(ApiCredential.id.in_(credential_ids))
    )
    return {row.id: row.name for row in credentials}


def is_new(db: Session, user_id: int, browser: str, now: datetime) -> bool:
    """Return whether to notify this user of a session in an unfamiliar browser."""
    sessions = select(LoginSession.id).where(
        LoginSession.user_id == user_id, LoginSession.started_at > now - KNOWN_FOR
    )
    same = sessions.where(
        LoginSession.browser == get_token_digest(browser), LoginSession.browser != ""
    )
    created_at = db.scalars(select(User.created_at).where(User.id == user_id)).one()
    return is_new_browser(
        known_browser=db.scalar(same.limit(1)) is not None,
        others=db.scalar(sessions.limit(1)) is not None,
        created_at=created_at,
        now=now,
    )


def get_program_organisation(
    db: Session, viewer: Viewer, organisation_id: int | None = None
) -> int:
    """Return the organisation whose programs are managed: the viewer's, or any for the operator.

    Raise Forbidden without the credentials permission, NotFound for another organisation.
    """
    viewer.require(Permission.API_CREDENTIALS)
    if organisation_id in {None, viewer.organisation_id}:
        return viewer.organisation_id
    organisation_query = select(Organisation.id).where(
        Organisation.id == min(organisation_id or 0, NO_ID - 1)
    )
    owner_id = db.scalar(organisation_query) if viewer.may(Permission.ORGANISATIONS_WRITE) else None
    if owner_id is None:
        raise NotFound(N_("Cette organisation est introuvable."))
    return owner_id


def count_live_credentials(
    db: Session, viewer: Viewer, now: datetime, *, organisation_id: int | None = None
) -> int:
    """Count the valid credentials of an organisation (see `get_program_organisation`)."""
    home = get_program_organisation(db, viewer, organisation_id)
    query = select(func.count(ApiCredential.id)).where(
        ApiCredential.organisation_id == home,
        ApiCredential.revoked_at.is_(None),
        ApiCredential.expires_at > now,
    )
    return db.scalar(query) or 0


def list_credentials(
    db: Session, viewer: Viewer, now: datetime, *, organisation_id: int | None = None
) -> tuple[CredentialRow, ...]:
    """Return an organisation's credentials, valid ones first, then latest first.

    An author from another organisation is named with it.
    """
    home = get_program_organisation(db, viewer, organisation_id)
    same_organisation = User.organisation_id == ApiCredential.organisation_id
    rows = db.execute(
        select(
            ApiCredential,
            case((same_organisation, User.name), else_=User.name + ", " + Organisation.name),
        )
        .join(User, User.id == ApiCredential.created_by)
        .join(Organisation, Organisation.id == User.organisation_id)
        .where(ApiCredential.organisation_id == home)
        .order_by(ApiCredential.id.desc())
    )
    credential_rows = [
        CredentialRow(
            row.id,
            row.name,
            row.client_id,
            tuple(scope for scope in ApiScope if scope in row.scopes),
            author,
            row.created_at,
            row.expires_at,
            row.last_used_at,
            credential_state(row.revoked_at, row.expires_at, now),
            home,
            row.revoked_at,
        )
        for row, author in rows
    ]
    return tuple(sorted(credential_rows, key=lambda row: row.state is not CredentialState.LIVE))


def get_credential(db: Session, viewer: Viewer, credential_id: int, now: datetime) -> CredentialRow:
    """Return a valid credential of the viewer's organisation, or of any for the operator."""
    viewer.require(Permission.API_CREDENTIALS)
    credential_filter = ApiCredential.id == min(credential_id, NO_ID - 1)
    home = None
    if viewer.may(Permission.ORGANISATIONS_WRITE):
        home = db.scalar(select(ApiCredential.organisation_id).where(credential_filter))
    for row in list_credentials(db, viewer, now, organisation_id=home):
        if row.id == credential_id and row.state is CredentialState.LIVE:
            return row
    raise NotFound(N_("Cet accès est introuvable, ou déjà révoqué."))


def list_coded(db: Session, viewer: Viewer) -> tuple[SecondFactorOwner, ...]:
    """List the people whose second factor the viewer can reset; never the viewer."""
    viewer.require(Permission.FACTORS_RESET)
    return tuple(SecondFactorOwner(*row) for row in db.execute(_coded(viewer)))


def get_coded(db: Session, viewer: Viewer, user_id: int) -> SecondFactorOwner:
    """Return one of these people; raise NotFound for anybody else."""
    viewer.require(Permission.FACTORS_RESET)
    person_query = _coded(viewer).where(User.id == min(user_id, NO_ID - 1))
    row = db.execute(person_query).one_or_none()
    if row is None:
        raise NotFound(N_("Ce compte est introuvable, ou n’a pas de double authentification."))
    return SecondFactorOwner(*row)


def _coded(viewer: Viewer) -> Select[*tuple[Any, ...]]:
    """Select an administrator's colleagues; for staff, the last administrators."""
    colleague = aliased(User)
    another = select(colleague.id).where(
        colleague.organisation_id == User.organisation_id,
        colleague.id != User.id,
        colleague.role == Role.ADMINISTRATOR,
        colleague.disabled_at.is_(None),
    )
    last = and_(
        User.organisation_id != viewer.organisation_id,
        User.role == Role.ADMINISTRATOR,
        ~another.exists(),
    )
    near = User.organisation_id == viewer.organisation_id
    reach = [near] if viewer.role is Role.ADMINISTRATOR else []
    reach += [last] if viewer.staff else []
    return (
        select(
            User.id,
            User.name,
            User.email,
            Organisation.name.label("organisation"),
            User.role,
            func.coalesce(SecondFactor.confirmed_at, _FIRST_PASSKEY).label("since"),
        )
        .join(Organisation, Organisation.id == User.organisation_id)
        .outerjoin(
            SecondFactor,
            and_(SecondFactor.user_id == User.id, SecondFactor.confirmed_at.is_not(None)),
        )
        .where(
            or_(*reach),
            User.id != viewer.user_id,
            User.disabled_at.is_(None),
            has_any_factor(),
        )
        .order_by(Organisation.name, User.name)
    )
