"""Credentials of an organisation's programs: made, revoked, and held against what is shown."""

import hmac
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import and_, false, or_, select, true, update
from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.accounts.actions.passwords import require_own
from data.accounts.actions.tries import count_try, forget, of_client
from data.accounts.models import ApiCredential, Organisation
from data.accounts.queries import fingerprint
from data.accounts.queries.security import count_live_credentials, whose_programs
from data.accounts.rules import CLIENT_TRIED, is_stale
from data.accounts.types import Proof, SessionLimits
from data.accounts.types.security import ApiClient, ApiScope, IssuedCredential, WantedCredential
from data.audit.actions import note
from data.db import NO_ID
from data.errors import Conflict, Invalid, NotFound
from i18n import N_

MOST = 20  # that stand, of one organisation
LONGEST_NAME = 80
DURATIONS = (30, 90, 180, 365)  # days
_NOBODY = fingerprint("no credential has this secret")


class Made(Conflict):
    """The form has made its credential already."""


def create_credential(  # noqa: PLR0913 (whose it is, by its name)
    db: Session,
    viewer: Viewer,
    current: Proof,
    wanted: WantedCredential,
    now: datetime,
    *,
    organisation_id: int | None = None,
) -> IssuedCredential:
    """Make a credential for an organisation; its secret is known to nobody else.

    It is the viewer's, unless they run the portal: see `whose_programs`. Raises Forbidden,
    NotFound, Invalid (password, name, scopes, duration; its params may say the `field`), Conflict
    past MOST, Made when the same form has made one: sent twice, or its page loaded again.
    """
    home = whose_programs(db, viewer, organisation_id)
    require_own(viewer, current)
    name = checked_name(wanted)
    _check_room(db, viewer, home, now)
    issued = IssuedCredential(name, _client_id(viewer, wanted.form), secrets.token_urlsafe(32))
    if db.scalar(select(ApiCredential.id).where(ApiCredential.client_id == issued.client_id)):
        raise Made(N_("Cet accès est déjà créé, et son secret ne s’affiche qu’une fois."))
    _check_alone(db, home, name, now)
    row = ApiCredential(
        organisation_id=home,
        name=name,
        client_id=issued.client_id,
        secret_hash=fingerprint(issued.secret),
        scopes=sorted(wanted.scopes),
        created_by=viewer.user_id,
        created_at=now,
        expires_at=now + timedelta(days=wanted.days),
    )
    db.add(row)
    db.flush()
    actor = (viewer.user_id, viewer.organisation_id)
    detail = {"scopes": row.scopes, "days": wanted.days, "organisation": home}
    subject = ("credential", row.id)
    note(db, now, "accounts.credential_created", subject, actor=actor, detail=detail)
    return issued


def _check_room(db: Session, viewer: Viewer, home: int, now: datetime) -> None:
    # Two who make the twentieth at once: the second waits for the first.
    alone = select(Organisation.id).where(Organisation.id == home)
    db.execute(alone.with_for_update())
    if count_live_credentials(db, viewer, now, organisation_id=home) >= MOST:
        raise Conflict(
            N_("L’organisation a déjà {most} accès : révoquez-en un d’abord."), most=MOST
        )


def _check_alone(db: Session, home: int, name: str, now: datetime) -> None:
    """One that is over leaves its name to the next."""
    lives = and_(ApiCredential.revoked_at.is_(None), ApiCredential.expires_at > now)
    query = select(ApiCredential.name).where(ApiCredential.organisation_id == home, lives)
    if name.casefold() in {other.casefold() for other in db.scalars(query)}:
        raise Invalid(N_("Un autre accès en service porte déjà ce nom."), field="name")


def _client_id(viewer: Viewer, form: str) -> str:
    """Public, and the same for the same form of the same person."""
    said = f"{viewer.user_id}:{form or secrets.token_hex(12)}"
    return f"ec_{fingerprint(said)[:24]}"


def checked_name(wanted: WantedCredential) -> str:
    """The name it will have; raises Invalid when that, its scopes or its duration will not do."""
    name = " ".join(wanted.name.split())
    if not name or not name.isprintable():
        raise Invalid(N_("Donnez à cet accès le nom du programme qui s’en servira."), field="name")
    if len(name) > LONGEST_NAME:
        raise Invalid(
            N_("Ce nom est trop long : {most} caractères au plus."), most=LONGEST_NAME, field="name"
        )
    if not wanted.scopes:
        raise Invalid(N_("Cochez au moins une autorisation pour ce programme."))
    if wanted.days not in DURATIONS:
        raise Invalid(N_("Choisissez une des durées proposées."))
    return name


def revoke_credential(db: Session, viewer: Viewer, credential_id: int, now: datetime) -> None:
    """End at once a credential that the viewer keeps: see `get_credential`; NotFound for others."""
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
    actor = (viewer.user_id, viewer.organisation_id)
    note(db, now, "accounts.credential_revoked", ("credential", credential_id), actor=actor)


def authenticate_client(  # noqa: PLR0913 (each by its name)
    db: Session,
    client_id: str,
    secret: str,
    now: datetime,
    *,
    address: str = "",
    limits: SessionLimits | None = None,
) -> ApiClient | None:
    """The program that shows *client_id* and *secret*; None when they are worth nothing.

    Returns None rather than raise, so that the caller commits the try. Raises TooMany once those
    of this client from the network of *address* are used up. Known or not, the same is read,
    compared and written.
    """
    tried = of_client(client_id, address)
    count_try(db, tried, now, limits or SessionLimits(), said=CLIENT_TRIED)
    row = db.scalar(select(ApiCredential).where(ApiCredential.client_id == client_id))
    kept = row.secret_hash if row else _NOBODY
    right = hmac.compare_digest(fingerprint(secret).encode(), kept.encode())
    if row is None or not right or row.revoked_at is not None or row.expires_at <= now:
        return None
    forget(db, [tried])
    if row.last_used_at is None or is_stale(row.last_used_at, now):
        row.last_used_at = now
    return ApiClient(row.id, row.organisation_id, _scopes(row.scopes))


def _scopes(kept: Collection[str]) -> frozenset[ApiScope]:
    """Those that still exist: a word that is one no more opens nothing."""
    return frozenset(scope for scope in ApiScope if scope in kept)
