"""The real files give the figures of domain.md §6.2, and every spelling of a format is taken."""

import time
from collections import Counter
from datetime import date, timedelta

import pytest

from core.errors import Unreadable
from core.i18n import short_day
from data.metering.consumption.files import read
from data.metering.consumption.types import (
    FileFormat,
    InjectionStatement,
    PeriodKind,
    Quality,
    Status,
)
from tests.conftest import FILES
from tests.data.metering.consumption.files.making import (
    CSV_HEADER,
    CSV_LINE,
    DAILY,
    DAY,
    PCE,
    PERIODIC,
    archive,
    csv,
    injected,
    line,
    ndjson,
    reading,
    sheet,
    status_line,
    web,
)


def only(content, **options):
    file = read("a file", content, **options)
    assert len(file.deliveries) == 1
    return file.deliveries[0]


def only_day(content, **options):
    (day,) = only(content, **options).days
    return day


def only_period(content):
    (period,) = only(content).periods
    return period


# The real files


def test_the_daily_sheet_gives_its_figures():
    file = read("x", (FILES / "Donnees_informatives_PCE_DAILY.xlsx").read_bytes())
    (delivery,) = file.deliveries
    days = delivery.days
    assert (file.format, file.as_of) == (FileFormat.SHEET_DAILY, date(2021, 11, 24))
    assert delivery.pce is None
    assert len(days) == 363
    assert sum(day.volume_dm3 or 0 for day in days) == 2_100_000
    assert sum(day.energy_wh or 0 for day in days) == 23_181_000
    absent = [day for day in days if day.quality is Quality.ABSENT]
    assert [day.gas_day.isoformat() for day in absent] == ["2021-08-10", "2021-11-11", "2021-11-16"]
    assert all(day.energy_wh is None and day.volume_dm3 is None for day in absent)


def test_the_informative_json_gives_its_figures():
    file = read("x", (FILES / "donnees_informatives.json").read_bytes())
    (delivery,) = file.deliveries
    assert (file.format, file.as_of) == (FileFormat.WEB, date(2022, 11, 29))
    assert (delivery.pce, len(delivery.days), delivery.periods) == (PCE, 1096, ())
    years = Counter()
    for day in delivery.days:
        years[day.gas_day.year] += day.energy_wh or 0
    assert (years[2020], years[2021], years[2022]) == (21_160_000, 23_148_000, 14_380_000)
    absent = [day.gas_day for day in delivery.days if day.quality is Quality.ABSENT]
    assert absent == [date(2021, 8, 10)]


def test_three_years_of_json_are_read_in_a_tenth_of_a_second():
    content = (FILES / "donnees_informatives.json").read_bytes()
    spent = []
    for _ in range(3):
        start = time.process_time()
        read("x", content)
        spent.append(time.process_time() - start)
    assert min(spent) < 0.1


def test_the_published_json_gives_periods_and_no_day():
    file = read("x", (FILES / "donnees_publiees.json").read_bytes())
    (delivery,) = file.deliveries
    assert (len(delivery.periods), delivery.days) == (87, ())
    assert file.as_of == date(2022, 11, 2)
    first = delivery.periods[0]
    assert first.kind is PeriodKind.PUBLISHED
    assert (first.first_day, first.last_day) == (date(2017, 10, 10), date(2018, 4, 8))
    assert (first.energy_wh, first.volume_dm3) == (22_417_000, 2_025_000)
    following = zip(delivery.periods, delivery.periods[1:], strict=False)
    assert sum((b.first_day - a.last_day).days != 1 for a, b in following) == 1  # the one hole


# The sheet


@pytest.mark.parametrize("header_line", [7, 9, 30])
def test_the_header_is_found_wherever_it_is(header_line):
    assert only_day(sheet([DAY], header_line=header_line)).energy_wh == 133_000


def test_a_sheet_says_its_pce_alias_and_export_date():
    file = read("x", sheet([DAY]))
    assert file.as_of == date(2021, 11, 24)
    assert (file.deliveries[0].pce, file.deliveries[0].alias) == (PCE, "Mairie")


def test_without_an_export_date_the_latest_day_dates_the_file():
    assert read("x", sheet([DAY], export="")).as_of == date(2021, 1, 5)


