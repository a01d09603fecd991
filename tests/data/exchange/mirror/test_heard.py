"""What is answered of a PCE: taken line by line, or said why not (domain.md §9)."""

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.exchange.mirror.files.details import contract_in, meter_in
from data.exchange.mirror.files.readings import parse_answer
from data.exchange.mirror.types import LineFault, Meaning, MirrorPart, ReadTask
from data.metering.consumption.types import Quality, Status
from data.metering.pces.types import Frequency
from tests.data.exchange.mirror.readings import (
    CONTRACT,
    METER,
    day_line,
    injected_line,
    period_line,
)

NUMBER = "09999999910001"
TODAY = date(2026, 11, 24)
ASKED = (date(2026, 10, 15), TODAY)


def take(*lines, part=MirrorPart.INFORMATIVE):
    found = [
        one if isinstance(one, LineFault) else (n, one) for n, one in enumerate(lines, start=1)
    ]
    task = ReadTask(7, NUMBER, part, Frequency.MONTHLY, 0, None, None, None, None, None)
    return parse_answer(found, task, ASKED, TODAY)


def told(fault: LineFault) -> str:
    return fault.sentence.format(line=fault.line, **fault.params)


def test_days_are_taken_as_files_are():
    answer = take(day_line("2026-11-01", 9, 97), day_line("2026-11-02", 8, 88.5))
    assert [day.gas_day.day for day in answer.delivery.days] == [1, 2]
    assert [day.energy_wh for day in answer.delivery.days] == [97_000, 88_500]
    assert answer.delivery.days[0].status is Status.PROVISIONAL
    assert (answer.lines, answer.faults, answer.silence) == (2, (), None)


def test_periods_that_go_over_the_edges_are_of_what_was_asked():
    answer = take(period_line("2026-09-20", "2026-10-20", 187, 2096))
    (period,) = answer.delivery.periods
    assert (period.first_day, period.last_day) == (date(2026, 9, 20), date(2026, 10, 19))
    gone = take(period_line("2026-08-20", "2026-09-20", 187, 2096))
    assert (gone.delivery, len(gone.faults)) == (None, 1)


