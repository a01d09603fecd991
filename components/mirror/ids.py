"""Component ids of the connections page."""

from enum import StrEnum

from data.exchange.mirror.types import MirrorPart


class Ids(StrEnum):
    BODY = "mirror-body"  # everything below the head
    LEAD = "mirror-lead"
    CLIENT = "mirror-client"
    SECRET = "mirror-secret"  # noqa: S105 (its id)
    CLIENT_ERROR = "mirror-client-error"
    SECRET_ERROR = "mirror-secret-error"  # noqa: S105 (its id)
    KEEP = "mirror-keep"
    PART_INFORMATIVE = "mirror-part-informative"
    PART_PUBLISHED = "mirror-part-published"
    PART_INJECTED = "mirror-part-injected"
    PART_CONTRACTUAL = "mirror-part-contractual"
    PART_TECHNICAL = "mirror-part-technical"
    SENDS = "mirror-sends"
    REPAIRS = "mirror-repairs"
    CHOOSE = "mirror-choose"
    SENDS_ASKED = "mirror-sends-asked"  # confirmation before declarations are sent
    SENDS_SURE = "mirror-sends-sure"  # its answer, set by assets/mirror.js
    FORGET = "mirror-forget"
    COST = "mirror-cost"  # cost of removal
    ASK = "mirror-ask"
    POLL = "mirror-poll"
    STATUS = "mirror-status"
    ROUNDS = "mirror-rounds"
    UNREAD = "mirror-unread"
    LOOKING = "mirror-looking"  # checksums of the parts shown, set at each refresh
    DRIFTS = "mirror-drifts"
    STALE = "mirror-stale"  # notice that the list changed during a selection
    REPAIRING = "mirror-repairing"  # action on differences, set by assets/mirror.js
    QUESTION = "mirror-question"  # before an irreversible action
    SENDINGS = "mirror-sendings"
    SENDING = "mirror-sending"  # action on a message


PARTS = {  # optional parts; rights are always compared
    MirrorPart.INFORMATIVE: Ids.PART_INFORMATIVE,
    MirrorPart.PUBLISHED: Ids.PART_PUBLISHED,
    MirrorPart.INJECTED: Ids.PART_INJECTED,
    MirrorPart.CONTRACTUAL: Ids.PART_CONTRACTUAL,
    MirrorPart.TECHNICAL: Ids.PART_TECHNICAL,
}


FIELDS = {"client_id": Ids.CLIENT, "secret": Ids.SECRET}  # of credentials
ERRORS = (Ids.CLIENT_ERROR, Ids.SECRET_ERROR)  # below each field
