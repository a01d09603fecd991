"""Bills kept, judged as they are read, within what may be read, on both databases."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import insert, update

from components.bills.words import sentence
from core.errors import Conflict, Invalid, NotFound
from data.identity.audit.models import AuditEvent
from data.metering.consumption.models import ConsumptionPeriod, Reading
from data.metering.consumption.types import PeriodKind, Quality, Status
from data.metering.pces.rules import holes_text
from data.metering.prices.actions import add as add_price
from data.metering.prices.types import PriceDraft, PriceKind, PriceUnit
from data.money.bills.actions import add, change, keep_bills, remove, restore, sort_out_bills
from data.money.bills.files.sheets import HEADER, cells_of, judged_cells, judged_header, read
from data.money.bills.models import BillRow
from data.money.bills.queries import BILLS, get_judged, list_bills, list_judged
from data.money.bills.queries.facts import load_bill_facts
from data.money.bills.rules.sequences import ENERGY
from data.money.bills.types import NO_EDGE, BillDraft, BillPoint, BillVerdict, Nature
from data.provenance import DataSource
from data.runs.files.rows import write_rows
from tests.data.metering.consumption.test_queries import every, reading
from tests.factories import NOW, PCE, make_grant, make_pce

OTHER = "09999999910002"
DAY = timedelta(days=1)
FIRST, LAST = date(2026, 1, 1), date(2026, 1, 31)
DEC, BEFORE = date(2025, 12, 1), date(2025, 12, 31)
pytestmark = pytest.mark.usefixtures("people")


def counter(pce, first, last, start=1_000_000, each=10_000):
    """10 m³ and 112 kWh a day, the counter at 1 000 m³ on the morning of *first*."""
    rows = []
    for n, day in enumerate(every(first, last)):
        index = {"index_start_dm3": start + each * n, "index_end_dm3": start + each * (n + 1)}
        more = {"volume_dm3": each, "coefficient_e4": 112_000}
        rows.append(reading(pce, day, each * 112_000 // 10_000, **index, **more))
    return rows


@pytest.fixture
def pce(db):
    """Alice's, 112 kWh a day from 1 December 2025; Bob may read from 10 January on."""
    row = make_pce(db, holder_id=1)
    rows = counter(row, date(2025, 12, 1), date(2026, 3, 31), start=690_000)
    db.execute(Reading.__table__.insert(), rows)
    make_grant(db, row, 2, first_day=date(2026, 1, 10), last_day=None)
    return row


RIGHT = BillDraft(
    PCE, FIRST, LAST, 3_472_000, "F-1", Nature.MEASURED, 1_000_000, 1_310_000, 112_000, 34_720
)  # 31 days of 112 kWh


def verdicts(db, viewer):
    return [one.judgement.verdict for one in list_judged(db, viewer)]


def test_a_bill_is_judged_and_judged_again_when_readings_are_corrected(db, pce, alice):
    key = add(db, alice, RIGHT, now=NOW)
    one = get_judged(db, alice, key)
    assert (one.judgement.verdict, one.judgement.gap_wh) == (BillVerdict.AGREES, 0)
    assert {said.point for said in one.judgement.findings} == {
        BillPoint.INDEX_SAME,
        BillPoint.ENERGY_SAME,
    }
    day = Reading.gas_day == date(2026, 1, 15)
    db.execute(update(Reading).where(day).values(energy_wh=None, quality=int(Quality.ABSENT)))
    one = get_judged(db, alice, key)  # the indexes around it tell its volume
    assert (one.judgement.verdict, one.judgement.missing) == (BillVerdict.AGREES, 1)
    db.execute(update(Reading).where(day).values(energy_wh=912_000, quality=int(Quality.MEASURED)))
    one = get_judged(db, alice, key)
    assert (one.judgement.verdict, one.judgement.gap_wh) == (BillVerdict.DIFFERS, -800_000)


