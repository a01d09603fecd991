"""Component ids of the connections page."""

from enum import StrEnum

from data.mirror.types import MirrorPart


class Ids(StrEnum):
    BODY = "mirror-body"  # all that follows the head of the page
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
    SENDS_ASKED = "mirror-sends-asked"  # the question before all leaves for there
    SENDS_SURE = "mirror-sends-sure"  # its answer, by assets/mirror.js
    FORGET = "mirror-forget"
    COST = "mirror-cost"  # of forgetting
    ASK = "mirror-ask"
    POLL = "mirror-poll"
    STATUS = "mirror-status"
    ROUNDS = "mirror-rounds"
    UNREAD = "mirror-unread"
    LOOKING = "mirror-looking"  # what the page shows as it looks again, by assets/mirror.js
    DRIFTS = "mirror-drifts"
    STALE = "mirror-stale"  # that they changed under what is ticked
    REPAIRING = "mirror-repairing"  # what was pressed among differences, by assets/mirror.js
    QUESTION = "mirror-question"  # before what is not undone
    SENDINGS = "mirror-sendings"
    SENDING = "mirror-sending"  # what was pressed among what leaves


PARTS = {  # what may be chosen; rights are compared all the same
    MirrorPart.INFORMATIVE: Ids.PART_INFORMATIVE,
    MirrorPart.PUBLISHED: Ids.PART_PUBLISHED,
    MirrorPart.INJECTED: Ids.PART_INJECTED,
    MirrorPart.CONTRACTUAL: Ids.PART_CONTRACTUAL,
    MirrorPart.TECHNICAL: Ids.PART_TECHNICAL,
}


FIELDS = {"client_id": Ids.CLIENT, "secret": Ids.SECRET}  # of credentials
ERRORS = (Ids.CLIENT_ERROR, Ids.SECRET_ERROR)  # below each
