"""Query accounts: the owner of a session, and a person's own account."""

import hashlib
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.access import OrganisationKind, Permission, Role, Viewer, is_contracted, permissions_of
from core.database import Prepared, blocks
from core.errors import NotFound
from core.i18n import N_, PARIS
from data.identity.accounts.models import (
    LoginAttempt,
    LoginSession,
    Organisation,
    Passkey,
    PasswordReset,
    RecoveryCode,
    SecondFactor,
    User,
)
from data.identity.accounts.queries.passkeys import has_any_factor
from data.identity.accounts.rules import KNOWN_FOR, is_alive, is_stale, place_of
from data.identity.accounts.types import (
    AccountDetail,
    Colleague,
    OpenSession,
    SessionLimits,
    SessionRow,
)
from data.one_site import has_one_site
from data.tag_limits import is_limited


def get_token_digest(secret: str) -> str:
    """Return the stored SHA-256 of a token."""
    return hashlib.sha256(secret.encode()).hexdigest()


# Prepared once: every request runs it, and building it costs more than running it.
_session, _user, _organisation = (
    LoginSession.__table__.c,
    User.__table__.c,
    Organisation.__table__.c,
)
_colleagues = User.__table__.alias("colleagues")
_alone = ~(
    select(_colleagues.c.id)
    .where(
        _colleagues.c.organisation_id == _user.organisation_id,
        _colleagues.c.id != _user.id,
        _colleagues.c.disabled_at.is_(None),
    )
    .correlate(User.__table__)
    .exists()
)
_one_site = and_(_user.role == Role.CLIENT, has_one_site(_user.organisation_id))
_OPEN_SESSION = Prepared(
    select(
        _session.started_at,
        _session.last_seen_at,
        _session.id,
        _user.id,
        _user.name,
        _user.role,
        _user.language,
        _user.theme,
        _organisation.id,
        _organisation.name,
        _organisation.kind,
        _organisation.contracted_until,
        _alone.label("alone"),
        _one_site.label("one_site"),
        is_limited(_user.id).label("limited"),
        _session.strong,
        has_any_factor().label("coded"),
        _user.demo_password,
    )
    .join_from(LoginSession.__table__, User.__table__, _user.id == _session.user_id)
    .join(Organisation.__table__, _organisation.id == _user.organisation_id)
    .where(
        _session.token_hash == bindparam("fingerprint"),
        _session.ended_at.is_(None),
        _user.disabled_at.is_(None),
    )
)


def find_open_session(
    db: Session, token: str, now: datetime, limits: SessionLimits
) -> OpenSession | None:
    """Return the owner of the session `token`; None once it is closed, idle, too old or revoked."""
    rows = _OPEN_SESSION.rows(db, {"fingerprint": get_token_digest(token)})
    if not rows:
        return None
    started_at, last_seen_at, *person, strong, coded, demo_password = rows[0]
    if not is_alive(started_at, last_seen_at, now, limits):
        return None
    stale, viewer = is_stale(last_seen_at, now), _viewer(person, now)
    return OpenSession(viewer, stale, bool(strong), bool(coded), bool(demo_password))


def _viewer(person: Sequence[Any], now: datetime) -> Viewer:
    session_id, user_id, name, role, language, theme, *place, alone, one_site, limited = person
    organisation_id, organisation, kind, until = place
    today = now.astimezone(PARIS).date()
    return Viewer(
        user_id,
        organisation_id,
        kind,
        role,
        today,
        name=name,
        organisation=organisation,
        language=language,
        theme=theme,
        session_id=session_id,
        alone=bool(alone),
        one_site=bool(one_site),
        contracted=is_contracted(until, today),
        limited=bool(limited),
    )


