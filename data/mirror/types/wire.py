"""Types exchanged between the portal and the upstream."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Self, TypeAlias

from core.errors import TooMany, Unavailable
from data.rights.types import Elsewhere

if TYPE_CHECKING:
    from core.settings import Settings

JSON: TypeAlias = "str | int | float | bool | list[JSON] | dict[str, JSON] | None"


@dataclass(frozen=True, slots=True)
class Address:
    """Where the distributor's API is, by the operator's settings: all its organisations ask there.

    What it says is believed as the distributor's word, so no organisation chooses it.
    """

    base: str  # `https://…/adict/v2`
    token: str
    scope: str
    a_day: int  # calls of one organisation in a day of Paris; 0 is without limit
    pause: float = 1.0  # seconds between two calls of this portal, for all organisations

    @classmethod
    def of_environment(cls, settings: "Settings") -> Self | None:
        """Return the address that the environment gives, None unless both URLs are given."""
        if not (settings.upstream_url and settings.upstream_token_url):
            return None
        return cls(
            settings.upstream_url,
            settings.upstream_token_url,
            settings.upstream_scope,
            settings.upstream_calls_a_day,
        )


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the distributor gave an organisation to come in by."""

    client_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TheirRight(Elsewhere):
    """A right as the other side lists it, by its name there (domain.md §2.3)."""

    uid: str


@dataclass(frozen=True, slots=True)
class LineFault:
    """A line of the other side that could not be taken, and why."""

    line: int
    sentence: str  # French, marked with N_; `params` fill its braces
    params: Mapping[str, JSON] = field(default_factory=dict)
    sample: str = ""  # the beginning of it, without anything of a person
    uid: str = ""  # of the right that it tells of, and its PCE, as far as they can be read
    number: str = ""


@dataclass(frozen=True, slots=True)
class UpstreamResponse:
    """What the other side said of something sent: its HTTP status, its code, its words."""

    status: int
    code: str
    message: str
    body: Mapping[str, JSON] = field(default_factory=dict)

    @property
    def is_accepted(self) -> bool:
        return self.status < 300  # noqa: PLR2004


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A piece of proof to send."""

    name: str
    mime: str
    content: bytes = field(repr=False)


class UpstreamDown(Unavailable):
    """The other side does not answer, or not in its own words: the same may be asked again.

    Not before `retry_at`, when it said so; `reached` is False where nothing was sent.
    """

    def __init__(self, message: str, retry_at: datetime | None = None, **params: object) -> None:
        super().__init__(message, **params)
        self.retry_at = retry_at
        self.reached = True


class NotTaken(Unavailable):
    """The other side refuses the credentials: nothing is asked until they change.

    `reached` is False where nothing was asked.
    """

    reached = True


class Spent(TooMany):
    """The calls of the day are made, by the other side's count or ours: nothing before `until`."""

    def __init__(self, message: str, until: datetime, **params: object) -> None:
        super().__init__(message, **params)
        self.until = until
