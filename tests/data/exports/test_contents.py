"""What is in an export: read back by our own reader, and nothing of what may not be read."""

import csv
import io
import json
import zipfile
from datetime import date

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select, update

from core.errors import Invalid
from data.exports.types import Content, ExportSpec, ExportState, FileKind
from data.metering.consumption import files
from data.metering.consumption.files.csv_writer import decimal_text, write_csv
from data.metering.consumption.models import ConsumptionPeriod, Reading
from data.metering.consumption.queries import iter_day_statements
from data.metering.consumption.types import Quality
from data.metering.pces.models import Pce
from data.metering.pces.types import PceChoice, PceFilter
from data.provenance import DataSource
from tests.data.exports.made import DAYS, EMPTY, FIRST, FOREIGN, LARGE, PCE, bills, grant

ORDER = (Quality.MEASURED, Quality.ESTIMATED, Quality.RECONSTRUCTED, Quality.ABSENT)
YEAR = date(2026, 1, 1), date(2026, 12, 31)


def wanted(content=Content.DAILY, file=FileKind.CSV, **more):
    days = dict(zip(("first", "last"), YEAR, strict=True)) if content.dated else {}
    return ExportSpec(content, file, **days | more)


def kept(database, viewer):
    """What is stored of the first PCE: a hole between known indexes is rebuilt."""
    with database.reading() as db:
        return list(iter_day_statements(db, viewer, PCE, *YEAR))


