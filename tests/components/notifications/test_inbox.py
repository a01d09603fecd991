"""The inbox: what a line says, what may be done to it, what an empty one tells."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from components.notifications import (
    CalmState,
    Ids,
    InboxQuery,
    Tab,
    quiet_text,
    read_asked,
    write_asked,
)
from components.notifications.inbox import inbox, line, lines
from components.notifications.page import notifications_page
from data.notifications.types import NOTICE_KINDS, NotificationKind, Severity
from tests.components.kit.trees import attributes, in_french, of_kind, text_of, with_id
from tests.components.notifications.made import a_notice, an_inbox
from tests.factories import NOW

B = "\u00a0"


def verbs(node):
    named = (getattr(part, "id", None) for part in of_kind(node, "Button"))
    return [id_["verb"] for id_ in named if isinstance(id_, dict)]


def test_a_line_says_site_figure_and_period_and_leads_to_the_chart():
    shown = line(a_notice())
    said = text_of(shown).replace("\u202f", " ").replace(B, " ")
    assert "Gymnase Nord : 14 820 kWh au 21/11, seuil 14 000" in said
    assert "Dépassement" in said
    assert "reçue le 24/11/2026" in said
    assert of_kind(shown, "Link")[0].href.endswith("&episode=12")


def test_what_is_unread_is_said_and_offers_to_be_read():
    unread, read = line(a_notice()), line(a_notice(read_at=NOW))
    assert text_of(unread).startswith("Non lue")
    assert "Non lue" not in text_of(read)
    assert (verbs(unread)[-1], verbs(read)[-1]) == ("read", "unread")


def test_only_what_is_open_is_seen_or_put_off():
    assert verbs(line(a_notice())) == ["seen", "snooze", "read"]
    assert verbs(line(a_notice(kind=NotificationKind.THRESHOLD_NORMAL))) == ["read"]
    later = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)  # half past midnight in Paris
    snoozed = line(a_notice(snoozed=True, snoozed_until=later))
    assert verbs(snoozed) == ["seen", "resume", "read"]
    assert "en pause jusqu’au 01/12/2026" in text_of(snoozed)
    endless = line(a_notice(snoozed=True))
    assert "en pause jusqu’à la fin de cet épisode" in text_of(endless)


def test_a_button_says_of_which_notice_it_is():
    labels = [
        attributes(button).get("aria-label", "") for button in of_kind(line(a_notice()), "Button")
    ]
    assert all("Gymnase Nord" in label for label in labels[:2])


def test_the_words_of_another_distributor_are_in_its_language():
    said = {"verdict": "again", "due": "2026-12-01", "text": "Le cachet manque."}
    for upstream in (False, True):
        told = {**said, "upstream": True} if upstream else said
        shown = line(a_notice(kind=NotificationKind.PROOF_DECIDED, params=told))
        assert in_french(shown) == (["Le cachet manque."] if upstream else [])
        assert "Le cachet manque." in text_of(shown)


def test_urgent_is_a_word_and_a_channel_that_is_off_has_no_chart():
    assert "Urgent" in text_of(line(a_notice(severity=Severity.URGENT)))
    off = a_notice(
        kind=NotificationKind.CHANNEL_OFF,
        pce_number="",
        params={"error": "down"},
        subject=("way", 1),
    )
    assert "Voir la courbe" not in text_of(line(off))


@pytest.mark.parametrize("kind", NOTICE_KINDS)
def test_every_kind_may_be_stopped_from_its_line(kind):
    hrefs = [link.href for link in of_kind(line(a_notice(kind=kind)), "Link")]
    assert f"/notifications?tab=settings&stop={kind.value}" in hrefs


def test_counts_tell_all_and_unread_or_what_was_found():
    rows = a_notice(), a_notice(id=8, read_at=NOW)
    said = text_of(inbox(an_inbox(*rows), InboxQuery(), CalmState()))
    assert "2 notifications, dont 1 non lue" in said
    assert "dont" not in text_of(inbox(an_inbox(rows[1]), InboxQuery(), CalmState()))
    assert "1 notification trouvée" in text_of(
        inbox(an_inbox(a_notice()), InboxQuery(unread=True), CalmState())
    )


def test_an_empty_inbox_says_since_how_long_nothing_exceeded():
    assert "Aucun dépassement depuis 94 jours" in text_of(
        lines(an_inbox(), InboxQuery(), CalmState(94, thresholds=4))
    )


def test_without_a_threshold_who_may_is_led_to_set_one():
    proofs = lines(an_inbox(), InboxQuery(), CalmState(may_write=True, proofs=18))
    assert "18 preuves sont attendues de vous" in text_of(proofs[0])
    ways = [link.href for link in of_kind(proofs, "Link")]
    assert ways == ["/controles", "/notifications?tab=journal"]
    assert "seuil" not in text_of(lines(an_inbox(), InboxQuery(), CalmState(proofs=0))[0])
    asked = lines(an_inbox(), InboxQuery(), CalmState(may_write=True))
    assert "Aucun seuil n’est encore posé" in text_of(asked)
    assert [link.href for link in of_kind(asked, "Link")] == ["/seuils"]
    assert of_kind(lines(an_inbox(), InboxQuery(), CalmState()), "Link") == []


def test_a_filter_that_finds_nothing_is_named_with_its_way_out():
    shown = lines(
        an_inbox(), InboxQuery(unread=True, kind=NotificationKind.DATA_BACK, site="zz"), CalmState()
    )
    assert "zz\u00a0» · Données de nouveau reçues · non lues" in text_of(shown)
    assert [link.href for link in of_kind(shown, "Link")] == ["/notifications"]


def test_pages_keep_the_filters():
    asked = InboxQuery(unread=True, page=2)
    shown = lines(an_inbox(a_notice(), page=2, pages=3), asked, CalmState())
    hrefs = [link.href for link in of_kind(shown, "Link")][-2:]
    assert hrefs == ["/notifications?unread=1", "/notifications?unread=1&page=3"]
    assert "Page 2 sur 3" in text_of(shown)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (None, "Aucun dépassement à ce jour"),
        (0, "Aucun dépassement en cours"),
        (1, "Aucun dépassement depuis 1 jour"),
        (94, "Aucun dépassement depuis 94 jours"),
    ],
)
def test_quiet_days_in_words(days, words):
    assert quiet_text(days) == words


@pytest.mark.parametrize(
    "asked",
    [
        InboxQuery(),
        InboxQuery(tab=Tab.SETTINGS, stop=NotificationKind.THRESHOLD_WARNED),
        InboxQuery(unread=True, kind=NotificationKind.DATA_MISSING, site="école & co", page=3),
    ],
)
def test_an_address_is_read_back_as_it_was_written(asked):
    from urllib.parse import parse_qsl

    assert read_asked(dict(parse_qsl(write_asked(asked).removeprefix("?")))) == asked


@pytest.mark.parametrize(
    "query",
    [
        {"tab": "x", "kind": "password_reset", "page": "-1", "unread": "yes", "stop": ["a"]},
        {"page": "9999999", "site": None, "kind": 3},
        {"page": "²"},
    ],
)
def test_an_address_that_makes_no_sense_is_the_inbox(query):
    assert read_asked(query) == InboxQuery()


def test_tabs_are_links_and_the_present_one_is_said():
    page = notifications_page(InboxQuery(tab=Tab.CHANNELS), [], mails_leave=True)
    current = [part for part in of_kind(page, "Span") if attributes(part).get("aria-current")]
    assert text_of(current) == "Canaux"
    assert "serveur d’envoi" not in text_of(page)


def test_who_administers_is_told_that_mails_stay_here():
    said = text_of(notifications_page(InboxQuery(), [], mails_leave=False))
    assert "Aucun serveur d’envoi n’est configuré" in said
    assert "var/mail" in said


def test_a_page_number_too_high_is_brought_back():
    assert read_asked({"page": "99999"}) == replace(InboxQuery(), page=10_000)


def test_an_empty_inbox_says_what_others_are_told():
    """Six alerts were open in the organisation, and it said that there never was one."""
    quiet = CalmState(days=None, thresholds=4, open=6)
    shown = lines(an_inbox(), InboxQuery(), quiet)
    said = text_of(shown)
    assert "Aucune notification ne vous est adressée" in said
    assert "6 alertes en cours, adressées à d’autres personnes" in said
    assert of_kind(shown, "Link")[0].href == "/seuils?open=1"
    assert "Aucun dépassement" not in said


def test_there_is_nothing_to_mark_where_nothing_is_unread():
    def box(found):
        parts = inbox(found, InboxQuery(), CalmState())
        return with_id(parts, Ids.READ_ALL_BOX).hidden

    assert box(replace(an_inbox(), unread=0))
    assert not box(replace(an_inbox(a_notice()), unread=1))


def test_the_tone_of_what_is_open_is_that_of_its_severity():
    assert "item-warn" in class_of(a_notice())
    assert "item-bad" in class_of(a_notice(severity=Severity.URGENT))
    assert "item-info" in class_of(
        a_notice(severity=Severity.INFO, kind=NotificationKind.DATA_MISSING)
    )
    assert "item-ok" in class_of(
        a_notice(severity=Severity.URGENT, kind=NotificationKind.DATA_BACK)
    )


def class_of(notice):
    return of_kind(line(notice), "Span")[0].className


def test_a_month_that_ended_above_its_limit_has_no_chip_of_return():
    over = a_notice(kind=NotificationKind.THRESHOLD_NORMAL)
    ended = replace(over, params={**over.params, "ending": "period"})
    assert "Période terminée" in text_of(line(ended))
    assert "Retour à la normale" not in text_of(line(ended))
