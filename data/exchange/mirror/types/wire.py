"""Types exchanged between the portal and the upstream."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Self, TypeAlias

from core.errors import TooMany, Unavailable
from data.rights.types import UpstreamRightTerms

if TYPE_CHECKING:
    from core.settings import Settings

JSON: TypeAlias = "str | int | float | bool | list[JSON] | dict[str, JSON] | None"


@dataclass(frozen=True, slots=True)
class Address:
    """Address of the distributor's API, from the operator's settings, for all organisations.

    Its answers are trusted as the distributor's, so no organisation chooses it.
    """

    base: str  # `https://…/adict/v2`
    token: str
    scope: str
    a_day: int  # calls of one organisation per day in Paris; 0: no limit
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
    """Credentials that the distributor gave to an organisation."""

    client_id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TheirRight(UpstreamRightTerms):
    """A right as listed upstream, with its upstream uid (domain.md §2.3)."""

    uid: str


@dataclass(frozen=True, slots=True)
class LineFault:
    """An upstream line that was refused, and why."""

    line: int
    sentence: str  # French, marked with N_, with `params`
    params: Mapping[str, JSON] = field(default_factory=dict)
    sample: str = ""  # shape of its beginning, without personal data
    uid: str = ""  # of its right, and its PCE, if readable
    number: str = ""


@dataclass(frozen=True, slots=True)
class UpstreamResponse:
    """Upstream response to a message: HTTP status, code and message."""

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
    """The other side does not answer, or not in ADICT's format: a retry is safe.

    Not before `retry_at`, if given; `reached` is False when nothing was sent.
    """

    def __init__(self, message: str, retry_at: datetime | None = None, **params: object) -> None:
        super().__init__(message, **params)
        self.retry_at = retry_at
        self.reached = True


class NotTaken(Unavailable):
    """The other side refuses the credentials: nothing is called until they change.

    `reached` is False when nothing was called.
    """

    reached = True


class Spent(TooMany):
    """The day's call limit is reached, upstream's or ours: nothing before `until`."""

    def __init__(self, message: str, until: datetime, **params: object) -> None:
        super().__init__(message, **params)
        self.until = until