FAULTY = {  # of domain.md §9, and what hostile answers add
    "an injection": (day_line("2026-11-01", 9, 97, sens_flux_gaz="Production"), "injecté"),
    "an injection block": ({"injection": {"energie": 3}, "pce": {"id_pce": NUMBER}}, "volume_brut"),
    "an injection that is whole": (injected_line("2026-11-01", "2026-11-08", 9, 97), "injecté"),
    "another PCE": (day_line("2026-11-01", 9, 97, pce="GI999999"), "GI999999"),
    "before what was asked": (day_line("2026-10-14", 9, 97), "14/10/2026"),
    "a day to come": (day_line("2026-11-25", 9, 97), "25/11/2026"),
    "a negative energy": (day_line("2026-11-01", 9, -97), "-97"),
    "text for a number": (day_line("2026-11-01", 9, "beaucoup"), "beaucoup"),
    "no energy at all": (
        {"pce": {"id_pce": NUMBER}, "consommation": {"journee_gaziere": "2026-11-01"}}, "energie",
    ),
    "hours": (day_line("2026-11-01", 9, 97, type_conso="Informative horaire"), "horaires"),
    "no date": (day_line(None, 9, 97, date_debut_consommation=None), "date"),
    "a day that is none": (day_line("2026-02-30", 9, 97), "2026-02-30"),
    "a quality of nobody": (day_line("2026-11-01", 9, 97, type_qualif_conso="Rêvé"), "Rêvé"),
    "a list": ([1, 2], "objet JSON"),
    "nothing": (None, "objet JSON"),
    "only a number": ({"pce": {"id_pce": NUMBER}}, "consommation"),
    "an infinite number": (day_line("2026-11-01", 9, Decimal("NaN")), "NaN"),
    "a PCE that is a list": (day_line("2026-11-01", 9, 97, pce=[1]), "[…]"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTY)
def test_a_line_that_is_wrong_is_said_and_the_others_are_taken(name):
    line, word = FAULTY[name]
    answer = take(day_line("2026-11-01", 7, 75), line, day_line("2026-11-03", 8, 88))
    (fault,) = answer.faults
    assert fault.line == 2
    assert word in told(fault)
    json.dumps(fault.params)
    assert {day.gas_day.day for day in answer.delivery.days} == {1, 3}
    assert answer.lines == 3


def test_injections_are_taken_as_files_are():
    fed = injected_line("2026-10-12", "2026-10-19", 900, 9801.5), injected_line(
        "2026-10-19", "2026-10-26", 0, 0, type_qualif_injection="Absence de Données",
    )  # fmt: skip
    answer = take(*fed, part=MirrorPart.INJECTED)
    first, second = answer.delivery.injections
    assert (first.first_day, first.last_day) == (date(2026, 10, 12), date(2026, 10, 18))
    assert (first.energy_wh, first.volume_dm3, first.converted_dm3) == (9_801_500, 900_000, 900_000)
    assert (second.energy_wh, second.quality) == (None, Quality.ABSENT)
    assert (answer.delivery.days, answer.delivery.periods) == ((), ())
    assert (answer.lines, answer.faults, answer.silence) == (2, (), None)


FED = injected_line("2026-11-02", "2026-11-09", 900, 9801)
FED_ILL = {
    "a consumption": (day_line("2026-11-01", 9, 97), "consommé"),
    "a published consumption": (period_line("2026-10-20", "2026-11-20", 9, 97), "consommé"),
    "both": (day_line("2026-11-01", 9, 97) | {"injection": FED["injection"]}, "à la fois"),
    "no block": ({"pce": {"id_pce": NUMBER}}, "consommation"),
    "a block that is null": (FED | {"injection": None}, "« injection »"),
    "a block that is a list": (FED | {"injection": [1]}, "[…]"),
    "a block that is a word": (FED | {"injection": "rien"}, "rien"),
    "gas that is consumed": (
        injected_line("2026-11-02", "2026-11-09", 9, 98, sens_flux_gaz="Consommation"),
        "Consommation",
    ),
    "another PCE": (injected_line("2026-11-02", "2026-11-09", 9, 98, pce="GI999999"), "GI999999"),
    "before what was asked": (injected_line("2026-09-02", "2026-10-15", 9, 98), "02/09/2026"),
    "a period to come": (injected_line("2026-11-23", "2026-11-30", 9, 98), "29/11/2026"),
    "a period without length": (injected_line("2026-11-02", "2026-11-02", 9, 98), "jour entier"),
    "one that ends before it begins": (injected_line("2026-11-09", "2026-11-02", 9, 98), "entier"),
    "a day before all days": (injected_line("2026-11-02", "0001-01-01", 9, 98), "structure"),
    "a day after all days": (
        injected_line("2026-11-02", "2026-11-09", 9, 98, journee_gaziere="9999-12-31"), "structure",
    ),
    "a negative energy": (injected_line("2026-11-02", "2026-11-09", 9, -98), "-98"),
    "text for a number": (injected_line("2026-11-02", "2026-11-09", 9, "beaucoup"), "beaucoup"),
    "a list for a number": (injected_line("2026-11-02", "2026-11-09", [9], 98), "[…]"),
    "a quality of nobody": (
        injected_line("2026-11-02", "2026-11-09", 9, 98, type_qualif_injection="Rêvé"), "Rêvé",
    ),
    "no date": (injected_line("2026-11-02", "x", 9, 98, date_debut_injection=None), "date"),
    "a number": (3, "objet JSON"),
}  # fmt: skip


@pytest.mark.parametrize("name", FED_ILL)
def test_an_injection_that_is_wrong_is_said_and_the_others_are_taken(name):
    line, word = FED_ILL[name]
    good = injected_line("2026-10-12", "2026-10-19", 7, 75), injected_line(
        "2026-11-10", "2026-11-17", 8, 88, coeff_calcul=None, volume_converti=None,
    )  # fmt: skip
    answer = take(good[0], line, good[1], part=MirrorPart.INJECTED)
    (fault,) = answer.faults
    assert fault.line == 2
    assert word in told(fault)
    json.dumps(fault.params)
    assert [one.first_day.day for one in answer.delivery.injections] == [12, 10]
    assert (answer.delivery.days, answer.delivery.periods) == ((), ())


def test_injections_over_the_edges_and_of_one_day_are_of_what_was_asked():
    answer = take(
        injected_line("2026-09-20", "2026-10-16", 9, 98),
        injected_line("2026-11-24", "2026-11-25", 9, 98),
        injected_line("", "", 9, 98, journee_gaziere="2026-10-15"),
        part=MirrorPart.INJECTED,
    )
    days = [(one.first_day.day, one.last_day.day) for one in answer.delivery.injections]
    assert (days, answer.faults) == ([(20, 15), (15, 15), (24, 24)], ())


def test_a_status_says_why_nothing_is_injected():
    status = {"statut_restitution": {"code": "9000012", "message": "Ce PCE n’injecte pas."}}
    answer = take(FED | {"injection": None} | status, part=MirrorPart.INJECTED)
    assert (answer.delivery, answer.faults, answer.silence.code) == (None, (), "9000012")


def test_a_day_said_twice_is_kept_once_and_said_when_it_differs():
    same, other = day_line("2026-11-01", 9, 97), day_line("2026-11-01", 9, 99)
    answer = take(same, same, other)
    assert [day.energy_wh for day in answer.delivery.days] == [97_000]
    (fault,) = answer.faults
    assert "deux fois" in told(fault)


def test_what_only_lacks_a_part_is_taken():
    bare = day_line("2026-11-01", 9, 97)
    bare["releve_fin"] = bare["releve_debut"] = None
    absent = day_line("2026-11-02", 0, 0, type_qualif_conso="Absence de Données")
    stamped = day_line(None, 9, 97, date_debut_consommation="2026-11-03T06:00:00+00:00")
    negative = day_line("2026-11-04", -9, 97)  # an index that dropped
    days = {day.gas_day.day: day for day in take(bare, absent, stamped, negative).delivery.days}
    assert set(days) == {1, 2, 3, 4}
    assert days[1].index_end_dm3 is None
    assert (days[2].energy_wh, days[2].quality) == (None, Quality.ABSENT)
    assert (days[4].energy_wh, days[4].volume_dm3) == (97_000, None)


def test_a_status_says_why_nothing_comes_and_lines_beside_it_are_taken():
    empty = {"pce": {"id_pce": NUMBER}, "releve_fin": None, "consommation": None}
    status = {"statut_restitution": {"code": "1000008", "message": "Aucune donnée."}}
    answer = take(empty | status)
    assert (answer.delivery, answer.faults) == (None, ())
    assert answer.silence.meaning is Meaning.NOTHING
    partly = take(day_line("2026-11-01", 9, 97), empty | status)
    assert len(partly.delivery.days) == 1
    assert partly.silence.code == "1000008"


def test_lines_that_the_client_refused_are_counted_too():
    answer = take(LineFault(1, "Illisible.", sample="{…"), day_line("2026-11-01", 9, 97))
    assert (answer.lines, len(answer.faults), len(answer.delivery.days)) == (2, 1, 1)


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda kids: st.lists(kids, max_size=3) | st.dictionaries(st.text(max_size=8), kids),
    max_leaves=8,
)  # fmt: skip
FIELDS = ["consommation", "releve_debut", "releve_fin", "pce", "periode", "statut_restitution"]
INNER = ["energie", "volume_brut", "coeff_calcul", "type_qualif_conso", "statut_conso",
         "journee_gaziere", "type_conso", "date_debut_consommation", "sens_flux_gaz"]  # fmt: skip


