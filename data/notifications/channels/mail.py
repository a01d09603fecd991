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

Channel = Callable[[Mail, datetime], None]
_TIMEOUT = 20  # seconds
_WORD = 75  # octets of an encoded word (RFC 2047, section 2), and of the line it is on
_PERMANENT = 500  # an SMTP reply from there on will not change by trying again
_BUSY = 421  # the server is closing: it says so at any moment, of itself
_TOO_LARGE = 552  # the one fault of a mail that is told before its reader is named


def channel(smtp_url: str, sender: str, folder: Path, timeout: float = _TIMEOUT) -> Channel:
    """A way out for mails: SMTP over TLS by *smtp_url*, else `.eml` files in *folder*.

    It raises Refused, NoTls or Down, and whatever else means that one mail did not leave yet.
    """
    if smtp_url:
        return lambda mail, at: _by_smtp(smtp_url, letter_of(mail, sender, at), timeout)
    return lambda mail, at: _to_file(folder, mail, letter_of(mail, sender, at))


class _Folding(EmailPolicy):
    """Folds what the standard one breaks.

    It writes an address longer than a line as encoded words, which RFC 2369 does not allow in
    `List-…`, and leaves a space between two encoded words, where RFC 2047 has it dropped.
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


def letter_of(mail: Mail, sender: str, at: datetime) -> EmailMessage:
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
    """`smtps://` speaks TLS at once, `smtp://` must rise to it; only loopback may go without."""
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
            raise  # this mail asks for more than the server knows
        except OSError as error:  # and what smtplib says of a connection that is gone
            raise ChannelDown(str(error)) from error


def _sign_in(server: smtplib.SMTP, name: str, password: str) -> None:
    """A wrong password is the operator's affair: no mail is to be lost for it."""
    try:
        server.login(name, password)
    except smtplib.SMTPException as error:
        raise ChannelDown(str(error)) from error


def _is_of_the_sender(error: smtplib.SMTPResponseException) -> bool:
    """All mails have one sender: what it may not do, or without a password, no mail is to blame."""
    refused = isinstance(error, smtplib.SMTPSenderRefused) and error.smtp_code >= _PERMANENT
    return refused and error.smtp_code != _TOO_LARGE


def _open(scheme: str, host: str, port: int | None, timeout: float) -> smtplib.SMTP:
    context = ssl.create_default_context()
    try:
        if scheme == "smtps":
            return smtplib.SMTP_SSL(host, port or 465, timeout=timeout, context=context)
        server = smtplib.SMTP(host, port or 587, timeout=timeout)
    except (OSError, smtplib.SMTPException) as error:
        raise ChannelDown(str(error)) from error
    try:
        safe = _rise_to_tls(server, context)
    except (OSError, smtplib.SMTPException) as error:
        server.close()
        raise ChannelDown(str(error)) from error
    if not safe and host not in {"localhost", "127.0.0.1", "::1"}:
        server.close()
        raise NoTls
    return server


def _rise_to_tls(server: smtplib.SMTP, context: ssl.SSLContext) -> bool:
    """Whether the server offered it."""
    server.ehlo()
    if not server.has_extn("starttls"):
        return False
    server.starttls(context=context)
    server.ehlo()
    return True


def _to_file(folder: Path, mail: Mail, message: EmailMessage) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = mail.message_id.strip("<>").partition("@")[0]
    write_file(folder / f"{name}.eml", bytes(message))
