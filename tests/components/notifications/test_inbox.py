"""The inbox: what a line says, what may be done to it, what an empty one tells."""

from dataclasses import replace

import pytest

from components.notifications import (
    CalmState,
    InboxQuery,
    Tab,
    quiet_text,
    read_asked,
    write_asked,
)
from components.notifications.alert_words import gaps_text, lead_parts, value_parts
from components.notifications.alerts import alert_lines
from components.notifications.episodes import episode_chip
from components.notifications.inbox import line, messages
from components.notifications.page import settings_page
from data.notifications.types import NOTICE_KINDS, NotificationKind, Severity
from data.thresholds.types import EpisodeCounts, EpisodeState
from data.thresholds.types.alerts import (
    Alert,
    AlertCounts,
    AlertKey,
    AlertList,
    AlertPage,
    AlertState,
    RecentDays,
)
from tests.components.kit.trees import attributes, in_french, of_kind, text_of
from tests.components.notifications.made import a_notice, an_episode, an_inbox, at_home
from tests.factories import NOW

B = "\u00a0"
OTHERS = InboxQuery(tab=Tab.OTHERS)


def nothing(calm):
    return alert_lines(AlertList((), AlertCounts()), InboxQuery(), calm, NOW.date())


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


def test_a_button_says_of_which_notice_it_is():
    (button,) = of_kind(line(a_notice()), "Button")
    assert "Gymnase Nord" in text_of(button)


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


def test_counts_tell_all_and_unread():
    rows = a_notice(), a_notice(id=8, read_at=NOW)
    assert "2 messages, dont 1 non lu" in text_of(messages(an_inbox(*rows), OTHERS))
    assert "dont" not in text_of(messages(an_inbox(rows[1]), OTHERS))


def test_an_empty_list_of_alerts_says_since_how_long_nothing_exceeded():
    assert "Aucun dépassement depuis 94 jours" in text_of(nothing(CalmState(94, thresholds=4)))


def test_without_a_threshold_who_may_is_led_to_set_one():
    proofs = nothing(CalmState(may_write=True, proofs=18))
    assert "18 preuves sont attendues de vous" in text_of(proofs)
    ways = [link.href for link in of_kind(proofs, "Link")]
    assert ways == ["/controles", "/notifications?tab=journal"]
    assert "seuil" not in text_of(nothing(CalmState(proofs=0)))
    asked = nothing(CalmState(may_write=True))
    assert "Aucun seuil n’est encore posé" in text_of(asked)
    assert [link.href for link in of_kind(asked, "Link")] == ["/seuils"]
    assert of_kind(nothing(CalmState()), "Link") == []


def test_a_search_that_finds_nothing_is_named_with_its_way_out():
    shown = messages(an_inbox(), InboxQuery(tab=Tab.OTHERS, site="zz"))
    assert "Aucun message pour «\u00a0zz\u00a0»" in text_of(shown)
    assert [link.href for link in of_kind(shown, "Link")] == ["/notifications?tab=others"]


def test_pages_keep_the_tab():
    asked = InboxQuery(tab=Tab.OTHERS, page=2)
    shown = messages(an_inbox(a_notice(), page=2, pages=3), asked)
    hrefs = [link.href for link in of_kind(shown, "Link")][-2:]
    assert hrefs == ["/notifications?tab=others", "/notifications?tab=others&page=3"]
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
        InboxQuery(tab=Tab.SEEN, site="école & co", page=3, unfolded=True),
    ],
)
def test_an_address_is_read_back_as_it_was_written(asked):
    from urllib.parse import parse_qsl

    assert read_asked(dict(parse_qsl(write_asked(asked).removeprefix("?")))) == asked


@pytest.mark.parametrize(
    "query",
    [
        {"tab": "x", "page": "-1", "all": "yes", "stop": ["a"]},
        {"page": "9999999", "site": None},
        {"page": "²"},
    ],
)
def test_an_address_that_makes_no_sense_is_the_inbox(query):
    assert read_asked(query) == InboxQuery()


def test_tabs_are_links_and_the_present_one_is_said():
    page = settings_page(InboxQuery(tab=Tab.CHANNELS), [], mails_leave=True)
    current = [part for part in of_kind(page, "Span") if attributes(part).get("aria-current")]
    assert text_of(current) == "Canaux"
    assert "serveur d’envoi" not in text_of(page)


def test_who_administers_is_told_that_mails_stay_here():
    said = text_of(settings_page(InboxQuery(tab=Tab.SETTINGS), [], mails_leave=False))
    assert "Aucun serveur d’envoi n’est configuré" in said
    assert "var/mail" in said


def test_a_page_number_too_high_is_brought_back():
    assert read_asked({"page": "99999"}) == replace(InboxQuery(), page=10_000)


def test_an_empty_inbox_says_what_others_are_told():
    """Six alerts were open in the organisation, and it said that there never was one."""
    quiet = CalmState(days=None, thresholds=4, open=EpisodeCounts(6))
    shown = nothing(quiet)
    said = text_of(shown)
    assert "Aucune notification ne vous est adressée" in said
    assert "6 dépassements en cours. D’autres personnes en sont prévenues." in said
    assert of_kind(shown, "Link")[0].href == "/seuils?open=1"
    assert "Aucun dépassement" not in said


def test_an_empty_inbox_leads_to_what_was_snoozed():
    shown = nothing(CalmState(thresholds=4, open=EpisodeCounts(1), later=1))
    assert "1 alerte est reportée" in text_of(shown)
    assert "d’autres personnes" not in text_of(shown)
    assert of_kind(shown, "Link")[0].href == "/notifications?tab=later"


def test_a_threshold_nearly_reached_says_its_value_limit_and_share():
    row = an_episode(state=EpisodeState.WARNED, exceeded_on=None, value_wh=11_900_000)
    key = AlertKey(row.id, 1, 1, AlertState.NEAR, 1, 1, row.first, is_seen=False, snoozed=False)
    alert = Alert(key, row)
    assert value_parts(alert, NOW.date()) == (
        f"11\u202f900{B}kWh",
        "85\u00a0% de 14\u202f000 au 21/11",
    )
    assert "presque atteint" in text_of(episode_chip(row, NOW.date()))


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


def test_the_sentence_says_the_states_of_thresholds_and_counts_messages_only_where_they_are():
    counts = AlertCounts(to_see=2, open=EpisodeCounts(silences=2, warned=1), messages=45)
    content = AlertPage(AlertList((), counts), 0)
    state = ("2 PCE sans données", ", 1 seuil presque atteint.")
    assert lead_parts(content, Tab.LATER) == state
    assert lead_parts(content, Tab.INBOX) == (state[0], f"{state[1]} 45 messages, en 2 lignes.")


def test_an_exceedance_that_others_are_told_of_is_not_denied():
    calm = AlertPage(AlertList((), AlertCounts()), 0, home=at_home())
    assert lead_parts(calm, Tab.INBOX)[0] == "Aucun dépassement en cours"
    others = replace(calm, home=at_home(awake=EpisodeCounts(silences=2)))
    said = "Aucun dépassement en cours ne vous est adressé"
    assert lead_parts(others, Tab.INBOX) == (said, ".")


def test_a_drawing_with_missing_days_says_how_many_it_knows():
    row = an_episode()
    key = AlertKey(row.id, 1, 1, AlertState.OPEN, 1, 1, row.first, is_seen=False, snoozed=False)
    days = RecentDays(NOW.date(), (None, None, 5), (False, False, False))
    assert gaps_text(Alert(key, row, days)) == "1 j connu sur 3"
    assert not gaps_text(Alert(key, row, replace(days, values_wh=(1, 2, 3))))
