"""The distributor's own words stand in its mails as they are, in the language of each reader."""

from dataclasses import replace
from datetime import timedelta

import pytest

from components.admin.mail_samples import sample
from core.i18n import LANGUAGES
from data.identity.settings.types import Passage
from data.notifications.messages import MessageSender, write
from data.notifications.messages.notices import write_notices
from data.notifications.types import ClaimedNotification, NotificationKind
from data.rights.messages import write as write_letter
from data.rights.types import LetterKind, RightState
from tests.data.notifications.test_words import digest, line, notification
from tests.data.rights.test_letters import RIGHT
from tests.data.rights.test_letters import letter as right_letter
from tests.factories import NOW

BARE = MessageSender("Réseau Gaz", "https://gaz.example", "k" * 48)
WORDS = "Madame, {who}, 100 % & <3"
INVITED = {
    "who": "Ada",
    "organisation": "Tilleuls",
    "token": "t0ken",
    "until": (NOW + timedelta(days=7)).isoformat(),
}


def saying(passage, language="fr", text=WORDS):
    return replace(BARE, passages={(passage, language): text})


def invitation(desk, language="fr"):
    told = (1, NotificationKind.INVITED, INVITED, "<1@x>", 1, "a@b.example", "", language, NOW)
    return write(ClaimedNotification(*told), desk).text


def test_an_introduction_comes_after_the_greeting_as_it_was_typed():
    text = invitation(saying(Passage.INVITATION))
    assert text.startswith(f"Bonjour,\n\n{WORDS}\n\nAda vous ouvre un accès")
    letters = write_letter(right_letter(), saying(Passage.CONSENT)).text
    assert letters.startswith(f"Bonjour,\n\n{WORDS}\n\n")


@pytest.mark.parametrize("kind", LetterKind)
def test_each_letter_to_a_holder_has_its_own(kind):
    given = [replace(RIGHT, state=RightState.ACTIVE)]
    desk = saying(Passage(kind.value))
    told = [one for one in LetterKind if WORDS in write_letter(right_letter(one, given), desk).text]
    assert told == [kind]


def test_words_in_a_language_are_for_its_readers():
    assert WORDS not in invitation(saying(Passage.INVITATION, "en"))
    assert WORDS in invitation(saying(Passage.INVITATION, "en"), "en")


def test_what_is_said_to_nobody_in_particular_changes_no_mail():
    assert invitation(saying(Passage.INVITATION, text="")) == invitation(BARE)


def test_a_signature_ends_every_mail():
    desk = saying(Passage.SIGNATURE, text="Le service clients\nGazeville")
    assert invitation(desk).endswith("\n\nLe service clients\nGazeville\n")
    text = write_letter(right_letter(), desk).text
    assert "\n\nLe service clients\nGazeville\n\nNe plus m’écrire" in text
    told = write_notices(notification(), digest(line()), desk)
    assert told.text.endswith("\n\nLe service clients\nGazeville\n")
    assert "Le service clients</p>" in told.html


def test_words_are_escaped_where_mails_are_html():
    desk = saying(Passage.SIGNATURE)
    assert "100 % &amp; &lt;3" in write_notices(notification(), digest(line()), desk).html


def test_the_usual_signature_says_where_to_answer():
    desk = replace(BARE, contact="contact@reseau.example · 01 99 00 12 34")
    said = "Réseau Gaz, Espace client\ncontact@reseau.example · 01 99 00 12 34\n"
    assert invitation(desk).endswith(said)
    assert invitation(BARE).endswith("\n\nRéseau Gaz, Espace client\n")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("passage", Passage)
def test_a_preview_is_the_mail_itself_without_a_link_that_works(passage, language):
    bare = sample(passage, language, replace(BARE, secret=""), NOW, 45)
    said = sample(passage, language, replace(saying(passage, language), secret=""), NOW, 45)
    assert WORDS in said.text
    assert WORDS not in bare.text
    assert "{" not in bare.subject + bare.text
    if passage is Passage.CONSENT and language == "fr":
        assert "expire le 8 janv. 2027" in bare.text
