"""Deadlines as a calendar reads them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import icalendar

from core.i18n import using_language
from data.controls.files.calendar import calendar
from data.controls.types.pieces import CalendarDeadline

DUE = CalendarDeadline(
    uid="c-42",
    number="09999999910042",
    label="Lycée des Tilleuls; bâtiment A, « nord »",
    third_party="Thermia Conseil",
    deadline=date(2026, 12, 8),
    changed_at=datetime(2026, 11, 10, 8, 30, tzinfo=UTC),
)
ADDRESS = "https://espace.reseau.example"


def feed(*dues):
    return calendar(dues, ADDRESS, "Réseau Gaz")


def events(content):
    return icalendar.Calendar.from_ical(content).walk("VEVENT")


def test_a_deadline_is_a_whole_day_that_takes_nobodys_time():
    [event] = events(feed(DUE))
    assert event.decoded("dtstart") == date(2026, 12, 8)
    assert event.decoded("dtend") == date(2026, 12, 9)
    assert event["dtstart"].params["VALUE"] == "DATE"
    assert event["transp"] == "TRANSPARENT"
    assert event["summary"] == f"Preuve à transmettre\u00a0: {DUE.label}"
    assert event["url"] == f"{ADDRESS}/controles?controle=c-42"


def test_a_deadline_put_off_is_the_same_event_changed():
    later = replace(DUE, deadline=date(2026, 12, 22), changed_at=DUE.changed_at + timedelta(days=3))
    [before], [after] = events(feed(DUE)), events(feed(later))
    assert before["uid"] == after["uid"] == "controle-c-42@espace.reseau.example"
    assert before.decoded("last-modified") < after.decoded("last-modified")


def test_the_same_deadlines_are_the_same_octets_in_whatever_order():
    other = replace(DUE, uid="c-7", label="", deadline=date(2026, 12, 1))
    assert feed(DUE, other) == feed(other, DUE)
    first, _second = events(feed(DUE, other))
    assert first["summary"].endswith(": 09999999910042")


def test_lines_are_folded_and_end_as_the_standard_says():
    content = feed(replace(DUE, label="é" * 200))
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    [event] = events(content)
    assert event["summary"].endswith("é" * 200)


def test_nothing_of_a_label_opens_another_property():
    [event] = events(feed(replace(DUE, label="A\r\nEND:VEVENT\r\nATTACH:file:///etc/passwd")))
    assert "attach" not in event


def test_it_speaks_the_readers_language_and_may_be_empty():
    with using_language("en"):
        [event] = events(feed(DUE))
        assert event["summary"].startswith("Proof to send: ")
        assert "Last day to send the proof" in event["description"]
    assert events(feed()) == []
    assert (
        icalendar.Calendar.from_ical(feed())["x-wr-calname"]
        == "Réseau Gaz\u00a0: preuves à transmettre"
    )


def test_readers_are_told_to_ask_again_every_six_hours():
    assert b"X-PUBLISHED-TTL:PT6H\r\n" in feed(DUE)