@given(
    st.dictionaries(st.sampled_from(FIELDS), JSONS), st.dictionaries(st.sampled_from(INNER), JSONS)
)
def test_no_line_whatever_it_is_breaks_the_reader(outer, inner):
    line = day_line("2026-11-01", 9, 97)
    if isinstance(line["consommation"], dict):
        line["consommation"] = line["consommation"] | inner
    answer = take(line, line | outer, day_line("2026-11-03", 8, 88))
    for fault in answer.faults:
        assert told(fault)
        json.dumps(fault.params)
    assert date(2026, 11, 3) in {day.gas_day for day in answer.delivery.days}


@given(
    st.dictionaries(st.sampled_from([*FIELDS, "injection"]), JSONS),
    st.dictionaries(st.sampled_from(list(FED["injection"])), JSONS),
)
def test_no_injection_whatever_it_is_breaks_the_reader(outer, inner):
    odd = FED | {"injection": FED["injection"] | inner}
    good = injected_line("2026-10-19", "2026-10-26", 8, 88)
    answer = take(odd, FED | outer, good, part=MirrorPart.INJECTED)
    for fault in answer.faults:
        assert told(fault)
        json.dumps(fault.params)
    assert date(2026, 10, 19) in {one.first_day for one in answer.delivery.injections}
    assert (answer.delivery.days, answer.delivery.periods) == ((), ())


