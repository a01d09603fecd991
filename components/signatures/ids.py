"""Component ids of the page of a signature."""

from enum import StrEnum


class Ids(StrEnum):
    REVIEW = "signatures-review"  # why the drift leaves the list, or that it did
    CAUSE = "signatures-cause"  # type of the ids below


def cause_button(pce: object, reason: object) -> dict[str, object]:
    """Return the id of a button that gives a reason, or with "" takes it back."""
    return {"type": Ids.CAUSE.value, "pce": pce, "reason": reason}
