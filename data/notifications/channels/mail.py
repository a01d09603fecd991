"""Send a mail by SMTP, or write it to a file if no server is set."""

import smtplib
import ssl
from collections.abc import Callable
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from core.durable_files import write_file
from data.notifications.channels.errors import ChannelDown, ChannelRefused, NoTls
from data.notifications.types import Mail

MailTransport = Callable[[Mail, datetime], None]
_TIMEOUT = 20  # seconds
_WORD = 75  # bytes of an encoded word (RFC 2047, section 2), and of its line
_PERMANENT = 500  # from this SMTP code on, a retry would not help
_BUSY = 421  # the server is closing, which it may say at any time
_TOO_LARGE = 552  # the only fault of a mail reported before its recipient


def create_mail_transport(
    smtp_url: str, sender: str, folder: Path, timeout: float = _TIMEOUT
) -> MailTransport:
    """Return a function that sends mails: SMTP over TLS by `smtp_url`, else files in `folder`.

    It raises ChannelRefused, NoTls or ChannelDown; any other error means a later retry.
    """
    if smtp_url:
        return lambda mail, at: _by_smtp(smtp_url, build_message(mail, sender, at), timeout)
    return lambda mail, at: _to_file(folder, mail, build_message(mail, sender, at))


class _Folding(EmailPolicy):
    """Folds headers that the standard policy breaks.

    The standard policy encodes an address longer than a line, which RFC 2369 forbids in `List-…`,
    and leaves a space between two encoded words, which RFC 2047 requires to be dropped.
    """

    def fold(self, name: str, value: str) -> str:
        if name == "Subject":
            header = Header(str(value), "utf-8", _WORD, header_name=name)
            return f"{name}: {header.encode(linesep=self.linesep)}{self.linesep}"
        if name.startswith("List-"):
            return f"{name}: {value}{self.linesep}"
        folded: str = super().fold(name, value)
        return folded

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode()


def build_message(mail: Mail, sender: str, at: datetime) -> EmailMessage:
    message = EmailMessage(_Folding())
    message["From"] = sender
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    for name, value in mail.headers.items():
        message[name] = value
    message.set_content(mail.text, cte="quoted-printable")
    if mail.html:
        message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    return message


def _by_smtp(url: str, message: EmailMessage, timeout: float) -> None:
    """Send by SMTP: `smtps://` uses TLS at once, `smtp://` STARTTLS.

    Only loopback may use neither.
    """
    target = urlsplit(url)
    host = target.hostname or "localhost"
    with _open(target.scheme, host, target.port, timeout) as server:
        if target.username:
            _sign_in(server, unquote(target.username), unquote(target.password or ""))
        try:
            server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code = min(code for code, _text in error.recipients.values())
            if code >= _PERMANENT:
                raise ChannelRefused(code, gone=True) from error
            raise
        except smtplib.SMTPResponseException as error:
            if error.smtp_code == _BUSY or _is_of_the_sender(error):
                raise ChannelDown(str(error)) from error
            if error.smtp_code >= _PERMANENT:
                raise ChannelRefused(error.smtp_code) from error
            raise
        except smtplib.SMTPNotSupportedError:
            raise  # this mail needs an extension that the server lacks
        except OSError as error:  # also what smtplib raises for a lost connection
            raise ChannelDown(str(error)) from error


def _sign_in(server: smtplib.SMTP, name: str, password: str) -> None:
    """Sign in; a wrong password is the operator's problem, so it counts as an outage."""
    try:
        server.login(name, password)
    except smtplib.SMTPException as error:
        raise ChannelDown(str(error)) from error


def _is_of_the_sender(error: smtplib.SMTPResponseException) -> bool:
    """Return whether the sender itself is refused, which concerns all mails."""
    refused = isinstance(error, smtplib.SMTPSenderRefused) and error.smtp_code >= _PERMANENT
    return refused and error.smtp_code != _TOO_LARGE


def _open(scheme: str, host: str, port: int | None, timeout: float) -> smtplib.SMTP:
    try:
        if scheme == "smtps":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, port or 465, timeout=timeout, context=context)
        server = smtplib.SMTP(host, port or 587, timeout=timeout)
    except (OSError, smtplib.SMTPException) as error:
        raise ChannelDown(str(error)) from error
    try:
        safe = _rise_to_tls(server)
    except (OSError, smtplib.SMTPException) as error:
        server.close()
        raise ChannelDown(str(error)) from error
    if not safe and host not in {"localhost", "127.0.0.1", "::1"}:
        server.close()
        raise NoTls
    return server


def _rise_to_tls(server: smtplib.SMTP) -> bool:
    """Start TLS; return whether the server offered it."""
    server.ehlo()
    if not server.has_extn("starttls"):
        return False
    server.starttls(context=ssl.create_default_context())
    server.ehlo()
    return True


def _to_file(folder: Path, mail: Mail, message: EmailMessage) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = mail.message_id.strip("<>").partition("@")[0]
    write_file(folder / f"{name}.eml", bytes(message))
