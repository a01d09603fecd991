"""Holdings of accounts, sessions, journal and requests; the account goes last."""

from sqlalchemy import ColumnElement, and_, select

from core.access import Role
from core.i18n import N_
from data.administration.people.models import Look
from data.administration.subjects.models import SubjectRequest
from data.administration.subjects.queries.holdings.base import (
    Holding,
    Where,
    blanked,
    erased,
    get_unused_email,
    is_account,
    is_account_or_email,
    is_email,
    kept,
)
from data.administration.subjects.types import DataClass, Subject
from data.identity.accounts.models import (
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
from data.identity.audit.models import AuditEvent
from data.notifications.models import NoticeAddress

NO_NAME = N_("Compte effacé")


def _about_me(subject: Subject) -> ColumnElement[bool]:
    """Return the condition of events done by the person or done to their account."""
    about_account = and_(
        AuditEvent.object_type == "user", AuditEvent.object_id == str(subject.user_id or "")
    )
    return is_account_or_email(is_account(AuditEvent.actor_id), lambda _subject: about_account)(
        subject
    )


def _limits_of_addresses(subject: Subject) -> ColumnElement[bool]:
    """Return the condition of the person's tags while an extra address they added uses them."""
    address = NoticeAddress
    own_addresses = select(address.id).where(
        is_account(address.added_by)(subject), address.stopped_at.is_(None)
    )
    return and_(is_account(UserTag.user_id)(subject), own_addresses.exists())


def _limits_alone(subject: Subject) -> ColumnElement[bool]:
    return and_(is_account(UserTag.user_id)(subject), ~_limits_of_addresses(subject))


REQUESTED: Where = is_account_or_email(
    is_account(SubjectRequest.user_id), is_email(SubjectRequest.email)
)
INVITED: Where = is_account_or_email(is_account(Invitation.user_id), is_email(Invitation.email))

HOLDINGS: tuple[Holding, ...] = (
    erased(
        name="sessions",
        table=LoginSession,
        where=is_account(LoginSession.user_id),
        column_names="started_at last_seen_at ended_at device address strong",
        data_class=DataClass.SESSIONS,
    ),
    erased(
        name="password_links",
        table=PasswordReset,
        where=is_account(PasswordReset.user_id),
        column_names="created_at expires_at used_at",
        data_class=DataClass.TRIES,
    ),
    erased(
        name="second_factor",
        table=SecondFactor,
        where=is_account(SecondFactor.user_id),
        column_names="created_at confirmed_at",
        data_class=DataClass.ACCOUNT,
    ),
    erased(
        name="recovery_codes",
        table=RecoveryCode,
        where=is_account(RecoveryCode.user_id),
        column_names="used_at",
        data_class=DataClass.ACCOUNT,
    ),
    erased(
        name="passkeys",
        table=Passkey,
        where=is_account(Passkey.user_id),
        column_names="name created_at last_used_at",
        data_class=DataClass.ACCOUNT,
    ),
    erased(
        name="single_sign_on",
        table=UserIdentity,
        where=is_account(UserIdentity.user_id),
        column_names="issuer subject linked_at",
        data_class=DataClass.ACCOUNT,
    ),
    erased(
        name="limits",
        table=UserTag,
        where=_limits_alone,
        column_names="tag at",
        data_class=DataClass.ACCOUNT,
    ),
    kept(  # else the address would be notified about every PCE
        name="limits_of_addresses",
        table=UserTag,
        where=_limits_of_addresses,
        column_names="tag at",
        data_class=DataClass.NOTICES,
    ),
    erased(
        name="invitations_received",
        table=Invitation,
        where=INVITED,
        column_names="email name role language tags created_at sent_at expires_at accepted_at "
        "withdrawn_at",
        data_class=DataClass.INVITATIONS,
    ),
    kept(
        name="invitations_sent",
        table=Invitation,
        where=is_account(Invitation.invited_by),
        column_names="role created_at sent_at expires_at accepted_at withdrawn_at",
        data_class=DataClass.INVITATIONS,
    ),
    kept(
        name="api_credentials",
        table=ApiCredential,
        where=is_account(ApiCredential.created_by),
        column_names="name client_id scopes created_at expires_at last_used_at revoked_at",
        data_class=DataClass.WORK,
    ),
    kept(
        name="journal",
        table=AuditEvent,
        where=_about_me,
        column_names="at action object_type object_id detail",
        data_class=DataClass.JOURNAL,
    ),
    blanked(
        name="seen_as_me",
        table=Look,
        where=is_account(Look.target_id),
        column_names="reason started_at ends_at ended_at",
        data_class=DataClass.JOURNAL,
        blank={"reason": ""},
    ),
    kept(
        name="seen_by_me",
        table=Look,
        where=is_account(Look.user_id),
        column_names="started_at ends_at ended_at",
        data_class=DataClass.JOURNAL,
    ),
    blanked(
        name="requests",
        table=SubjectRequest,
        where=REQUESTED,
        column_names="kind state email language check reference created_at due_at ended_at "
        "kept_until file_size",
        data_class=DataClass.REQUESTS,
        blank={"email": "", "reference": "", "stored_name": ""},
    ),
    blanked(
        name="account",
        table=User,
        where=is_account(User.id),
        column_names="email name role language theme created_at disabled_at password_changed_at",
        data_class=DataClass.ACCOUNT,
        blank={
            "email": get_unused_email(User),
            "name": NO_NAME,
            "role": Role.CLIENT,
            "password_hash": "!",
            "language": "fr",
            "theme": "light",
            "demo_password": False,
        },
    ),
)
