import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from plotly.utils import PlotlyJSONEncoder

from components.runs import is_busy, receipt_facts, run_list, run_page, runs_page
from components.runs import summary as summed
from components.runs.check import deposit_steps
from components.runs.columns import columns_card
from components.runs.curve import curve_card, doubt_text, doubt_title
from components.runs.labels import WHY_IGNORED
from components.runs.receipts import receipt
from core.errors import Unreadable
from core.i18n import using_language
from data.metering.consumption.files import read
from data.metering.consumption.types import DepositCheck, DepositReceipt
from data.runs.types import DepositColumn, RunKind, RunRow, RunState, RunTask
from tests.components.kit.trees import in_french, of_kind, with_id
from tests.components.kit.trees import text_of as words_of
from tests.components.test_pces import ROW as SITE
from tests.components.thresholds.making import viewer
from tests.factories import PCE

AT = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def run(**values):
    return RunRow(
        **{
            "id": 7,
            "kind": RunKind.READINGS,
            "state": RunState.DONE,
            "file_name": "novembre.xlsx",
            "file_size": 52_600,
            "who": "Alice",
            "created_at": AT,
            "started_at": AT,
            "finished_at": AT,
            "done": 1,
            "total": 1,
            "counts": {"days": 363, "absent": 3, "new": 363, "kwh": 23_181, "m3": 2_100},
            "problem": None,
            "pce": None,
        }
        | values
    )


def page_of(row):
    return run_page(DepositReceipt(row), AT, "light")


def text_of(component):
    return json.dumps(component, cls=PlotlyJSONEncoder, ensure_ascii=False)


def summary(row):
    return words_of(summed(row))


def test_a_finished_run_says_what_it_changed():
    assert summary(run()).startswith("363 jours · 363 nouveaux · 0 corrigé")


def test_a_refused_run_says_why_and_shows_the_way_out():
    refused = run(
        state=RunState.REFUSED,
        counts={},
        problem=("Ligne {line} : date inconnue.", {"line": 12}),
    )
    assert summary(refused) == "Ligne 12 : date inconnue."
    shown = text_of(page_of(refused))
    assert "Ligne 12 : date inconnue." in shown
    assert "Choisir un autre fichier" in shown


def test_a_file_whose_columns_are_to_confirm_is_listed_as_such_and_not_as_refused():
    columns = (DepositColumn("Date", "", ("01/10/2026",)), DepositColumn("kWh", "", ("150",)))
    problem = ("Ligne 1 : pas un en-tête.", {})
    waiting = run(
        state=RunState.REFUSED, counts={}, problem=problem, columns=columns, has_file=True
    )
    listed = text_of(run_list([waiting], {}, AT))
    assert "Refusé" not in listed
    assert "pas un en-tête" not in listed
    for words in ("Colonnes à indiquer", "Indiquer les colonnes", "reconnues à leurs en-têtes"):
        assert words in listed
    assert "pas un en-tête" in text_of(run_list([replace(waiting, column_uses={"0": ""})], {}, AT))


@pytest.mark.parametrize("reply", ["Le PCE est inconnu.", "Ligne", ""])
def test_what_the_distributor_says_in_a_file_is_in_its_own_language(reply):
    lines = {"code_statut_traitement": "1000002", "message_retour_traitement": reply}
    with pytest.raises(Unreadable) as said:
        read("lu.json", json.dumps(lines).encode())
    problem = (said.value.message, said.value.params)
    refused = run(state=RunState.REFUSED, counts={}, problem=problem)
    with using_language("en"):
        for drawn in (receipt(DepositReceipt(refused), AT, "light"), run_list([refused], {}, AT)):
            assert in_french(drawn) == ([reply] if reply else [])
            assert f"the distributor answers “{reply or 'no message'}”" in words_of(drawn)
    assert f"«\u00a0{reply or 'sans message'}\u00a0»" in summary(refused)


def test_a_refused_run_names_every_line_that_was_kept_and_counts_the_others():
    said = "Ligne {line} : faux."
    params = {"line": 3, "also": [[said, {"line": 5}], [said, {"line": 8}]], "further": 1200}
    refused = run(state=RunState.REFUSED, counts={}, problem=(said, params | {"stopped": False}))
    assert summary(refused) == "Ligne 3 : faux. D’autres lignes sont à corriger aussi."
    shown = text_of(page_of(refused))
    for words in ("Ligne 3 : faux.", "Ligne 5 : faux.", "Ligne 8 : faux.", "Et 1\u202f200 autres."):
        assert words in shown
    stopped = run(state=RunState.REFUSED, counts={}, problem=(said, params | {"stopped": True}))
    assert "Et au moins 1\u202f200 autres." in text_of(page_of(stopped))


def test_a_receipt_counts_days_and_energy():
    facts = dict(receipt_facts(run()))
    assert facts["Jours"] == "363"
    assert facts["dont absents"] == "3"
    assert facts["Énergie"] == "23\u202f181\u00a0kWh"


