"""Why a message did not leave. Any other error means: this message, later."""

import smtplib

from data.notifications.types import Outcome


class Refused(Exception):
    """The other side said no for good; *gone* when nothing sent there will ever be taken."""

    def __init__(self, code: int | str, *, protocol: str = "smtp", gone: bool = False) -> None:
        super().__init__(f"{protocol} {code}" if isinstance(code, int) else code)
        self.gone = gone


class Down(OSError):
    """The server itself does not answer, or not to us: no message is to blame."""


class Unanswered(OSError):
    """A user's own channel did not take a message, for now; its text is what the journal keeps."""


class NoTls(smtplib.SMTPException):
    """The server offers no TLS: nothing is sent in the clear, and it is tried again later."""


def outcome_of(error: Exception) -> tuple[Outcome, str]:
    """What an error means, and the few words that the journal keeps of it."""
    if isinstance(error, Refused):
        return (Outcome.GONE if error.gone else Outcome.FINAL), str(error)
    if isinstance(error, NoTls):
        return Outcome.DOWN, "no tls"
    if isinstance(error, Down):
        return Outcome.DOWN, "down"
    if isinstance(error, Unanswered):
        return Outcome.LATER, str(error)
    code = getattr(error, "smtp_code", None) or _worst(error)
    return Outcome.LATER, f"smtp {code}" if code else type(error).__name__


def _worst(error: Exception) -> int | None:
    refused: dict[str, tuple[int, bytes]] = getattr(error, "recipients", {})
    return max((code for code, _text in refused.values()), default=None)