def test_what_may_not_be_read_is_missing_and_bills_are_their_own(db, pce, alice, bob, charlie):
    add(db, alice, RIGHT, now=NOW)
    assert list_bills(db, bob) == ()
    key = add(db, bob, RIGHT, now=NOW)
    one = get_judged(db, bob, key)
    assert (one.judgement.verdict, one.judgement.missing) == (BillVerdict.UNKNOWN, 9)
    assert (one.judgement.low_wh, one.judgement.high_wh) == (22 * 112_000, None)
    assert {said.point for said in one.judgement.findings} == {
        BillPoint.INDEX_SAME, BillPoint.ENERGY_UNKNOWN,
    }  # fmt: skip
    with pytest.raises(NotFound):
        get_judged(db, alice, key)
    with pytest.raises(NotFound):
        add(db, charlie, RIGHT, now=NOW)
    with pytest.raises(NotFound):
        remove(db, alice, (key, 1), now=NOW)
    with pytest.raises(NotFound):
        restore(db, alice, key, now=NOW)


@pytest.mark.parametrize(
    ("hole", "missing"), [((10, 12), 3), ((1, 20), 20), ((31, 31), 1)], ids=str
)
def test_a_bill_is_read_over_every_piece_of_a_grant(db, pce, charlie, hole, missing):
    """The days of the pieces, and the published period of its days where none of them lacks."""
    lacking = tuple(date(2026, 1, day) for day in hole)
    holes, whole_from = holes_text((lacking,), ()), lacking[1] + DAY
    make_grant(db, pce, charlie.organisation_id, whole_from=whole_from, holes=holes)
    add(db, charlie, RIGHT, now=NOW)
    add(db, charlie, replace(RIGHT, number="F-0", first=DEC, last=BEFORE), now=NOW)
    db.execute(
        insert(ConsumptionPeriod), [published(pce, FIRST, LAST), published(pce, DEC, BEFORE)]
    )
    bills = list_bills(db, charlie)
    told = {bill.draft.first: load_bill_facts(db, charlie, bills)[bill.id] for bill in bills}
    assert (told[FIRST].known_days, told[FIRST].energy_wh) == (
        31 - missing,
        (31 - missing) * 112_000,
    )
    assert (told[FIRST].published_wh, told[DEC].published_wh) == (None, 2_000_000)
    assert (told[DEC].known_days, told[DEC].edges[1] != NO_EDGE) == (31, True)
    assert (told[DEC].edges[3] == NO_EDGE) == (hole[0] == 1)  # the morning after


def published(pce, first, last):
    return {
        "pce_id": pce.id, "kind": PeriodKind.PUBLISHED, "first_day": first, "last_day": last,
        "energy_wh": 2_000_000, "quality": Quality.MEASURED, "status": Status.DEFINITIVE,
        "as_of": last, "learnt_at": NOW,
    }  # fmt: skip


def test_a_bill_is_changed_taken_away_and_brought_back(db, pce, alice):
    key = add(db, alice, RIGHT, now=NOW)
    with pytest.raises(Invalid):
        add(db, alice, RIGHT, now=NOW)
    dear = BillDraft(PCE, FIRST, LAST, 4_000_000, "F-1")
    change(db, alice, (key, 1), dear, now=NOW)
    with pytest.raises(Conflict):
        change(db, alice, (key, 1), RIGHT, now=NOW)
    assert verdicts(db, alice) == [BillVerdict.DIFFERS]
    assert BILLS.find_removed(db, alice, str(key)) == 0
    remove(db, alice, (key, 2), now=NOW)
    assert (verdicts(db, alice), BILLS.find_removed(db, alice, str(key))) == ([], key)
    assert BILLS.find_removed(db, alice, "x") == 0
    restore(db, alice, key, now=NOW)
    restore(db, alice, key, now=NOW)
    assert verdicts(db, alice) == [BillVerdict.DIFFERS]
    remove(db, alice, (key, 3), now=NOW)
    again = add(db, alice, dear, now=NOW)
    with pytest.raises(Conflict):
        restore(db, alice, key, now=NOW)
    remove(db, alice, (again, 1), now=NOW + DAY)
    add(db, alice, RIGHT, now=NOW + 3 * DAY)
    assert db.query(BillRow).count() == 1
    actions = [event.action for event in db.query(AuditEvent).order_by(AuditEvent.id)]
    assert actions[:3] == ["bills.added", "bills.changed", "bills.removed"]


