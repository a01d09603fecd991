"""Define the errors that the portal raises on purpose.

* PortalError
  - Unauthenticated  nobody is signed in
  - NotFound         the object does not exist, or is hidden from this viewer
  - Forbidden        the object is visible, but this viewer lacks the permission
    - ContractNeeded the organisation has no contract; params give the page to sign one
  - Conflict         the state of the object does not allow the action
  - TooMany          too many attempts; params give the seconds to wait
  - Busy             the wait for another writer of the database timed out
  - Unavailable      a service that the portal needs does not answer
    - StorageFull    the disk is full
  - Invalid          the input is wrong
    - Unreadable     the file cannot be parsed; params give line and column when known
    - TooBig         the input is over the size limit
"""

from collections.abc import Mapping
from typing import ClassVar


class PortalError(Exception):
    """Base class: `message` is a French sentence marked with `N_`, `params` its placeholders."""

    status: ClassVar[int] = 500

    def __init__(self, message: str, **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.params: Mapping[str, object] = params

    def __str__(self) -> str:
        return self.message.format(**self.params)


class Unauthenticated(PortalError):
    """The request is not signed in."""

    status = 401


class NotFound(PortalError):
    """The object does not exist, or is hidden from this viewer: both look the same."""

    status = 404


class Forbidden(PortalError):
    """The object is visible, but this viewer lacks the permission."""

    status = 403


class ContractNeeded(Forbidden):
    """The action needs a contract; the param `path` is the page where it is signed."""


class Conflict(PortalError):
    """The state of the object does not allow the action."""

    status = 409


class TooMany(PortalError):
    """There were too many attempts; the params give the seconds to wait."""

    status = 429


class Busy(PortalError):
    """Another writer holds the database: nothing was done, and the request may be repeated."""

    status = 503


class Unavailable(PortalError):
    """A service, such as the antivirus, is down: nothing was done, and a retry is safe."""

    status = 503


class StorageFull(Unavailable):
    """The disk is full: nothing was done, and a retry is safe once there is space."""

    status = 507


class Invalid(PortalError):
    """The input is wrong."""

    status = 422


class Unreadable(Invalid):
    """The file cannot be parsed; the params give `line` and `column` when they are known.

    When several lines are wrong, the params also give `also`, the next ones as [message, params],
    and `further`, the number of lines that are not listed (a minimum, if `stopped`).
    """


class TooBig(Invalid):
    """The input is over the size limit."""

    status = 413


def plain_params(params: Mapping[str, object]) -> dict[str, object]:
    """Return the `params` of an error as JSON can hold them, other wrong lines included."""
    return {name: _plain(value) for name, value in params.items()}


def _plain(value: object) -> object:
    if isinstance(value, list):
        return [[message, plain_params(params)] for message, params in value]
    return value if isinstance(value, str | int | float) else str(value)
