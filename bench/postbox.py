"""A real SMTP server on loopback that keeps the numbers of what it takes, and has its moods."""

import asyncio
import email
import email.policy
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

OK = "250 taken"


@dataclass
class Postbox:
    """What was taken, by Message-ID; `greylist` refuses each number once, `replies` by address."""

    replies: dict[str, str] = field(default_factory=dict)
    greylist: bool = False
    slow: float = 0.0  # seconds before it answers to the words
    answer: str = OK  # to the words of each mail
    whole: bool = False  # keep the mails themselves
    taken: Counter[str] = field(default_factory=Counter)
    turned_away: Counter[str] = field(default_factory=Counter)
    mails: list[EmailMessage] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's own)
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        del server, session, options
        reply = self.replies.get(address)
        if reply is None:
            envelope.rcpt_tos.append(address)
        return reply or "250 go on"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        del server, session
        if self.slow:
            await asyncio.sleep(self.slow)
        number = number_of(envelope.content)
        if self.greylist and not self.turned_away[number]:
            self.turned_away[number] += 1
            return "451 come back later"
        if self.answer != OK:
            return self.answer
        self.taken[number] += 1
        if self.whole:
            parsed = email.message_from_bytes(envelope.content, policy=email.policy.default)
            self.mails.append(parsed)
        return OK


def number_of(content: bytes) -> str:
    """The Message-ID of a mail, without reading the rest."""
    head = content.partition(b"\r\n\r\n")[0]
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"message-id:"):
            return line.partition(b":")[2].strip().decode()
    return ""


@contextmanager
def listening(box: Postbox) -> Iterator[str]:
    """The address of a server that puts what it is given in *box*."""
    port = _free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port, ready_timeout=30)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{port}"
    finally:
        controller.stop()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as chosen:
        found: int = chosen.getsockname()[1]
    return found
