"""What each message says, in its reader's language."""

from data.notifications.messages.account import write
from data.notifications.messages.desk import Desk, begun, signed, usual_signature
from data.notifications.messages.notices import write_notices, write_parcel, write_test

__all__ = [
    "Desk",
    "begun",
    "signed",
    "usual_signature",
    "write",
    "write_notices",
    "write_parcel",
    "write_test",
]
