"""What the inbox and the mails say of a contract, in both languages."""

from datetime import date

import pytest

from data.notifications.messages.account import write
from data.notifications.messages.desk import Desk
from data.notifications.rules.words import kind_name, label_of, reason_of, title_of
from data.notifications.types import CONTRACT_KINDS, Kind, Letter, Line, Severity
from i18n import speaking
from tests.factories import NOW

DESK = Desk("Réseau Gaz", "https://portail.example", "secret")
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
    return Line(
        kind, Severity.WARNING, "", "Thermia Conseil", date(2026, 11, 24), {**PARAMS, **params},
        "/contrats?contrat=0b5c", "key", ("contract", 7),
    )  # fmt: skip


def mail(kind, language="fr", **params):
    letter = Letter(
        1, kind, {**PARAMS, **params}, "<m@x.example>", 1, "bob@x.example", "Bob", language, NOW
    )
    return write(letter, DESK)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("kind", sorted(CONTRACT_KINDS))
def test_each_is_said_whole_in_both_places(kind, language):
    with speaking(language):
        said = [title_of(line(kind)), reason_of(line(kind)), label_of(line(kind)), kind_name(kind)]
    sent = mail(kind, language, reason="Adresse fausse.")
    for text in (*said, sent.subject, sent.text):
        assert text.strip()
        assert "{" not in text
    assert "C-2026-000007" in said[0]
    assert "C-2026-000007" in sent.text
    assert "https://portail.example/contrats?contrat=0b5c" in sent.text


def test_an_amendment_is_told_from_its_contract():
    assert title_of(line(Kind.CONTRACT_SENT, amendment=2)).startswith(
        "Avenant 2 au contrat C-2026-000007"
    )
    assert "Avenant 2" in mail(Kind.CONTRACT_SENT, amendment=2).text


def test_days_agree_with_their_number():
    assert title_of(line(Kind.CONTRACT_ENDING, days=1)).endswith("1\u00a0jour") or title_of(
        line(Kind.CONTRACT_ENDING, days=1)
    ).endswith("1 jour")
    assert title_of(line(Kind.CONTRACT_ENDING, days=30)).endswith("jours")


def test_a_reason_is_given_as_it_was_written_without_links():
    words = "Voir http://mal.example/x et corriger."
    assert "mal.example" not in mail(Kind.CONTRACT_REFUSED, reason=words).text
    assert "corriger" in mail(Kind.CONTRACT_REFUSED, reason=words).text
    assert "corriger" in reason_of(line(Kind.CONTRACT_REFUSED, reason=words))


def test_the_code_is_in_its_mail_alone():
    sent = mail(Kind.SIGNING_CODE, code="042137")
    assert "042137" in sent.text
    assert "042137" not in sent.subject
    assert Kind.SIGNING_CODE not in CONTRACT_KINDS
