"""Single sign-on: a provider says who has come in, and an account that exists is opened."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.accounts.actions.sessions import open_session
from data.accounts.models import User, UserIdentity
from data.accounts.queries import fingerprint
from data.accounts.queries.passkeys import needs_second_step
from data.accounts.types import Origin, Pending
from data.accounts.types.security import Identity, Recognised
from data.audit.actions import note
from data.db import upsert
from data.errors import Forbidden
from i18n import N_

UNKNOWN = N_(
    "Aucun compte actif ne correspond à cette identité : connectez-vous avec votre mot de passe,"
    " ou demandez un accès à l’administrateur de votre organisation."
)


def recognise(db: Session, identity: Identity) -> Recognised | Pending:
    """Whose account *identity* opens, or who is to type a code first.

    Once linked, an account answers to its subject alone. The first time it is found by an e-mail
    that the provider verified; then its second factor is asked here, whatever the provider says.
    Raises Forbidden with one sentence whatever is amiss, and makes no account.
    """
    linked = _linked(db, identity)
    user = linked or _by_email(db, identity)
    if user is None:
        raise Forbidden(UNKNOWN)
    if needs_second_step(db, user.id) and not (linked and identity.strong):
        mark = fingerprint(user.password_hash)
        return Pending(user.id, mark, identity.issuer, identity.subject)
    return Recognised(user.id, linked is not None, identity.strong)


def sign_in_by_provider(db: Session, who: Recognised, now: datetime, origin: Origin) -> str:
    """Open a session for who was recognised in this transaction; its token."""
    user = db.scalars(select(User).where(User.id == who.user_id)).one()
    return open_session(db, user, now, origin, strong=who.strong)


def link(db: Session, user_id: int, issuer: str, subject: str, now: datetime) -> bool:
    """Tie *subject* to a user for good; False when it was already, Forbidden when it cannot be."""
    known = _linked(db, Identity(issuer, subject))
    if known is not None and known.id == user_id:
        return False
    values = {"user_id": user_id, "issuer": issuer, "subject": subject, "linked_at": now}
    made = db.execute(
        upsert(db, UserIdentity)
        .values(**values)
        .on_conflict_do_nothing()
        .returning(UserIdentity.user_id)
    ).first()
    if made is None:
        raise Forbidden(UNKNOWN)
    organisation = db.scalars(select(User.organisation_id).where(User.id == user_id)).one()
    note(db, now, "accounts.provider_linked", ("user", user_id), actor=(user_id, organisation))
    return True


def _linked(db: Session, identity: Identity) -> User | None:
    return db.scalar(
        select(User)
        .join(UserIdentity, UserIdentity.user_id == User.id)
        .where(
            UserIdentity.issuer == identity.issuer,
            UserIdentity.subject == identity.subject,
            User.disabled_at.is_(None),
        )
    )


def _by_email(db: Session, identity: Identity) -> User | None:
    """Who has this e-mail, unless they answer to a subject, or somebody else does to this one."""
    taken = select(UserIdentity.user_id).where(
        UserIdentity.issuer == identity.issuer,
        (UserIdentity.user_id == User.id) | (UserIdentity.subject == identity.subject),
    )
    return db.scalar(
        select(User).where(
            User.email == identity.email.strip().lower(),
            User.disabled_at.is_(None),
            ~taken.exists(),
        )
    )