def test_numbers_as_text_with_a_decimal_comma_are_numbers():
    row = ["05/01/2021", "1\u202f100", "1 112,5", "12,5", "133,25", "11,12", "−4,5", "Mesuré"]
    day = only_day(sheet([row]))
    assert (day.index_start_dm3, day.index_end_dm3) == (1_100_000, 1_112_500)
    assert (day.volume_dm3, day.energy_wh) == (12_500, 133_250)
    assert (day.coefficient_e4, day.temperature_c100) == (111_200, -450)


def test_absence_wins_over_the_zero_beside_it():
    day = only_day(sheet([["05/01/2021", None, None, 0, 0, None, None, "Absence de Données"]]))
    assert (day.quality, day.energy_wh, day.volume_dm3) == (Quality.ABSENT, None, None)


def test_a_measured_zero_stays_zero():
    day = only_day(sheet([["05/01/2021", 5, 5, 0, 0, None, None, "Mesuré"]]))
    assert (day.quality, day.energy_wh, day.volume_dm3) == (Quality.MEASURED, 0, 0)


@pytest.mark.parametrize(
    ("word", "quality"),
    [
        ("Mesuré", Quality.MEASURED),
        ("MESURE", Quality.MEASURED),
        ("MES", Quality.MEASURED),
        ("estimé ", Quality.ESTIMATED),
        ("EST", Quality.ESTIMATED),
        ("Corrigé", Quality.CORRECTED),
        ("Mesure\u0301", Quality.MEASURED),
        ("Estimé (reconstitué)", Quality.RECONSTRUCTED),
        ("ABSENCE  DE DONNEES", Quality.ABSENT),
    ],
)
def test_qualities_are_read_whatever_their_accents(word, quality):
    assert only_day(sheet([[*DAY[:-1], word]])).quality is quality


def test_real_dates_are_taken_as_well_as_text():
    from datetime import datetime
    from io import BytesIO

    import xlsxwriter

    target = BytesIO()
    with xlsxwriter.Workbook(target) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, DAILY)
        page.write_datetime(1, 0, datetime(2021, 1, 5), book.add_format({"num_format": "d/m/yy"}))  # noqa: DTZ001
        page.write_row(1, 1, DAY[1:])
    assert only_day(target.getvalue()).gas_day == date(2021, 1, 5)


def test_a_weekly_sheet_gives_weeks():
    rows = [["Du 24/11/2020 au 29/11/2020", 60, 660], ["Du 30/11/2020 au 06/12/2020", 70, 771]]
    file = read("x", sheet(rows, header=PERIODIC))
    (delivery,) = file.deliveries
    assert (file.format, delivery.days) == (FileFormat.SHEET_WEEKLY, ())
    first, second = delivery.periods
    assert (first.kind, first.first_day, first.last_day) == (
        PeriodKind.WEEK,
        date(2020, 11, 24),
        date(2020, 11, 29),
    )
    assert (second.energy_wh, second.volume_dm3) == (771_000, 70_000)
    assert (first.status, second.status) == (Status.PROVISIONAL, Status.UNKNOWN)


def test_a_week_under_way_stops_with_the_last_day_over_at_the_export():
    rows = [["Du 15/11/2021 au 21/11/2021", 60, 660], ["Du 22/11/2021 au 28/11/2021", 7, 77]]
    last = only(sheet(rows, header=PERIODIC)).periods[-1]
    assert (last.first_day, last.last_day) == (date(2021, 11, 22), date(2021, 11, 23))
    assert last.status is Status.PROVISIONAL


def test_a_monthly_sheet_gives_months_and_cuts_the_one_under_way():
    rows = [
        ["Novembre 2020 ", 60, 660],
        ["Février 2021 ", 70, 771],
        ["Août 2021 ", 1, 11],
        ["Novembre 2021 ", 50, 551],
    ]
    file = read("x", sheet(rows, header=PERIODIC))
    november, february, august, current = file.deliveries[0].periods
    assert file.format is FileFormat.SHEET_MONTHLY
    assert (november.first_day, november.last_day) == (date(2020, 11, 1), date(2020, 11, 30))
    assert november.status is Status.PROVISIONAL  # the request may have cut it
    assert (february.last_day, february.status) == (date(2021, 2, 28), Status.UNKNOWN)
    assert august.last_day == date(2021, 8, 31)
    assert (current.last_day, current.status) == (date(2021, 11, 23), Status.PROVISIONAL)


