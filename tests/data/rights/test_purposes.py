"""What a right is for: said once by who asks, then read wherever the right is."""

import csv
from dataclasses import replace
from datetime import date
from io import BytesIO, StringIO

import pytest
from python_calamine import CalamineWorkbook

from components.rights.drawer import facts
from components.rights.rows import grid_row
from components.rights.summary import summary
from data.notifications.messages import MessageSender
from data.rights import queries
from data.rights.actions import renew_many
from data.rights.files.writer import write_template
from data.rights.messages import write
from data.rights.queries.passport import get_passport_digest, list_letter_rights
from data.rights.rules.column_detection import guess_columns
from data.rights.rules.columns import LABELS, guess
from data.rights.rules.declarations import read_declaration
from data.rights.rules.distributor_checks import digest_of
from data.rights.types import DeclarationOutcome, LetterKind, RightLetter
from pages.rights_held import PAGE as HELD
from tests.components.kit.trees import text_of
from tests.data.rights.conftest import accepted, asking, right_of, tokens
from tests.data.rights.declarations import DELAYS, GOOD, HOLDER, TODAY
from tests.factories import NOW, make_pce
from tests.web import request_of

WHY = "Suivre le chauffage et prévenir les fuites"
SAID = f"Finalité indiquée par Organisation de bob\u00a0: «\u00a0{WHY}\u00a0»"
UNSAID = "Organisation de bob n’a pas dit pour quoi faire."
WITH = replace(GOOD, finalite=f"  {WHY} ")


def read(asked):
    return read_declaration(asked, TODAY, DELAYS)


def test_a_purpose_is_optional_and_short():
    assert read(GOOD)[0].purpose == ""
    assert read(WITH)[0].purpose == WHY
    assert read(replace(GOOD, finalite="x" * 200))[1] == ()
    (problem,) = read(replace(GOOD, finalite="x" * 201))[1]
    assert (problem.field, problem.params) == ("finalite", {"most": 200})


def test_without_one_a_declaration_keeps_the_mark_it_had_before_there_were_any():
    assert digest_of(read(GOOD)[0]) == "bab3db53650512c0f0e1300482cd020c"
    assert digest_of(read(WITH)[0]) != digest_of(read(GOOD)[0])


@pytest.mark.parametrize("as_xlsx", [False, True])
def test_the_template_has_its_column_last(as_xlsx):
    assert list(LABELS)[-1] == "finalite"
    made = write_template(as_xlsx=as_xlsx)
    lines = sheet_lines(made) if as_xlsx else csv_lines(made)
    assert lines[0][len(LABELS) - 1] == "Finalité"
    assert lines[2 if as_xlsx else 1][len(LABELS) - 1] == "Suivre les consommations de vos sites"


def csv_lines(made):
    return list(csv.reader(StringIO(made.decode("utf-8-sig")), delimiter=";"))


def sheet_lines(made):
    return CalamineWorkbook.from_filelike(BytesIO(made)).get_sheet_by_index(0).to_python()


def test_its_header_is_known_and_a_file_of_before_is_still_read():
    assert guess(["PCE", "Finalité"], {}) == {"id_pce": 0, "finalite": 1}
    assert guess(["Pour quoi faire"], {}) == {"finalite": 0}
    line = ["09999999910001", "Lycée", "AUTORISE_CONTRAT_FOURNITURE", "Tilleuls", "", "99123"]
    line += ["a@b.example", "", *["01/09/2026", "31/08/2028"] * 2, "", "", *["OUI"] * 4]
    for cut in ([], ["01/09/2026"], ["01/09/2026", WHY]):
        assert guess_columns([line + cut], 18 + len(cut)) == {
            name: at for at, name in enumerate(list(LABELS)[: 18 + len(cut)])
        }


@pytest.mark.parametrize(("asked", "said"), [(WITH, SAID), (GOOD, UNSAID)])
def test_the_holder_reads_it_in_the_mail_and_in_the_portal(db, pce, bob, alice, asked, said):
    asking(db, bob, asked)
    found = list_letter_rights(db, get_passport_digest(tokens(db)[0]))
    letter = RightLetter(1, LetterKind.CONSENT, "a@b.example", "fr", "t", "<1@b>", 1, found)
    assert said in write(letter, MessageSender("Réseau", "https://e.example", "s")).text
    (held,) = queries.list_held(db, alice)
    shown = HELD.layout(request_of(db, alice))
    assert said in text_of(shown)
    assert held.right.purpose == asked.finalite.strip()


def test_words_of_a_purpose_lead_nowhere(db, pce, bob):
    asking(db, bob, replace(GOOD, finalite="voir https://piege.example vite"))
    found = list_letter_rights(db, get_passport_digest(tokens(db)[0]))
    letter = RightLetter(1, LetterKind.CONSENT, "a@b.example", "fr", "t", "<1@b>", 1, found)
    assert "piege" not in write(letter, MessageSender("Réseau", "https://e.example", "s")).text


def test_who_holds_the_contract_itself_needs_no_purpose(db, people, charlie):
    make_pce(db, holder_name="LYCEE DES TILLEULS", holder_id=3)
    uid = asking(db, charlie, HOLDER).uid
    assert "Finalité" not in dict(facts(charlie, queries.get_right(db, charlie, uid)))


def test_it_is_in_the_drawer_and_in_the_full_view(db, pce, bob):
    uid = asking(db, bob, WITH).uid
    detail = queries.get_right(db, bob, uid)
    assert dict(facts(bob, detail))["Finalité"] == WHY
    assert grid_row(detail.row, bob)["purpose"] == WHY
    other = replace(detail.row, purpose="")
    said = dict(facts(bob, replace(detail, row=other)))["Finalité"]
    assert "n’a pas dit pour quoi faire" in said
    assert grid_row(other, bob)["purpose"] == "–"


def test_it_is_read_again_before_it_is_sent(people, bob):
    for asked, said in ((WITH, WHY), (GOOD, "n’a pas dit pour quoi faire")):
        shown = summary(read(asked)[0], NOW, bob, DeclarationOutcome())
        assert said in text_of(shown)


def test_a_renewal_keeps_it(db, pce, bob):
    uid = accepted(db, bob, WITH)
    (outcome,) = renew_many(db, bob, [uid], date(2029, 6, 30), delays=DELAYS, now=NOW)
    assert right_of(db, outcome.uid).purpose == WHY
