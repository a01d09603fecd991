"""Creating, naming, tagging and assigning delivery points: who may, and what is kept in step."""

import pytest
from sqlalchemy import select

from core.access import Role
from core.errors import Forbidden, Invalid, NotFound
from data.identity.audit.models import AuditEvent
from data.metering.pces.actions import (
    MOST_TAGS,
    assign_holder,
    find_or_create_pce,
    importable,
    rename,
    set_tags,
)
from data.metering.pces.models import Pce, PceEventRow, PceTag
from data.metering.pces.queries import search_pces
from tests.factories import NOW, PCE, make_grant, make_pce

OTHER = "09999999910002"
pytestmark = pytest.mark.usefixtures("people")


def client_of(viewer):
    return type(viewer)(viewer.user_id, viewer.organisation_id, viewer.kind, Role.CLIENT,
                        viewer.today)  # fmt: skip


def actions_noted(db):
    db.flush()
    return db.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()


def test_tags_that_change_what_somebody_sees_are_in_the_journal(db, alice):
    make_pce(db, holder_id=1)
    set_tags(db, alice, [PCE], add=["Nord"], now=NOW)
    set_tags(db, alice, [PCE], add=["Nord"], remove=["Sud"], now=NOW)  # nothing changes
    set_tags(db, alice, [PCE], add=["Sud"], remove=["Nord"], now=NOW)
    query = select(AuditEvent).where(AuditEvent.action == "pces.tagged").order_by(AuditEvent.id)
    events = db.scalars(query).all()
    assert [(one.object_id, one.actor_id) for one in events] == [(PCE, alice.user_id)] * 2
    assert [one.detail for one in events] == [
        {"added": ["Nord"], "removed": []},
        {"added": ["Sud"], "removed": ["Nord"]},
    ]


def test_a_pce_that_is_not_known_is_created_held_by_nobody(db, dora):
    pce_id = find_or_create_pce(db, " 09 999 999 910 001 ", now=NOW, alias="École\u0000 des Prés")
    pce = db.get(Pce, pce_id)
    assert (pce.number, pce.holder_id, pce.data_until) == (PCE, None, None)
    assert [row.id for row in search_pces(db, dora, "ecole")] == [pce_id]
    assert actions_noted(db) == ["pces.created"]


def test_a_known_pce_is_found_and_keeps_its_alias(db):
    pce = make_pce(db)
    assert find_or_create_pce(db, PCE, now=NOW, alias="Autre") == pce.id
    assert db.get(Pce, pce.id).alias == "Lycée des Tilleuls"
    assert actions_noted(db) == []


def test_what_is_no_pce_number_is_not_created(db):
    with pytest.raises(Invalid):
        find_or_create_pce(db, "9999999910001", now=NOW)


def test_the_holder_may_import_and_a_grant_does_not_let_write(db, alice, bob, charlie, dora):
    pce = make_pce(db, holder_id=1)
    make_grant(db, pce, 2)
    importable(db, alice, [PCE])
    importable(db, dora, [PCE, OTHER])
    for viewer in (bob, charlie):
        with pytest.raises(Forbidden):
            importable(db, viewer, [PCE])


def test_an_unknown_pce_is_refused_in_the_same_words_as_a_foreign_one(db, alice):
    make_pce(db, OTHER, holder_id=3)
    said = []
    for number in (OTHER, "09999999910003"):
        with pytest.raises(Forbidden) as refused:
            importable(db, alice, [number])
        said.append(str(refused.value).replace(number, "…"))
    assert said[0] == said[1]


def test_importing_is_refused_to_a_client(db, alice):
    make_pce(db, holder_id=1)
    with pytest.raises(Forbidden):
        importable(db, client_of(alice), [PCE])


def test_the_holder_renames_and_the_search_follows(db, alice):
    pce = make_pce(db, holder_id=1)
    rename(db, alice, PCE, "  Gymnase   d’Été ", now=NOW)
    db.expire_all()
    assert db.get(Pce, pce.id).alias == "Gymnase d’Été"
    assert [row.number for row in search_pces(db, alice, "gymnase ete")] == [PCE]
    assert [row.number for row in search_pces(db, alice, "organisation alice")] == [PCE]
    assert actions_noted(db) == ["pces.renamed"]