def test_a_receipt_names_its_only_pce_and_leaves_out_what_the_file_has_none_of():
    counts = {"pces": 1, "days": 92, "new": 2, "ignored": 90, "contested": 90}
    stored = run(counts=counts, point="09999999910001", days=(date(2026, 9, 1), date(2026, 12, 1)))
    facts = dict(receipt_facts(stored, "École des Bleuets"))
    assert (facts["Point de livraison"], facts["PCE"]) == ("École des Bleuets", "09999999910001")
    assert {"dont absents", "Périodes"}.isdisjoint(facts)
    shown = words_of(page_of(stored))
    assert "Période du fichier : du 01/09/2026 au 01/12/2026. 90 sont ignorées." in shown
    assert "déjà connues" not in shown


def test_a_day_of_little_gas_keeps_its_decimal_and_zero_has_none():
    doubt = {"oddity": "less", "times": 12, "file": 400, "usual": 5_000}
    told = doubt_text({"doubt": doubt, "measure": "energy_wh"})
    assert told.startswith("le fichier donne 0,4 kWh par jour")
    assert told.endswith("ce PCE en consomme 5,0.")
    none = doubt_text({"doubt": doubt | {"file": 0, "usual": 856_100}, "measure": "energy_wh"})
    assert none.startswith("le fichier donne 0 kWh par jour")
    assert none.endswith("ce PCE en consomme 856.")


def test_a_coefficient_of_no_gas_is_told_as_a_unit_to_check():
    doubt = {"oddity": "coefficient", "times": None, "file": 137_170, "usual": 15_000}
    told = {"doubt": doubt, "measure": "energy_wh"}
    assert doubt_title(doubt) == "L’énergie et le volume ne vont pas ensemble"
    assert doubt_text(told).startswith("le fichier donne 137,17 kWh par m³")
    assert "sans volume" in doubt_text(told | {"doubt": doubt | {"file": 0}})


def test_a_month_whose_name_has_no_room_is_not_marked():
    starts = [date(2026, 8, 31) + timedelta(weeks=n) for n in range(14)]
    curve = {"step": "week", "starts": [day.isoformat() for day in starts], "file": [7_000] * 14}
    drawn = text_of(
        curve_card({"measure": "energy_wh", "curve": curve | {"known": [None] * 14}}, "light")
    )
    assert "août" not in drawn
    assert "sept.<br>2026" in drawn


def test_a_curve_names_what_is_known_only_where_something_is():
    curve = {"step": "day", "starts": ["2020-02-01", "2020-02-02"], "file": [0, 0]}
    checked = {"measure": "energy_wh", "curve": curve | {"known": [None, None]}}
    assert "connu" not in words_of(curve_card(checked, "light").children[1])
    drawn = curve_card(checked | {"curve": curve | {"known": [7_000, None]}}, "light")
    assert "connu" in words_of(drawn.children[1])
    assert '",.1~f"' in text_of(drawn)


def test_a_receipt_says_what_was_ignored_and_why():
    """A value that differs and does not win is not « déjà connu »."""
    counts = {"days": 20, "new": 0, "changed": 0, "same": 2, "ignored": 18}
    counts |= {"contested": 10, "provisional": 5, "older": 3}
    facts = dict(receipt_facts(run(counts=counts)))
    assert (facts["Déjà connus"], facts["Ignorés"]) == ("2", "18")
    assert [facts[WHY_IGNORED[name]] for name in ("contested", "provisional", "older")] == [
        "10", "5", "3",
    ]  # fmt: skip


@pytest.mark.parametrize("state", list(RunState))
def test_only_unfinished_runs_keep_the_page_asking(state):
    busy = state in {RunState.RECEIVED, RunState.WORKING}
    assert is_busy([run(state=state)]) is busy


def test_nobody_is_offered_a_deposit_without_the_right():
    assert "runs-files" not in str(runs_page(viewer(), [], {}, AT, None))
    assert "runs-files" in str(runs_page(viewer(), [], {}, AT, []))


@pytest.mark.parametrize(
    ("numbers", "pce", "chosen"),
    [
        ((PCE,), "", PCE),
        ((PCE, "09999999920000"), "", ""),
        ((PCE, "09999999920000"), "09999999920000", "09999999920000"),
        ((), PCE, ""),
    ],
)
def test_a_file_is_deposited_for_the_site_one_came_from_or_the_only_one(numbers, pce, chosen):
    sites = [replace(SITE, number=number) for number in numbers]
    page = runs_page(viewer(), [], {}, AT, sites, pce)
    assert with_id(page, "runs-missing-pce-choice").data == (chosen or None)
    assert with_id(page, "runs-missing-pce").value == (f"{SITE.alias} {chosen}" if chosen else "")


