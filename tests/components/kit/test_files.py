"""The field that sends files: what its script finds in it."""

import json
import re

from components.kit import UploadTexts, file_field, text_field
from tests.architecture.sources import ROOT
from tests.components.kit.trees import attributes, every, of_kind, text_of, with_id

SCRIPT = "".join(path.read_text("utf8") for path in (ROOT / "assets").glob("kit-files*.js"))


def field(**options):
    return file_field(
        "a-file",
        "Preuves",
        ".pdf",
        **{"action": "/depot", "send": "Déposer", "answer": "a-answer"} | options,
    )


def parts(shown):
    return {attributes(part).get("data-part") for part in every(shown)} - {None}


def test_the_control_is_named_by_its_label_and_described_by_its_hint():
    shown = field(hint="Dix au plus")
    labels = [
        text_of(label) for label in of_kind(shown, "Label") if label.htmlFor == "a-file-input"
    ]
    assert labels == ["Preuves", "Choisir des fichiers ou les déposer ici"]
    assert text_of(with_id(shown, "a-file-hint")) == "Dix au plus"


def test_the_script_finds_each_part_it_asks_for():
    asked = set(re.findall(r'part\(\w+, "(\w+)"\)', SCRIPT))
    assert asked <= parts(field(photo=True))
    assert parts(field()) == parts(field(photo=True)) - {"camera"}


def test_the_script_finds_each_sentence_it_says():
    way = UploadTexts(most=(3, 4_000_000), optional=True)
    words = json.loads(attributes(field(way=way))["data-words"])
    asked = set(re.findall(r"words\.(\w+)", SCRIPT)) | {
        *("none", "unreadable", "lost", "cancelled", "still", "unsure"),
    }
    assert asked == set(words)


def test_what_is_not_sent_yet_is_never_said_to_be():
    stage = field(way=UploadTexts(use="stage", most=(3, 4 * 1024 * 1024)))
    words = json.loads(attributes(stage)["data-words"])
    assert "envoyé" not in words["saving"]
    assert words["sending"] == "Import en cours\u00a0: {percent}"
    assert "Annuler l’import" in text_of(stage)
    assert "Tout est envoyé" in json.loads(attributes(field())["data-words"])["saving"]


def test_a_limit_is_said_as_its_rule_says_it():
    words = json.loads(attributes(field(way=UploadTexts(most=(3, 4 * 1024 * 1024))))["data-words"])
    assert "plus que les 4\u00a0Mo acceptés" in words["big"]


def test_a_message_is_sent_and_files_are_put():
    marks = [
        [part.className for part in of_kind(field(way=UploadTexts(use=use)), "I")]
        for use in ("message", "deposit")
    ]
    assert ["bi bi-send" in "".join(found) for found in marks] == [True, False]


def test_what_goes_with_the_files_is_drawn_and_named():
    shown = field(fields={"pce": "a-pce"}, beside=text_field("a-pce", "PCE"))
    assert json.loads(attributes(shown)["data-fields"]) == {"pce": "a-pce"}
    assert with_id(shown, "a-pce").id == "a-pce"


def test_the_answer_of_the_server_has_a_place_that_callbacks_can_watch():
    shown = field()
    assert with_id(shown, "a-answer")._type == "Store"
    assert attributes(shown)["data-answer"] == "a-answer"


def test_one_file_is_asked_for_in_the_singular():
    shown = field(multiple=False)
    assert attributes(shown)["data-multiple"] == "no"
    assert "Choisir un fichier" in text_of(shown)


def test_progress_and_problems_are_said_to_who_listens():
    roles = {attributes(part).get("role") for part in every(field())}
    assert {"progressbar", "alert", "status"} <= roles


def test_another_way_of_posting_is_told_to_the_script():
    usual = json.loads(attributes(field())["data-way"])
    assert (usual["name"], usual["asks"], usual["body"], usual["most"]) == ("files", True, {}, None)
    shown = field(
        way=UploadTexts("preuves", asks=False, body={"controle": ["a", "b"]}, most=(3, 4_000_000))
    )
    told = json.loads(attributes(shown)["data-way"])
    assert told["body"] == {"controle": ["a", "b"]}
    assert (told["name"], told["asks"], told["most"]) == ("preuves", False, [3, 4_000_000])
    asked = set(re.findall(r"wayOf\(field\)\.(\w+)|\bway\.(\w+)", SCRIPT))
    assert {one or other for one, other in asked} <= set(told)
    words = json.loads(attributes(shown)["data-words"])
    assert "plusieurs parties" not in words["big"]
    usual_words = json.loads(attributes(field())["data-words"])
    assert words.keys() - usual_words.keys() == {"other", "heic", "preparing"}
    assert usual_words.keys() < words.keys()


def test_words_without_a_file_speak_of_the_message():
    shown = field(way=UploadTexts("pieces", asks=False, most=(3, 4_000_000), optional=True))
    words = json.loads(attributes(shown)["data-words"])
    assert words["alone"].keys() <= words.keys()
    assert not [said for said in words["alone"].values() if "fichier" in said]
