"""The words of an exceedance, open, ended, put off, and what the fleet says of it."""

from datetime import date

import pytest

from components.notifications.episodes import (
    chart_address,
    episode_chip,
    episode_note,
    episode_title,
    fleet_cell,
)
from data.notifications.types import Severity
from data.thresholds.types import Chip, EpisodeState, Period, ThresholdKind
from tests.components.kit.trees import text_of
from tests.components.notifications.made import an_episode
from tests.conftest import TODAY
from tests.factories import NOW, PCE


def plain(text):
    return text.replace("\u202f", " ").replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("values", "title"),
    [
        ({}, "Gymnase Nord : 14 820 kWh en novembre, seuil 14 000"),
        ({"first": date(2025, 3, 9)}, "Gymnase Nord : 14 820 kWh en mars 2025, seuil 14 000"),
        ({"period": Period.YEAR}, "Gymnase Nord : 14 820 kWh en 2026, seuil 14 000"),
        ({"period": Period.DAY}, "Gymnase Nord : 14 820 kWh le 21/11, seuil 14 000"),
        ({"alias": ""}, f"{PCE} : 14 820 kWh en novembre, seuil 14 000"),
        (
            {"kind": ThresholdKind.MISSING, "period": Period.DAY, "first": date(2025, 10, 1)},
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
        ({"provisional": True}, "Dépassé le 21/11, +5,9 % ; valeur provisoire"),
        ({"learnt_on": date(2026, 11, 23)}, "Dépassé le 21/11, +5,9 % ; appris le 23/11"),
        (
            {"period": Period.DAY, "first": date(2026, 11, 19)},
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
        ({}, "ouvert depuis 3 j"),
        ({"exceeded_on": TODAY}, "ouvert aujourd’hui"),
        ({"severity": Severity.URGENT}, "ouvert depuis 3 j"),
        ({"state": EpisodeState.WARNED, "exceeded_on": None}, "bientôt dépassé"),
        ({"snoozed_until": date(2026, 11, 30)}, "reporté au 30/11"),
        ({"snoozed_until": TODAY}, "ouvert depuis 3 j"),
        ({"state": EpisodeState.NORMAL, "ended_on": date(2026, 11, 23)}, "terminé le 23/11"),
        ({"state": EpisodeState.WITHDRAWN}, "annulé"),
    ],
)
def test_its_chip_is_a_word(values, word):
    assert plain(text_of(episode_chip(an_episode(**values), TODAY))) == word


def test_its_curve_opens_at_its_place():
    assert chart_address(an_episode()) == f"/consommations?pce={PCE}&step=month&episode=12"


def test_a_line_of_the_fleet_counts_what_is_open():
    two = fleet_cell(Chip(EpisodeState.EXCEEDED, Severity.WARNING, 2))
    urgent = fleet_cell(Chip(EpisodeState.EXCEEDED, Severity.URGENT, 1))
    warned = fleet_cell(Chip(EpisodeState.WARNED, Severity.WARNING, 1))
    assert (two["word"], two["tone"]) == ("2 alertes", "warn")
    assert (urgent["word"], urgent["tone"]) == ("1 alerte", "bad")
    assert warned["word"] == "bientôt dépassé"
    assert fleet_cell(None) == "–"
