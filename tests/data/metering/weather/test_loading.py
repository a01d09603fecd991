"""Files and providers of temperatures: what makes sense is kept, the rest is told by its line."""

import gzip
import io
from datetime import date

import pytest
import requests
from sqlalchemy import select

from core.errors import Invalid, NotFound, Unreadable
from data.metering.weather.actions import describe, load_days
from data.metering.weather.channels import PROVIDERS
from data.metering.weather.channels.daily_files import read_meteo_france
from data.metering.weather.files import read
from data.metering.weather.models import Station, WeatherDay
from data.metering.weather.queries import list_places
from data.metering.weather.rules.station_days import day_of, degrees_in
from data.metering.weather.types import StationDay, StationPlace, WeatherLoad

DAY = date(2026, 11, 20)
HEAD = "Station;Jour;Moyenne (°C);Minimum;Maximum\n"


def test_a_file_is_read_whatever_its_encoding_and_the_order_of_its_columns():
    told = "jour,max,min,station\n2026-11-20,9.5,1.5,69029001\n\n21/11/2026,8,2,69029001\n"

    found = read(told.encode())

    assert found.faults == []
    assert found.days == {
        "69029001": [StationDay(DAY, 550, 150, 950), StationDay(date(2026, 11, 21), 500, 200, 800)]
    }
    assert read((HEAD + "a;20/11/2026;−3,25;;").encode()).days["a"] == [StationDay(DAY, -325)]
    assert read((HEAD + "é;20/11/2026;1").encode("cp1252")).days == {"é": [StationDay(DAY, 100)]}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (";20/11/2026;5;;", "station"),
        ("a;hier;5;;", "n’est pas une date"),
        ("a;20/11/2026;chaud;;", "n’est pas une température"),
        ("a;20/11/2026;99;;", "n’est pas une température"),
        ("a;20/11/2026;nan;;", "n’est pas une température"),
        ("a;20/11/2026;5;2;", "vont ensemble"),
        ("a;20/11/2026;;;", "Aucune température"),
        ("a;20/11/2026;5;6;9", "entre le minimum et le maximum"),
    ],
)
def test_a_bad_line_is_told_and_the_others_are_kept(line, said):
    found = read((HEAD + f"a;19/11/2026;4;;\n{line}\n").encode())

    assert [fault[0] for fault in found.faults] == [3]
    assert said in found.faults[0][1]
    assert len(found.days["a"]) == 1


def test_another_file_is_refused():
    for octets in (b"", b"PCE;Volume\n1;2\n", b"station;jour\na;b\n", b"station;jour;moyenne\n\0"):
        with pytest.raises(Unreadable):
            read(octets)


def test_only_so_many_faults_are_told():
    assert len(read((HEAD + "a;hier;5;;\n" * 500).encode()).faults) == 200


def test_degrees_and_days_by_themselves():
    assert degrees_in("7,456") == 746
    assert day_of(DAY, "", "-2", "3") == StationDay(DAY, 50, -200, 300)


FRANCE = (
    "NUM_POSTE;NOM_USUEL;AAAAMMJJ;TN;QTN;TX;QTX;TM;QTM\n"
    "69029001;BRON;20261120;1.5;1;9.5;1;5.4;1\n"
    "69029001;BRON;20261121;;;;;6.1;1\n"
    "69029001;BRON;20261122;1.0;1;;;;\n"
    "69029001;BRON;2026112;1.5;1;9.5;1;5.4;1\n"
    "69029001;BRON;20261123;1.5;1;9.5;1;99;1\n"
    "69999999;AUTRE;20261120;1.5;1;9.5;1;5.4;1\n"
    "69029001\n"
)


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_daily_files_of_meteo_france(pack):
    found = read_meteo_france(pack(FRANCE.encode()), {"69029001"})

    assert found.days == {
        "69029001": [StationDay(DAY, 540, 150, 950), StationDay(date(2026, 11, 21), 610)]
    }
    assert [fault[0] for fault in found.faults] == [5, 6]


def test_a_broken_or_foreign_file_of_meteo_france_is_refused(monkeypatch):
    for octets in (b"\x1f\x8bnothing", b"a;b\n1;2\n"):
        with pytest.raises(Unreadable):
            read_meteo_france(octets, {"1"})
    monkeypatch.setattr("data.metering.weather.channels.daily_files.LARGEST", 10)
    with pytest.raises(Unreadable):
        read_meteo_france(gzip.compress(FRANCE.encode()), {"1"})


class Answer(requests.Response):
    def __init__(self, octets, status=200):
        super().__init__()
        self.raw, self.status_code = io.BytesIO(octets), status


