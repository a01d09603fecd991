"""Write each message in its reader's language."""

from data.notifications.messages.account import write
from data.notifications.messages.notices import (
    SmsTarget,
    write_notices,
    write_parcel,
    write_sms,
    write_test,
)
from data.notifications.messages.sender import MessageSender, begun, signed, usual_signature

__all__ = [
    "MessageSender",
    "SmsTarget",
    "begun",
    "signed",
    "usual_signature",
    "write",
    "write_notices",
    "write_parcel",
    "write_sms",
    "write_test",
]
