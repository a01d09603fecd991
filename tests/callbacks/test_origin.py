"""`/consommations/origine`: the rows behind a figure, the sum done again, the same in a file."""

from datetime import date, timedelta

import pytest

from components.consumption.kpis import kpis
from components.consumption.origin import day_address, origin_address
from components.consumption.sentence import opening, text_of
from core.errors import NotFound
from core.i18n import using_language
from data.identity.settings.types import OperatorSettings
from data.metering.consumption.files.summary_writer import summary_csv
from data.metering.consumption.models import ConsumptionPeriod, Reading, ReadingRevision
from data.metering.consumption.queries import get_origin, load_series
from data.metering.consumption.rules.origin import running
from data.metering.consumption.rules.spending import thousandths
from data.metering.consumption.rules.unit_conversion import sum_converted
from data.metering.consumption.rules.view import read_view
from data.metering.consumption.types import DayStatement, PeriodKind, Quality, Status, Unit
from data.metering.prices.actions import add
from data.metering.prices.types import NANO, PriceDraft, PriceKind, PriceUnit
from pages import origin
from tests.conftest import TODAY
from tests.factories import NOW, PCE, make_grant, make_pce
from tests.web import request_of

QUERY = {"pce": PCE, "from": "2026-10-01", "to": "2026-11-20", "step": "month"}
VALUES = {date(2026, 10, 1) + timedelta(days=n): 1_000 + n for n in range(51) if n != 4}


@pytest.fixture
def site(db, people):
    pce = make_pce(db, holder_id=1, data_until=date(2026, 11, 20))
    for day, energy in VALUES.items():
        quality = Quality.ESTIMATED if day.day == 8 else Quality.MEASURED
        db.add(
            Reading(
                pce_id=pce.id, gas_day=day, energy_wh=energy, volume_dm3=90,
                coefficient_e4=111_111, quality=quality, status=Status.DEFINITIVE, flags=0,
                as_of=day, learnt_at=NOW,
            )
        )  # fmt: skip
    said = {"pce_id": pce.id, "gas_day": date(2026, 10, 3), "volume_dm3": 90, "flags": 0}
    for digest, energy in enumerate((999, 1_002)):
        db.add(
            ReadingRevision(
                digest=digest, energy_wh=energy, quality=Quality.MEASURED, learnt_at=NOW,
                status=Status.DEFINITIVE, as_of=date(2026, 10, 4 + digest), **said,
            )
        )  # fmt: skip
    db.flush()
    return pce


def found(db, viewer, figure, **query):
    return get_origin(db, viewer, read_view(QUERY | query, TODAY), figure)


def laid(db, viewer, figure, **query):
    request = request_of(db, viewer)
    page = origin.layout(request, **QUERY, chiffre=figure, **query)
    return text_of([page]).replace("\u202f", " ").replace("\u00a0", " "), list(request.reads)


@pytest.mark.parametrize(
    ("figure", "first", "last"),
    [
        ("2026-10-01", date(2026, 10, 1), date(2026, 10, 31)),
        ("2026-11-01", date(2026, 11, 1), date(2026, 11, 20)),
        ("total", date(2026, 10, 1), date(2026, 11, 20)),
        ("shown", date(2026, 10, 1), date(2026, 11, 20)),
        ("month", date(2026, 11, 1), date(2026, 11, 20)),
        ("year", date(2025, 11, 1), date(2026, 10, 31)),
    ],
)
def test_each_figure_is_the_sum_of_the_rows_it_lists(db, site, alice, figure, first, last):
    one = found(db, alice, figure)
    wanted = sum(energy for day, energy in VALUES.items() if first <= day <= last)
    assert one.value == sum(day.energy_wh for day in one.days) == wanted
    text, saw = laid(db, alice, figure)
    assert "Identiques" in text
    assert saw == [PCE]


def test_it_says_what_lacks_what_was_replaced_and_the_rules(db, site, alice):
    one = found(db, alice, "2026-10-01")
    assert one.missing == (date(2026, 10, 5),)
    assert [(old.gas_day, old.energy_wh) for old in one.replaced] == [(date(2026, 10, 3), 999)]
    text, _saw = laid(db, alice, "2026-10-01")
    assert "1 jour sans valeur" in text
    assert "05/10/2026" in text
    assert "Les autres valeurs de ces journées" in text
    assert "ne vaut jamais zéro" in text
    assert "estimées" in text
    assert "30,461" in text  # 1 000…1 030 without the fifth, in kWh


def test_in_english_no_space_stands_before_a_colon(db, site, alice):
    with using_language("en"):
        text, _saw = laid(db, alice, "2026-10-01")
    assert "31 Oct 2026: " in text
    assert "3 Oct 2026: " in text
    assert " : " not in text


def test_the_same_number_is_in_the_file(db, site, alice):
    text, _saw = laid(db, alice, "2026-10-01")
    value = "30,461"
    assert value in text
    file = summary_csv(load_series(db, alice, read_view(QUERY, TODAY))).decode()
    assert [line for line in file.splitlines() if ";2026-10-01;" in line and value in line]


def test_a_long_period_is_listed_by_month_that_each_say_their_own(db, site, alice, monkeypatch):
    monkeypatch.setattr("components.consumption.origin.MOST_DAYS", 10)
    text, _saw = laid(db, alice, "total")
    assert "Les mois comptés" in text
    assert "Identiques" in text