def open_meteo(monkeypatch, answer):
    asked = []

    def get(address, **told):
        asked.append((address, told["params"]))
        return answer

    monkeypatch.setattr(requests, "get", get)
    return PROVIDERS["open-meteo"]("https://meteo.example/v1/archive"), asked


RECORDED = (
    b'{"daily":{"time":["2026-11-20","2026-11-21"],"temperature_2m_mean":[5.4,null],'
    b'"temperature_2m_min":[1.5,null],"temperature_2m_max":[9.5,null]}}'
)


def test_open_meteo_is_asked_by_place_and_days_to_come_are_left_out(monkeypatch):
    provider, asked = open_meteo(monkeypatch, Answer(RECORDED))

    found = provider.days(
        [StationPlace("a", 45.7, 4.9), StationPlace("b")], DAY, date(2026, 11, 21)
    )

    assert found.days == {"a": [StationDay(DAY, 540, 150, 950)]}
    assert found.faults[0][2] == {"code": "b"}
    assert asked[0][0] == "https://meteo.example/v1/archive"
    assert asked[0][1]["start_date"] == "2026-11-20"


@pytest.mark.parametrize("octets", [b"<html>", b"{}", b'{"daily":{"time":["x"]}}', b"[]"])
def test_an_answer_that_is_none_is_said(monkeypatch, octets):
    provider, _asked = open_meteo(monkeypatch, Answer(octets))
    with pytest.raises(Unreadable):
        provider.days([StationPlace("a", 45.7, 4.9)], DAY, DAY)


def test_meteo_france_is_a_folder_of_files_too(tmp_path):
    (tmp_path / "Q_69.csv.gz").write_bytes(gzip.compress(FRANCE.encode()))
    provider = PROVIDERS["meteo-france"](str(tmp_path / "Q_{department}.csv.gz"))

    found = provider.days([StationPlace("69029001")], DAY, DAY)

    assert found.days == {"69029001": [StationDay(DAY, 540, 150, 950)]}


def test_meteo_france_over_the_network(monkeypatch):
    streamed = Answer(FRANCE.encode())
    monkeypatch.setattr(requests, "get", lambda *_told, **_options: streamed)
    provider = PROVIDERS["meteo-france"]("https://meteo.example/Q_{department}.csv")

    assert provider.days([StationPlace("69029001")], DAY, DAY).days["69029001"][0].day == DAY


@pytest.mark.parametrize(
    ("answer", "limit"), [(Answer(b"", 302), 10), (Answer(b"", 503), 10), (Answer(b"x" * 20), 10)]
)
def test_what_leads_elsewhere_fails_or_has_no_end_is_no_answer(monkeypatch, answer, limit):
    answer.headers["location"] = "https://inside.example/"
    monkeypatch.setattr("data.metering.weather.channels.web.LARGEST", limit)
    provider, _asked = open_meteo(monkeypatch, answer)
    with pytest.raises(OSError, match=r"redirected|503|endless"):
        provider.days([StationPlace("a", 45.7, 4.9)], DAY, DAY)


def test_no_private_address_is_asked():
    provider = PROVIDERS["open-meteo"]("http://127.0.0.1:9/v1/archive")
    with pytest.raises(OSError, match="private"):
        provider.days([StationPlace("a", 45.7, 4.9)], DAY, DAY)


def test_days_are_kept_once_and_the_last_word_stands(db):
    first = [StationDay(DAY, 540, 150, 950), StationDay(date(2026, 11, 21), 610)]
    again = [StationDay(DAY, 550, 150, 950), StationDay(date(2026, 11, 21), 610)]

    assert load_days(db, "69029001", first) == WeatherLoad(2, 0, 0)
    assert load_days(db, "69029001", [*again, StationDay(date(2026, 11, 22), 1)]) == WeatherLoad(
        1, 1, 1
    )
    assert load_days(db, "69029001", []) == WeatherLoad()
    assert db.scalar(select(WeatherDay.mean_c100).where(WeatherDay.day == DAY)) == 550
    assert len(list(db.scalars(select(Station)))) == 1


def test_a_station_is_described_and_wrong_areas_or_pces_are_refused(db):
    describe(db, StationPlace("a", 45.7, 4.9), "Plaine", ["69", "691"])
    describe(db, StationPlace("a"), "", ["69"])

    assert list_places(db) == [StationPlace("a", 45.7, 4.9)]
    assert db.scalars(select(Station)).one().name == "Plaine"
    for area in ("6", "691234", "6x", "²3"):
        with pytest.raises(Invalid):
            describe(db, StationPlace("a"), "", [area])
    with pytest.raises(NotFound):
        describe(db, StationPlace("a"), "", (), ["09999999910001"])
