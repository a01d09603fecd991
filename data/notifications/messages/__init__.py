"""What each message says, in its reader's language."""

from data.notifications.messages.account import write
from data.notifications.messages.desk import Desk
from data.notifications.messages.notices import write_notices, write_parcel, write_test

__all__ = ["Desk", "write", "write_notices", "write_parcel", "write_test"]