def test_a_contract_fills_what_is_known_of_a_site():
    said, answer = contract_in(CONTRACT)
    assert (said.tariff, said.profile, said.reference_kwh) == ("T4", "P016", 6_480_000)
    assert said.commissioned_on == date(2016, 10, 3)
    assert said.contract["car_future"] == 6_310_000
    assert (said.contract["cja"], said.contract["cja_mensuelle"]) == (38_000, 2000)
    assert (answer.faults, answer.silence) == ([], None)


def test_a_contract_of_before_says_its_figures_alone():
    block = CONTRACT["donnees_contractuelles"] | {"car": 9426, "cja": 0}
    said, answer = contract_in(CONTRACT | {"donnees_contractuelles": block})
    assert (said.reference_kwh, said.contract["cja"], said.contract["car_future"]) == (
        9426,
        0,
        None,
    )
    assert not answer.faults


def test_technical_data_fill_place_meter_and_grid_point():
    said, answer = meter_in(METER | {"statut_restitution": {}})
    assert (said.frequency, said.meter_serial) == (Frequency.MONTHLY, "123A456789")
    assert (said.street, said.city) == ("12 RUE DES TILLEULS", "VILLENEUVE-EXEMPLE")
    assert said.technical["pression_livraison"] == "0,021"
    assert said.technical["identifiant_pitd"] == "GD9999"
    assert said.technical["regime_propriete_compteur"] == "GRDF"
    assert (answer.faults, answer.silence) == ([], None)


def test_fields_that_are_wrong_are_said_and_the_others_kept():
    block = CONTRACT["donnees_contractuelles"] | {
        "car": {"car_actuelle": -3, "car_future": "beaucoup"}, "date_mes": "hier",
        "tarif_acheminement": ["T4"], "profil": 3, "modulation": [], "cja": {"cja": {}},
    }  # fmt: skip
    said, answer = contract_in(CONTRACT | {"donnees_contractuelles": block})
    assert (said.tariff, said.reference_kwh, said.commissioned_on) == (None, None, None)
    assert len(answer.faults) == 5
    for fault in answer.faults:
        assert told(fault)
    huge = CONTRACT["donnees_contractuelles"] | {"car": {"car_actuelle": 2**31, "car_future": 1}}
    said, answer = contract_in({"donnees_contractuelles": huge})
    assert (said.reference_kwh, said.contract["car_future"]) == (None, 1)
    assert "2147483648" in told(answer.faults[0])
    meter = METER["donnees_techniques"] | {"caracteristiques_compteur": {"frequence": "2M"}}
    said, answer = meter_in({"donnees_techniques": meter | {"pitd": "?"}})
    assert said.frequency is None
    assert "2M" in told(answer.faults[0])
    long = METER["donnees_techniques"] | {"situation_compteur": {"code_postal": "9" * 20}}
    assert meter_in({"donnees_techniques": long})[0].postal_code is None


@pytest.mark.parametrize("read", [contract_in, meter_in])
def test_an_answer_without_its_block_says_why_or_is_a_fault(read):
    status = {"code": "9000010", "message": "Le périmètre l’exclut."}
    said, answer = read({"donnees_contractuelles": None, "statut_restitution": status})
    assert said is None
    assert (answer.silence.code, answer.faults) == ("9000010", [])
    said, answer = read({})
    assert (said, len(answer.faults)) == (None, 1)
    assert "donnees_" in told(answer.faults[0])


@given(st.dictionaries(st.sampled_from(list(CONTRACT["donnees_contractuelles"])), JSONS),
       st.dictionaries(st.sampled_from(list(METER["donnees_techniques"])), JSONS))  # fmt: skip
def test_no_detail_whatever_it_is_breaks_the_reader(terms, facts):
    contract = CONTRACT["donnees_contractuelles"] | terms
    meter = METER["donnees_techniques"] | facts
    for read, block in ((contract_in, contract), (meter_in, meter)):
        name = "donnees_contractuelles" if read is contract_in else "donnees_techniques"
        said, answer = read({name: block})
        assert said is not None
        json.dumps([dict(said.contract), dict(said.technical)])
        assert all(told(fault) for fault in answer.faults)
