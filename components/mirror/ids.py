"""The ids of the connections."""

from enum import StrEnum
from typing import Any

from data.mirror.types import Part


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
    PART_CONTRACTUAL = "mirror-part-contractual"
    PART_TECHNICAL = "mirror-part-technical"
    SENDS = "mirror-sends"
    REPAIRS = "mirror-repairs"
    CHOOSE = "mirror-choose"
    FORGET = "mirror-forget"
    ASK = "mirror-ask"
    POLL = "mirror-poll"
    STATUS = "mirror-status"
    ROUNDS = "mirror-rounds"
    DRIFTS = "mirror-drifts"
    REPAIR = "mirror-repair"
    REPAIR_ALL = "mirror-repair-all"
    SENDINGS = "mirror-sendings"


PARTS = {  # what may be chosen; rights are compared all the same
    Part.INFORMATIVE: Ids.PART_INFORMATIVE,
    Part.PUBLISHED: Ids.PART_PUBLISHED,
    Part.CONTRACTUAL: Ids.PART_CONTRACTUAL,
    Part.TECHNICAL: Ids.PART_TECHNICAL,
}


FIELDS = {"client_id": Ids.CLIENT, "secret": Ids.SECRET}  # of credentials
ERRORS = (Ids.CLIENT_ERROR, Ids.SECRET_ERROR)  # below each


def drift_button(drift: object) -> dict[str, Any]:
    """The id of the button that repairs a drift; it may be `ALL`."""
    return {"type": "mirror-drift", "id": drift}


def drift_box(drift: object) -> dict[str, Any]:
    """The id of the box that selects a drift; it may be `ALL`."""
    return {"type": "mirror-drift-box", "id": drift}


def sending_button(verb: object, sending: object) -> dict[str, Any]:
    """The id of a button of what is to send; either may be `ALL`."""
    return {"type": "mirror-sending", "verb": verb, "id": sending}
