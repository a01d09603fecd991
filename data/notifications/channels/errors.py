"""Errors of deliveries; any other error means a later retry."""

import smtplib

from data.notifications.types import SendOutcome


class ChannelRefused(Exception):
    """The other side refused definitively; `gone` when it will never accept anything."""

    def __init__(self, code: int | str, *, protocol: str = "smtp", gone: bool = False) -> None:
        super().__init__(f"{protocol} {code}" if isinstance(code, int) else code)
        self.gone = gone


class ChannelDown(OSError):
    """The server does not answer, or not to us: no message is at fault."""


class Unanswered(OSError):
    """A user's own channel did not accept a message for now; the journal keeps the text."""


class NoTls(smtplib.SMTPException):
    """The server offers no TLS: nothing is sent unencrypted, and it is retried later."""


def outcome_of(error: Exception) -> tuple[SendOutcome, str]:
    """Return the outcome of an error, and its short text for the journal."""
    if isinstance(error, ChannelRefused):
        return (SendOutcome.GONE if error.gone else SendOutcome.FINAL), str(error)
    if isinstance(error, NoTls):
        return SendOutcome.DOWN, "no tls"
    if isinstance(error, ChannelDown):
        return SendOutcome.DOWN, "down"
    if isinstance(error, Unanswered):
        return SendOutcome.LATER, str(error)
    code = getattr(error, "smtp_code", None) or _worst(error)
    return SendOutcome.LATER, f"smtp {code}" if code else type(error).__name__


def _worst(error: Exception) -> int | None:
    refused: dict[str, tuple[int, bytes]] = getattr(error, "recipients", {})
    return max((code for code, _text in refused.values()), default=None)