def test_what_differs_is_told_in_money(db, pce, alice):
    gas = PriceDraft("Gaz", PriceKind.VARIABLE, PriceUnit.EUR_MWH, 100_000_000, date(2020, 1, 1))
    add_price(db, alice, gas, now=NOW)
    add(db, alice, RIGHT, now=NOW)
    (one,) = list_judged(db, alice)
    assert BillPoint.AMOUNT_SAME in {said.point for said in one.judgement.findings}
    add(db, alice, BillDraft(PCE, LAST + DAY, LAST + 28 * DAY, 4_136_000), now=NOW)
    two, _one = list_judged(db, alice)
    assert (two.judgement.gap_wh, two.judgement.gap_cents) == (1_000_000, 10_000)


def sheet(*lines):
    return ("\r\n".join((";".join(HEADER), *lines))).encode()


GOOD = f"{PCE};F-1;;01/01/2026;31/01/2026;1000;1310;11,2;3472;347,20"


def keep(db, viewer, content):
    found = sort_out_bills(db, viewer, read(content))
    keep_bills(db, viewer, found, NOW)
    return found


def test_numbers_leave_as_numbers_and_a_gap_says_what_explains_it(db, pce, alice):
    credit = replace(RIGHT, number="A-1", energy_wh=-207_603_000, start_dm3=None, end_dm3=None,
                     coefficient_e4=None, cents=-2_076_030)  # fmt: skip
    add(db, alice, credit, now=NOW)
    near = BillDraft(PCE, LAST + DAY, LAST + 28 * DAY, 3_136_000 + 100_000, number="N")
    add(db, alice, near, now=NOW)
    told = write_rows(judged_header(), map(judged_cells, list_judged(db, alice)), as_xlsx=False)
    text = told.decode()
    assert ";-207603;-20760,3;Diffère;" in text
    assert ";À vérifier;3136;3136;100;Un jour à un bout;" in text
    assert sort_out_bills(db, alice, read(told)).same == 2


def test_all_the_faults_of_a_line_are_told_at_once(db, pce, alice):
    line = "123;F-2;devinée;01/02/2026;30 février;mille;1310;112;beaucoup;347,20"
    found = sort_out_bills(db, alice, read(sheet(GOOD, line)))
    assert (len(found.new), {one.line for one in found.problems}) == (1, {3})
    assert [one.column for one in found.problems] == [
        "Au", "PCE", "Énergie (kWh PCS)", "Sorte", "Index de début (m³)", "Coefficient (kWh/m³)"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("word", "nature"),
    [
        ("relevé", Nature.MEASURED),
        ("Sur un RELEVÉ", Nature.MEASURED),
        ("Relevée", Nature.MEASURED),
        ("estimation", Nature.ESTIMATED),
        ("sur une  estimation", Nature.ESTIMATED),
        ("ESTIME", Nature.ESTIMATED),
    ],
)
def test_the_words_of_the_form_are_those_of_the_sheet_too(db, pce, alice, word, nature):
    found = sort_out_bills(db, alice, read(sheet(GOOD.replace(";;01", f";{word};01"))))
    assert [one.nature for one in found.new] == [nature]