def test_who_only_reads_does_not_rename(db, alice, bob, charlie):
    pce = make_pce(db, holder_id=1)
    make_grant(db, pce, 2)
    with pytest.raises(Forbidden):
        rename(db, bob, PCE, "À nous", now=NOW)
    with pytest.raises(NotFound):
        rename(db, charlie, PCE, "À nous", now=NOW)
    with pytest.raises(Forbidden):
        rename(db, client_of(alice), PCE, "À nous", now=NOW)


def test_a_name_has_a_length(db, alice):
    make_pce(db, holder_id=1)
    with pytest.raises(Invalid):
        rename(db, alice, PCE, "x" * 81, now=NOW)


def test_tags_belong_to_the_organisation_that_puts_them(db, alice, bob):
    pce = make_pce(db, holder_id=1)
    make_grant(db, pce, 2)
    assert set_tags(db, alice, [PCE, PCE], add=["Écoles", " Écoles "], now=NOW) == 1
    set_tags(db, bob, [PCE], add=["lot 3"], now=NOW)
    set_tags(db, bob, [PCE], remove=["Écoles"], now=NOW)
    kept = db.execute(select(PceTag.organisation_id, PceTag.tag).order_by(PceTag.organisation_id))
    assert [tuple(row) for row in kept] == [(1, "Écoles"), (2, "lot 3")]
    set_tags(db, alice, [PCE], add=["Nord"], remove=["Écoles"], now=NOW)
    assert [row.tags for row in search_pces(db, alice, PCE)] == [("Nord",)]


def test_tagging_a_pce_that_is_hidden_changes_nothing(db, alice):
    make_pce(db, holder_id=1)
    make_pce(db, OTHER, holder_id=3)
    with pytest.raises(NotFound):
        set_tags(db, alice, [PCE, OTHER], add=["x"], now=NOW)
    assert db.scalars(select(PceTag)).all() == []


def test_a_new_tag_has_no_comma_and_one_of_before_is_still_taken_off(db, alice):
    pce = make_pce(db, holder_id=1)
    with pytest.raises(Invalid, match="virgule"):
        set_tags(db, alice, [PCE], add=["Écoles, Sport"], now=NOW)
    db.add(PceTag(pce_id=pce.id, organisation_id=1, tag="Écoles, Sport"))
    set_tags(db, alice, [PCE], add=["Sport"], remove=["Écoles, Sport"], now=NOW)
    assert [row.tags for row in search_pces(db, alice, PCE)] == [("Sport",)]


def test_tags_are_words_and_not_too_many(db, alice):
    make_pce(db, holder_id=1)
    for wrong in ("", "   ", "x" * 41):
        with pytest.raises(Invalid):
            set_tags(db, alice, [PCE], add=[wrong], now=NOW)
    set_tags(db, alice, [PCE], add=[str(n) for n in range(MOST_TAGS)], now=NOW)
    with pytest.raises(Invalid):
        set_tags(db, alice, [PCE], add=["un de trop"], now=NOW)
    with pytest.raises(Invalid):
        set_tags(db, alice, [], add=["x"], now=NOW)
    with pytest.raises(Invalid):
        set_tags(db, alice, [f"{n:014d}" for n in range(5001)], add=["x"], now=NOW)


def test_an_administrator_gives_a_holder_and_takes_it_back(db, alice, dora):
    pce = make_pce(db)
    assert assign_holder(db, dora, [PCE], "1", now=NOW) == []  # nobody held it
    db.expire_all()
    assert db.get(Pce, pce.id).holder_id == 1
    assert [row.holder for row in search_pces(db, alice, "organisation de alice")] == [
        "Organisation de alice"
    ]
    assign_holder(db, dora, [PCE], "3", now=NOW)
    event = db.scalars(select(PceEventRow)).one()
    assert (event.before, event.after) == (None, "Organisation de charlie")
    assign_holder(db, dora, [PCE], "3", now=NOW)  # again: nothing to note
    assign_holder(db, dora, [PCE], "", now=NOW)
    db.expire_all()
    assert db.get(Pce, pce.id).holder_id is None
    assert actions_noted(db) == ["pces.assigned"] * 3


def test_only_the_staff_assigns_and_only_to_whom_exists(db, alice, dora):
    make_pce(db, holder_id=1)
    with pytest.raises(Forbidden):
        assign_holder(db, alice, [PCE], "1", now=NOW)
    for nobody in ("99", "x", "²"):
        with pytest.raises(NotFound):
            assign_holder(db, dora, [PCE], nobody, now=NOW)
