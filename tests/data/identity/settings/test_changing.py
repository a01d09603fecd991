"""A setting is changed by who runs the portal, and put back; who comes second is told."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from core.access import OrganisationKind, Role, Viewer
from core.errors import Conflict, Forbidden, NotFound
from data.identity.audit.models import AuditEvent
from data.identity.settings import actions
from data.identity.settings.models import Setting
from data.identity.settings.queries import list_standings, read_values
from data.identity.settings.rules import key_of
from data.identity.settings.types import OperatorSettings, Passage
from tests.conftest import TODAY
from tests.data.identity.settings.conftest import administrator, make_administrators
from tests.factories import NOW

ORIGIN = OperatorSettings(address="12 rue du Réseau", co2_source="Base Carbone")
CONSENT = key_of(Passage.CONSENT, "fr")
WAY = {"origin": ORIGIN, "now": NOW}


def change(db, viewer, version=0, **typed):
    asked = {key: (text, version) for key, text in typed.items()}
    return actions.change(db, viewer, asked, **WAY)


def standing(db, viewer, key):
    return list_standings(db, viewer, ORIGIN)[key]


def journal(db):
    query = select(AuditEvent).where(AuditEvent.object_type == "setting").order_by(AuditEvent.id)
    return [(e.action, e.object_id, e.actor_id, e.detail) for e in db.scalars(query)]


def test_until_somebody_changes_it_the_environment_says(db, irene):
    assert read_values(db, ORIGIN) == ORIGIN
    found = standing(db, irene, "answer_days")
    assert (found.text, found.origin, found.changed, found.version) == ("30", "30", False, 0)
    assert found.changed_at is None


def test_a_change_is_in_force_at_once_and_journaled(db, irene):
    assert change(db, irene, answer_days="45", operator="Gaz d’Ici") == ()
    values = read_values(db, ORIGIN)
    assert (values.answer_days, values.operator) == (45, "Gaz d’Ici")
    found = standing(db, irene, "answer_days")
    assert (found.text, found.origin, found.changed, found.version) == ("45", "30", True, 1)
    assert (found.changed_at, found.changed_by) == (NOW, "Irene")
    assert journal(db) == [
        ("settings.changed", "answer_days", 5, {"before": "30", "after": "45"}),
        ("settings.changed", "operator", 5, {"before": "Réseau Gaz", "after": "Gaz d’Ici"}),
    ]


def test_one_wrong_value_and_none_is_kept(db, irene):
    problems = change(db, irene, answer_days="45", proof_days="0", co2_factor="x")
    assert [one.key for one in problems] == ["proof_days", "co2_factor"]
    assert read_values(db, ORIGIN) == ORIGIN
    assert journal(db) == []


def test_what_is_the_same_is_no_change(db, irene):
    assert change(db, irene, answer_days="030", co2_factor="0,2154") == ()
    assert journal(db) == []
    assert not db.scalar(select(Setting.key))


def test_a_setting_is_put_back_and_says_by_whom(db, irene, igor):
    change(db, irene, answer_days="45")
    actions.put_back(db, igor, ("answer_days", 1), **WAY)
    assert read_values(db, ORIGIN) == ORIGIN
    found = standing(db, irene, "answer_days")
    assert (found.text, found.changed, found.version, found.changed_by) == ("30", False, 2, "Igor")
    assert journal(db)[-1] == (
        "settings.put_back", "answer_days", 6, {"before": "45", "after": "30"}
    )  # fmt: skip
    actions.put_back(db, igor, ("answer_days", 2), **WAY)
    assert len(journal(db)) == 2


def test_who_comes_second_is_told_who_was_first_and_may_insist(db, irene, igor):
    change(db, irene, answer_days="45", longest_years="5")
    (problem,) = change(db, igor, answer_days="60", proof_days="15")
    assert problem.key == "answer_days"
    assert (problem.params["who"], problem.params["found"]) == ("Irene", "45")
    assert read_values(db, ORIGIN).proof_days == 20
    assert change(db, igor, version=1, answer_days="60") == ()
    assert read_values(db, ORIGIN).answer_days == 60


def test_who_typed_the_same_comes_second_without_a_word(db, irene, igor):
    change(db, irene, answer_days="45")
    assert change(db, igor, answer_days="45") == ()
    assert standing(db, irene, "answer_days").changed_by == "Irene"


def test_a_value_put_back_meanwhile_is_not_the_one_that_was_seen(db, irene, igor):
    change(db, irene, answer_days="45")
    actions.put_back(db, irene, ("answer_days", 1), **WAY)
    assert change(db, igor, answer_days="60") != ()
    with pytest.raises(Conflict):
        actions.put_back(db, igor, ("answer_days", 1), **WAY)


def test_the_counted_write_refuses_a_row_that_moved(db, irene):
    """Two first changes at the same instant: the second waits for the first, then finds it."""
    old = standing(db, irene, "answer_days")
    change(db, irene, answer_days="45")
    with pytest.raises(Conflict):
        actions._store(db, irene, old, "60", NOW)


def test_words_of_a_mail_are_kept_and_put_back(db, irene):
    assert actions.change(db, irene, {CONSENT: ("Madame, Monsieur,", 0)}, **WAY) == ()
    said = read_values(db, ORIGIN).passages
    assert said == {(Passage.CONSENT, "fr"): "Madame, Monsieur,"}
    actions.put_back(db, irene, (CONSENT, 1), **WAY)
    assert read_values(db, ORIGIN).passages == {}


def test_a_setting_that_does_not_exist_is_not_found(db, irene):
    with pytest.raises(NotFound):
        change(db, irene, colour="red")
    with pytest.raises(NotFound):
        actions.put_back(db, irene, ("colour", 0), **WAY)


@pytest.mark.parametrize("role", [Role.ACCOUNT_MANAGER, Role.CLIENT])
def test_nobody_else_reads_or_changes_them(db, irene, role):
    others = [
        Viewer(4, 4, OrganisationKind.DISTRIBUTOR, role, TODAY),
        Viewer(1, 1, OrganisationKind.COLLECTIVITY, Role.ADMINISTRATOR, TODAY),
        replace(irene, behind=1),
    ]
    for other in others:
        with pytest.raises(Forbidden):
            change(db, other, answer_days="45")
        with pytest.raises(Forbidden):
            actions.put_back(db, other, ("answer_days", 0), **WAY)
        with pytest.raises(Forbidden):
            list_standings(db, other, ORIGIN)
    assert read_values(db, ORIGIN) == ORIGIN


def test_what_another_process_keeps_is_read_by_the_next_request(database):
    with database.transaction() as db:
        make_administrators(db)
    for version, days in enumerate((45, 50)):
        with database.transaction() as db:
            typed = {"answer_days": (str(days), version)}
            assert actions.change(db, administrator(5, "Irene"), typed, **WAY) == ()
        with database.reading() as db:
            assert read_values(db, ORIGIN).answer_days == days