def test_a_logo_and_other_parts_do_not_matter():
    import zipfile
    from io import BytesIO

    with zipfile.ZipFile(BytesIO(sheet([DAY]))) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    parts["xl/media/image1.png"] = b"\x89PNG" + bytes(30_000)
    assert only_day(archive(parts)).energy_wh == 133_000


# The web API


def test_a_reading_gives_its_day_with_exact_integers():
    day = only_day(web(reading(energieConsomme=31.24, volumeBrutConsomme=2.79, temperature=6.42)))
    assert (day.gas_day, day.energy_wh, day.volume_dm3) == (date(2021, 1, 5), 31_240, 2_790)
    assert (day.coefficient_e4, day.temperature_c100) == (111_200, 642)
    assert (day.quality, day.status) == (Quality.MEASURED, Status.PROVISIONAL)


def test_halves_round_to_even_without_passing_by_a_float():
    content = web(reading(energieConsomme=7)).replace(
        b'"energieConsomme": 7', b'"energieConsomme": 0.0005'
    )
    assert only_day(content).energy_wh == 0
    assert only_day(content.replace(b"0.0005", b"0.0015")).energy_wh == 2


@pytest.mark.parametrize(
    "shape",
    [
        lambda rows: {PCE: {"idPce": PCE, "releves": rows}},
        lambda rows: {"pce": {"idPce": PCE, "releves": rows}},
        lambda rows: {"idPce": PCE, "frequence": None, "releves": rows},
        lambda rows: [{"idPce": PCE, "releves": rows}],
        lambda rows: [{"pce": {"idPce": PCE, "releves": rows}}],
    ],
)
def test_every_shape_of_the_web_answer_is_read(shape):
    import json

    assert only(json.dumps(shape([reading()])).encode()).pce == PCE


def test_bare_readings_ask_for_their_pce():
    import json

    assert only(json.dumps([reading()]).encode()).pce is None


def test_several_pce_are_several_deliveries():
    import json

    owners = [{"idPce": pce, "releves": [reading()]} for pce in (PCE, "GI999901")]
    file = read("x", json.dumps(owners).encode())
    assert [delivery.pce for delivery in file.deliveries] == [PCE, "GI999901"]


@pytest.mark.parametrize(
    ("stamp", "day"),
    [
        ("2021-01-05T06:00:00+00:00", date(2021, 1, 5)),  # a false offset
        ("2021-01-05T06:00:00+01:00", date(2021, 1, 5)),
        ("2021-07-05T06:00:00+02:00", date(2021, 7, 5)),
        ("2021-07-05T04:00:00Z", date(2021, 7, 5)),
        ("2021-01-05T05:00:00Z", date(2021, 1, 5)),
        ("2021-03-28T06:00:00+01:00", date(2021, 3, 28)),  # the offset of the eve, 23 hours
        ("2021-10-31T06:00:00+02:00", date(2021, 10, 31)),  # the same, 25 hours
        ("2021-01-05T05:59:00+01:00", date(2021, 1, 4)),
        ("2021-01-05 06:00:00", date(2021, 1, 5)),
        ("2021-01-05", date(2021, 1, 5)),
        ("2020-12-31T23:30:00+00:00", date(2020, 12, 31)),
    ],
)
def test_stamps_give_the_french_gas_day(stamp, day):
    content = web(reading(journeeGaziere=None, dateDebutReleve=stamp))
    assert only_day(content).gas_day == day


def test_the_named_day_wins_over_the_stamps():
    content = web(reading(journeeGaziere="2021-01-04", dateDebutReleve="x", dateFinReleve="y"))
    assert only_day(content).gas_day == date(2021, 1, 4)


def test_a_null_day_of_no_nature_is_an_absent_day():
    row = reading(
        journeeGaziere=None,
        natureReleve=None,
        energieConsomme=None,
        volumeBrutConsomme=None,
        qualificationReleve="Absence de Données",
    )
    assert only_day(web(row)).quality is Quality.ABSENT


def test_the_same_day_twice_is_one_day():
    assert only_day(web(reading(), reading())).energy_wh == 133_000


