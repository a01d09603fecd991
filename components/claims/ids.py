"""Component ids of the claims on delivery points."""

from enum import StrEnum

from components.kit import by_name


class Ids(StrEnum):
    FORM = "claims-form"  # redrawn by each response, with the typed values
    SEEN = "claims-seen"  # of RowForm: a claim is always new
    NUMBER = "claims-number"
    INDEX = "claims-index"
    READ_ON = "claims-read-on"
    SAVE = "claims-save"
    FILE = "claims-file"
    SENT = "claims-sent"  # what the server answered to a letter
    ACCEPT = "claims-accept"  # types of the ids below
    REFUSE = "claims-refuse"
    ANSWER = "claims-answer"
    CANCEL = "claims-cancel"


FIELDS = by_name(Ids.NUMBER, Ids.INDEX, Ids.READ_ON)


def accept_button(claim: object, taken_from: object) -> dict[str, object]:
    """Return the id of the button that accepts, with the id of the holder it names, or 0."""
    return {"type": Ids.ACCEPT.value, "claim": claim, "taken_from": taken_from}


def refuse_button(claim: object) -> dict[str, object]:
    return {"type": Ids.REFUSE.value, "claim": claim}


def answer_field(claim: object) -> dict[str, object]:
    return {"type": Ids.ANSWER.value, "claim": claim}


def cancel_button(claim: object) -> dict[str, object]:
    return {"type": Ids.CANCEL.value, "claim": claim}
