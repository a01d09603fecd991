"""What each reader is told of whose word a value is."""

import pytest

from components.consumption.day import day_detail as day_words
from components.consumption.legend import legend
from data.exports.files.serializer import lines_of
from data.exports.queries.contents import read_parts
from data.exports.types import Content, ExportSpec, FileKind
from data.metering.consumption import queries
from data.metering.consumption.actions import store
from data.metering.consumption.files.csv_writer import PceDay, write_csv
from data.metering.consumption.queries.public_status import find_last_day
from data.metering.consumption.types import (
    PceDelivery,
    PeriodKind,
    PeriodStatement,
    Preset,
    Quality,
    SeriesStep,
    Status,
    View,
)
from data.metering.pces.queries import get_scope
from data.provenance import FEED, DataSource, Provenance
from data.runs.models import Run
from data.runs.types import RunKind, RunState
from tests.components.kit.trees import text_of
from tests.data.metering.consumption.rows import NOW, on, stated
from tests.factories import PCE, make_grant, make_pce

VIEW = View(pce=PCE, preset=Preset.FREE, first=on(0), last=on(2), step=SeriesStep.DAY)


@pytest.fixture
def run(db, people):
    """A file that Alice's organisation, the holder, deposited."""
    row = Run(
        organisation_id=1, user_id=1, kind=RunKind.READINGS, state=RunState.DONE, counts={},
        file_name="releves.csv", stored_name="", file_size=1, sha256="", created_at=NOW,
    )  # fmt: skip
    db.add(row)
    db.flush()
    return Provenance(DataSource.DEPOSIT, row.id)


@pytest.fixture
def site(db, run):
    """The distributor said day 0, the holder another value of it, and day 1 of which it is mute."""
    pce = make_pce(db, holder_id=1)
    make_grant(db, pce, 2)
    put(db, pce, FEED, stated(0, energy_wh=5_204_000))
    put(db, pce, run, stated(0, energy_wh=9_000), stated(1), stated(2, status=Status.DEFINITIVE))
    return pce


def put(db, pce, whose, *days, periods=()):
    given = PceDelivery(None, days, tuple(periods))
    return store(db, pce.id, given, as_of=on(30), now=NOW, provenance=whose)


def test_a_deposit_in_force_is_never_said_to_be_the_distributor_s(db, site, bob):
    detail = queries.get_day_detail(db, bob, PCE, on(2))
    assert (detail.saying.source, detail.saying.organisation) == (4, "Organisation de alice")
    assert detail.saying.run_id == 0  # the receipt is not Bob's to read
    text = text_of(day_words(detail))
    assert "Déposé par Organisation de alice" in text
    assert "fichier releves.csv" in text
    assert "Définitif, selon le fichier déposé" in text
    assert "Publié par le distributeur" not in text


def test_its_own_organisation_sees_a_contested_value_with_both_figures(db, site, run, alice, dora):
    for viewer in (alice, dora):
        detail = queries.get_day_detail(db, viewer, PCE, on(0))
        (beside,) = detail.revisions
        assert (beside.energy_wh, beside.saying.run_id) == (9_000, run.run_id)
        text = text_of(day_words(detail))
        assert "Publié par le distributeur" in text
        assert "Valeur contestée" in text
        assert "en vigueur : 5 204" in text.replace("\u202f", " ").replace("\u00a0", " ")


def test_a_deposit_that_says_the_same_contests_nothing(db, site, run, alice):
    put(db, site, FEED, stated(3, energy_wh=7_000))
    put(db, site, run, stated(3, energy_wh=7_000, volume_dm3=None))
    text = text_of(day_words(queries.get_day_detail(db, alice, PCE, on(3))))
    assert "contestée" not in text


def test_nobody_else_sees_it(db, site, bob):
    detail = queries.get_day_detail(db, bob, PCE, on(0))
    assert (detail.energy_wh, detail.revisions) == (5_204_000, ())
    assert "contestée" not in text_of(day_words(detail))
    assert queries.get_origin(db, bob, VIEW, on(0).isoformat()).replaced == ()
    (day,) = queries.get_origin(db, bob, VIEW, on(1).isoformat()).days
    assert day.source is DataSource.DEPOSIT


def test_a_deposit_is_no_correction_of_the_distributor(db, site, alice):
    shown = queries.load_series(db, alice, VIEW)
    assert [bucket.corrected_on for bucket in shown.buckets] == [None] * 3
    assert [bucket.days_deposited for bucket in shown.buckets] == [0, 1, 1]
    assert "Déposé par une organisation" in text_of(legend(shown))


def test_files_name_the_source_and_adict_gives_the_distributor_s_word_alone(db, site, bob):
    days = queries.iter_day_statements(db, bob, PCE, on(0), on(2))
    text = b"".join(write_csv(PceDay(PCE, "", day) for day in days)).decode()
    sources = [line.rpartition(";")[2] for line in text.splitlines()]
    assert sources == ["Source", "Distributeur", *["Dépôt d’une organisation"] * 2]
    scope = get_scope(db, bob, PCE)
    (part,) = read_parts(db, bob, ExportSpec(Content.DAILY, FileKind.CSV), [scope])
    assert [line.rpartition(";")[2] for line in part.text.splitlines()] == sources[1:]
    wanted = ExportSpec(Content.DAILY, FileKind.NDJSON)
    (part,) = read_parts(db, bob, wanted, [scope])
    lines = [line["consommation"]["energie"] for line in lines_of(wanted, part)]
    assert lines == [5204]


def test_a_deposited_period_is_not_published(db, run, bob):
    pce = make_pce(db, holder_id=1)
    make_grant(db, pce, 2)
    said = (9_000, None, None, None, None, Quality.MEASURED, Status.DEFINITIVE)
    put(db, pce, run, periods=[PeriodStatement(PeriodKind.PUBLISHED, on(0), on(30), *said)])
    wanted = ExportSpec(Content.PUBLISHED, FileKind.NDJSON)
    (part,) = read_parts(db, bob, wanted, [get_scope(db, bob, PCE)])
    assert part.count == 0
    shown = queries.load_series(db, bob, View(pce=PCE))
    assert shown.total.days_deposited == 31


def test_the_receipt_is_for_who_may_read_it(db, site, run, alice):
    assert queries.get_day_detail(db, alice, PCE, on(2)).saying.run_id == run.run_id


def test_the_public_page_counts_the_distributor_s_days_alone(db, site):
    other = make_pce(db, "21500000000042", holder_id=1)
    put(db, other, FEED, stated(0))
    db.refresh(site)
    assert site.data_until == on(2)  # deposited by the holder
    assert find_last_day(db) == on(0)
