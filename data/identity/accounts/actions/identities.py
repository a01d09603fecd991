"""Sign in through a provider, which identifies an existing account."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.database import upsert
from core.errors import Forbidden
from core.i18n import N_
from data.identity.accounts.actions.sessions import open_session
from data.identity.accounts.models import User, UserIdentity
from data.identity.accounts.queries import get_token_digest
from data.identity.accounts.queries.passkeys import has_any_second_factor
from data.identity.accounts.types import PendingSecondFactor, RequestOrigin
from data.identity.accounts.types.security import ProviderIdentity, RecognisedAccount
from data.identity.audit.actions import note

UNKNOWN = N_(
    "Aucun compte actif ne correspond à cette identité : connectez-vous avec votre mot de passe,"
    " ou demandez un accès à l’administrateur de votre organisation."
)


def recognise(db: Session, identity: ProviderIdentity) -> RecognisedAccount | PendingSecondFactor:
    """Return the account that `identity` opens, or the sign-in that still needs a code.

    A linked account is found by its subject only. An account that is not linked yet is found by an
    e-mail that the provider verified; its second factor is then required, whatever the provider
    says. Raise Forbidden with the same sentence for every reason; no account is created.
    """
    linked = _linked(db, identity)
    user = linked or _by_email(db, identity)
    if user is None:
        raise Forbidden(UNKNOWN)
    if has_any_second_factor(db, user.id) and not (linked and identity.strong):
        mark = get_token_digest(user.password_hash)
        return PendingSecondFactor(user.id, mark, identity.issuer, identity.subject)
    return RecognisedAccount(user.id, linked is not None, identity.strong)


def sign_in_by_provider(
    db: Session, who: RecognisedAccount, now: datetime, origin: RequestOrigin
) -> str:
    """Open a session for the user recognised in this transaction; return its token."""
    user = db.scalars(select(User).where(User.id == who.user_id)).one()
    return open_session(db, user, now, origin, strong=who.strong)


def link(db: Session, user_id: int, issuer: str, subject: str, now: datetime) -> bool:
    """Link `subject` to a user for good; return False if it was already.

    Raise Forbidden when it is linked otherwise.
    """
    linked_user = _linked(db, ProviderIdentity(issuer, subject))
    if linked_user is not None and linked_user.id == user_id:
        return False
    values = {"user_id": user_id, "issuer": issuer, "subject": subject, "linked_at": now}
    new_identity = db.execute(
        upsert(db, UserIdentity)
        .values(**values)
        .on_conflict_do_nothing()
        .returning(UserIdentity.user_id)
    ).first()
    if new_identity is None:
        raise Forbidden(UNKNOWN)
    organisation = db.scalars(select(User.organisation_id).where(User.id == user_id)).one()
    note(db, now, "accounts.provider_linked", ("user", user_id), actor=(user_id, organisation))
    return True


def _linked(db: Session, identity: ProviderIdentity) -> User | None:
    return db.scalar(
        select(User)
        .join(UserIdentity, UserIdentity.user_id == User.id)
        .where(
            UserIdentity.issuer == identity.issuer,
            UserIdentity.subject == identity.subject,
            User.disabled_at.is_(None),
        )
    )


def _by_email(db: Session, identity: ProviderIdentity) -> User | None:
    """Return the account with this e-mail, unless it or this subject is linked elsewhere."""
    conflicting_links = select(UserIdentity.user_id).where(
        UserIdentity.issuer == identity.issuer,
        (UserIdentity.user_id == User.id) | (UserIdentity.subject == identity.subject),
    )
    return db.scalar(
        select(User).where(
            User.email == identity.email.strip().lower(),
            User.disabled_at.is_(None),
            ~conflicting_links.exists(),
        )
    )
