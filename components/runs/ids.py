"""The ids of the page of operations."""

from enum import StrEnum


class Ids(StrEnum):
    FILES = "runs-files"
    DEPOSITED = "runs-deposited"  # what the server answered to the last deposit
    PCE = "runs-pce"
    LIST = "runs-list"
    RECEIPT = "runs-receipt"
    POLL = "runs-poll"  # of the list
    WATCH = "runs-watch"  # of one receipt
    SHOWN = "runs-shown"
    MISSING_PCE = "runs-missing-pce"
    MISSING_PCE_ERROR = "runs-missing-pce-error"
    RESUME = "runs-resume"
    ASK = "runs-ask"
