"""Check the recipients of a threshold."""

from collections.abc import Collection, Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Viewer
from core.errors import NotFound
from core.i18n import N_
from data.identity.accounts.models import User
from data.notifications.models import NoticeAddress
from data.thresholds.types import ThresholdDraft

_Person = tuple[int | None, int | None]  # a user id, or an additional address id


def check_recipients(
    db: Session,
    viewer: Viewer,
    drafts: Iterable[ThresholdDraft],
    before: Iterable[ThresholdDraft] = (),
) -> None:
    """Check that recipients are people of the organisation or confirmed addresses.

    People who left since remain where `before` had them. Raise NotFound otherwise.
    """
    new_people = _people(drafts) - _people(before)
    users = {user_id for user_id, _address in new_people if user_id is not None}
    addresses = {address_id for _user, address_id in new_people if address_id is not None}
    if len(_users(db, viewer, users)) < len(users):
        raise NotFound(
            N_("Une personne à prévenir n’est pas, ou n’est plus, de votre organisation.")
        )
    if len(_addresses(db, viewer, addresses)) < len(addresses):
        raise NotFound(N_("Une adresse à prévenir n’est pas, ou n’est plus, confirmée."))


def _people(drafts: Iterable[ThresholdDraft]) -> set[_Person]:
    return {
        (recipient.user_id, recipient.address_id)
        for draft in drafts
        for recipient in draft.recipients
    }


def _users(db: Session, viewer: Viewer, ids: Collection[int]) -> list[int]:
    open_users = select(User.id).where(
        User.organisation_id == viewer.organisation_id, User.disabled_at.is_(None)
    )
    return list(db.scalars(open_users.where(User.id.in_(ids)))) if ids else []


def _addresses(db: Session, viewer: Viewer, ids: Collection[int]) -> list[int]:
    own_addresses = select(NoticeAddress.id).where(
        NoticeAddress.organisation_id == viewer.organisation_id,
        NoticeAddress.confirmed_at.is_not(None),
        NoticeAddress.stopped_at.is_(None),
    )
    return list(db.scalars(own_addresses.where(NoticeAddress.id.in_(ids)))) if ids else []
