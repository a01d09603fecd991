"""Every error the portal raises on purpose.

* PortalError
  - Unauthenticated  nobody is signed in
  - NotFound         the thing is absent, or hidden from this viewer
  - Forbidden        visible, but this viewer may not do that
    - ContractNeeded its organisation has no contract; the page to get one is among the params
  - Conflict         the thing is not in a state that allows it
  - TooMany          asked too often; carries the seconds to wait
  - Busy             others are writing, and one has waited long enough
  - Unavailable      a service the portal leans on does not answer
    - StorageFull    the disk of the portal has no room left
  - Invalid          the input is wrong
    - Unreadable     a file that cannot be taken; says line and column where they are known
    - TooBig         larger than what is taken
"""

from collections.abc import Mapping
from typing import ClassVar


class PortalError(Exception):
    """Base of all: `message` is a French sentence marked with `N_`, `params` fill its braces."""

    status: ClassVar[int] = 500

    def __init__(self, message: str, **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.params: Mapping[str, object] = params

    def __str__(self) -> str:
        return self.message.format(**self.params)


class Unauthenticated(PortalError):
    status = 401


class NotFound(PortalError):
    status = 404


class Forbidden(PortalError):
    status = 403


class ContractNeeded(Forbidden):
    """What only a contract allows; `path`, among the params, is the page where it is signed."""


class Conflict(PortalError):
    status = 409


class TooMany(PortalError):
    status = 429


class Busy(PortalError):
    """The database is held by another writer: nothing was done, and the same may be asked again."""

    status = 503


class Unavailable(PortalError):
    """A service, as an antivirus, is down: nothing was done, and the same may be asked again."""

    status = 503


class StorageFull(Unavailable):
    """The disk is full: nothing was done, and the same may be asked again once there is room."""

    status = 507


class Invalid(PortalError):
    status = 422


class Unreadable(Invalid):
    """A refused file; `line` and `column` are among the params where they are known.

    When several lines are wrong: `also`, the next ones as [message, params], and how many
    `further` ones are not named (or more, if `stopped`).
    """


class TooBig(Invalid):
    status = 413
