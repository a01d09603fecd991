"""Preferences, stopped kinds, channels, addresses and the journal, in words."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from components.notifications import Ids
from components.notifications.channels import (
    address_list,
    channel_list,
    channels,
    secret_shown,
)
from components.notifications.journal import journal
from components.notifications.settings import mute_list, settings, until_of
from data.notifications.types import (
    ChannelKind,
    ChannelState,
    Grouping,
    MessageDelivery,
    NewWebhook,
    NotificationKind,
    Preferences,
    Waiting,
)
from tests.components.kit.trees import every, of_kind, text_of, with_id
from tests.components.notifications.made import a_channel, a_delivery, a_mute, an_address
from tests.conftest import TODAY
from tests.factories import NOW

NIGHT = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)  # half past midnight in Paris


def test_the_fields_say_what_is_kept(alice):
    kept = Preferences(
        email=False,
        grouping=Grouping.WEEKLY,
        digest_hour=7,
        digest_weekday=4,
        quiet_from=time(22),
        quiet_to=time(6, 30),
        urgent_breaks=False,
    )
    shown = settings(alice, kept, [], NotificationKind.DATA_MISSING)
    names = (
        *(Ids.EMAIL, Ids.GROUPING, Ids.HOUR, Ids.WEEKDAY, Ids.QUIET_FROM, Ids.QUIET_TO),
        *(Ids.URGENT, Ids.STOP_KIND),
    )
    values = [with_id(shown, name).value for name in names]
    assert values == [False, "weekly", "7", "4", "22:00", "06:30", False, "data_missing"]


def test_without_preferences_each_threshold_decides(alice):
    shown = settings(alice, Preferences(), [], None)
    assert with_id(shown, Ids.GROUPING).value == "threshold"
    assert with_id(shown, Ids.QUIET_FROM).value == ""
    assert "dans la langue de votre compte : Français" in text_of(shown)


def test_mails_that_stopped_say_why(alice):
    shown = settings(alice, Preferences(email_off="smtp 550"), [], None)
    said = text_of(with_id(shown, Ids.EMAIL_OFF))
    assert "Vos courriels d’alerte ne partent plus" in said
    assert "Le serveur de courriel a répondu 550" in said


def test_a_stopped_kind_says_until_when_and_why():
    said = text_of(mute_list([a_mute()]))
    assert "Seuil presque atteint" in said
    assert "jusqu’au 24/12/2026 · Trop de messages" in said
    assert "jusqu’à ce que vous changiez d’avis" in text_of(mute_list([a_mute(until=None)]))
    assert "tous les types" in text_of(mute_list([]))


@pytest.mark.parametrize(
    ("days", "until"), [("7", TODAY + timedelta(7)), ("0", None), (None, None), ("x", None)]
)
def test_a_stop_ends_when_it_was_asked_to(days, until):
    assert until_of(days, TODAY) == until


def test_a_channel_says_where_it_leads_and_when_it_served():
    said = text_of(channel_list([a_channel(last_sent_at=NOW)]))
    assert "Supervision · Logiciel" in said
    assert "https://hooks.example/…" in said
    assert "Dernier envoi le 24/11/2026" in said
    assert "rien n’est encore parti" in text_of(channel_list([a_channel()]))


def test_a_channel_whose_messages_do_not_leave_says_why():
    values = {"state": ChannelState.TESTING, "error": "gaierror", "next_attempt_at": NOW}
    said = text_of(channel_list([a_channel(**values)]))
    assert "N’arrive pas à destination" in said
    assert "Essai en cours" not in said
    assert "n’existe pas\u00a0: vérifiez l’adresse. Nouvel essai le 24/11/2026" in said
    said = text_of(channel_list([a_channel(error="http 404", last_sent_at=NOW)]))
    assert "a répondu 404 (il n’y a rien à cette adresse)." in said
    assert "Nouvel essai" not in said


def test_a_channel_that_is_off_says_why_and_may_be_put_on_again():
    shown = channel_list([a_channel(state=ChannelState.OFF, off_reason="http 404")])
    assert (
        "Arrêté : l’adresse a répondu 404 (il n’y a rien à cette adresse). Corrigez-le"
        in text_of(shown)
    )
    assert [button.id["verb"] for button in of_kind(shown, "Button")] == ["on", "test", "remove"]
    on = channel_list([a_channel(kind=ChannelKind.APPRISE)])
    assert [button.id["verb"] for button in of_kind(on, "Button")] == ["test", "remove"]


def test_a_secret_is_shown_whole():
    assert "whsec_abc" in text_of(secret_shown(NewWebhook(1, "whsec_abc")))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "À confirmer"),
        ({"confirmed_at": NIGHT}, "confirmée le 24/11/2026"),
        ({"stopped_at": NIGHT}, "ne reçoit plus rien depuis le 24/11/2026"),
        (
            {"stopped_at": NOW, "stop_reason": "smtp 550"},
            "24/11/2026\u00a0: le serveur de courriel a",
        ),
        ({"stopped_at": NOW, "stop_reason": "refused"}, "\u00a0: son titulaire ne veut pas"),
    ],
)
def test_an_address_says_how_far_it_is(values, words):
    assert words in text_of(address_list([an_address(**values)], may_write=False))


def test_only_who_may_adds_and_removes_addresses():
    def names(**may):
        shown = channels([], [an_address()], **may)
        return {str(getattr(part, "id", "")) for part in every(shown)}

    assert Ids.ADD_ADDRESS in names(may_write=True)
    assert Ids.ADD_ADDRESS not in names(may_write=False)
    assert Ids.ADD_ADDRESS not in names(may_write=True, limited=True)
    removes = address_list([an_address()], may_write=False)
    assert of_kind(removes, "Button") == []


def test_nothing_yet_is_said_everywhere():
    said = text_of(channels([], [], may_write=True))
    assert "Aucun canal" in said
    assert "Aucune adresse supplémentaire" in said
    assert "Rien n’est encore parti" in text_of(journal([], [], NOW))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "Gymnase NordCourrielEnvoyé–"),
        ({"count": 3}, "Gymnase Nord et 2 autres alertes"),
        ({"kind": NotificationKind.CHANNEL_TEST, "site": ""}, "Message d’essai"),
        ({"channel": ChannelKind.WEBHOOK, "channel_name": "Astreinte"}, "Logiciel · Astreinte"),
        (
            {"state": MessageDelivery.FAILED, "error": "smtp 550", "attempts": 2, "sent_at": None},
            "Le serveur de courriel a répondu 550, 2 essais",
        ),
        (
            {
                "state": MessageDelivery.QUEUED,
                "error": "down",
                "sent_at": None,
                "next_attempt_at": NOW + timedelta(minutes=5),
            },
            "Le serveur ne répond pas, nouvel essai le 24/11/2026",
        ),
    ],
)
def test_a_delivery_is_told_in_words(values, words):
    assert words in text_of(journal([a_delivery(**values)], [], NOW))


def test_the_journal_counts_its_lines():
    rows = [replace(a_delivery(), id=rank) for rank in range(3)]
    assert "les 3 plus récents" in text_of(journal(rows, [], NOW))
    assert "le plus récent" in text_of(journal(rows[:1], [], NOW))


def test_the_journal_says_what_waits_and_when_it_leaves():
    pending = [Waiting(2, NOW), Waiting(12, datetime(2026, 11, 30, 7, tzinfo=UTC))]
    said = text_of(journal([], pending, NOW)).replace("\u202f", " ").replace("\xa0", " ")
    assert "2 notifications, dans un message qui part d’ici quelques minutes" in said
    assert "12 notifications, dans un message groupé qui part le 30/11/2026 à 8" in said
    assert "En attente" not in text_of(journal([], [], NOW))
