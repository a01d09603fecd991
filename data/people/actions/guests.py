"""Invite the people that a signed contract names, in the name of its signer."""

from contextlib import suppress
from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Role, Viewer
from core.errors import Conflict, TooMany
from core.i18n import PARIS
from data.accounts.models import Organisation
from data.contracts.types import Guests
from data.people.actions.invitations import invite
from data.people.rules import name_of
from data.people.types import NewInvitation


def invite_guests(db: Session, guests: Guests, *, now: datetime) -> int:
    """Invite each who has neither an account nor an invitation there; how many.

    Who signed bound the organisation, with these people in sight: they leave in that name, as an
    administrator would invite them, whatever has become of the account since. They choose their own
    name when they come in.
    """
    home = db.get_one(Organisation, guests.organisation_id)
    signer = Viewer(
        guests.signer_id,
        home.id,
        home.kind,
        Role.ADMINISTRATOR,
        now.astimezone(PARIS).date(),
        name=guests.signer,
        organisation=home.name,
    )
    sent = 0
    for guest in guests.invites:
        new = NewInvitation(guest.email, name_of(guest.email), Role(guest.role))
        # There already, or somebody has invited them meanwhile, or too often today.
        with suppress(Conflict, TooMany):
            invite(db, signer, new, now=now)
            sent += 1
    return sent