def test_a_sheet_is_kept_exported_read_back_and_changed(db, pce, alice):
    assert len(keep(db, alice, sheet(GOOD)).new) == 1
    (bill,) = list_bills(db, alice)
    assert bill.draft == RIGHT
    told = write_rows(HEADER, [cells_of(bill.draft)], as_xlsx=True)
    found = sort_out_bills(db, alice, read(told))
    assert (found.same, found.new, found.changed, found.problems) == (1, (), (), ())
    judged = map(judged_cells, list_judged(db, alice))
    told = write_rows(judged_header(), judged, as_xlsx=False)
    assert b"Concorde;3472;3472;0;;0;" in told
    assert sort_out_bills(db, alice, read(told)).same == 1
    stale = sort_out_bills(db, alice, read(sheet(GOOD.replace("3472", "3500"))))
    assert len(keep(db, alice, sheet(GOOD.replace("3472", "3600"))).changed) == 1
    with pytest.raises(Conflict):
        keep_bills(db, alice, stale, NOW)
    twice = sort_out_bills(db, alice, read(sheet(GOOD.replace("F-1", "F-2"))))
    keep_bills(db, alice, twice, NOW)
    with pytest.raises(Conflict):
        keep_bills(db, alice, twice, NOW)


@pytest.mark.alike
@pytest.mark.parametrize(
    ("line", "said"),
    [
        (";;;01/01/2026;31/01/2026;;;;3472;", "indiquez un PCE"),
        (f"{OTHER};;;01/01/2026;31/01/2026;;;;3472;", "introuvable"),
        (GOOD, "déjà à la ligne 2"),
        (f"{PCE};;;;31/01/2026;;;;3472;", "indiquez ce jour"),
        (f"{PCE};;;31/01/2026;01/01/2026;;;;3472;", "avant le premier"),
        (f"{PCE};;;01/01/1999;01/01/2026;;;;3472;", "« Du » : Le premier jour ne peut pas"),
        (f"{PCE};;;25/11/2026;25/11/2026;;;;3472;", "« Du » : Cette facture commence le 25/11"),
        (f"{PCE};;;01/12/2026;31/12/9999;;;;3472;", "« Du » : Cette facture commence le 01/12"),
        (f"{PCE};;;01/11/2026;31/12/2026;;;;3472;", "« Au » : Une facture peut finir au plus 31"),
        (f"{PCE};;;01/01/2020;01/01/2026;;;;3472;", "durerait"),
        (f"{PCE};;Devinée;01/01/2026;31/01/2026;;;;3472;", "ni Relevée"),
        (f"{PCE};;;01/01/2026;31/01/2026;;;;;", "Indiquez les kWh"),
        (f"{PCE};;;01/01/2026;31/01/2026;;;;beaucoup;", "un nombre"),
        (f"{PCE};;;01/01/2026;31/01/2026;;;;1,23456;", "décimales"),
        (f"{PCE};;;01/01/2026;31/01/2026;;;;12345678901;", "trop grand"),
        (f"{PCE};;;01/01/2026;31/01/2026;;;;{'9' * 20};", "trop grand"),
        (f"{PCE};;;01/01/2026;31/01/2026;;;;1.234;", "écrivez 1234 ou 1,234"),
        (f"{PCE};;;01/01/2026;31/01/2026;12.345 m³;;;3472;", "écrivez 12345 ou 12,345"),
        (f"{PCE};;;01/01/2026;31/01/2026;-4;;;3472;", "négatif"),
        (f"{PCE};;;01/01/2026;31/01/2026;;;112;3472;", "coefficient"),
        (f"{PCE};{'x' * 50};;01/01/2026;31/01/2026;;;;3472;", "signes"),
    ],
)
def test_a_bad_line_is_refused_and_the_others_are_taken(db, pce, alice, line, said):
    found = sort_out_bills(db, alice, read(sheet(GOOD, line)))
    assert len(found.new) == 1
    ((at, told),) = [(one.line, one.message.format(**one.params)) for one in found.problems]
    assert (at, said in told.replace("\u00a0", " ")) == (3, True), told


def test_many_bills_are_judged_by_sets(db, pce, alice, monkeypatch):
    monkeypatch.setattr("data.money.bills.queries.facts._ALL", 1)
    for n in range(3):
        first = FIRST + 10 * n * DAY
        add(db, alice, BillDraft(PCE, first, first + 9 * DAY, 1_120_000), now=NOW)
    assert verdicts(db, alice) == [BillVerdict.AGREES] * 3


