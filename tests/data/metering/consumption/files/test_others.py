"""Files of other people's tools: PyGazpar's are read, those of other energies told by name."""

import json
from datetime import date
from io import BytesIO

import openpyxl
import pytest
import xlsxwriter

from core.errors import Unreadable
from data.metering.consumption.files import read
from data.metering.consumption.types import PeriodKind, Quality, Status

TODAY = date(2026, 11, 24)


def row(period="13/10/2026", **changes):
    """One row as PyGazpar writes it."""
    found = {
        "time_period": period,
        "start_index_m3": 15724,
        "end_index_m3": 15726,
        "volume_m3": 1.6,
        "energy_kwh": 17,
        "converter_factor_kwh/m3": 11.16,
        "temperature_degC": -1.47,
        "type": "Mesuré",
        "timestamp": "2026-11-14T23:58:35.606763",
    }
    return found | changes


def written(document):
    return json.dumps(document, indent=2).encode()


def test_the_days_of_pygazpar_are_readings():
    rows = [row(), row("14/10/2026", type="EST"), row("15/10/2026", type="Absence de Données",
            volume_m3=None, energy_kwh=None)]  # fmt: skip
    found = read("pygazpar.json", written({"daily": rows, "monthly": [row("Octobre 2026")]}))
    (delivery,) = found.deliveries
    assert (delivery.pce, delivery.periods) == (None, ())  # months are sums of these very days
    first, second, third = delivery.days
    assert (first.gas_day, first.energy_wh, first.volume_dm3) == (date(2026, 10, 13), 17_000, 1600)
    assert (first.index_start_dm3, first.index_end_dm3) == (15_724_000, 15_726_000)
    assert (first.coefficient_e4, first.temperature_c100) == (111_600, -147)
    assert (first.quality, second.quality, third.quality) == (
        Quality.MEASURED, Quality.ESTIMATED, Quality.ABSENT,
    )  # fmt: skip
    assert found.as_of == date(2026, 11, 14)
    assert read("x", written(rows)).deliveries == found.deliveries  # a list alone


def test_the_weeks_and_months_of_pygazpar_are_periods_the_one_under_way_cut():
    months = [row("Octobre 2026"), row("Novembre 2026")]
    for document in ({"daily": [], "monthly": months}, months):
        (delivery,) = read("x", written(document), today=TODAY).deliveries
        october, november = delivery.periods
        assert (october.kind, october.last_day) == (PeriodKind.MONTH, date(2026, 10, 31))
        assert (november.last_day, november.status) == (date(2026, 11, 13), Status.PROVISIONAL)
    weeks = [row("Du 05/10/2026 au 11/10/2026"), row("Du 12/10/2026 au 18/10/2026")]
    (delivery,) = read("x", written({"weekly": weeks})).deliveries
    assert [one.status for one in delivery.periods] == [Status.PROVISIONAL, Status.UNKNOWN]


def test_a_timestamp_to_come_or_absent_dates_nothing():
    for stamp in ("2031-01-01T00:00:00", "hier", None):
        assert read("x", written([row(timestamp=stamp)]), today=TODAY).as_of == date(2026, 10, 13)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ([row("2025")], "Ligne 2 : ce sont les années de PyGazpar"),
        ({"yearly": [row("2025")]}, "Ligne 3 : ce sont les années de PyGazpar"),
        ({"daily": [row(), row("le 3")]}, "Ligne 14"),
        ({"daily": [row(), {"time_period": "14/10/2026"}]}, "il manque « volume_m3 »"),
        ({"daily": [3]}, "n’est pas un relevé"),
        ({"daily": []}, "ne contient aucun relevé"),
        ({"daily": {"x": 1}}, "ne contient aucun relevé"),
    ],
)
def test_what_is_wrong_in_a_file_of_pygazpar_is_named(document, said):
    with pytest.raises(Unreadable) as refused:
        read("x", written(document))
    assert said in str(refused.value).replace("\u202f", " ").replace("\u00a0", " ")


def book(*rows):
    target = BytesIO()
    with xlsxwriter.Workbook(target) as made:
        page = made.add_worksheet()
        for number, cells in enumerate(rows):
            page.write_row(number, 0, cells)
    return target.getvalue()


def test_a_formula_that_nobody_worked_out_is_no_blank():
    made = openpyxl.Workbook()
    made.active.append(["Journée gazière", "Volume (m3)", "Énergie (kWh)", "Note"])
    made.active.append([date(2026, 10, 14), 10, 110, "=A1"])
    made.active.append([date(2026, 10, 15), 10, "=B3*11", ""])
    target = BytesIO()
    made.save(target)
    with pytest.raises(Unreadable) as refused:
        read("x.xlsx", target.getvalue())
    assert (refused.value.params["line"], refused.value.params["column"]) == (3, "C, Énergie (kWh)")


def test_a_table_may_leave_its_pce_to_be_said():
    (delivery,) = read("x.csv", "Journée gazière;Énergie (kWh)\n14/10/2026;7\n".encode()).deliveries
    assert (delivery.pce, delivery.days[0].energy_wh) == (None, 7000)


ELECTRICITY = {
    "hours of a Linky": "Identifiant PRM;Type de donnees;Date de debut;Date de fin;Unite\n"
    "22123456789012;Courbe de charge;01/01/2026;02/01/2026;W\nHorodate;Valeur\n",
    "without its head": "Horodate;Valeur\n2026-01-01T00:30:00+01:00;540\n",
    "indexes": "Date de relevé;EAS F1;EAS F2;Linky\n2026-01-01;1;2;x\n",
    "a day by PRM": "PRM;Date;Energie active (kWh)\n1;2026-01-01;3\n",
    "a flow": '<?xml version="1.0"?><R63 xmlns="x"><Prm>1</Prm></R63>',
    "an answer": json.dumps({"meter_reading": {"usage_point_id": "1", "interval_reading": []}}),
    "another answer": json.dumps({"header": {}, "mesures": [{"idPrm": "1"}]}),
}
WATER = {
    "litres": "Date de relevé;Index relevé (litres);Consommation (litres)\n01/01/2026;1;2\n",
    "a supplier": "SUEZ;Compteur\n01/01/2026;2\n",
    "its word": "Date;Consommation d’eau (m3)\n01/01/2026;2\n",
}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        *[pytest.param(text.encode(), "Enedis", id=name) for name, text in ELECTRICITY.items()],
        *[pytest.param(text.encode(), "de l’eau", id=name) for name, text in WATER.items()],
        pytest.param(book(["Identifiant PRM", "Valeur"], ["1", 2]), "Enedis", id="a workbook"),
        pytest.param(book(["Relevé"], ["Consommation d'eau", 2]), "de l’eau", id="a book of water"),
    ],
)
def test_electricity_and_water_are_refused_by_name(content, said):
    with pytest.raises(Unreadable) as refused:
        read("relevés", content)
    assert said in str(refused.value)
    assert "gaz" in str(refused.value)


def test_a_file_of_gas_that_names_them_is_read():
    lines = "PCE;Alias;Journée gazière;Energie (kWh PCS)\n09999999910001;Linky, eau;2026-01-05;3\n"
    (delivery,) = read("x", lines.encode()).deliveries
    assert delivery.alias == "Linky, eau"
    with pytest.raises(Unreadable) as refused:
        read("x", lines.replace("Energie (kWh PCS)", "Valeur").encode())
    assert "Enedis" not in str(refused.value)
