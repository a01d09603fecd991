"""Create and disable users and organisations, and set their preferences."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.access import SYSTEM, OrganisationKind, Viewer
from core.errors import Conflict, Invalid, NotFound
from core.i18n import LANGUAGES, N_
from data.identity.accounts.actions.sessions import end_sessions
from data.identity.accounts.models import Organisation, User
from data.identity.accounts.rules import address_in
from data.identity.accounts.rules.passwords import check_password
from data.identity.accounts.types import NewPassword, NewUser
from data.identity.audit.actions import note

THEMES = (SYSTEM, "light", "dark")


def create_organisation(
    db: Session, name: str, kind: OrganisationKind, now: datetime, *, siren: str | None = None
) -> int:
    """Create an organisation; return its id."""
    row = Organisation(name=name, kind=kind, siren=siren, created_at=now)
    db.add(row)
    db.flush()
    return row.id


def create_user(db: Session, new: NewUser, password: NewPassword, now: datetime) -> int:
    """Create a user; return their id. Raise Invalid (e-mail, password), NotFound or Conflict."""
    typed = new.email.strip(" ")
    email = address_in(typed, anywhere=False)
    if email is None:
        raise Invalid(N_("« {found} » n’est pas une adresse électronique."), found=typed[:80])
    organisation = db.get(Organisation, new.organisation_id)
    if organisation is None:
        raise NotFound(N_("Cette organisation n’existe pas."))
    if db.scalar(select(User.id).where(User.email == email)) is not None:
        raise Conflict(N_("Un compte existe déjà pour {email}."), email=email)
    check_password(password.text, (email, new.name, organisation.name))
    row = User(
        organisation_id=organisation.id,
        email=email,
        name=new.name,
        role=new.role,
        password_hash=password.hashed,
        password_changed_at=now,
        language=new.language if new.language in LANGUAGES else "fr",
        created_at=now,
    )
    db.add(row)
    db.flush()
    note(db, now, "accounts.created", ("user", row.id), detail={"role": new.role.value})
    return row.id


def disable_user(db: Session, user_id: int, now: datetime) -> None:
    """Disable a user and end their sessions in the same transaction."""
    cut = db.execute(
        update(User)
        .where(User.id == user_id, User.disabled_at.is_(None))
        .values(disabled_at=now)
        .returning(User.id)
    ).first()
    if cut is None:
        raise NotFound(N_("Ce compte n’existe pas, ou il est déjà désactivé."))
    end_sessions(db, user_id, now)
    note(db, now, "accounts.disabled", ("user", user_id))


def set_preferences(
    db: Session, viewer: Viewer, *, language: str | None = None, theme: str | None = None
) -> None:
    """Store the viewer's language and theme; raise Invalid for an unknown one."""
    values = {}
    if language is not None:
        if language not in LANGUAGES:
            raise Invalid(N_("Cette langue n’est pas proposée."))
        values["language"] = language
    if theme is not None:
        if theme not in THEMES:
            raise Invalid(N_("Ce thème n’est pas proposé."))
        values["theme"] = theme
    if values:
        db.execute(update(User).where(User.id == viewer.user_id).values(**values))