def test_unknown_headers_are_guessed_until_a_person_says_what_they_are():
    headers = ("date", "kWh", "kWh PCS", "Point")
    columns = tuple(DepositColumn(header, "", ("1",)) for header in headers)
    refused = run(state=RunState.REFUSED, columns=columns, has_file=True)
    fields = [field.value for field in of_kind(columns_card(refused), "Select")]
    assert fields == ["day", "energy", "-", "-"]
    answered = replace(refused, column_uses={"1": "energy_mwh"})
    assert [field.value for field in of_kind(columns_card(answered), "Select")] == ["-"] * 4


def test_the_list_of_deposits_names_the_site_beside_its_number():
    row = run(point="09999999910001", days=(date(2026, 9, 1), date(2026, 9, 30)))
    drawn = words_of(run_list([row], {row.point: "École des Bleuets"}, AT))
    assert "École des Bleuets09999999910001" in drawn
    assert "09999999910001" in words_of(run_list([row], {}, AT))  # no longer one's own
    assert "23\u202f181\u00a0kWh" in drawn  # a phone shows no heads of columns


def test_a_check_that_left_lines_out_does_not_say_that_nothing_is_to_be_told():
    problem = ("Ligne {line} : faux.", {"line": 3})
    draft = run(state=RunState.DRAFT, counts={"days": 3, "left": 2}, problem=problem)
    drawn = words_of(deposit_steps(DepositCheck([draft], [], {}, 0)))
    assert "2 lignes écartées" in drawn
    assert "rien à signaler" not in drawn


@pytest.mark.parametrize("state", [RunState.RECEIVED, RunState.WORKING, RunState.UNDONE])
def test_a_deposit_being_taken_back_is_not_told_as_refused(state):
    problem = ("Ligne {line} : faux.", {"line": 3})
    drawn = words_of(page_of(run(state=state, task=RunTask.UNDO, counts={}, problem=problem)))
    assert "rien n’a changé" not in drawn
    assert "0 ligne" not in drawn


def test_the_receipt_of_a_contested_value_says_where_both_are_seen():
    counts = {"days": 3, "ignored": 3, "contested": 3}
    assert "pour 3 jours : la vôtre est à côté" in words_of(page_of(run(counts=counts)))
    sheet = counts | {"days": 0, "periods": 3}  # of a period nothing is shown beside
    assert "la vôtre est à côté" not in words_of(page_of(run(counts=sheet)))


def test_no_file_yet_says_so():
    assert "Aucun fichier pour l’instant" in text_of(run_list([], {}, AT))


def test_a_sheet_of_periods_is_counted_in_periods():
    said = summary(run(counts={"days": 0, "periods": 2, "new": 2, "changed": 0, "same": 0}))
    assert said.startswith("2 périodes · 2 nouveaux")


def test_temperatures_are_counted_as_what_they_are_and_lines_left_out_are_listed():
    said = "Ligne {line} : faux."
    counts = {"pces": 1, "days": 0, "temperatures": 730, "new": 729, "changed": 1, "left": 2}
    done = run(counts=counts, problem=(said, {"line": 3, "also": [[said, {"line": 5}]]}))
    assert summary(done).startswith("730 températures · 729 nouveaux · 1 corrigé")
    assert summary(done).endswith("2 lignes écartées")
    assert [name for name, _value in receipt_facts(done)][-6:-4] == ["PCE", "Températures"]
    shown = text_of(page_of(done))
    for words in ("2 lignes n’ont pas été gardées", "Ligne 3 : faux.", "Ligne 5 : faux."):
        assert words in shown
    assert "rien n’a changé" not in shown
    assert "Quelle température compte" in shown
    assert "sans effet" not in summary(done)
    both = dict(receipt_facts(run(counts=counts | {"days": 3})))
    assert (both["Jours"], both["Températures"]) == ("3", "730")


def test_injected_gas_is_counted_as_what_it_is():
    counts = {"pces": 1, "days": 0, "periods": 0, "injections": 24, "new": 24, "same": 0}
    done = run(counts=counts)
    assert summary(done).startswith("24 périodes de gaz injecté · 24 nouveaux")
    facts = dict(receipt_facts(done))
    assert facts["Périodes de gaz injecté"] == "24"
    assert "Énergie" not in facts
    mixed = run(counts=counts | {"days": 31, "kwh": 5})
    assert summary(mixed).startswith("31 jours · 24 périodes de gaz injecté")
    assert dict(receipt_facts(mixed))["Jours"] == "31"


def test_temperatures_that_their_readings_hide_are_said_with_the_order_and_the_ways():
    counts = {"pces": 1, "days": 0, "temperatures": 2, "hidden": 1, "new": 2, "changed": 0}
    done = run(counts=counts, pce="09999999910001")
    assert dict(receipt_facts(done))["dont cachées par leur relevé"] == "1"
    assert "1 sans effet" in summary(done)
    page = page_of(done)
    assert "1 jour garde la température de son relevé" in text_of(page)
    assert "vient de son relevé, sinon du fichier déposé" in text_of(page)
    for path in (
        "/consommations?pce=09999999910001",
        "/consommations/signature?pce=09999999910001",
    ):
        assert f"href='{path}'" in str(page)
