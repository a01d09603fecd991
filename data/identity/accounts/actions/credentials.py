"""Create, revoke and check the API credentials of an organisation."""

import hmac
import secrets
from datetime import datetime, timedelta

from sqlalchemy import and_, false, or_, select, true, update
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import NO_ID
from core.errors import Conflict, Invalid, NotFound
from core.i18n import N_
from data.identity.accounts.actions.attempts import count_try, forget, of_client
from data.identity.accounts.actions.passwords import require_own
from data.identity.accounts.models import ApiCredential, Organisation
from data.identity.accounts.queries import get_token_digest
from data.identity.accounts.queries.security import count_live_credentials, get_program_organisation
from data.identity.accounts.rules import CLIENT_TRIED, is_stale
from data.identity.accounts.types import PasswordCheck, SessionLimits
from data.identity.accounts.types.security import (
    ApiClient,
    ApiScope,
    IssuedCredential,
    WantedCredential,
)
from data.identity.audit.actions import note

MOST = 20  # valid ones of one organisation
LONGEST_NAME = 80
DURATIONS = (30, 90, 180, 365)  # days
_NOBODY = get_token_digest("no credential has this secret")


class CredentialAlreadyMade(Conflict):
    """Raised when the form has already created its credential."""


def create_credential(
    db: Session,
    viewer: Viewer,
    current: PasswordCheck,
    draft: WantedCredential,
    now: datetime,
    *,
    organisation_id: int | None = None,
) -> IssuedCredential:
    """Create a credential for an organisation; its secret is shown once.

    The organisation is the viewer's, or any for the operator: see `get_program_organisation`. Raise
    Forbidden, NotFound, Invalid (`field` may name the input), Conflict past MOST, and
    CredentialAlreadyMade when the same form was sent twice.
    """
    home = get_program_organisation(db, viewer, organisation_id)
    require_own(viewer, current)
    name = checked_name(draft)
    _check_room(db, viewer, home, now)
    issued = IssuedCredential(name, _client_id(viewer, draft.form), secrets.token_urlsafe(32))
    if db.scalar(select(ApiCredential.id).where(ApiCredential.client_id == issued.client_id)):
        raise CredentialAlreadyMade(
            N_("Cet accès est déjà créé, et son secret ne s’affiche qu’une fois.")
        )
    _check_alone(db, home, name, now)
    row = ApiCredential(
        organisation_id=home,
        name=name,
        client_id=issued.client_id,
        secret_hash=get_token_digest(issued.secret),
        scopes=sorted(draft.scopes),
        created_by=viewer.user_id,
        created_at=now,
        expires_at=now + timedelta(days=draft.days),
    )
    db.add(row)
    db.flush()
    detail = {"scopes": row.scopes, "days": draft.days, "organisation": home}
    subject = ("credential", row.id)
    note(db, now, "accounts.credential_created", subject, actor=viewer.actor, detail=detail)
    return issued


def _check_room(db: Session, viewer: Viewer, home: int, now: datetime) -> None:
    # Concurrent creations of the last one are serialised.
    alone = select(Organisation.id).where(Organisation.id == home)
    db.execute(alone.with_for_update())
    if count_live_credentials(db, viewer, now, organisation_id=home) >= MOST:
        raise Conflict(
            N_("L’organisation a déjà {most} accès : révoquez-en un d’abord."), most=MOST
        )


def _check_alone(db: Session, home: int, name: str, now: datetime) -> None:
    """Raise Invalid when a valid credential has that name; expired ones do not count."""
    lives = and_(ApiCredential.revoked_at.is_(None), ApiCredential.expires_at > now)
    query = select(ApiCredential.name).where(ApiCredential.organisation_id == home, lives)
    if name.casefold() in {other.casefold() for other in db.scalars(query)}:
        raise Invalid(N_("Un autre accès en service porte déjà ce nom."), field="name")


def _client_id(viewer: Viewer, form: str) -> str:
    """Return a public id that is stable for a form and a person."""
    seed = f"{viewer.user_id}:{form or secrets.token_hex(12)}"
    return f"ec_{get_token_digest(seed)[:24]}"


def checked_name(draft: WantedCredential) -> str:
    """Return the normalised name; raise Invalid for a wrong name, scope or duration."""
    name = " ".join(draft.name.split())
    if not name or not name.isprintable():
        raise Invalid(N_("Donnez à cet accès le nom du programme qui s’en servira."), field="name")
    if len(name) > LONGEST_NAME:
        raise Invalid(
            N_("Ce nom est trop long : {most} caractères au plus."), most=LONGEST_NAME, field="name"
        )
    if not draft.scopes:
        raise Invalid(N_("Cochez au moins une autorisation pour ce programme."))
    if draft.days not in DURATIONS:
        raise Invalid(N_("Choisissez une des durées proposées."))
    return name


def revoke_credential(db: Session, viewer: Viewer, credential_id: int, now: datetime) -> None:
    """Revoke a credential of the viewer (see `get_credential`); raise NotFound otherwise."""
    viewer.require(Permission.API_CREDENTIALS)
    every = true() if viewer.may(Permission.ORGANISATIONS_WRITE) else false()
    ended = db.execute(
        update(ApiCredential)
        .where(
            ApiCredential.id == min(credential_id, NO_ID - 1),
            or_(every, ApiCredential.organisation_id == viewer.organisation_id),
            ApiCredential.revoked_at.is_(None),
        )
        .values(revoked_at=now)
        .returning(ApiCredential.id)
    ).first()
    if ended is None:
        raise NotFound(N_("Cet accès est introuvable, ou déjà révoqué."))
    note(db, now, "accounts.credential_revoked", ("credential", credential_id), actor=viewer.actor)


def authenticate_client(
    db: Session,
    client_id: str,
    secret: str,
    now: datetime,
    *,
    address: str = "",
    limits: SessionLimits | None = None,
) -> ApiClient | None:
    """Return the program with `client_id` and `secret`, None when they are invalid.

    None instead of an error lets the caller commit the attempt. Raise TooMany when the attempts of
    this client from the network of `address` are used up. Known and unknown clients cause the same
    reads, comparisons and writes.
    """
    tried = of_client(client_id, address)
    count_try(db, tried, now, limits or SessionLimits(), message=CLIENT_TRIED)
    row = db.scalar(select(ApiCredential).where(ApiCredential.client_id == client_id))
    stored_hash = row.secret_hash if row else _NOBODY
    right = hmac.compare_digest(get_token_digest(secret).encode(), stored_hash.encode())
    if row is None or not right or row.revoked_at is not None or row.expires_at <= now:
        return None
    forget(db, [tried])
    if row.last_used_at is None or is_stale(row.last_used_at, now):
        row.last_used_at = now
    return ApiClient(
        row.id, row.organisation_id, frozenset(scope for scope in ApiScope if scope in row.scopes)
    )
