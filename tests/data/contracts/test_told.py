"""What the inbox and the mails say of a contract, in both languages."""

from datetime import date

import pytest

from core.i18n import using_language
from data.notifications.messages.account import write
from data.notifications.messages.sender import MessageSender
from data.notifications.rules.words import contract_act, kind_name, label_of, reason_of, title_of
from data.notifications.types import (
    CONTRACT_KINDS,
    ClaimedNotification,
    NoticeLine,
    NotificationKind,
    Severity,
)
from tests.factories import NOW

DESK = MessageSender("Réseau Gaz", "https://portail.example", "secret")
PARAMS = {
    "uid": "0b5c",
    "number": "C-2026-000007",
    "organisation": "Thermia Conseil",
    "who": "Dora (Réseau Gaz)",
    "amendment": 0,
    "reason": "",
    "day": "2027-01-31",
    "days": 30,
}


def line(kind, **params):
    return NoticeLine(
        kind, Severity.WARNING, "", "Thermia Conseil", date(2026, 11, 24), {**PARAMS, **params},
        "/contrats?contrat=0b5c", "key", ("contract", 7),
    )  # fmt: skip


def mail(kind, language="fr", **params):
    notification = ClaimedNotification(
        1, kind, {**PARAMS, **params}, "<m@x.example>", 1, "bob@x.example", "Bob", language, NOW
    )
    return write(notification, DESK)


OTHERS = {
    NotificationKind.PAPER_ENDING: {"number": ""},
    NotificationKind.PAPERS_ENDING: {"count": 12},
    NotificationKind.SEAL_ENDING: {"owner": "Réseau Gaz - sceau", "demo": False},
}


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("kind", sorted(CONTRACT_KINDS - OTHERS.keys()))
def test_each_is_said_whole_in_both_places(kind, language):
    with using_language(language):
        said = [title_of(line(kind)), reason_of(line(kind)), label_of(line(kind)), kind_name(kind)]
    sent = mail(kind, language, reason="Adresse fausse.")
    for text in (*said, sent.subject, sent.text):
        assert text.strip()
        assert "{" not in text
    assert "C-2026-000007" in said[0]
    assert "C-2026-000007" in sent.text
    assert "https://portail.example/contrats?contrat=0b5c" in sent.text


@pytest.mark.parametrize(
    ("kind", "title", "act", "facts"),
    [
        (
            NotificationKind.PAPER_ENDING,
            "Contrat sur papier : fin dans 30 jours",
            "Voir le contrat",
            ("Thermia Conseil", "présumé", "31 janv. 2027"),
        ),
        (
            NotificationKind.PAPERS_ENDING,
            "12 contrats sur papier : fin dans 30 jours",
            "Voir les contrats",
            ("12 contrats sur papier", "31 janv. 2027"),
        ),
        (
            NotificationKind.SEAL_ENDING,
            "Certificat de scellement : fin dans 30 jours",
            "Voir les contrats",
            ("Réseau Gaz - sceau", "31 janv. 2027", "PORTAL_SEAL_P12"),
        ),
    ],
)
def test_what_ends_without_being_a_contract_of_the_portal(kind, title, act, facts):
    told, sent = line(kind, **OTHERS[kind]), mail(kind, **OTHERS[kind])
    assert plain(title_of(told)) == title
    assert contract_act(kind) == act
    assert reason_of(told)
    assert all(fact in plain(sent.text) for fact in (*facts, "https://portail.example/contrats"))
    english = mail(kind, "en", **OTHERS[kind])
    assert "{" not in english.text
    assert english.subject != sent.subject


def test_a_certificate_of_demonstration_says_that_it_is_one():
    assert "démonstration" in title_of(line(NotificationKind.SEAL_ENDING, demo=True))
    assert (
        "Certificat de démonstration"
        in mail(NotificationKind.SEAL_ENDING, owner="X", demo=True).text
    )


def plain(text):
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_an_amendment_is_told_from_its_contract():
    assert title_of(line(NotificationKind.CONTRACT_SENT, amendment=2)).startswith(
        "Avenant 2 au contrat C-2026-000007"
    )
    assert "Avenant 2" in mail(NotificationKind.CONTRACT_SENT, amendment=2).text


def test_days_agree_with_their_number():
    assert title_of(line(NotificationKind.CONTRACT_ENDING, days=1)).endswith(
        "1\u00a0jour"
    ) or title_of(line(NotificationKind.CONTRACT_ENDING, days=1)).endswith("1 jour")
    assert title_of(line(NotificationKind.CONTRACT_ENDING, days=30)).endswith("jours")


def test_a_reason_is_given_as_it_was_written_without_links():
    words = "Voir http://mal.example/x et corriger."
    assert "mal.example" not in mail(NotificationKind.CONTRACT_REFUSED, reason=words).text
    assert "corriger" in mail(NotificationKind.CONTRACT_REFUSED, reason=words).text
    assert "corriger" in reason_of(line(NotificationKind.CONTRACT_REFUSED, reason=words))


def test_the_code_is_in_its_mail_alone():
    sent = mail(NotificationKind.SIGNING_CODE, code="042137")
    assert "042137" in sent.text
    assert "042137" not in sent.subject
    assert NotificationKind.SIGNING_CODE not in CONTRACT_KINDS


def test_who_reads_that_a_contract_is_signed_is_told_whom_it_lets_in():
    signed = mail(NotificationKind.CONTRACT_COUNTERSIGNED, guests=2).text
    assert "2 personnes nommées dans le dossier sont invitées" in signed
    alone = mail(NotificationKind.CONTRACT_COUNTERSIGNED).text
    assert "invitée" not in alone
    assert "\n\n\n" not in alone
