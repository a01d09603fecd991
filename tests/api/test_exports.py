"""Exports: what is shown, re-read by our own readers, and nothing of others."""

import csv
from dataclasses import replace
from datetime import date
from io import BytesIO, StringIO

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from api.consumption_downloads import format_in, write_series
from components.consumption.exports import lines, octets
from core.errors import Forbidden, Invalid, NotFound, Unreadable
from core.i18n import _, set_language
from data.exports.files.columns import COLUMNS
from data.exports.types import Content
from data.identity.settings.types import OperatorSettings
from data.metering.consumption import queries
from data.metering.consumption.files import read
from data.metering.consumption.models import Reading
from data.metering.consumption.rules.labels import amount, coverage
from data.metering.consumption.rules.table import columns, export_count
from data.metering.consumption.rules.view import read_view
from data.metering.consumption.types import FileFormat, PeriodKind, Quality
from tests.callbacks.test_consumption import fill
from tests.conftest import TODAY
from tests.factories import PCE, make_grant, make_pce
from tests.web import Web, request_of


@pytest.fixture
def site(db, people):
    pce = fill(db, make_pce(db, holder_id=1, alias="=cmd|' /C calc'!A0"), 800)
    for day in (date(2026, 11, 3), date(2026, 11, 4)):
        row = db.get(Reading, (pce.id, day))
        row.energy_wh = row.volume_dm3 = None
        row.quality = Quality.ABSENT
    db.delete(db.get(Reading, (pce.id, date(2026, 11, 10))))
    db.flush()
    return pce


def content(db, viewer, **query):
    answer = write_series(request_of(db, viewer), {"pce": PCE, **query})
    return b"".join(answer.response), answer


def series(db, viewer, **query):
    view = read_view({"pce": PCE, **query}, TODAY)
    carbon = OperatorSettings().carbon
    return replace(queries.load_series(db, viewer, view, carbon), carbon=carbon)


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_days_are_read_back_as_they_were(db, site, alice, file_format):
    body, _answer = content(db, alice, period="30d", format=file_format, layout="readings")
    (delivery,) = read(f"export.{file_format}", body).deliveries
    assert delivery.pce == PCE
    assert len(delivery.days) == 30
    assert sum(day.energy_wh or 0 for day in delivery.days) == 27 * 100_000
    absent = [day.gas_day.day for day in delivery.days if day.energy_wh is None]
    assert absent == [3, 4, 10]


def test_readings_leave_out_the_days_that_were_not_measured_when_asked(db, site, alice):
    db.get(Reading, (site.id, date(2026, 11, 20))).quality = Quality.ESTIMATED
    db.flush()
    query = {"period": "30d", "measured": "1", "format": "csv", "layout": "readings"}
    (delivery,) = read("export.csv", content(db, alice, **query)[0]).deliveries
    assert len(delivery.days) == 30
    assert sum(day.energy_wh or 0 for day in delivery.days) == 26 * 100_000


def test_the_espace_client_layout_is_read_as_a_daily_sheet(db, site, alice):
    body, _answer = content(db, alice, period="30d", format="xlsx", layout="espace-client")
    found = read("export.xlsx", body)
    assert found.format is FileFormat.SHEET_DAILY
    assert found.as_of == TODAY
    (delivery,) = found.deliveries
    assert len(delivery.days) == 30
    assert sum(day.volume_dm3 or 0 for day in delivery.days) == 27 * 9_000


def test_months_have_the_columns_of_the_screen(db, site, alice):
    body, answer = content(db, alice, format="csv")
    assert body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(StringIO(body.decode("utf-8-sig")), delimiter=";"))
    (emissions,) = [title for title in rows[0] if title.startswith("Émissions (kg CO₂e)")]
    assert rows[0] == [
        "PCE",
        "Nom",
        "Premier jour",
        "Dernier jour",
        "Mois",
        "Consommation (kWh)",
        "N-1, mêmes jours (kWh)",
        "Écart N-1 (%)",
        "Température (°C)",
        "Coefficient (kWh/m³)",
        emissions,
        "Couverture (j)",
        "Qualité",
    ]
    assert len(rows) == 14
    assert rows[2][:4] == [PCE, "'=cmd|' /C calc'!A0", "2026-10-01", "2026-10-31"]
    assert rows[2][5] == "3100"
    name = f"consommation-{PCE}-2025-11-01-2026-11-30.csv"
    assert name in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("step", ["month", "day"])