def test_what_is_shared_out_of_a_period_is_said_to_be(db, people, alice):
    pce = make_pce(db, holder_id=1)
    db.add(
        ConsumptionPeriod(
            pce_id=pce.id, kind=PeriodKind.PUBLISHED, first_day=date(2026, 10, 1),
            last_day=date(2026, 10, 31), energy_wh=31_000, volume_dm3=3_100,
            quality=Quality.MEASURED, status=Status.DEFINITIVE, as_of=TODAY, learnt_at=NOW,
        )
    )  # fmt: skip
    db.flush()
    text, _saw = laid(db, alice, "total", data="published")
    assert "journées comptées par leur part d’une période" in text
    assert "du 01/10/2026 au 31/10/2026 : 31 kWh" in text
    assert "Somme de 31 journées : 31,000" in text
    assert "Identiques" in text
    assert found(db, alice, "month", data="published").prorated == 31


def test_figures_of_the_screen_lead_there(db, site, alice):
    shown = load_series(db, alice, read_view({"pce": PCE}, TODAY))
    leads = [getattr(one.value, "href", "") for one in kpis(shown, TODAY)]
    assert leads[:2] == [origin_address(shown, "month"), origin_address(shown, "year")]
    assert "day=2026-10-03" in day_address(shown, date(2026, 10, 3))


@pytest.mark.parametrize("figure", ["2026-09-01", "x", "0001-01-01", "2026-10-02"])
def test_a_figure_that_is_not_on_the_screen_is_not_found(db, site, alice, figure):
    with pytest.raises(NotFound):
        found(db, alice, figure)


def test_nothing_beyond_a_grant_is_listed(db, site, bob, charlie):
    make_grant(db, site, 2, last_day=date(2026, 10, 2))
    one = found(db, bob, "total")
    assert [day.gas_day.day for day in one.days] == [1, 2]
    assert one.replaced == ()
    assert one.value == 2_001
    with pytest.raises(NotFound):
        found(db, charlie, "total")


def test_in_euros_it_says_the_energy_that_they_are_made_of(db, site, alice):
    one = found(db, alice, "total", unit="eur")
    assert one.value == sum(VALUES.values())
    assert one.turned
    text, _saw = laid(db, alice, "total", unit="eur")
    assert "vient de cette énergie" in text
    assert not found(db, alice, "total", unit="m3").turned


@pytest.mark.parametrize("figure", ["2026-10-01", "total", "month", "shown"])
def test_a_figure_in_euros_is_the_sum_of_its_parts(db, site, alice, figure):
    gas = PriceDraft("Gaz", PriceKind.VARIABLE, PriceUnit.EUR_KWH, NANO // 10, date(2026, 10, 3))
    dearer = PriceDraft("Taxe", PriceKind.TAX, PriceUnit.EUR_M3, NANO, date(2026, 11, 5))
    fixed = PriceDraft(
        "Abonnement", PriceKind.FIXED, PriceUnit.EUR_MONTH, 31 * NANO, date(2026, 1, 1)
    )
    rate = PriceDraft("TVA", PriceKind.RATE, PriceUnit.PERCENT, 200_000, date(2026, 1, 1))
    for draft in (gas, dearer, fixed, rate):
        add(db, alice, draft, now=NOW)

    told = found(db, alice, figure, unit="eur").turned

    assert thousandths(sum_converted(told)) == told.value > 0
    text, _saw = laid(db, alice, figure, unit="eur")
    assert "De cette énergie aux euros" in text
    assert text.count("Identiques") == 2
    if figure == "total":
        spans = [(line.first, line.last, line.days) for line in told.lines]
        assert spans == [
            (date(2026, 10, 3), date(2026, 10, 31), 28),
            (date(2026, 11, 1), date(2026, 11, 4), 4),
            (date(2026, 11, 5), date(2026, 11, 20), 16),
        ]
        assert all(line.rates * 5 == line.variable + line.fixed for line in told.lines)


def test_a_figure_in_carbon_is_its_energy_by_the_factor(db, site, alice):
    carbon = OperatorSettings().carbon
    told = get_origin(db, alice, read_view(QUERY | {"unit": "co2"}, TODAY), "total", carbon).turned
    assert thousandths(sum_converted(told)) == told.value > 0
    text, _saw = laid(db, alice, "total", unit="co2")
    assert "kWh PCS × 0,2154" in text
    assert text.count("Identiques") == 2


def test_without_a_price_it_is_the_price_that_lacks(db, site, alice):
    shown = load_series(db, alice, read_view(QUERY | {"unit": "eur"}, TODAY))
    assert "aucun prix saisi pour ces jours" in text_of(opening(shown))
    notes = "".join(text_of([one.note] if isinstance(one.note, str) else one.note)
                    for one in kpis(shown, TODAY))  # fmt: skip
    assert "aucun prix pour ces jours" in notes
    assert "aucun prix sur ces douze mois" in notes
    assert "pas d’année précédente" not in notes
    text, _saw = laid(db, alice, "total", unit="eur")
    assert "Aucun prix saisi ne couvre ces jours" in text
    assert text.count("Identiques") == 1


def test_a_day_without_a_value_counts_for_nothing():
    nothing = (None,) * 6
    day = DayStatement(date(2026, 10, 5), *nothing, Quality.ABSENT, Status.UNKNOWN)
    assert running([day], Unit.KWH) == []
