"""Accounts, sessions, the journal, requests: the account itself goes last."""

from sqlalchemy import ColumnElement, and_, select

from data.access import Role
from data.accounts.models import (
    ApiCredential,
    Invitation,
    LoginSession,
    Passkey,
    PasswordReset,
    RecoveryCode,
    SecondFactor,
    User,
    UserIdentity,
    UserTag,
)
from data.audit.models import AuditEvent
from data.notifications.models import NoticeAddress
from data.people.models import Look
from data.subjects.models import SubjectRequest
from data.subjects.queries.holdings.base import Holding, Where, either, mine, named, no_address
from data.subjects.types import DataClass, Fate, Subject
from i18n import N_

NO_NAME = N_("Compte effacé")


def _about_me(subject: Subject) -> ColumnElement[bool]:
    """What I did, and what was done to my account."""
    told = and_(
        AuditEvent.object_type == "user", AuditEvent.object_id == str(subject.user_id or "")
    )
    return either(mine(AuditEvent.actor_id), lambda _subject: told)(subject)


def _limits_of_addresses(subject: Subject) -> ColumnElement[bool]:
    """My limit, while it is also that of an extra address which I added."""
    address = NoticeAddress
    told = select(address.id).where(mine(address.added_by)(subject), address.stopped_at.is_(None))
    return and_(mine(UserTag.user_id)(subject), told.exists())


def _limits_alone(subject: Subject) -> ColumnElement[bool]:
    return and_(mine(UserTag.user_id)(subject), ~_limits_of_addresses(subject))


REQUESTED: Where = either(mine(SubjectRequest.user_id), named(SubjectRequest.email))
INVITED: Where = either(mine(Invitation.user_id), named(Invitation.email))

HOLDINGS: tuple[Holding, ...] = (
    Holding(
        name="sessions", table=LoginSession, where=mine(LoginSession.user_id),
        given="started_at last_seen_at ended_at device address strong",
        data_class=DataClass.SESSIONS, fate=Fate.ERASED,
    ),
    Holding(
        name="password_links", table=PasswordReset, where=mine(PasswordReset.user_id),
        given="created_at expires_at used_at",
        data_class=DataClass.TRIES, fate=Fate.ERASED,
    ),
    Holding(
        name="second_factor", table=SecondFactor, where=mine(SecondFactor.user_id),
        given="created_at confirmed_at",
        data_class=DataClass.ACCOUNT, fate=Fate.ERASED,
    ),
    Holding(
        name="recovery_codes", table=RecoveryCode, where=mine(RecoveryCode.user_id),
        given="used_at",
        data_class=DataClass.ACCOUNT, fate=Fate.ERASED,
    ),
    Holding(
        name="passkeys", table=Passkey, where=mine(Passkey.user_id),
        given="name created_at last_used_at",
        data_class=DataClass.ACCOUNT, fate=Fate.ERASED,
    ),
    Holding(
        name="single_sign_on", table=UserIdentity, where=mine(UserIdentity.user_id),
        given="issuer subject linked_at",
        data_class=DataClass.ACCOUNT, fate=Fate.ERASED,
    ),
    Holding(
        name="limits", table=UserTag, where=_limits_alone,
        given="tag at",
        data_class=DataClass.ACCOUNT, fate=Fate.ERASED,
    ),
    Holding(  # else the address would be told of every PCE
        name="limits_of_addresses", table=UserTag, where=_limits_of_addresses,
        given="tag at",
        data_class=DataClass.NOTICES, fate=Fate.KEPT,
    ),
    Holding(
        name="invitations_received", table=Invitation, where=INVITED,
        given="email name role language tags created_at sent_at expires_at accepted_at"
        " withdrawn_at",
        data_class=DataClass.INVITATIONS, fate=Fate.ERASED,
    ),
    Holding(
        name="invitations_sent", table=Invitation, where=mine(Invitation.invited_by),
        given="role created_at sent_at expires_at accepted_at withdrawn_at",
        data_class=DataClass.INVITATIONS, fate=Fate.KEPT,
    ),
    Holding(
        name="api_credentials", table=ApiCredential, where=mine(ApiCredential.created_by),
        given="name client_id scopes created_at expires_at last_used_at revoked_at",
        data_class=DataClass.WORK, fate=Fate.KEPT,
    ),
    Holding(
        name="journal", table=AuditEvent, where=_about_me,
        given="at action object_type object_id detail",
        data_class=DataClass.JOURNAL, fate=Fate.KEPT,
    ),
    Holding(
        name="seen_as_me", table=Look, where=mine(Look.target_id),
        given="reason started_at ends_at ended_at",
        data_class=DataClass.JOURNAL, fate=Fate.BLANKED, blank={"reason": ""},
    ),
    Holding(
        name="seen_by_me", table=Look, where=mine(Look.user_id),
        given="started_at ends_at ended_at",
        data_class=DataClass.JOURNAL, fate=Fate.KEPT,
    ),
    Holding(
        name="requests", table=SubjectRequest,
        where=REQUESTED,
        given="kind state email language check reference created_at due_at ended_at kept_until"
        " file_size",
        data_class=DataClass.REQUESTS, fate=Fate.BLANKED,
        blank={"email": "", "reference": "", "stored_name": ""},
    ),
    Holding(
        name="account", table=User, where=mine(User.id),
        given="email name role language theme created_at disabled_at password_changed_at",
        data_class=DataClass.ACCOUNT, fate=Fate.BLANKED,
        blank={
            "email": no_address(User), "name": NO_NAME, "role": Role.CLIENT,
            "password_hash": "!", "language": "fr", "theme": "light", "demo_password": False,
        },
    ),
)  # fmt: skip
