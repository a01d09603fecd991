"""Temperatures by the operator's commands."""

import shutil
from datetime import UTC, datetime, timedelta

import pytest
import requests
from click.testing import CliRunner
from sqlalchemy import select

from data.metering.weather.actions import describe
from data.metering.weather.models import WeatherDay
from data.metering.weather.queries import fetch_problem, find_last_fetch
from data.metering.weather.rules.fetch_schedule import is_due
from data.metering.weather.types import Fetch, StationDay, StationPlace, WeatherFile
from jobs.commands import console
from jobs.weather import fetch_due

CSV = "station;jour;moyenne;minimum;maximum\n69029001;20/11/2026;5,4;1,5;9,5\n"


@pytest.fixture
def run(sqlite_template, tmp_path, monkeypatch):
    (tmp_path / "var").mkdir()
    shutil.copy(sqlite_template, tmp_path / "var" / "portal.db")
    monkeypatch.setenv("PORTAL_VAR", str(tmp_path / "var"))
    monkeypatch.delenv("PORTAL_DATABASE_URL", raising=False)
    return lambda *arguments: CliRunner().invoke(console, [str(one) for one in arguments])


def test_a_file_is_loaded_twice_and_says_what_it_did(run, tmp_path):
    path = tmp_path / "temperatures.csv"
    path.write_text(CSV)

    assert run("load-weather", path).output == "stations=1 days=1 new=1 changed=0 same=0\n"
    again = run("load-weather", path)
    assert (again.exit_code, again.output) == (0, "stations=1 days=1 new=0 changed=0 same=1\n")


def test_bad_lines_are_told_and_the_status_says_so(run, tmp_path):
    path = tmp_path / "temperatures.csv"
    path.write_text(CSV + "69029001;demain;1;;\n")

    found = run("load-weather", path)

    assert found.exit_code == 1
    assert "Ligne 3 : « demain » n’est pas une date" in found.output
    assert "new=1" in found.output


def test_a_file_that_is_not_there_or_not_one_is_a_sentence(run, tmp_path):
    path = tmp_path / "other.csv"
    path.write_text("a;b\n")

    for wrong in (path, tmp_path / "none.csv"):
        found = run("load-weather", wrong)
        assert found.exit_code == 1
        assert "Traceback" not in found.output


def test_a_provider_is_asked_only_if_the_settings_name_one(run, tmp_path, monkeypatch):
    found = run("fetch-weather")
    assert found.exit_code == 1
    assert "PORTAL_WEATHER_PROVIDER" in found.output

    monkeypatch.setenv("PORTAL_WEATHER_PROVIDER", "meteo-france")
    monkeypatch.setenv("PORTAL_WEATHER_ADDRESS", str(tmp_path / "Q_{department}.csv"))
    assert run("weather-station", "69029001", "--at", "45.7", "4.9", "--area", "69").exit_code == 0
    assert "ne répond pas" in run("fetch-weather").output

    (tmp_path / "Q_69.csv").write_text("NUM_POSTE;AAAAMMJJ;TN;TX;TM\n69029001;20200101;1;3;2\n")
    assert "new=1" in run("fetch-weather", "--days", "20000").output


def test_a_service_that_refuses_is_a_sentence(run, monkeypatch):
    monkeypatch.setenv("PORTAL_WEATHER_PROVIDER", "open-meteo")
    monkeypatch.setenv("PORTAL_WEATHER_ADDRESS", "https://meteo.example/v1/archive")
    run("weather-station", "a", "--at", "45.7", "4.9")

    def get(*_told, **_options):
        raise requests.ConnectionError

    monkeypatch.setattr(requests, "get", get)
    found = run("fetch-weather")
    assert (found.exit_code, "ne répond pas" in found.output) == (1, True)


class Provider:
    """Answers, or not."""

    def __init__(self):
        self.down, self.asked = True, []

    def days(self, places, first, last):
        self.asked.append((first, last))
        if self.down:
            raise OSError("no")
        return WeatherFile({place.code: [StationDay(last, 540)] for place in places}, [])


def test_an_outage_is_tried_again_less_and_less_and_told_until_it_ends(database):
    with database.transaction() as db:
        describe(db, StationPlace("S"), "Station", ["69"])
    provider, at = Provider(), datetime(2026, 11, 24, 8, tzinfo=UTC)
    tries = [minute for minute in range(0, 121, 5)
             if fetch_due(database, provider, at + timedelta(minutes=minute))]  # fmt: skip
    assert tries == [0, 15, 45, 105]
    with database.reading() as db:
        assert fetch_problem(db) == "Le service météo ne répond pas."
        assert find_last_fetch(db).failures == 4
    provider.down = False
    assert fetch_due(database, provider, at + timedelta(hours=9))
    with database.reading() as db:
        assert fetch_problem(db) is None
        assert len(list(db.scalars(select(WeatherDay)))) == 1
    assert not fetch_due(database, provider, at + timedelta(hours=20))
    assert fetch_due(database, provider, at + timedelta(hours=21))


def test_long_silences_are_tried_every_six_hours():
    at = datetime(2026, 11, 24, 8, tzinfo=UTC)
    last = Fetch(at, None, 60, "Le service météo ne répond pas.")
    assert not is_due(last, at + timedelta(hours=5))
    assert is_due(last, at + timedelta(hours=6))
    assert is_due(None, at)