def test_a_negative_volume_is_not_kept_and_its_energy_is():
    day = only_day(web(reading(volumeBrutConsomme=-99_000, indexDebut=99_005, indexFin=5)))
    assert (day.volume_dm3, day.energy_wh) == (None, 133_000)
    assert (day.index_start_dm3, day.index_end_dm3) == (99_005_000, 5_000)


def test_today_bounds_the_days():
    assert only_day(web(reading()), today=date(2021, 1, 6)).energy_wh == 133_000
    with pytest.raises(Unreadable, match="avenir"):
        read("x", web(reading()), today=date(2021, 1, 4))


PUBLISHED = {
    "type_conso": "Publiée",
    "journee_gaziere": None,
    "date_debut_consommation": "2025-01-01T06:00:00+01:00",
    "date_fin_consommation": "2025-01-08T06:00:00+01:00",
}


@pytest.mark.parametrize(
    ("content", "today"),
    [
        (web(reading(), reading(journeeGaziere="2021-01-06")), date(2021, 1, 6)),
        (csv(CSV_LINE, CSV_LINE.replace("2021-01-05", "2021-01-06")), date(2021, 1, 6)),
        (ndjson(line(), line(journee_gaziere="2025-01-07")), date(2025, 1, 7)),
        (ndjson(line(), line(**PUBLISHED)), date(2025, 1, 7)),
    ],
)
def test_a_day_that_is_not_over_is_left_out_with_its_reason(content, today):
    """Until 6 the next morning nobody can know what a gas day consumed."""
    found = read("x", content, today=today)
    (delivery,) = found.deliveries
    assert [day.gas_day for day in delivery.days] == [today - timedelta(days=1)]
    assert not delivery.periods
    assert found.rejected_count == 1
    assert f"{short_day(today)} n’est pas finie" in str(found.aside)


def test_a_file_of_a_day_that_is_not_over_alone_is_refused_with_its_reason():
    with pytest.raises(Unreadable, match="n’est pas finie"):
        read("x", web(reading()), today=date(2021, 1, 5))


def test_a_sheet_exported_after_today_is_refused():
    assert read("x", sheet([DAY]), today=date(2021, 11, 24)).as_of == date(2021, 11, 24)
    with pytest.raises(Unreadable, match="24/11/2021"):
        read("x", sheet([DAY]), today=date(2021, 11, 23))


# ADICT


def published(**changes):
    row = {"type_conso": "Publiée", "journee_gaziere": None, "statut_conso": "Définitive"}
    return line(**row | changes)


def test_an_informative_line_gives_a_day():
    file = read("x", ndjson(line()))
    (day,) = file.deliveries[0].days
    assert (file.format, file.as_of, day.gas_day) == (FileFormat.ADICT, *[date(2025, 1, 6)] * 2)
    assert (day.energy_wh, day.volume_dm3, day.index_end_dm3) == (97_000, 9_000, 18_640_000)
    assert (day.coefficient_e4, day.index_start_dm3) == (111_900, None)


def test_a_published_line_gives_a_period():
    content = ndjson(
        published(
            date_debut_consommation="2024-11-03T06:00:00+01:00",
            date_fin_consommation="2024-12-03T06:00:00+01:00",
        )
    )
    period = only_period(content)
    assert (period.first_day, period.last_day) == (date(2024, 11, 3), date(2024, 12, 2))
    assert period.status is Status.DEFINITIVE


def test_both_spellings_of_the_index_stamp_are_read():
    content = ndjson(line())
    assert (
        read("x", content).deliveries
        == read("x", content.replace(b"horodate_Index", b"horodate_index")).deliveries
    )


def test_glued_objects_over_several_lines_are_read():
    import json

    first, second = line(), line(journee_gaziere="2025-01-07")
    glued = json.dumps(first, indent=2) + json.dumps(second) + "\n\n" + json.dumps(first)
    assert len(only(glued.encode()).days) == 2


def test_status_lines_are_skipped():
    trailing = {"code_statut_traitement": "0000000000", "message_retour_traitement": "ok"}
    content = ndjson(status_line("1000008", "Pas de donnée"), line(), trailing)
    assert len(only(content).days) == 1


def test_a_counter_through_zero_is_a_rollover():
    day = only_day(ndjson(line(flag_retour_zero=True, volume_brut=-99_990)))
    assert (day.rollover, day.volume_dm3, day.energy_wh) == (True, None, 97_000)