def lines(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


@pytest.mark.parametrize("file", [FileKind.CSV, FileKind.NDJSON, FileKind.XLSX])
def test_daily_readings_come_back_as_they_were(export, database, alice, file):
    row, content = export(alice, wanted(file=file))
    assert row.state is ExportState.DONE
    assert row.file_size == len(content)
    read = files.read(row.file_name, content, today=date(2026, 11, 24))
    found = {one.pce: one for one in read.deliveries}
    assert set(found) == {PCE, LARGE}
    days = found[PCE].days
    assert len(days) == DAYS
    for number, (told, expected) in enumerate(zip(days, kept(database, alice), strict=True)):
        same = ("gas_day", "energy_wh", "volume_dm3", "index_end_dm3", "coefficient_e4", "quality")
        for name in (*same, "status"):
            assert getattr(told, name) == getattr(expected, name), (number, name)
    assert row.rows == DAYS + 40
    assert (row.pces, row.total) == (2, 3)


def test_the_database_writes_a_line_as_our_writer_does(export, alice, database):
    _row, content = export(alice, wanted(choice=PceChoice(numbers=(PCE,))))
    alias = "=Lycée; des Tilleuls"
    told = b"".join(write_csv(files.PceDay(PCE, alias, one) for one in kept(database, alice)))
    assert content == told
    assert b"'=Lyc" in content  # no spreadsheet takes it for a formula


@pytest.mark.parametrize("file", [FileKind.CSV, FileKind.XLSX])
def test_a_deposited_day_has_the_status_of_its_file_and_can_be_deposited_again(
    export, alice, database, file
):
    deposit_of(database, Reading)
    row, content = export(alice, wanted(file=file, choice=PceChoice(numbers=(PCE,))))
    if file is FileKind.CSV:
        told = {line[10] for line in lines(content)[1:] if line[10]}
        assert told == {f"{word}, selon le fichier déposé" for word in ("Définitive", "Provisoire")}
    [found] = files.read(row.file_name, content, today=date(2026, 11, 24)).deliveries
    read = [(one.gas_day, one.status, one.source) for one in found.days]
    assert read == [(one.gas_day, one.status, one.source) for one in kept(database, alice)]


def test_a_deposited_period_has_the_status_of_its_file(export, alice, database):
    deposit_of(database, ConsumptionPeriod)
    _row, content = export(alice, wanted(Content.PUBLISHED, choice=PceChoice(numbers=(PCE,))))
    told = {tuple(line[-2:]) for line in lines(content)[1:]}
    assert told == {("Définitive, selon le fichier déposé", "Dépôt d’une organisation")}


def deposit_of(database, stored):
    """Have an organisation say all that is *stored* of the first PCE."""
    with database.transaction() as db:
        first = db.scalar(select(Pce.id).where(Pce.number == PCE))
        db.execute(update(stored).where(stored.pce_id == first).values(source=DataSource.DEPOSIT))


def test_a_month_is_the_sum_of_its_days(export, database, alice):
    with database.transaction() as db:
        first = db.scalar(select(Pce.id).where(Pce.number == PCE))
        some = Reading.gas_day.between(date(2026, 3, 5), date(2026, 3, 9))
        own = update(Reading).where(Reading.pce_id == first, some)
        db.execute(own.values(source=int(DataSource.DEPOSIT)))
    _row, content = export(alice, wanted(Content.MONTHLY))
    rows = [row for row in lines(content) if row[0] == PCE]
    assert len(rows) == 10
    days = kept(database, alice)
    for row in rows:
        month = [one for one in days if f"{one.gas_day:%Y-%m-01}" == row[2]]
        assert row[3] == decimal_text(sum(one.energy_wh or 0 for one in month), 1000)
        assert row[4] == decimal_text(sum(one.volume_dm3 or 0 for one in month), 1000)
        counts = [sum(one.quality is which for one in month) for which in ORDER]
        deposited = sum(one.source is DataSource.DEPOSIT for one in month)
        assert list(map(int, row[5:])) == [*counts, deposited]
    assert sum(int(row[9]) for row in rows) == 5


def test_published_periods_come_back_as_they_were(export, alice):
    row, content = export(alice, wanted(Content.PUBLISHED, FileKind.NDJSON))
    read = files.read(row.file_name, content)
    found = {one.pce: one for one in read.deliveries}
    told = [(one.first_day, one.last_day, one.energy_wh) for one in found[PCE].periods]
    assert told == [(one.first_day, one.last_day, one.energy_wh) for one in bills()]
    assert len(found[LARGE].days) == 40  # of a meter read each day, they are the published data


def test_a_period_is_exported_with_the_month_it_ends_in(export, alice):
    months = []
    for month in range(1, 7):
        last = date(2026, month + 1, 1).toordinal() - 1
        spell = {"first": date(2026, month, 1), "last": date.fromordinal(last)}
        one = PceChoice(numbers=(PCE,))
        _row, content = export(alice, wanted(Content.PUBLISHED, choice=one, **spell))
        months += [row[2] for row in lines(content)[1:]]
    assert months == [one.first_day.isoformat() for one in bills()[:6]]


@pytest.mark.parametrize("file", [FileKind.CSV, FileKind.XLSX, FileKind.NDJSON])
def test_contract_and_meter_keep_their_zeros(export, alice, file):
    _row, contract = export(alice, wanted(Content.CONTRACTUAL, file))
    _row, meter = export(alice, wanted(Content.TECHNICAL, file))
    if file is FileKind.NDJSON:
        of = {one["pce"]["id_pce"]: one for one in map(json.loads, contract.splitlines())}
        assert of[PCE]["donnees_contractuelles"]["car"] == {
            "car_actuelle": 64_000,
            "car_future": 63_100,
        }
        of = {one["pce"]["id_pce"]: one for one in map(json.loads, meter.splitlines())}
        told = of[PCE]["donnees_techniques"]
        assert told["situation_compteur"]["nom_rue"] == "rue des Tilleuls"
        assert told["caracteristiques_compteur"]["matricule_compteur"] == "0012A345678"
        return
    if file is FileKind.XLSX:
        rows = [
            CalamineWorkbook.from_filelike(io.BytesIO(one)).get_sheet_by_index(0).to_python()
            for one in (contract, meter)
        ]
    else:
        rows = [lines(contract), lines(meter)]
    one, other = ({row[0]: row for row in table} for table in rows)
    assert one[PCE][1] == "'=Lycée; des Tilleuls"
    assert one[PCE][5] in {"64000", 64_000}
    assert other[PCE][3] == "99123"
    assert other[PCE][6] == "0012A345678"
    assert EMPTY in one


TOGETHER = {FileKind.PARQUET, FileKind.REPORT, FileKind.PDF}


@pytest.mark.parametrize("file", [kind for kind in FileKind if kind not in TOGETHER])
def test_apart_each_pce_has_its_file(export, alice, file):
    row, content = export(alice, wanted(file=file, file_per_pce=True))
    assert row.file_name.endswith(".zip")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len(names) == 2
        for name in names:
            read = files.read(name, archive.read(name))
            assert [one.pce for one in read.deliveries] == [name.split("-")[0]]


def test_a_tag_a_search_and_a_list_choose(export, alice):
    choices = {
        "tag": PceChoice(PceFilter(tags=("Écoles",))),
        "text": PceChoice(PceFilter(text="chaufferie")),
        "numbers": PceChoice(numbers=(LARGE, FOREIGN)),
    }
    found = {}
    for name, choice in choices.items():
        _row, content = export(alice, wanted(choice=choice))
        found[name] = {row[0] for row in lines(content)[1:]}
    assert found == {"tag": {PCE}, "text": {LARGE}, "numbers": {LARGE}}


def test_a_right_lets_through_its_days_and_no_other(export, database, fleet, bob):
    site = fleet[0]
    with database.transaction() as db:
        grant(
            db, site,
            first_day=date(2026, 2, 10), last_day=date(2026, 3, 20), holes="d2026-02-20/2026-03-02",
            published_first_day=date(2026, 2, 1), published_last_day=date(2026, 5, 10),
            contractual=False, technical=False,
        )  # fmt: skip
    allowed = {
        FIRST.fromordinal(n)
        for n in (*range(date(2026, 2, 10).toordinal(), date(2026, 2, 20).toordinal()),
                  *range(date(2026, 3, 3).toordinal(), date(2026, 3, 21).toordinal()))
    }  # fmt: skip
    for file in (FileKind.CSV, FileKind.XLSX, FileKind.NDJSON):
        row, content = export(bob, wanted(file=file))
        read = files.read(row.file_name, content)
        assert {one.gas_day for one in read.deliveries[0].days} == allowed
    _row, months = export(bob, wanted(Content.MONTHLY))
    assert [sum(map(int, row[5:])) for row in lines(months)[1:]] == [10, 18]
    _row, periods = export(bob, wanted(Content.PUBLISHED))
    assert [row[2] for row in lines(periods)[1:]] == ["2026-02-03", "2026-03-03", "2026-04-03"]


def test_what_a_right_does_not_cover_is_refused_at_once(export, database, fleet, bob):
    with database.transaction() as db:
        grant(db, fleet[0], first_day=date.max, last_day=date.min, published_first_day=date.max,
              published_last_day=date.min, contractual=False, technical=False)  # fmt: skip
    for content in Content:
        with pytest.raises(Invalid, match="rien à exporter"):
            export(bob, wanted(content))


def test_nothing_of_another_organisation_is_there(export, alice, charlie, dora):
    _row, content = export(charlie, wanted())
    assert {row[0] for row in lines(content)[1:]} == {FOREIGN}
    _row, content = export(dora, wanted())
    assert {row[0] for row in lines(content)[1:]} == {PCE, LARGE, FOREIGN}


def test_the_workbook_of_a_fleet_has_years_sites_and_months_with_charts(export, alice):
    row, content = export(alice, wanted(Content.MONTHLY, FileKind.REPORT))
    _months, csv_content = export(alice, wanted(Content.MONTHLY))
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    years, sites, months = (book.get_sheet_by_name(name).to_python() for name in book.sheet_names)
    energy = [float(line[3].replace(",", ".")) for line in lines(csv_content)[1:] if line[3]]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        charts = [name for name in archive.namelist() if name.startswith("xl/charts/chart")]

    assert row.file_name.endswith("graphiques-2026-01-01-2026-12-31.xlsx")
    assert book.sheet_names == ["Années", "Sites", "Mois"]
    assert years[-1] == ["Total", pytest.approx(sum(energy))]
    assert {line[0] for line in sites[1:]} == {PCE, LARGE}
    assert sum(line[2] for line in sites[1:]) == pytest.approx(sum(energy))
    assert len(months) == len(sites)
    assert len(charts) == 2