def test_a_file_says_what_was_emitted_and_its_size_was_said(db, site, alice, step):
    origin = OperatorSettings(co2_source="Base Carbone")
    request = request_of(db, alice, origin=origin)
    answer = write_series(request, {"pce": PCE, "step": step, "period": "12m"})
    body = b"".join(answer.response)
    rows = list(csv.reader(StringIO(body.decode("utf-8-sig")), delimiter=";"))
    (place,) = [place for place, title in enumerate(rows[0]) if "CO₂e" in title]
    energy, grams = (float(rows[-1][at].replace(",", ".")) for at in (5, place))
    assert grams == pytest.approx(energy * 0.2154, abs=0.001)
    view = read_view({"pce": PCE, "step": step, "period": "12m"}, TODAY)
    shown = replace(queries.load_series(db, alice, view), carbon=origin.carbon)
    assert 0.6 < octets(shown, "csv") / len(body) < 1.6


def test_both_formats_hold_the_same_cells(db, site, alice):
    text, _ = content(db, alice, format="csv", compare="1,2", unit="m3")
    book, _ = content(db, alice, format="xlsx", compare="1,2", unit="m3")
    rows = list(csv.reader(StringIO(text.decode("utf-8-sig")), delimiter=";"))
    sheet = CalamineWorkbook.from_filelike(BytesIO(book)).get_sheet_by_index(0).to_python()
    assert sheet[0] == rows[0]
    assert len(sheet) == len(rows) == 14
    assert sheet[2][0] == PCE
    assert sheet[2][5] == float(rows[2][5].replace(",", "."))
    assert sheet[2][2] == date(2026, 10, 1)


def test_parquet_holds_the_international_values_and_the_other_site(db, site, alice):
    fill(db, make_pce(db, "09999999910002", holder_id=1))
    query = {"period": "30d", "with": "09999999910002", "against": "2026-09-01"}
    body, _answer = content(db, alice, format="parquet", **query)
    text, _answer = content(db, alice, format="csv-international", **query)
    typed, plain = pd.read_parquet(BytesIO(body)), pd.read_csv(BytesIO(text))
    assert list(typed) == list(plain)
    assert {"day_compared", "energy_kwh_compared", "gap_percent"} <= set(typed)
    assert typed["energy_kwh"].tolist() == pytest.approx(plain["energy_kwh"].tolist(), nan_ok=True)
    assert 0.6 < octets(series(db, alice, **query), "parquet") / len(body) < 1.6
    with pytest.raises(Invalid):
        content(db, alice, format="csv", **{"with": "GI000000"})


@pytest.mark.parametrize("query", [{}, {"period": "30d"}, {"period": "3y", "step": "week"}])
@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_rows_and_size_were_said_before(db, site, alice, query, file_format):
    body, _answer = content(db, alice, format=file_format, **query)
    shown = series(db, alice, **query)
    if file_format == "csv":
        assert body.count(b"\r\n") - 1 == export_count(shown) == len(shown.buckets)
    assert 0.6 < octets(shown, file_format) / len(body) < 1.6


@pytest.mark.parametrize(
    ("file_format", "layout"), [("csv", "readings"), ("xlsx", "espace-client")]
)
def test_rows_and_size_of_readings_were_said_before(db, site, alice, file_format, layout):
    query = {"from": "2026-09-01", "to": "2026-11-24", "step": "day"}
    body, _answer = content(db, alice, format=file_format, layout=layout, **query)
    shown = series(db, alice, **query)
    (delivery,) = read(f"export.{file_format}", body).deliveries
    assert len(delivery.days) == lines(shown, layout) < len(shown.buckets)
    assert 0.6 < octets(shown, file_format, layout) / len(body) < 1.6


@pytest.mark.parametrize("step", ["day", "week", "month", "year"])
def test_each_button_counts_its_file_when_the_history_begins_within_the_period(
    db, site, alice, step
):
    """The days before it were written absent in the files of readings, and not counted."""
    query = {"period": "3y", "step": step}
    shown = series(db, alice, **query)
    assert shown.first < shown.history_first
    for file_format in ("csv", "xlsx"):
        body, _answer = content(db, alice, format=file_format, **query)
        assert len(cells(body, file_format)) - 1 == lines(shown, "table")
    if step == "day":
        for file_format, layout in (("csv", "readings"), ("xlsx", "espace-client")):
            body, _answer = content(db, alice, format=file_format, layout=layout, **query)
            (delivery,) = read(f"export.{file_format}", body).deliveries
            days = [day.gas_day for day in delivery.days]
            assert len(days) == lines(shown, layout) == 800
            assert (days[0], days[-1]) == (shown.history_first, shown.data_until)


