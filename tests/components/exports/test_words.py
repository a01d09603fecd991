"""An export in words: what it is, how far, what may be done; in each of its states."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from components.exports.labels import (
    export_outcome,
    left_words,
    progress_words,
    schedule_words,
    selected_pces_text,
    summary,
)
from components.exports.listing import acts, detail, export_list, schedule_list
from core.i18n import using_language
from data.exports.types import (
    Content,
    ExportRow,
    ExportSpec,
    ExportState,
    FileKind,
    ScheduleRow,
)
from data.metering.pces.types import PceChoice, PceFilter
from tests.components.kit.trees import text_of
from tests.factories import NOW

YEAR = ExportSpec(Content.DAILY, FileKind.CSV, first=date(2026, 1, 1), last=date(2026, 11, 24))
ROW = ExportRow(
    id=12,
    state=ExportState.WORKING,
    spec=YEAR,
    who="Alice",
    mine=True,
    scheduled=False,
    created_at=NOW,
    started_at=NOW,
    finished_at=None,
    kept_until=None,
    done=120,
    total=2405,
    pces=118,
    rows=131_520,
    expected_rows=2_600_000,
    expected_octets=283_000_000,
    file_name="",
    file_size=0,
    sha256="",
    problem=None,
)
DONE = replace(
    ROW,
    state=ExportState.DONE,
    done=2405,
    finished_at=NOW,
    kept_until=NOW + timedelta(days=7),
    file_name="releves.csv",
    file_size=283_000_000,
    sha256="ab" * 32,
)
FAILED = replace(ROW, state=ExportState.FAILED, problem=("Le compte est fermé.", {}))


def plain(words: str) -> str:
    return words.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (YEAR, "tous les PCE · du 01/01/2026 au 24/11/2026 · CSV"),
        (replace(YEAR, choice=PceChoice(numbers=("1", "2"))), "2 PCE choisis · "),
        (replace(YEAR, choice=PceChoice(PceFilter(tags=("Écoles",)))), "étiquette « Écoles » · "),
        (replace(YEAR, choice=PceChoice(PceFilter(text="lycée"))), "recherche « lycée » · "),
        (ExportSpec(Content.TECHNICAL, FileKind.XLSX, file_per_pce=True),
         "tous les PCE · XLSX, un fichier par PCE (ZIP)"),
    ],
)  # fmt: skip
def test_what_was_asked_is_one_line(wanted, words):
    assert plain(summary(wanted)).startswith(words)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (replace(ROW, state=ExportState.WAITING), "environ 2 600 000 lignes, 283,0 Mo"),
        (DONE, "118 PCE · 131 520 lignes · gardé jusqu’au 01/12/2026 à 9 h 00"),
        (FAILED, "Le compte est fermé."),
        (replace(ROW, state=ExportState.GONE), "Supprimé avant d’être prêt."),
        (replace(DONE, state=ExportState.GONE), "118 PCE · 131 520 lignes"),
    ],
)
def test_each_state_tells_its_story(row, words):
    assert words in plain(export_outcome(row))


def test_progress_says_how_much_is_done_and_what_is_left():
    said = plain(progress_words(ROW, NOW + timedelta(seconds=1)))
    assert said == "120 PCE sur 2 405 · 131 520 lignes · environ 19 s restantes"


@pytest.mark.parametrize(
    ("seconds", "french", "english"),
    [(59, "environ 59 s restantes", "about 59 s left"),
     (61, "environ 2 min restantes", "about 2 min left"),
     (7201, "environ 3 h restantes", "about 3 h left")],
)  # fmt: skip
def test_the_time_left_is_rounded_up(seconds, french, english):
    assert plain(left_words(seconds)) == french
    with using_language("en"):
        assert left_words(seconds) == english


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (replace(ROW, state=ExportState.WAITING), ["Annuler"]),
        (ROW, ["Annuler"]),
        (DONE, ["Télécharger · 283,0 Mo", "Supprimer"]),
        (FAILED, ["Refaire"]),
        (replace(DONE, state=ExportState.GONE), ["Refaire"]),
    ],
)
def test_only_what_its_state_lets_do_is_offered(row, words):
    assert [plain(text_of(one)) for one in acts(row)] == words
    assert [plain(text_of(one)) for one in acts(row, alone=True)] == words


def test_the_page_of_one_shows_its_digest_only_once_it_is_there():
    now = NOW + timedelta(seconds=1)
    assert "ab" * 32 in text_of(detail(DONE, now))
    assert "2 287 sans donnée" in plain(text_of(detail(DONE, now)))
    assert "SHA-256" not in text_of(detail(ROW, now))
    assert "restantes" in text_of(detail(ROW, now))
    assert "Le compte est fermé." in text_of(detail(FAILED, now))


def test_a_list_without_any_says_what_to_do():
    assert "Aucun export pour l’instant" in text_of(export_list([], NOW))
    assert "En préparation" in text_of(export_list([ROW], NOW))
    assert "Fait chaque mois pour Alice" in text_of(
        export_list([replace(DONE, scheduled=True)], NOW)
    )


def test_a_schedule_says_when_what_and_for_whom():
    row = ScheduleRow(1, replace(YEAR, months=12), 10, date(2026, 12, 10), "Alice", mine=True)
    assert plain(schedule_words(row)) == (
        "le 10 de chaque mois · les 12 mois précédents · tous les PCE · CSV"
    )
    assert "10 déc. 2026" in plain(text_of(schedule_list([row])))
    still = ScheduleRow(
        1,
        ExportSpec(Content.TECHNICAL, FileKind.CSV, months=1),
        1,
        date(2026, 12, 1),
        "A",
        mine=True,
    )
    assert plain(schedule_words(still)) == "le 1 de chaque mois · tous les PCE · CSV"


def test_of_the_pce_chosen_it_says_how_many_could_be_read():
    choice = PceChoice(numbers=tuple(f"0999999991000{rank}" for rank in range(6)))
    row = replace(DONE, spec=replace(YEAR, choice=choice), total=3)
    assert plain(selected_pces_text(row)).startswith("3 PCE lisibles sur 6 choisis")
    assert plain(selected_pces_text(replace(row, total=6))).startswith("6 PCE choisis")
    assert plain(selected_pces_text(replace(row, total=0))).startswith("6 PCE choisis")
