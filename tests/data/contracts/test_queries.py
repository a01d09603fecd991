"""The grid of contracts, what one says, and that nothing of others is seen."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from core.access import Role
from core.errors import Forbidden, NotFound
from core.paging import RowBlock
from data.contracts import actions, queries
from data.contracts.types import (
    ContractActor,
    ContractFilter,
    ContractSort,
    ContractState,
    ContractTerms,
    DossierStep,
    TextState,
)
from data.exports.models import Export, ExportSchedule
from data.exports.queries import count_paused
from data.exports.types import Content, ExportState, FileKind
from tests.factories import NOW, make_contract, make_organisation

TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)
S = ContractState


@pytest.fixture
def many(db, people):
    names = ("Azur", "Brume", "Cime", "Dune", "Étang")
    states = (S.ACTIVE, S.CLIENT_SIGNED, S.EXPIRED, S.DRAFT, S.SENT)
    made = []
    for name, state in zip(names, states, strict=True):
        home = make_organisation(db, name=name, siren=f"99900{len(made)}000")
        at = NOW + len(made) * DAY
        number = None if state is S.DRAFT else f"C-2026-00000{len(made)}"
        ends_on = TODAY + (len(made) * 40 + 20) * DAY if state is S.ACTIVE else None
        made.append(
            make_contract(
                db, home.id, state=state, number=number, changed_at=at, ends_on=ends_on
            ).uid
        )
    return made


def names(page):
    return [row.organisation for row in page.rows]


def test_the_staff_sees_all_sorted_by_the_database(db, many, dora):
    page = queries.list_contracts(db, dora)
    assert names(page) == ["Étang", "Dune", "Cime", "Brume", "Azur"]
    assert page.total == 5
    up = queries.list_contracts(db, dora, sort=ContractSort.STATE, descending=False)
    assert [row.state for row in up.rows] == [
        S.DRAFT, S.SENT, S.CLIENT_SIGNED, S.ACTIVE, S.EXPIRED,
    ]  # fmt: skip
    for direction in (True, False):
        ends = queries.list_contracts(db, dora, sort=ContractSort.ENDS, descending=direction)
        assert names(ends)[0] == "Azur"  # those without an end come last


@pytest.mark.parametrize("sort", list(ContractSort))
@pytest.mark.parametrize("descending", [True, False])
def test_pages_hold_each_contract_once(db, many, dora, sort, descending):
    found = [
        row.uid
        for start in range(0, 6, 2)
        for row in queries.list_contracts(
            db, dora, sort=sort, descending=descending, block=RowBlock(2, start)
        ).rows
    ]
    assert sorted(found) == sorted(many)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (ContractFilter(states=frozenset({S.ACTIVE, S.DRAFT})), {"Azur", "Dune"}),
        (ContractFilter(waits=True), {"Brume"}),
        (ContractFilter(ends_within=30), {"Azur"}),
        (ContractFilter(ends_within=10), set()),
        (ContractFilter(text="azur"), {"Azur"}),
        (ContractFilter(text="c-2026 000002"), {"Cime"}),
        (ContractFilter(text="999003"), {"Dune"}),
        (ContractFilter(text="%"), set()),
    ],
)
def test_filters(db, many, dora, wanted, expected):
    page = queries.list_contracts(db, dora, wanted)
    assert set(names(page)) == expected
    assert page.total == len(expected)


def test_counts(db, many, dora, bob):
    assert queries.count_waiting(db, dora) == 1
    assert queries.count_waiting(db, bob) == 0
    counted = queries.count_by_state(db, dora)
    assert counted[S.ACTIVE] == counted[S.DRAFT] == 1
    assert counted[S.TERMINATED] == 0
    assert sum(queries.count_by_state(db, bob).values()) == 0


def test_nothing_of_another_organisation_is_seen(db, many, charlie):
    assert queries.list_contracts(db, charlie).total == 0
    for uid in many:
        for read in (
            queries.find_contract,
            queries.list_contract_events,
            queries.count_ending_consequences,
        ):
            with pytest.raises(NotFound):
                read(db, charlie, uid)
        assert queries.list_texts(db, charlie, uid) == ()
    for organisation in (1, 2, 4):
        for ask in (queries.get_dossier, queries.list_dossier_steps, queries.find_current):
            with pytest.raises(NotFound):
                ask(db, charlie, organisation)


def test_a_text_is_its_own_organisation_s(db, play, charlie):
    uid = play.active()
    text = play.text(uid)
    assert queries.find_text(db, play.client, text.uid) == text
    assert queries.find_text(db, play.staff, text.uid) == text
    with pytest.raises(NotFound):
        queries.find_text(db, charlie, text.uid)


def test_the_contract_to_look_at_first(db, play):
    assert queries.find_current(db, play.client) is None
    uid = play.active()
    assert queries.find_current(db, play.client) == uid
    new = actions.renew(db, play.client, uid, version=play.row(uid).version, now=NOW)
    assert queries.find_current(db, play.client) == uid
    assert queries.find_current(db, play.staff, 2) == uid
    assert queries.find_under_way(db, play.client) == new
    actions.abandon(db, play.client, new, version=1, now=NOW)
    assert queries.find_under_way(db, play.client) == uid


def test_what_may_be_done_follows_the_state_and_who_asks(db, play, bob):
    play.fill()
    uid = play.begin()

    def verbs(who):
        found = queries.find_contract(db, who, uid).verbs
        return {name for name in found.__dataclass_fields__ if getattr(found, name)}

    reader = replace(bob, role=Role.CLIENT)
    assert verbs(play.client) == verbs(play.staff) == {"send"}
    assert verbs(reader) == set()
    play.send(uid)
    assert verbs(play.client) == {"take_back", "refuse", "sign"}
    assert verbs(bob) == {"take_back"}
    assert verbs(play.staff) == set()
    play.sign(uid)
    assert verbs(play.client) == set()
    assert verbs(play.staff) == {"countersign", "refuse_signature"}
    play.countersign(uid)
    assert verbs(play.client) == {"terminate", "renew"}
    assert verbs(play.staff) == {"terminate", "renew", "amend"}
    play.amend(uid)
    assert verbs(play.client) == {"refuse", "sign", "terminate", "renew"}
    assert verbs(play.staff) == {"take_back", "terminate", "renew"}
    assert verbs(reader) == set()


def test_a_contract_whose_renewal_is_signed_by_both_is_no_more_said_to_end(db, play):
    uid = play.active(ContractTerms(TODAY, TODAY + 12 * DAY))
    soon = ContractFilter(ends_within=60)
    new = actions.renew(db, play.client, uid, version=play.row(uid).version, now=NOW)
    play.send(new, ContractTerms(TODAY + 13 * DAY, TODAY + 400 * DAY))
    play.sign(new)
    assert play.row(uid).days_left == 12
    assert queries.list_contracts(db, play.client, soon).total == 1
    play.countersign(new)
    assert play.row(uid).days_left is None
    assert queries.list_contracts(db, play.client, soon).total == 0


def test_a_row_says_whose_turn_it_is_and_how_long_it_lasts(db, play):
    uid = play.active(ContractTerms(TODAY, TODAY + 12 * DAY))
    assert play.row(uid).days_left == 12
    assert not play.row(uid).waits
    play.amend(uid)
    assert queries.find_contract(db, play.client, uid).row.waits
    assert not play.row(uid).waits
    play.sign(uid)
    assert play.row(uid).waits
    assert play.row(uid).amendment is TextState.CLIENT_SIGNED


def test_a_timeline_names_who_did_what(db, play):
    uid = play.active()
    entries = queries.list_contract_events(db, play.client, uid)
    assert [(entry.actor, entry.who) for entry in entries[:3]] == [
        (ContractActor.SYSTEM, ""),
        (ContractActor.OPERATOR, "Dora"),
        (ContractActor.CLIENT, "Bob"),
    ]


def test_steps_are_said_in_order_with_what_lacks(db, play):
    lines = queries.list_dossier_steps(db, play.client)
    assert [line.step for line in lines] == list(DossierStep)
    assert not lines[0].done
    play.fill()
    done = {line.step: line.done for line in queries.list_dossier_steps(db, play.client)}
    assert all(
        done[step]
        for step in (
            DossierStep.IDENTITY,
            DossierStep.REPRESENTATIVE,
            DossierStep.POWER,
            DossierStep.USES,
        )
    )


def test_who_has_no_contract_is_listed(db, people, dora, bob):
    none = make_organisation(db, name="Sans", contracted_until=None)
    past = make_organisation(db, name="Passé", contracted_until=TODAY - DAY)
    begun = make_organisation(db, name="Commencé", contracted_until=None)
    make_contract(db, begun.id, state=S.DRAFT, number=None)
    assert {id_ for id_, _name in queries.list_uncontracted(db, dora)} == {none.id, past.id}
    assert queries.list_uncontracted(db, bob) == ()


def test_a_reader_without_the_permission_reads_nothing(db, people, bob):
    # Every role of a client may read; the one that may not is no viewer at all.
    assert queries.list_contracts(db, bob).rows == ()
    with pytest.raises(Forbidden):
        replace(bob, contracted=False).require_contract()


def test_paused_exports_are_counted_for_their_own(db, people, bob, charlie, dora):
    facts = {
        "organisation_id": 2, "user_id": 2, "content": Content.DAILY, "file": FileKind.CSV,
        "apart": False, "choice": {}, "created_at": NOW,
    }  # fmt: skip
    for state in (ExportState.WAITING, ExportState.DONE):
        db.add(
            Export(**facts, state=state, tell=False, expected_rows=1, expected_octets=1, total=1)
        )
    db.add(ExportSchedule(**facts, months=1, day=1, next_on=TODAY))
    db.flush()
    assert count_paused(db, bob, 2) == count_paused(db, dora, 2) == (1, 1)
    assert count_paused(db, charlie, 3) == (0, 0)
    with pytest.raises(NotFound):
        count_paused(db, charlie, 2)