def test_a_file_of_readings_of_days_before_the_history_has_none(db, site, alice):
    query = {"from": "2023-01-01", "to": "2023-02-28", "step": "day"}
    body, _answer = content(db, alice, format="csv", layout="readings", **query)
    assert len(cells(body, "csv")) - 1 == lines(series(db, alice, **query), "readings") == 0


def cells(body, file_format):
    if file_format == "csv":
        return list(csv.reader(StringIO(body.decode("utf-8-sig")), delimiter=";"))
    return CalamineWorkbook.from_filelike(BytesIO(body)).get_sheet_by_index(0).to_python()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_days_have_the_columns_of_the_screen_in_the_language_of_their_reader(
    db, site, alice, language
):
    reader = replace(alice, language=language)
    body, _answer = content(db, reader, period="30d", format="csv", compare="1,2")
    rows = list(csv.reader(StringIO(body.decode("utf-8-sig")), delimiter=";"))
    shown = series(db, reader, period="30d", compare="1,2")
    set_language(language)
    titles = [f"{_(c.title)} ({_(c.unit)})" if c.unit else _(c.title) for c in columns(shown)]
    for title, expected in zip(rows[0][4:], titles, strict=True):
        assert title.startswith(expected)  # that of emissions says their factor too
    assert [row[2] for row in rows[1:]] == [bar.first.isoformat() for bar in shown.buckets[::-1]]
    assert (rows[0][4] == "Journée gazière") is (language == "fr")


@pytest.mark.parametrize(
    "query",
    [
        {"format": "exe"},
        {"layout": "other"},
        {"format": "xlsx", "layout": "espace-client"},
        {"format": "csv", "layout": "readings"},
        {"format": "csv", "layout": "espace-client", "period": "30d"},
    ],
)
def test_a_format_that_does_not_exist_is_said(db, site, alice, query):
    with pytest.raises(Invalid):
        write_series(request_of(db, alice), {"pce": PCE, **query})


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"from": "2026-02-31", "to": "zz"}, "2026-02-31"),
        ({"from": "2026-02-01", "to": "zz"}, "zz"),
        ({"to": "2026-02-28"}, "première date"),
        ({"period": "free"}, "première date"),
        ({"period": "zzz"}, "la période"),
        ({"step": "foo"}, "le pas"),
        ({"unit": "MWh"}, "l’unité"),
    ],
)
def test_a_file_of_other_days_than_those_asked_is_not_given(db, site, alice, query, said):
    with pytest.raises(Invalid) as refused:
        write_series(request_of(db, alice), {"pce": PCE, **query})
    assert said in _(refused.value.message, **refused.value.params)


def test_another_organisation_finds_nothing(db, site, charlie):
    with pytest.raises(NotFound):
        write_series(request_of(db, charlie), {"pce": PCE})


def test_a_third_party_exports_the_days_of_its_grant(db, site, bob):
    make_grant(db, site, 2, first_day=date(2026, 6, 1), last_day=date(2026, 6, 10))
    query = {"from": "2026-01-01", "to": "2026-11-30", "step": "day"}
    body, _answer = content(db, bob, format="csv", layout="readings", **query)
    (delivery,) = read("export.csv", body).deliveries
    days = [day.gas_day for day in delivery.days]
    assert (min(days), max(days), len(days)) == (date(2026, 6, 1), date(2026, 6, 10), 10)


def test_over_http_the_file_is_private_and_its_reader_known(database, tmp_path):
    with database.transaction() as db:
        from tests.factories import make_people

        make_people(db)
        fill(db, make_pce(db, holder_id=1), 60)
    web = Web(database, tmp_path)
    address = f"/export/consommations?pce={PCE}&period=30d&format=csv"
    answer = web.browser(1).get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.data.count(b"\r\n") == 31
    assert web.browser(3).get(address).status_code == 404
    assert web.browser().get(address).status_code in {302, 401}


