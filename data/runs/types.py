"""The words of runs."""

from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from data.errors import Invalid, PortalError
from i18n import N_

ASKS_PCE = N_("Ce fichier ne dit pas son PCE : indiquez-le, il sera repris.")
MOST_SHOWN = 50  # runs in the list of a page: as many as one deposit may open


class RunKind(StrEnum):
    READINGS = "readings"


class RunState(StrEnum):
    RECEIVED = "received"
    WORKING = "working"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run as its organisation sees it; `problem` is (sentence, params) when refused.

    `counts` holds days, absent, m3, kwh, new, changed, same, periods and pces of the file.
    """

    id: int
    kind: RunKind
    state: RunState
    file_name: str
    file_size: int
    who: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    done: int
    total: int
    counts: Mapping[str, int]
    problem: tuple[str, Mapping[str, object]] | None
    pce: str | None

    @property
    def asks_pce(self) -> bool:
        """Whether all that the file lacks is its PCE, or one better than that given with it."""
        if self.problem is None:
            return False
        message, params = self.problem
        return message == ASKS_PCE or (self.pce is not None and params.get("pce") == self.pce)


@dataclass(frozen=True, slots=True)
class Deposits:
    """Where deposited files are kept, how large one may be, and what time it is."""

    folder: Path  # outside the web root
    megabytes: int
    clock: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Deposit:
    """A file as it was given: the name its owner calls it, and its octets."""

    name: str
    content: bytes

    @classmethod
    def of_browser(
        cls, contents: Sequence[str] | str | None, names: Sequence[str] | str | None
    ) -> "tuple[Deposit, ...]":
        """The files of a browser's upload: `data:…;base64,…` texts and as many names."""
        texts = [contents] if isinstance(contents, str) else list(contents or ())
        called = [names] if isinstance(names, str) else list(names or ())
        if len(texts) != len(called):
            raise Invalid(N_("L’envoi est incomplet : déposez à nouveau vos fichiers."))
        return tuple(cls(str(n), _octets(t)) for t, n in zip(texts, called, strict=True))


def _octets(text: object) -> bytes:
    _head, found, body = str(text).partition(";base64,")
    try:
        return b64decode(body if found else "*", validate=True)
    except ValueError as error:  # binascii's, and that of signs outside ASCII
        raise Invalid(N_("L’envoi est incomplet : déposez à nouveau vos fichiers.")) from error


@dataclass(frozen=True, slots=True)
class Kept:
    """A deposited file, safe in its folder under a random name."""

    name: str  # what its owner calls it, cleaned
    stored_name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Received:
    """What came of a deposit: the names taken, and why each other file was not."""

    names: tuple[str, ...]
    problems: tuple[PortalError, ...]


@dataclass(frozen=True, slots=True)
class Claimed:
    """A run that one job works on; `done` deliveries are already stored and counted."""

    id: int
    user_id: int
    organisation_id: int
    file_name: str
    stored_name: str
    sha256: str
    pce: str | None
    done: int
