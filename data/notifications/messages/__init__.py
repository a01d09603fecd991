"""Write each message in its reader's language."""

from data.notifications.messages.account import write
from data.notifications.messages.notices import write_notices, write_parcel, write_test
from data.notifications.messages.sender import MessageSender, begun, signed, usual_signature

__all__ = [
    "MessageSender",
    "begun",
    "signed",
    "usual_signature",
    "write",
    "write_notices",
    "write_parcel",
    "write_test",
]
