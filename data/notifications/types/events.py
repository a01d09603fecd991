"""Types of events, and of messages from pending rows to a channel's input."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import TypeAlias

JSON: TypeAlias = "str | int | float | bool | list[JSON] | dict[str, JSON] | None"


class NotificationKind(StrEnum):
    """Kind of message: account mails, then notices that are in the inbox and can be muted."""

    PASSWORD_RESET = "password_reset"  # noqa: S105 (a kind of mail, not a password)
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    SECOND_FACTOR_ON = "second_factor_on"
    SECOND_FACTOR_OFF = "second_factor_off"
    SECOND_FACTOR_RESET = "second_factor_reset"  # by an administrator, for an owner who lost it
    PASSKEY_ADDED = "passkey_added"
    PASSKEY_REMOVED = "passkey_removed"
    CODES_GUESSED = "codes_guessed"
    INVITED = "invited"
    INVITED_KNOWN = "invited_known"  # already has an account
    NEW_BROWSER = "new_browser"
    PROVIDER_LINKED = "provider_linked"
    RIGHTS_MOVED = "rights_moved"
    RIGHTS_DECLARED = "rights_declared"  # by another organisation, on a PCE that one holds
    # of another organisation, on a PCE that one holds, known at the distributor
    RIGHTS_FOUND = "rights_found"
    RIGHTS_SETTLED = "rights_settled"  # somebody else is confirmed as its holder
    RIGHTS_ANSWERED = "rights_answered"  # by oneself, for the holder: a receipt
    RIGHTS_ENDING = "rights_ending"
    PROOF_ASKED = "proof_asked"
    PROOF_DUE = "proof_due"
    PROOF_DECIDED = "proof_decided"
    PROOF_MESSAGE = "proof_message"
    PROOF_RETURNED = "proof_returned"  # another deposit cancels what one decided
    SIGNING_CODE = "signing_code"
    CONTRACT_SENT = "contract_sent"
    CONTRACT_SIGNED = "contract_signed"
    CONTRACT_COUNTERSIGNED = "contract_countersigned"
    CONTRACT_REFUSED = "contract_refused"
    CONTRACT_ENDING = "contract_ending"
    CONTRACT_EXPIRED = "contract_expired"
    CONTRACT_TERMINATED = "contract_terminated"
    PAPER_ENDING = "paper_ending"  # of one's own presumed paper contract
    PAPERS_ENDING = "papers_ending"  # of those that the distributor presumes
    SEAL_ENDING = "seal_ending"  # of the certificate that seals contracts
    EXPORT_READY = "export_ready"
    EXPORT_FAILED = "export_failed"
    ADDRESS_CONFIRM = "address_confirm"
    CHANNEL_TEST = "channel_test"
    SMS_CODE = "sms_code"  # confirms a mobile number
    DATA_READY = "data_ready"  # the archive of personal data is ready
    ERASURE_ASKED = "erasure_asked"
    NOTICES = "notices"  # a delivery with notices of the kinds below

    THRESHOLD_WARNED = "threshold_warned"
    THRESHOLD_EXCEEDED = "threshold_exceeded"
    THRESHOLD_NORMAL = "threshold_normal"
    THRESHOLD_WITHDRAWN = "threshold_withdrawn"
    DATA_MISSING = "data_missing"
    DATA_BACK = "data_back"
    CHANNEL_OFF = "channel_off"
    HELP_ASKED = "help_asked"  # by a colleague, for what their role does not allow
    POINT_CLAIMED = "point_claimed"  # an organisation asks for a delivery point
    POINT_DECIDED = "point_decided"
    POINT_LEFT = "point_left"  # another organisation holds it now
    MIRROR_HELD = "mirror_held"  # a list of the distributor ends many rights: a person must decide
    MIRROR_REFUSED = "mirror_refused"  # the distributor no longer accepts the credentials


_PROOFS = (
    NotificationKind.PROOF_ASKED,
    NotificationKind.PROOF_DECIDED,
    NotificationKind.PROOF_MESSAGE,
    NotificationKind.PROOF_RETURNED,
)
_CONTRACTS = (
    NotificationKind.CONTRACT_SENT,
    NotificationKind.CONTRACT_SIGNED,
    NotificationKind.CONTRACT_COUNTERSIGNED,
    NotificationKind.CONTRACT_REFUSED,
    NotificationKind.CONTRACT_ENDING,
    NotificationKind.CONTRACT_EXPIRED,
    NotificationKind.CONTRACT_TERMINATED,
    NotificationKind.PAPER_ENDING,
    NotificationKind.PAPERS_ENDING,
    NotificationKind.SEAL_ENDING,
)
_POINTS = (
    NotificationKind.POINT_CLAIMED,
    NotificationKind.POINT_DECIDED,
    NotificationKind.POINT_LEFT,
)
PROOF_KINDS, CONTRACT_KINDS = frozenset(_PROOFS), frozenset(_CONTRACTS)
POINT_KINDS = frozenset(_POINTS)
NOTICE_KINDS: tuple[NotificationKind, ...] = (
    NotificationKind.THRESHOLD_WARNED,
    NotificationKind.THRESHOLD_EXCEEDED,
    NotificationKind.THRESHOLD_NORMAL,
    NotificationKind.THRESHOLD_WITHDRAWN,
    NotificationKind.DATA_MISSING,
    NotificationKind.DATA_BACK,
    *_PROOFS,
    *_CONTRACTS,
    NotificationKind.HELP_ASKED,
    *_POINTS,
    NotificationKind.CHANNEL_OFF,
    NotificationKind.MIRROR_HELD,
    NotificationKind.MIRROR_REFUSED,
)
OPEN_KINDS = frozenset(
    {
        NotificationKind.THRESHOLD_WARNED,
        NotificationKind.THRESHOLD_EXCEEDED,
        NotificationKind.DATA_MISSING,
    }
)


class Severity(IntEnum):
    """In ascending order, so that the most serious is the maximum."""

    INFO = 1
    WARNING = 2
    URGENT = 3


class ChannelKind(StrEnum):
    INBOX = "inbox"  # everything is there, whatever the other channels
    EMAIL = "email"
    WEBHOOK = "webhook"
    APPRISE = "apprise"
    SMS = "sms"  # by the operator's gateway, where there is one


BITS: Mapping[ChannelKind, int] = {
    ChannelKind.INBOX: 0,
    ChannelKind.EMAIL: 1,
    ChannelKind.WEBHOOK: 2,
    ChannelKind.APPRISE: 4,
    ChannelKind.SMS: 8,
}


USUAL_CHANNELS = frozenset(ChannelKind) - {ChannelKind.SMS}  # an SMS is only sent where chosen


class Grouping(StrEnum):
    IMMEDIATE = "immediate"
    DAILY = "daily"
    WEEKLY = "weekly"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationEvent:
    """One transition; the same `key` is sent to the same person only once.

    `params` holds plain values for the sentences: `value_wh`, `limit_wh` (at the crossing),
    `last_wh`, `last_limit_wh`, `last_on` (of the latest known day, or of the end), `period` ("day",
    "month" or "year"), `period_label` (its first day, ISO), `over_percent` (exact), `percent` (of a
    relative threshold), `ending`, `learnt_on` (ISO or None), `provisional`, `expected_on` (ISO or
    None), `threshold` (its name); where known, `low` (true when the limit is a minimum),
    `estimate_wh` (of the whole period), `same_days_wh` and `year_before_wh` (this year and the one
    before, on common days), `expected_wh` and `window` (expected mean over so many days), `days`
    (Wh by day from `days_from`, else `period_label`; None for an absent day) or `months` of a year,
    for the bars of the mail; `until` of missing data.
    """

    key: str
    kind: NotificationKind
    organisation_id: int
    pce_number: str = ""
    site: str
    severity: Severity = Severity.WARNING
    gas_day: date
    params: Mapping[str, JSON]
    path: str
    subject: tuple[str, int]


@dataclass(frozen=True, slots=True)
class Recipient:
    """A user or a confirmed extra address, with the threshold's channels and grouping.

    With `after_hours`, it is a second person, notified when nobody has answered for so long.
    """

    user_id: int | None
    address_id: int | None
    channels: frozenset[ChannelKind]
    grouping: Grouping
    after_hours: int = 0


class MessageDelivery(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class NoticeState(StrEnum):
    """Whether a notice is still to be put in a message; it is in the inbox anyway."""

    PENDING = "pending"
    GROUPED = "grouped"
    SILENT = "silent"  # muted, snoozed or without a channel: only in the inbox


class SendOutcome(StrEnum):
    """Outcome of sending a message."""

    SENT = "sent"
    LATER = "later"  # this message, temporarily
    FINAL = "final"  # this message, definitively
    GONE = "gone"  # everything to that address, definitively: the channel is switched off
    DOWN = "down"  # the channel fails temporarily: no message is at fault


class LinkVerb(StrEnum):
    """Action of a signed link."""

    SEEN = "seen"
    SNOOZE = "snooze"
    STOP = "stop"
    CONFIRM = "confirm"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class ClaimedNotification:
    """A claimed message, before it is written in its reader's language."""

    id: int
    kind: NotificationKind
    params: Mapping[str, object] = field(repr=False)
    message_id: str
    attempts: int
    email: str
    name: str  # "" for an extra address
    language: str
    created_at: datetime
    channel: ChannelKind = ChannelKind.EMAIL
    channel_id: int | None = None
    batch_id: int | None = None


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail ready to be sent; `html` is the styled version of `text`."""

    to: str
    subject: str
    text: str
    message_id: str
    html: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChannelMessage:
    """A message for a user's own channel: target, id and text."""

    url: str = field(repr=False)
    secret: str = field(repr=False)  # of a webhook; after a change, two separated by a space
    id: str  # the same at each attempt
    title: str
    text: str
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class NoticeReader:
    """A recipient with pending notices: a user or an extra address."""

    user_id: int | None
    address_id: int | None


@dataclass(frozen=True, slots=True)
class ReaderBatch:
    """The pending notices of one reader."""

    reader: NoticeReader
    oldest: datetime
    newest: datetime
    worst: Severity
    count: int


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One notice, as a message or a page words it."""

    kind: NotificationKind
    severity: Severity
    pce_number: str
    site: str
    gas_day: date
    params: Mapping[str, JSON]
    path: str
    key: str = ""
    subject: tuple[str, int] = ("", 0)


@dataclass(frozen=True, slots=True)
class SiteLines:
    """The lines of one site in a digest, the most serious first, and their total count."""

    site: str
    pce_number: str
    count: int
    lines: tuple[NoticeLine, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """Contents of one message."""

    count: int
    sites_count: int
    kinds: Mapping[NotificationKind, int]
    worst: Severity
    sites: tuple[SiteLines, ...]


@dataclass(frozen=True, slots=True)
class SignedLink:
    """Contents of a signed link: an action on a delivery, or on an address to confirm."""

    verb: LinkVerb
    id: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Linked:
    """Target of a link: the reader of the message, its subjects and kinds."""

    reader: NoticeReader
    language: str
    kinds: tuple[NotificationKind, ...]
    subjects: tuple[tuple[str, int], ...]
    count: int
