"""Mails by SMTP, to a small server of our own on this machine."""

import re
import socket
import threading
from dataclasses import replace
from email.header import decode_header, make_header

import pytest

from data.notifications.channels import ChannelDown, ChannelRefused, NoTls, create_mail_transport
from data.notifications.types import Mail
from tests.factories import NOW

MAIL = Mail("alice@tilleuls.example", "Bonjour", "Une phrase accentuée.\n", "<n1@tilleuls.example>")


class Server(threading.Thread):
    """Speaks just enough SMTP for one mail; *replies* replaces some of its answers."""

    def __init__(self, replies=None):
        super().__init__(daemon=True)
        self.replies = replies or {}
        self.lines = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]

    def run(self):
        connection, _address = self.socket.accept()
        with connection, connection.makefile("rwb") as file:
            say(file, "220 here")
            while line := file.readline():
                self.answer(file, line.decode().strip())

    def answer(self, file, line):
        self.lines.append(line)
        verb = line.split(" ", maxsplit=1)[0].upper().split(":", maxsplit=1)[0]
        if verb == "DATA":
            say(file, "354 go on")
            while (part := file.readline().decode().strip()) != ".":
                self.lines.append(part)
        say(file, self.replies.get(verb, "221 bye" if verb == "QUIT" else "250 ok"))


def say(file, text):
    file.write(text.encode() + b"\r\n")
    file.flush()


def sent(replies=None):
    server = Server(replies)
    server.start()
    try:
        create_mail_transport(f"smtp://127.0.0.1:{server.port}", "gaz@reseau.example", None)(
            MAIL, NOW
        )
    finally:
        server.join(5)
        server.socket.close()
    return server.lines


def test_a_mail_leaves_with_its_number():
    lines = sent()
    assert "Message-ID: <n1@tilleuls.example>" in lines
    assert "To: alice@tilleuls.example" in lines


@pytest.mark.parametrize(
    ("verb", "reply"),
    [("MAIL", "552 too large"), ("RCPT", "550 no such person"), ("DATA", "550 no such person")],
)
def test_a_5xx_is_for_good(verb, reply):
    with pytest.raises(ChannelRefused):
        sent({verb: reply})


@pytest.mark.parametrize("reply", ["530 sign in first", "550 not from you", "421 closing"])
def test_a_sender_that_is_refused_is_the_operators_affair(reply):
    with pytest.raises(ChannelDown):
        sent({"MAIL": reply})


def test_a_4xx_is_for_later():
    with pytest.raises(Exception, match="later") as caught:
        sent({"RCPT": "450 later"})
    assert not isinstance(caught.value, ChannelRefused)


def test_no_mail_leaves_in_the_clear_for_another_machine(monkeypatch):
    import smtplib

    server = Server()
    server.start()
    real = smtplib.SMTP
    monkeypatch.setattr(
        smtplib,
        "SMTP",
        lambda _host, _port, timeout: real("127.0.0.1", server.port, timeout=timeout),
    )
    with pytest.raises(NoTls):
        create_mail_transport("smtp://mail.example:587", "gaz@reseau.example", None)(MAIL, NOW)
    server.join(5)
    server.socket.close()
    assert not any(line.startswith("MAIL") for line in server.lines)


def test_a_server_that_is_down_is_for_later():
    with pytest.raises(OSError, match="refused"):
        create_mail_transport("smtp://127.0.0.1:1", "gaz@reseau.example", None)(MAIL, NOW)


STOP = "<https://gaz.example/avis/" + "a1b2-C3_d4" * 20 + ">"


@pytest.mark.parametrize("pad", range(40))
def test_a_head_longer_than_a_line_is_read_as_it_was_written(pad, tmp_path):
    """As another program reads it: by RFC 5322, 2047 and 2369, not by what wrote it."""
    subject = f"[Dépassement] {'É' * pad}tang – Faubourg 2 : 13\u202f941 kWh au 19/11, seuil 12 000"
    mail = replace(MAIL, subject=subject, headers={"List-Unsubscribe": STOP})
    create_mail_transport("", "gaz@reseau.example", tmp_path)(mail, NOW)
    head = next(tmp_path.iterdir()).read_bytes().split(b"\n\n", 1)[0]
    assert f"\nList-Unsubscribe: {STOP}\n".encode() in head
    lines = re.search(rb"^Subject: (.*(?:\n .*)*)", head, re.MULTILINE)[1].decode().split("\n ")
    assert all(len(line) < 76 for line in lines)
    assert str(make_header(decode_header("\n ".join(lines)))) == subject