def test_a_period_of_no_length_and_no_use_is_nothing():
    stamp = "2024-11-03T06:00:00+01:00"
    nothing = published(
        date_debut_consommation=stamp, date_fin_consommation=stamp, energie=0, volume_brut=0
    )
    assert only(ndjson(line(), nothing)).periods == ()


def test_injected_gas_is_a_period_apart():
    delivery = only(ndjson(injected()))
    assert (delivery.days, delivery.periods) == ((), ())
    assert delivery.injections == (
        InjectionStatement(
            *(date(2025, 1, 1), date(2025, 1, 31), 1_250_402_000, 112_000_000, 121_195_000),
            *(111_643, Quality.MEASURED, Status.DEFINITIVE),
        ),
    )
    assert read("a file", ndjson(injected())).as_of == date(2025, 1, 31)


def test_a_gas_day_of_injection_is_a_period_of_one_day():
    (one,) = only(ndjson(injected(journee_gaziere="2025-01-06", volume_converti=None))).injections
    assert (one.first_day, one.last_day) == (date(2025, 1, 6), date(2025, 1, 6))
    assert one.converted_dm3 is None


def test_a_file_may_hold_both_and_say_the_same_twice():
    delivery = only(ndjson(line(), injected(), injected(), injected(energie=None, volume_brut=None,
                    date_fin_injection="2025-01-02T06:00:00+01:00")))  # fmt: skip
    assert len(delivery.days) == 1
    assert [(one.last_day.day, one.quality) for one in delivery.injections] == [
        (1, Quality.ABSENT),
        (31, Quality.MEASURED),
    ]


def test_a_warning_beside_injected_gas_does_not_hide_it():
    told = injected() | {"statut_restitution": {"code": "2000100", "message": "Panne"}}
    assert len(only(ndjson(told)).injections) == 1


# Our CSV


@pytest.mark.parametrize(
    "content",
    [
        csv(CSV_LINE),
        b"\xef\xbb\xbf" + csv(CSV_LINE),
        csv(CSV_LINE).decode().encode("cp1252"),
        csv(CSV_LINE).replace(b"\n", b"\r\n"),
        csv(CSV_LINE).replace(b"\n", b"\r"),
        csv(CSV_LINE.replace("2021-01-05", "05/01/2021")),
        csv(CSV_LINE.replace(",", ".")),
        csv(CSV_LINE.replace(",", ".").replace(";", ","), header=CSV_HEADER.replace(";", ",")),
        csv(
            ",".join(f'"{cell}"' for cell in CSV_LINE.split(";")),
            header=CSV_HEADER.replace(";", ","),
        ),
        csv(CSV_LINE.replace(";", "\t"), header=CSV_HEADER.replace(";", "\t")),
        csv(CSV_LINE + ";;"),
        csv("", CSV_LINE, ";;;;;;;;;;"),
    ],
)
def test_every_dialect_of_our_csv_says_the_same(content):
    file = read("x", content)
    (delivery,) = file.deliveries
    (day,) = delivery.days
    assert (file.format, delivery.pce, delivery.alias) == (FileFormat.CSV, PCE, "Mairie")
    assert (day.gas_day, day.energy_wh, day.volume_dm3) == (date(2021, 1, 5), 133_400, 12_000)
    assert (day.temperature_c100, day.coefficient_e4) == (-350, 111_200)
    assert (day.quality, day.status) == (Quality.MEASURED, Status.DEFINITIVE)


def test_a_csv_holds_several_pce():
    file = read("x", csv(CSV_LINE, CSV_LINE.replace(PCE, "GI999901")))
    assert [delivery.pce for delivery in file.deliveries] == [PCE, "GI999901"]


def test_a_short_csv_needs_only_pce_day_and_energy():
    day = only_day(csv(PCE + ";05/01/2021;12", header="N° PCE;Journee gaziere;ENERGIE"))
    assert (day.energy_wh, day.quality) == (12_000, Quality.MEASURED)


def test_an_empty_pce_cell_is_asked_for():
    assert only(csv(CSV_LINE.replace(PCE, ""))).pce is None


def test_spaces_in_a_pce_do_not_matter():
    assert only(csv(CSV_LINE.replace(PCE, "09 999 999 910 001"))).pce == PCE