def find_person(db: Session, user_id: Select[int], today: date) -> Viewer | None:
    """Return the person that `user_id` selects, as they are now, None once disabled; for jobs."""
    row = db.execute(
        select(
            User.id.label("user_id"),
            User.role,
            User.name,
            User.language,
            Organisation.id.label("organisation_id"),
            Organisation.kind,
            Organisation.name.label("organisation"),
            Organisation.contracted_until,
            _alone.label("alone"),
            _one_site.label("one_site"),
            is_limited(User.id).label("limited"),
        )
        .join(Organisation, Organisation.id == User.organisation_id)
        .where(User.id == user_id.scalar_subquery(), User.disabled_at.is_(None))
    ).one_or_none()
    if row is None:
        return None
    fields = row._asdict()
    contracted = is_contracted(fields.pop("contracted_until"), today)
    for flag in ("alone", "one_site", "limited"):
        fields[flag] = bool(fields[flag])
    return Viewer(today=today, contracted=contracted, **fields)


def get_administrators_query(organisation_id: int) -> Select[int]:
    """Select the open administrator accounts of an organisation."""
    return select(User.id).where(
        User.organisation_id == organisation_id,
        User.role == Role.ADMINISTRATOR,
        User.disabled_at.is_(None),
    )


def list_deciding_emails(
    db: Session, organisation_ids: Collection[int]
) -> dict[int, frozenset[str]]:
    """Return the addresses of people able to answer rights requests, by organisation.

    People restricted to tags are left out: they answer on screen for their PCEs, not by letter.
    """
    people: dict[int, list[Any]] = {}
    limited = is_limited(User.id).label("limited")
    columns = (User.organisation_id, User.email, User.role, Organisation.kind, limited)
    query = select(*columns).join(Organisation, Organisation.id == User.organisation_id)
    for block in blocks(sorted(organisation_ids)):
        active_people = query.where(User.organisation_id.in_(block), User.disabled_at.is_(None))
        for person in db.execute(active_people):
            people.setdefault(person.organisation_id, []).append(person)
    return {
        organisation_id: frozenset(
            member.email
            for member in members
            if not member.limited
            and Permission.RIGHTS_ANSWER
            in permissions_of(member.role, member.kind, alone=len(members) == 1)
        )
        for organisation_id, members in people.items()
    }


def list_able_names(db: Session, viewer: Viewer, permission: Permission) -> tuple[str, ...]:
    """Return the names of the colleagues who have `permission`; none if the viewer does."""
    if viewer.may(permission):
        return ()
    return tuple(person.name for person in list_able_people(db, viewer, permission))


def list_able_people(db: Session, viewer: Viewer, permission: Permission) -> tuple[Colleague, ...]:
    """Return the viewer's colleagues who have `permission` on all its sites, by name."""
    query = (
        select(User.id, User.name, User.role)
        .where(
            User.organisation_id == viewer.organisation_id,
            User.disabled_at.is_(None),
            ~is_limited(User.id),
        )
        .order_by(User.name, User.id)
    )
    people = db.execute(query).all()
    return tuple(
        Colleague(person.id, person.name)
        for person in people
        if permission in permissions_of(person.role, viewer.kind)
    )


def list_able_staff(
    db: Session, viewer: Viewer, permission: Permission
) -> dict[int, tuple[Colleague, ...]]:
    """Return the distributor's people with `permission`, by organisation, for others to ask."""
    query = (
        select(User.id, User.name, User.role, User.organisation_id)
        .join(Organisation, Organisation.id == User.organisation_id)
        .where(
            Organisation.kind == OrganisationKind.DISTRIBUTOR,
            Organisation.id != viewer.organisation_id,
            User.disabled_at.is_(None),
        )
        .order_by(User.name, User.id)
    )
    staff: dict[int, list[Colleague]] = {}
    for person in db.execute(query):
        if permission in permissions_of(person.role, OrganisationKind.DISTRIBUTOR):
            staff.setdefault(person.organisation_id, []).append(Colleague(person.id, person.name))
    return {home: tuple(people) for home, people in staff.items()}


