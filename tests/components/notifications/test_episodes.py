"""The words of an exceedance, open, ended, put off, and what the fleet says of it."""

from datetime import date

import pytest

from components.notifications.episodes import (
    chart_address,
    episode_chip,
    episode_note,
    episode_title,
    fleet_cell,
    look_of,
)
from components.notifications.facts import episode_facts
from data.notifications.types import Severity
from data.thresholds.types import Chip, Ending, EpisodeState, ThresholdKind, ThresholdPeriod
from tests.components.kit.trees import text_of
from tests.components.notifications.made import an_episode
from tests.conftest import TODAY
from tests.factories import NOW, PCE

LATER = {"last": date(2026, 11, 24), "last_wh": 17_000_000, "last_limit_wh": 14_000_000}


def plain(text):
    return text.replace("\u202f", " ").replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("values", "title"),
    [
        ({}, "Gymnase Nord : 14 820 kWh au 21/11, seuil 14 000"),
        (
            {"first": date(2025, 3, 9), "exceeded_on": date(2025, 3, 12)},
            "Gymnase Nord : 14 820 kWh au 12/03/2025, seuil 14 000",
        ),
        (
            {"period": ThresholdPeriod.YEAR},
            "Gymnase Nord : 14 820 kWh en 2026, au 21/11, seuil 14 000",
        ),
        ({"period": ThresholdPeriod.DAY}, "Gymnase Nord : 14 820 kWh le 21/11, seuil 14 000"),
        ({"alias": ""}, f"{PCE} : 14 820 kWh au 21/11, seuil 14 000"),
        (
            {
                "kind": ThresholdKind.MISSING,
                "period": ThresholdPeriod.DAY,
                "first": date(2025, 10, 1),
            },
            "Gymnase Nord : aucune donnée depuis le 01/10/2025",
        ),
    ],
)
def test_its_title_says_site_figure_and_period(values, title):
    assert plain(episode_title(an_episode(**values), TODAY)) == title


@pytest.mark.parametrize(
    ("values", "note"),
    [
        ({}, "Dépassé le 21/11, +5,9 %"),
        (LATER, "Dépassé le 21/11, +5,9 % ; 17 000 kWh au 24/11, +21,4 %"),
        ({**LATER, "period": ThresholdPeriod.DAY}, "Dépassé le 21/11, +5,9 %"),
        ({"value_wh": 14_000_001}, "Dépassé le 21/11, juste au-dessus"),
        ({"provisional": True}, "Dépassé le 21/11, +5,9 % ; valeur provisoire"),
        ({"learnt_on": date(2026, 11, 23)}, "Dépassé le 21/11, +5,9 % ; appris le 23/11"),
        (
            {"period": ThresholdPeriod.DAY, "first": date(2026, 11, 19)},
            "Seuil journalier dépassé depuis le 19/11, +5,9 %",
        ),
        (
            {
                "state": EpisodeState.WARNED,
                "exceeded_on": None,
                "value_wh": 11_200_000,
                "expected_on": date(2026, 11, 28),
            },
            "80 % du seuil ; à ce rythme, dépassement le 28/11",
        ),
        (
            {"state": EpisodeState.WARNED, "exceeded_on": None, "value_wh": 11_200_000},
            "80 % du seuil",
        ),
        (
            {**LATER, "state": EpisodeState.WARNED, "exceeded_on": None, "last_wh": 11_900_000},
            "85 % du seuil ; 11 900 kWh au 24/11, −15,0 %",
        ),
        ({"kind": ThresholdKind.LOW, "limit_wh": 0}, "Consommation basse depuis le 21/11"),
        ({"kind": ThresholdKind.MISSING}, "« Chauffage »"),
        ({"limit_wh": 0}, "Dépassé le 21/11"),
        (
            {"acknowledged_at": NOW, "acknowledged_by": "Alice", "assigned_to": "Bob"},
            "Dépassé le 21/11, +5,9 % ; vu par Alice ; confié à Bob",
        ),
        ({"acknowledged_at": NOW}, "Dépassé le 21/11, +5,9 % ; vu par un lien signé"),
    ],
)
def test_its_note_says_since_when_and_by_how_much(values, note):
    assert plain(episode_note(an_episode(**values), TODAY)) == note


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({}, "dépassé depuis 3 j"),
        ({"exceeded_on": TODAY}, "dépassé aujourd’hui"),
        ({"severity": Severity.URGENT}, "dépassé depuis 3 j"),
        ({"state": EpisodeState.WARNED, "exceeded_on": None}, "presque atteint"),
        ({"snoozed_until": date(2026, 11, 30)}, "reporté au 30/11"),
        ({"snoozed_until": TODAY}, "dépassé depuis 3 j"),
        ({"state": EpisodeState.NORMAL, "ended_on": date(2026, 11, 23)}, "terminé le 23/11"),
        ({"state": EpisodeState.WITHDRAWN}, "annulé"),
        ({"kind": ThresholdKind.MISSING}, "sans données depuis 4 j"),
    ],
)
def test_its_chip_is_a_word(values, word):
    assert plain(text_of(episode_chip(an_episode(**values), TODAY))) == word


