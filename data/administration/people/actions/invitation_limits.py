"""Limit invitations by mailbox and by organisation in a day."""

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import TooMany
from data.administration.people.rules import check_again, check_mails
from data.identity.accounts.models import Invitation
from data.notifications.models import Notification
from data.rights.rules.addresses import mailbox_of


class SentInvitations:
    """Invitations sent by an organisation in a day, withdrawn ones included."""

    def __init__(self, db: Session, organisation_id: int, now: datetime) -> None:
        self.now = now
        self.last: dict[str, datetime] = {}  # last invitation by address
        self.mailboxes: Counter[str] = Counter()
        since = now - timedelta(days=1)
        query = (
            select(Invitation.email, func.count(), func.max(Notification.created_at))
            .join(Notification, Notification.invitation_id == Invitation.id)
            .where(
                Invitation.organisation_id == organisation_id,
                Invitation.sent_at > since,
                Notification.created_at > since,
            )
        )
        for email, count, last in db.execute(query.group_by(Invitation.email)):
            self.last[email] = last
            self.mailboxes[mailbox_of(email)] += count

    def check(self, email: str) -> None:
        """Raise TooMany when another invitation to `email` would exceed a limit."""
        check_again(self.last.get(email), self.now)
        check_mails(self.mailboxes[mailbox_of(email)], self.mailboxes.total())

    def take(self, email: str) -> bool:
        """Count one more invitation to `email`; return False when its mailbox is at its limit."""
        try:
            check_again(self.last.get(email), self.now)
            check_mails(self.mailboxes[mailbox_of(email)], 0)
        except TooMany:
            return False
        self.mailboxes[mailbox_of(email)] += 1
        return True