def get_account(db: Session, viewer: Viewer) -> AccountDetail:
    """Return the viewer's account in full."""
    unused_codes = select(func.count()).where(
        RecoveryCode.user_id == User.id, RecoveryCode.used_at.is_(None)
    )
    passkeys = select(func.count()).where(Passkey.user_id == User.id)
    row = db.execute(
        select(
            User.name,
            User.email,
            Organisation.name.label("organisation"),
            User.password_changed_at,
            SecondFactor.confirmed_at,
            unused_codes.scalar_subquery(),
            User.demo_password,
            passkeys.scalar_subquery(),
        )
        .join(Organisation, Organisation.id == User.organisation_id)
        .outerjoin(SecondFactor, SecondFactor.user_id == User.id)
        .where(User.id == viewer.user_id)
    ).one_or_none()
    if row is None:
        raise NotFound(N_("Ce compte n’existe plus."))
    return AccountDetail(*row)


def has_second_factor(db: Session, user_id: int) -> bool:
    """Return whether this user has a confirmed authenticator application."""
    confirmed = select(SecondFactor.user_id).where(
        SecondFactor.user_id == user_id, SecondFactor.confirmed_at.is_not(None)
    )
    return db.scalar(confirmed) is not None


def list_sessions(
    db: Session, viewer: Viewer, now: datetime, limits: SessionLimits
) -> tuple[SessionRow, ...]:
    """Return the viewer's live sessions: the current one, then the most recently seen."""
    rows = db.scalars(
        select(LoginSession)
        .where(LoginSession.user_id == viewer.user_id, LoginSession.ended_at.is_(None))
        .order_by(LoginSession.last_seen_at.desc())
    )
    live = [
        SessionRow(
            row.id,
            row.started_at,
            row.last_seen_at,
            row.device,
            row.address,
            row.id == viewer.session_id,
        )
        for row in rows
        if is_alive(row.started_at, row.last_seen_at, now, limits)
    ]
    return tuple(sorted(live, key=lambda row: not row.current))


def count_attempts(db: Session, key: str, since: datetime) -> int:
    """Count the attempts after `since` under `key`, or under keys that start with it."""
    return (
        db.scalar(
            select(func.count())
            .select_from(LoginAttempt)
            .where(has_hex_prefix(LoginAttempt.key, key), LoginAttempt.at > since)
        )
        or 0
    )


def has_hex_prefix(key: InstrumentedAttribute[str], prefix: str) -> ColumnElement[bool]:
    """Return whether a hexadecimal `key` starts with `prefix`, using its index unlike LIKE."""
    return key.between(prefix, f"{prefix}g")


def is_known_place(db: Session, email: str, address: str, now: datetime) -> bool:
    """Return whether the owner of `email` signed in recently from the network of `address`."""
    query = (
        select(LoginSession.address)
        .distinct()
        .join(User, User.id == LoginSession.user_id)
        .where(User.email == email, LoginSession.started_at > now - KNOWN_FOR)
    )
    return place_of(address) in {place_of(known_address) for known_address in db.scalars(query)}


def is_reset_open(db: Session, token: str, now: datetime) -> bool:
    """Return whether a reset link can still be used."""
    row = db.get(PasswordReset, get_token_digest(token))
    return row is not None and row.used_at is None and row.expires_at > now


def count_open_links(db: Session, user_id: int, now: datetime) -> int:
    """Count the reset links that this user can still use."""
    query = select(func.count()).where(
        PasswordReset.user_id == user_id,
        PasswordReset.used_at.is_(None),
        PasswordReset.expires_at > now,
    )
    return db.scalar(query) or 0


def list_organisations(db: Session, viewer: Viewer) -> tuple[tuple[str, str], ...]:
    """Return (id, name) of all organisations for staff, of one's own for others."""
    query = select(Organisation.id, Organisation.name).order_by(Organisation.name, Organisation.id)
    if not viewer.staff:
        query = query.where(Organisation.id == viewer.organisation_id)
    return tuple((str(row.id), row.name) for row in db.execute(query))
