"""Change notifications: publish, group, send, read and set preferences."""

from data.notifications.actions.addresses import (
    add_address,
    confirm_address,
    refuse_address,
    remove_address,
)
from data.notifications.actions.channels import (
    add_apprise,
    add_webhook,
    new_secret,
    opened,
    remove_channel,
    sealed,
    test_channel,
    turn_on_channel,
)
from data.notifications.actions.grouping import gather
from data.notifications.actions.help import ask_colleagues
from data.notifications.actions.inbox import (
    close,
    mark_all_read,
    mark_read,
    mark_unread,
    resume_reminders,
    settle,
    stop_reminders,
    unmark_read,
)
from data.notifications.actions.mutes import (
    mute_by_link,
    resubscribe,
    see_by_link,
    snooze,
    snooze_by_link,
    unsnooze,
    unsubscribe,
    who_stopped,
)
from data.notifications.actions.outbox import (
    SEND_MAILS,
    SEND_TO_CHANNEL,
    claim,
    queue,
    record_failure,
    record_sent,
    requeue_interrupted,
)
from data.notifications.actions.preferences import set_preferences
from data.notifications.actions.publish import post, post_to_accounts
from data.notifications.actions.reminders import recall
from data.notifications.actions.sms import add_sms, confirm_sms, send_sms_code

__all__ = [
    "SEND_MAILS",
    "SEND_TO_CHANNEL",
    "add_address",
    "add_apprise",
    "add_sms",
    "add_webhook",
    "ask_colleagues",
    "claim",
    "close",
    "confirm_address",
    "confirm_sms",
    "gather",
    "mark_all_read",
    "mark_read",
    "mark_unread",
    "mute_by_link",
    "new_secret",
    "opened",
    "post",
    "post_to_accounts",
    "queue",
    "recall",
    "record_failure",
    "record_sent",
    "refuse_address",
    "remove_address",
    "remove_channel",
    "requeue_interrupted",
    "resubscribe",
    "resume_reminders",
    "sealed",
    "see_by_link",
    "send_sms_code",
    "set_preferences",
    "settle",
    "snooze",
    "snooze_by_link",
    "stop_reminders",
    "test_channel",
    "turn_on_channel",
    "unmark_read",
    "unsnooze",
    "unsubscribe",
    "who_stopped",
]
