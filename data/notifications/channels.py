"""How a mail leaves: by SMTP, or as a file when no server is set."""

import smtplib
import ssl
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from data.notifications.types import Mail

Channel = Callable[[Mail, datetime], None]
_TIMEOUT = 20  # seconds
_PERMANENT = 500  # an SMTP reply from there on will not change by trying again


class Refused(Exception):
    """The server said no for good, with this reply: trying again would change nothing."""

    def __init__(self, code: int) -> None:
        super().__init__(f"smtp {code}")


class NoTls(smtplib.SMTPException):
    """The server offers no TLS: nothing is sent in the clear, and it is tried again later."""


def channel(smtp_url: str, sender: str, folder: Path) -> Channel:
    """A way out for mails: SMTP over TLS by *smtp_url*, else `.eml` files in *folder*."""
    if smtp_url:
        return lambda mail, at: _by_smtp(smtp_url, letter_of(mail, sender, at))
    return lambda mail, at: _to_file(folder, mail, letter_of(mail, sender, at))


def letter_of(mail: Mail, sender: str, at: datetime) -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text, cte="quoted-printable")
    return message


def _by_smtp(url: str, message: EmailMessage) -> None:
    """`smtps://` speaks TLS at once, `smtp://` must rise to it; only loopback may go without."""
    target = urlsplit(url)
    host = target.hostname or "localhost"
    context = ssl.create_default_context()
    try:
        with _open(target.scheme, host, target.port, context) as server:
            if target.username:
                server.login(unquote(target.username), unquote(target.password or ""))
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        code = min(code for code, _text in error.recipients.values())
        if code >= _PERMANENT:
            raise Refused(code) from error
        raise
    except smtplib.SMTPResponseException as error:
        if error.smtp_code >= _PERMANENT:
            raise Refused(error.smtp_code) from error
        raise


def _open(scheme: str, host: str, port: int | None, context: ssl.SSLContext) -> smtplib.SMTP:
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port or 465, timeout=_TIMEOUT, context=context)
    server = smtplib.SMTP(host, port or 587, timeout=_TIMEOUT)
    server.ehlo()
    if server.has_extn("starttls"):
        server.starttls(context=context)
        server.ehlo()
    elif host not in {"localhost", "127.0.0.1", "::1"}:
        server.close()
        raise NoTls
    return server


def _to_file(folder: Path, mail: Mail, message: EmailMessage) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = mail.message_id.strip("<>").partition("@")[0]
    path = folder / f"{name}.eml"
    partial = path.with_suffix(".part")
    partial.write_bytes(bytes(message))
    partial.chmod(0o600)
    partial.replace(path)