def test_a_role_without_the_permission_is_refused(database, tmp_path, monkeypatch, alice):
    from core.access import Permission

    def refuse(_viewer, permission):
        assert permission is Permission.CONSUMPTION_EXPORT
        raise Forbidden("non")

    with database.transaction() as db:
        from tests.factories import make_people

        make_people(db)
    web = Web(database, tmp_path)
    monkeypatch.setattr("core.access.Viewer.require", refuse)
    assert web.browser(1).get("/export/consommations").status_code == 403


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("file_format", ["csv", "xlsx", "csv-international"])
def test_the_table_of_days_is_read_back(db, site, alice, file_format, language):
    viewer = replace(alice, language=language)
    body, _answer = content(db, viewer, period="30d", step="day", format=file_format)
    found = read(f"table.{file_format}", body, today=TODAY)
    (delivery,) = found.deliveries
    assert (delivery.pce, delivery.alias) == (PCE, "=cmd|' /C calc'!A0")
    assert not delivery.periods
    assert {day.energy_wh for day in delivery.days} == {100_000}
    assert len(delivery.days) == 27
    assert date(2026, 11, 10) not in {day.gas_day for day in delivery.days}
    assert {day.quality for day in delivery.days} == {Quality.MEASURED}
    assert found.rejected_count == 0  # a day without a value says nothing


@pytest.mark.parametrize("file_format", ["csv", "xlsx", "csv-international"])
def test_the_whole_months_of_a_table_are_read_back_and_the_others_told(
    db, site, alice, file_format
):
    days = {"from": "2026-09-01", "to": "2026-11-24"}
    body, _answer = content(db, alice, period="free", step="month", format=file_format, **days)
    found = read(f"table.{file_format}", body, today=TODAY)
    (delivery,) = found.deliveries
    assert not delivery.days
    told = [(one.first_day, one.last_day, one.energy_wh) for one in delivery.periods]
    assert told == [
        (date(2026, 9, 1), date(2026, 9, 30), 3_000_000),
        (date(2026, 10, 1), date(2026, 10, 31), 3_100_000),
    ]
    assert {one.kind for one in delivery.periods} == {PeriodKind.MONTH}
    assert found.rejected_count == 1
    assert "du 01/11/2026" in str(found.aside)


def test_a_table_that_is_no_reading_is_refused_by_what_it_shows(db, site, alice):
    for query, said in (
        ({"period": "3y", "step": "year"}, "Affichez la même période par jour"),
        ({"period": "30d", "step": "day", "unit": "m3"}, "n’est pas celle attendue"),
        ({"period": "30d", "step": "day", "unit": "co2"}, "Consommation (kWh)"),
    ):
        body, _answer = content(db, alice, format="csv", **query)
        with pytest.raises(Unreadable) as refused:
            read("table.csv", body, today=TODAY)
        assert said in str(refused.value)


@pytest.mark.parametrize("unit", ["kwh", "m3", "eur", "co2"])
@pytest.mark.parametrize("step", ["day", "month", "year"])
def test_the_table_for_programs_has_the_figures_of_the_screen(db, site, alice, step, unit):
    query = {"period": "30d" if step == "day" else "3y", "step": step, "unit": unit}
    body, answer = content(db, alice, format="csv-international", compare="1,2", **query)
    assert answer.headers["Content-Disposition"].endswith('-international.csv"')
    assert answer.mimetype == "text/csv"
    table = pd.read_csv(BytesIO(body))
    shown = series(db, alice, compare="1,2", **query)
    assert len(table) == len(shown.buckets)
    assert set(table["pce"]) == {f"PCE-{PCE}"}
    assert table["alias"][0] == "'=cmd|' /C calc'!A0"
    assert list(table["first_day"]) == [bar.first.isoformat() for bar in shown.buckets]
    name = {"kwh": "energy_kwh", "m3": "volume_m3", "eur": "cost_eur", "co2": "emissions_kg_co2e"}
    told = [amount(bar, shown.view.unit) for bar in shown.buckets]
    for cell, value in zip(table[name[unit]], told, strict=True):
        assert (pd.isna(cell) and value is None) or cell == pytest.approx(value / 1000, abs=0.005)
    assert list(table["days_known"].fillna(0)) == [coverage(bar)[0] for bar in shown.buckets]


def test_readings_for_programs_are_read_back_as_they_were(db, site, alice):
    layout = {"format": "csv-international", "layout": "readings"}
    body, _answer = content(db, alice, period="30d", **layout)
    table = pd.read_csv(BytesIO(body))
    assert list(table.columns) == [column.name for column in COLUMNS[Content.DAILY]]
    assert table["energy_kwh"].sum() == 2_700
    (delivery,) = read("export.csv", body).deliveries
    assert (delivery.pce, len(delivery.days)) == (PCE, 30)
    assert [day.gas_day.day for day in delivery.days if day.energy_wh is None] == [3, 4, 10]


def test_other_files_have_no_form_for_programs(db, site, alice):
    with pytest.raises(Invalid):
        content(db, alice, period="30d", format="csv-international", layout="espace-client")
    with pytest.raises(Invalid):
        format_in({"format": "csv-international"})