def test_no_door_lets_a_pce_have_too_many(db, pce, alice, monkeypatch):
    key = add(db, alice, RIGHT, now=NOW)
    remove(db, alice, (key, 1), now=NOW)
    sorted_out = sort_out_bills(db, alice, read(sheet(GOOD.replace("F-1", "F-2"))))
    add(db, alice, BillDraft(PCE, FIRST, LAST, 3_472_000, "F-3"), now=NOW)
    monkeypatch.setattr("data.money.bills.rules.limits.MOST", 1)
    for refused in (
        lambda: restore(db, alice, key, now=NOW),
        lambda: keep_bills(db, alice, sorted_out, NOW),
        lambda: add(db, alice, RIGHT, now=NOW),
    ):
        with pytest.raises(Invalid, match="Ce PCE a déjà"):
            refused()
    found = sort_out_bills(db, alice, read(sheet(GOOD)))
    assert "déjà 1 factures" in str(found.problems[0].params["said"]).replace("\u00a0", " ")


def test_days_that_have_not_come_are_not_missing(db, pce, alice):
    key = add(db, alice, BillDraft(PCE, NOW.date() - DAY, NOW.date() + 6 * DAY, 900_000), now=NOW)
    (said,) = get_judged(db, alice, key).judgement.findings
    assert (said.point, said.facts["ahead"]) == (BillPoint.ENERGY_UNKNOWN, 6)


def test_a_bill_of_days_unread_is_judged_by_the_period_published_for_them(db, pce, alice, bob):
    first, last = date(2025, 6, 1), date(2025, 6, 30)  # no reading of these days
    period = ConsumptionPeriod(**published(pce, first, last))
    db.add(period)
    db.flush()
    same = BillDraft(PCE, first, last, 2_000_500, "P-1")
    add(db, alice, same, now=NOW)
    add(db, alice, replace(same, number="P-2", energy_wh=2_400_000), now=NOW)
    add(db, alice, replace(same, number="P-3", last=last - DAY), now=NOW)
    found = {one.bill.draft.number: one.judgement for one in list_judged(db, alice)}
    energies = {
        number: next(said for said in one.findings if said.point in ENERGY)
        for number, one in found.items()
    }
    assert energies["P-1"].verdict is BillVerdict.AGREES
    assert "publiés par le distributeur" in sentence(energies["P-1"])
    assert energies["P-2"].verdict is BillVerdict.DIFFERS
    assert found["P-2"].gap_wh == 400_000
    assert "soit" in sentence(energies["P-2"])
    assert energies["P-3"].verdict is BillVerdict.UNKNOWN  # of other days
    add(db, bob, same, now=NOW)  # who may read from January on alone
    assert verdicts(db, bob) == [BillVerdict.UNKNOWN]
    period.quality = Quality.ESTIMATED
    db.flush()
    (told,) = [one for one in list_judged(db, alice) if one.bill.draft.number == "P-1"]
    assert told.judgement.findings[0].verdict is not BillVerdict.AGREES


def test_a_bill_says_how_many_of_its_days_an_organisation_deposited(db, pce, alice):
    first, last = date(2025, 6, 1), date(2025, 6, 2)
    own = {"source": int(DataSource.DEPOSIT), "run_id": 5, "as_of": last, "learnt_at": NOW}
    said = {"pce_id": pce.id, "energy_wh": 1_000_000, "volume_dm3": 90_000, "flags": 0} | own
    said |= {"quality": int(Quality.MEASURED), "status": int(Status.DEFINITIVE)}
    db.add_all(Reading(gas_day=day, **said) for day in (first, last))
    period = {"kind": PeriodKind.PUBLISHED, "first_day": first, "last_day": last, "pce_id": pce.id}
    kept = {"energy_wh": 9, "quality": said["quality"], "status": said["status"]}
    db.add(ConsumptionPeriod(**period, **kept, **own))
    db.flush()
    key = add(db, alice, BillDraft(PCE, first, last, 2_000_500, "D-1"), now=NOW)
    judgement = get_judged(db, alice, key).judgement
    assert (judgement.verdict, judgement.deposited) == (BillVerdict.AGREES, 2)
