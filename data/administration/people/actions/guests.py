"""Invite the people named in a signed contract, on behalf of its signer."""

from contextlib import suppress
from datetime import datetime

from sqlalchemy.orm import Session

from core.access import Role, Viewer
from core.errors import Conflict, TooMany
from core.i18n import PARIS
from data.administration.people.actions.invitations import invite
from data.administration.people.rules import name_of
from data.administration.people.types import NewInvitation
from data.contracts.types import InvitedGuests
from data.identity.accounts.models import Organisation


def invite_guests(db: Session, guests: InvitedGuests, *, now: datetime) -> int:
    """Invite the guests without an account or invitation; return how many.

    The signer bound the organisation knowing these people: invitations leave in their name, as from
    an administrator, whatever happened to their account since. Guests choose their own name when
    they accept.
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
        # Already a colleague, already invited, or the day's limit is reached.
        with suppress(Conflict, TooMany):
            invite(db, signer, new, now=now)
            sent += 1
    return sent