@pytest.mark.parametrize(
    ("values", "look"),
    [
        ({}, ("graph-up-arrow", "warn")),
        ({"severity": Severity.URGENT}, ("graph-up-arrow", "bad")),
        ({"severity": Severity.INFO}, ("graph-up-arrow", "info")),
        ({"kind": ThresholdKind.LOW}, ("graph-down-arrow", "warn")),
        ({"kind": ThresholdKind.MISSING, "severity": Severity.URGENT}, ("hourglass-split", "bad")),
        ({"exceeded_on": None, "severity": Severity.URGENT}, ("graph-up", "info")),
    ],
)
def test_its_tone_follows_its_severity(values, look):
    assert look_of(an_episode(**values)) == look


def told_facts(**values):
    found = episode_facts(an_episode(**values), TODAY)
    return {name: plain(text_of(value)) for name, value in found}


def test_its_facts_follow_from_each_other():
    """The value, its share and its excess are those of the same day, the latest beside it."""
    facts = told_facts(**LATER)
    assert facts["Limite le 21/11/2026"] == "14 000 kWh"
    assert facts["Valeur au 21/11/2026"] == "14 820 kWh (+5,9 %, soit 820 kWh de trop)"
    assert facts["Valeur au 24/11/2026"] == "17 000 kWh (+21,4 %, soit 3 000 kWh de trop)"
    assert (facts["Prévenu le"], facts["Dépassé le"]) == ("18/11/2026", "21/11/2026")
    assert facts["État"] == "dépassé depuis 3 j"
    moved = told_facts(**{**LATER, "last_limit_wh": 18_000_000})
    assert moved["Limite le 24/11/2026"] == "18 000 kWh"
    assert moved["Valeur au 24/11/2026"] == "17 000 kWh (−5,6 %)"


def test_the_facts_of_days_count_the_excess_of_them_all():
    facts = told_facts(period=ThresholdPeriod.DAY)
    assert facts["Valeur le 21/11/2026"].startswith("14 820 kWh (+5,9 %")
    assert facts["Plus forte valeur"] == "15 100 kWh le 22/11/2026"
    assert facts["Excédent de tous ses jours"] == "1 100 kWh"
    low = told_facts(kind=ThresholdKind.LOW, period=ThresholdPeriod.DAY)
    assert low["Valeur le 21/11/2026"] == "14 820 kWh"
    assert "Plus forte valeur" not in low


def test_a_silence_has_no_figure():
    facts = told_facts(kind=ThresholdKind.MISSING, learnt_on=TODAY)
    assert not [
        name for name in facts if name.startswith(("Valeur", "Limite", "Dépassé", "Appris"))
    ]


def test_what_was_done_of_it_is_among_its_facts():
    facts = told_facts(
        ended_on=date(2026, 11, 30),
        ending=Ending.PERIOD,
        acknowledged_at=NOW,
        acknowledged_by="Alice",
        comment="Chaudière réglée",
        assigned_to="Bob",
        snoozed_until=date(2026, 12, 2),
        learnt_on=date(2026, 11, 23),
    )
    assert facts["Terminé le"] == "30/11/2026, avec sa période"
    assert facts["Vu"].endswith("par Alice")
    assert (facts["Commentaire"], facts["Confié à"]) == ("Chaudière réglée", "Bob")
    assert (facts["Reporté au"], facts["Appris en retard le"]) == ("02/12/2026", "23/11/2026")


def test_its_curve_opens_at_its_place():
    assert chart_address(an_episode()) == f"/consommations?pce={PCE}&step=month&episode=12"


def test_a_line_of_the_fleet_counts_what_is_open():
    two = fleet_cell(Chip(EpisodeState.EXCEEDED, Severity.WARNING, 2))
    urgent = fleet_cell(Chip(EpisodeState.EXCEEDED, Severity.URGENT, 1))
    warned = fleet_cell(Chip(EpisodeState.WARNED, Severity.WARNING, 1))
    assert (two["word"], two["tone"]) == ("2 alertes", "warn")
    assert (urgent["word"], urgent["tone"]) == ("1 alerte", "bad")
    assert warned["word"] == "presque atteint"
    assert fleet_cell(None) == "–"
