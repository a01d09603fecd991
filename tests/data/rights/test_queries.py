"""Lists, details, counts and the passport: each sees its own, the staff all of them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import event, text

from core.errors import NotFound
from core.paging import RowBlock
from data.metering.pces.models import Pce
from data.rights.actions import note_read, renew_many, revoke
from data.rights.queries import (
    count_rights,
    count_states,
    find_last_right,
    find_uids,
    get_passport,
    get_revocation_loss,
    get_right,
    get_visible_or_raise,
    list_right_events,
    list_rights,
)
from data.rights.types import (
    ConsentEvidence,
    DeclarationOrigin,
    RightActor,
    RightDataKind,
    RightFilter,
    RightRole,
    RightSort,
    RightSpan,
    RightState,
    RightTrigger,
)
from tests.data.rights.conftest import accepted, answer, asking, right_of, tokens
from tests.data.rights.declarations import DELAYS, asked
from tests.factories import NOW, PCE, make_pce, make_right

pytestmark = pytest.mark.dialect

OTHER = "09999999910002"


@pytest.fixture
def rights(db, pce):
    """Three of bob's, one of charlie's."""
    other = make_pce(db, OTHER, alias="Gymnase Nord")
    return [
        make_right(db, pce, 2),
        make_right(
            db,
            other,
            2,
            state=RightState.PENDING,
            company="Mairie d’Élan",
            holder_key="mairie d'elan",
            ends_on=date(2026, 12, 1),
            search="gymnase nord 09999999910002 mairie d'elan",
            created_at=NOW + timedelta(hours=1),
            origin=DeclarationOrigin.FILE,
            run_id=5,
        ),
        make_right(
            db,
            other,
            2,
            role=RightRole.HOLDER_SUPPLY,
            ends_on=None,
            ends_key=date.max,
            created_at=NOW + timedelta(hours=2),
        ),
        make_right(db, pce, 3, state=RightState.REVOKED),
    ]


def uids(db, viewer, wanted=None, **more):
    wanted = wanted or RightFilter()
    found = [row.uid for row in list_rights(db, viewer, wanted, **more)]
    assert more or count_rights(db, viewer, wanted) == len(found)
    return found


def test_each_sees_its_own_rights_and_the_staff_all(db, rights, alice, bob, charlie, dora):
    a, b, c, d = (right.uid for right in rights)
    assert uids(db, bob) == [c, b, a]
    assert uids(db, charlie) == [d]
    assert uids(db, alice) == []
    assert set(uids(db, dora)) == {a, b, c, d}
    assert uids(db, dora, RightFilter(organisation_id=3)) == [d]
    assert uids(db, bob, RightFilter(organisation_id=3)) == [c, b, a]  # not a way to others'


def test_every_order_both_ways_and_by_pages(db, rights, bob):
    a, b, c, _ = (right.uid for right in rights)
    for sort in RightSort:
        up = uids(db, bob, sort=sort, descending=False)
        assert sorted(up) == sorted([a, b, c])
        assert uids(db, bob, sort=sort) == up[::-1]
        assert uids(db, bob, sort=sort, descending=False, block=RowBlock(1, 1)) == up[1:2]
    assert uids(db, bob, sort=RightSort.ENDS, descending=False) == [b, a, c]
    assert uids(db, bob, sort=RightSort.SITE, descending=False)[-1] == a
    assert uids(db, bob, block=RowBlock(-1)) == []


def test_every_filter(db, rights, bob):
    a, b, c, _ = (right.uid for right in rights)
    for wanted, expected in [
        (RightFilter(states=(RightState.PENDING,)), [b]),
        (RightFilter(roles=(RightRole.HOLDER_SUPPLY,)), [c]),
        (RightFilter(origin=DeclarationOrigin.FILE), [b]),
        (RightFilter(run_id=5), [b]),
        (RightFilter(ending_before=date(2028, 1, 1)), [a]),
        (RightFilter(uids=(a, "x")), [a]),
        (RightFilter(text="élan", states=(RightState.ACTIVE,)), []),
    ]:
        assert uids(db, bob, wanted) == expected
    assert set(find_uids(db, bob, RightFilter())) == {a, b, c}
    assert len(find_uids(db, bob, RightFilter(), limit=2)) == 2


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("élan", "b"),
        ("NORD gymnase", "bc"),
        ("nor", "bc"),
        ("no", ""),  # too short for the index: the beginning of a name
        ("gy", "bc"),
        ("s lycee", "ac"),
        ("9999999910001", "a"),
        ("0999 9999 9100 02", "bc"),
        ("910002", "bc"),
        ('"d\'elan" OR', ""),
        ("%", ""),
        ("' OR 1=1 --", ""),
        ("NEAR(", ""),
        ("œuvre", ""),
    ],
)
def test_a_search_forgives_spaces_zeros_accents_and_is_only_a_text(db, rights, bob, typed, found):
    by_name = dict(zip("abc", (right.uid for right in rights), strict=False))
    assert set(uids(db, bob, RightFilter(text=typed))) == {by_name[name] for name in found}


def test_the_beginning_of_a_name_is_sought_whatever_the_order_of_letters(database, db, bob):
    """Bounds find nothing where a language sorts: in French, U+10FFFF weighs nothing."""
    (sent, _values), *_ = sent_by(database, lambda: count_rights(db, bob, RightFilter(text="é")))
    assert ("LIKE" in sent) is not database.sqlite


def sent_by(database, ask):
    """The statements that *ask* sends, with their values."""
    said = []

    def note(connection, cursor, statement, parameters, context, many):
        said.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    ask()
    event.remove(database.engine, "before_cursor_execute", note)
    return said


@pytest.mark.parametrize("ask", [list_rights, count_rights, count_states])
@pytest.mark.parametrize("more", [{}, {"states": (RightState.PENDING,)}])
def test_few_that_a_text_finds_are_read_one_by_one(database, db, rights, bob, ask, more):
    """An organisation may have a million others, that SQLite would go through."""
    if not database.sqlite:
        pytest.skip("PostgreSQL knows how many lines a text finds")
    wanted = RightFilter(text="gymnase", **more)
    said = sent_by(database, lambda: ask(db, bob, wanted))
    ((statement, values),) = [one for one in said if "+access_rights.organisation_id" in one[0]]
    plan = [
        str(row)
        for row in db.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
    ]
    assert any("SEARCH access_rights USING INTEGER PRIMARY KEY" in line for line in plan)


def test_a_page_counts_no_more_than_it_needs_to_know(database, db, rights, dora, monkeypatch):
    monkeypatch.setattr("data.rights.queries.lists.FEW", 1)
    said = sent_by(database, lambda: list_rights(db, dora, RightFilter(text="gymnase")))
    counts = [values for statement, values in said if "count(" in statement]
    assert len(counts) == database.sqlite
    assert all(2 in values for values in counts)  # the limit: one more than few


def test_a_text_is_looked_for_in_an_index_where_the_database_has_one(database, db, rights, dora):
    """PostgreSQL may lack pg_trgm: then the migration made no index, and all are read."""
    assert len(uids(db, dora, RightFilter(text="gymnase"))) == 2
    if database.sqlite:
        has, plan = True, "EXPLAIN QUERY PLAN "
    else:
        has = bool(db.scalar(text("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")))
        plan = "EXPLAIN "
        db.execute(text("SET LOCAL enable_seqscan = off"))
        db.execute(text("SET LOCAL enable_indexscan = off"))
        db.execute(text("SET LOCAL enable_indexonlyscan = off"))
    ((statement, parameters),) = sent_by(
        database, lambda: find_uids(db, dora, RightFilter(text="gymnase"))
    )
    lines = db.connection().exec_driver_sql(plan + statement, parameters)
    assert any("rights_search" in str(line) for line in lines) is has


@pytest.mark.parametrize("typed", ["", "gymnase", "no", "910002"])
@pytest.mark.parametrize(
    "states", [(), (RightState.PENDING,), (RightState.PENDING, RightState.ACTIVE)]
)
@pytest.mark.parametrize("roles", [(), (RightRole.AUTHORISED_SUPPLY,)])
@pytest.mark.sampled
def test_many_and_few_near_and_far_are_found_in_the_same_order(
    db, rights, bob, monkeypatch, typed, states, roles
):
    wanted = RightFilter(text=typed, states=states, roles=roles)

    def pages():
        return [
            list_rights(db, bob, wanted, sort=sort, block=RowBlock(2, offset))
            for sort in RightSort
            for offset in (0, 1)
        ]

    few = pages()
    monkeypatch.setattr("data.rights.queries.lists.FEW", -1)
    assert pages() == few
    monkeypatch.setattr("data.rights.queries.lists.MOST_ROWS", 2)  # from the second on, far
    assert pages() == few


def test_the_search_follows_changes(db, rights, bob):
    right = rights[0]
    right.search = "piscine"
    db.flush()
    assert uids(db, bob, RightFilter(text="piscine")) == [right.uid]
    assert right.uid not in uids(db, bob, RightFilter(text="lycee"))
    uid = right.uid
    db.delete(right)
    db.flush()
    assert uid not in uids(db, bob, RightFilter(text="piscine"))


def test_counts_by_state_ignore_the_state_asked_for(db, rights, bob, dora):
    wanted = RightFilter(states=(RightState.PENDING,))
    counts = count_states(db, bob, wanted)
    assert counts[RightState.ACTIVE] == 2
    assert counts[RightState.PENDING] == 1
    assert counts[RightState.REVOKED] == 0
    assert count_states(db, dora)[RightState.REVOKED] == 1
    assert count_states(db, bob, RightFilter(text="elan"))[RightState.PENDING] == 1


def test_one_right_says_everything(db, pce, bob):
    uid = accepted(db, bob)
    detail = get_right(db, bob, uid)
    row = detail.row
    assert (row.number, row.state, row.third_party) == (
        PCE,
        RightState.ACTIVE,
        "Organisation de bob",
    )
    assert (row.holder, row.kinds) == ("Lycée des Tilleuls", frozenset(RightDataKind))
    assert list_right_events(db, bob, uid)[-1].evidence == ConsentEvidence("192.0.2.7", "2026-11")
    assert detail.step.actor is None
    assert detail.readable == RightSpan(date(2023, 9, 1), date(2028, 8, 31))
    assert (detail.expected_holder, detail.renewed_by) == ("", "")


def test_what_is_readable_begins_with_the_holder_and_ends_with_the_right(db, pce, bob):
    uid = accepted(db, bob)
    db.get(Pce, pce.id).holder_since = date(2026, 10, 16)
    db.flush()
    assert get_right(db, bob, uid).readable == RightSpan(date(2026, 10, 16), date(2028, 8, 31))
    over = replace(bob, today=date(2028, 9, 1))  # and the clock has not said so yet
    assert get_right(db, over, uid).readable is None
    revoke(db, bob, [uid], now=NOW)
    assert get_right(db, bob, uid).readable is None


@pytest.mark.parametrize(
    "spoilt",
    [
        *({"state": state} for state in RightState if state is not RightState.ACTIVE),
        {"informative": False, "published": False},
        {"role": RightRole.AUTHORISED_INJECTION},
        {"starts_on": date(2026, 11, 25)},
    ],
)
def test_nothing_is_readable_of_what_does_not_open_consumption(db, pce, bob, spoilt):
    assert get_right(db, bob, make_right(db, pce, 2).uid).readable is not None
    assert get_right(db, bob, make_right(db, pce, 2, **spoilt).uid).readable is None


def test_what_differs_is_told_to_the_distributor_only(db, pce, bob, dora):
    uid = asking(db, bob, asked(raison_sociale="Mairie")).uid
    assert get_right(db, bob, uid).expected_holder == ""
    assert get_right(db, dora, uid).expected_holder == "LYCEE DES TILLEULS"
    assert get_right(db, bob, uid).step.actor is RightActor.DISTRIBUTOR


def test_a_right_names_the_one_that_renews_it(db, pce, bob):
    uid = accepted(db, bob)
    (outcome,) = renew_many(db, bob, [uid], date(2029, 8, 31), delays=DELAYS, now=NOW)
    assert get_right(db, bob, uid).renewed_by == outcome.uid


def test_somebody_else_s_right_is_absent(db, pce, bob, charlie):
    uid = asking(db, bob).uid
    for read in (get_right, list_right_events):
        with pytest.raises(NotFound):
            read(db, charlie, uid)
        with pytest.raises(NotFound):
            read(db, bob, "nothing")
    for seen in (get_revocation_loss, get_visible_or_raise):
        with pytest.raises(NotFound):
            seen(db, charlie, [uid])


def test_the_timeline_names_people_to_their_own_organisation(db, pce, bob, dora):
    uid = accepted(db, bob)
    revoke(db, dora, [uid], now=NOW)
    lines = list_right_events(db, bob, uid)
    assert [line.trigger for line in lines] == [
        RightTrigger.DECLARED,
        RightTrigger.ACCEPTED,
        RightTrigger.REVOKED,
    ]
    assert [line.who for line in lines] == ["Bob", "", ""]
    assert [line.who for line in list_right_events(db, dora, uid)] == ["Bob", "", "Dora"]
    assert [(line.before, line.after) for line in lines][1] == (
        RightState.PENDING,
        RightState.ACTIVE,
    )


def test_what_revoking_takes_away(db, rights, bob):
    a, b, c, _ = (right.uid for right in rights)
    loss = get_revocation_loss(db, bob, [a, b, c])
    assert (loss.rights, loss.pces) == (2, 2)
    again = make_right(db, db.get(Pce, rights[0].pce_id), 2, role=RightRole.HOLDER_SUPPLY)
    assert get_revocation_loss(db, bob, [a]).pces == 0
    assert get_revocation_loss(db, bob, [a, again.uid]).pces == 1


def test_the_passport_shows_the_rights_and_who_read_what(db, pce, bob, charlie):
    uid = asking(db, bob).uid
    token = tokens(db)[0]
    answer(db, token, RightTrigger.ACCEPTED)
    hour = timedelta(hours=1)
    note_read(db, bob, [PCE], "consumption.read", now=NOW + hour)
    note_read(db, charlie, [PCE], "consumption.read", now=NOW + hour)
    note_read(db, bob, [OTHER], "consumption.read", now=NOW + hour)
    note_read(db, bob, [PCE], "consumption.read", now=NOW - hour)  # not under this right
    answer(db, token, RightTrigger.WITHDRAWN, NOW + 2 * hour)
    note_read(db, bob, [PCE], "consumption.exported", now=NOW + 3 * hour)
    db.flush()
    shown = get_passport(db, token)
    (right,) = shown.rights
    assert (right.uid, right.third_party, right.state) == (
        uid,
        "Organisation de bob",
        RightState.REVOKED,
    )
    (read,) = shown.readers
    assert (read.at, read.organisation, read.number) == (NOW + hour, "Organisation de bob", PCE)
    with pytest.raises(NotFound):
        get_passport(db, "another")


def test_the_passport_of_an_injection_shows_its_days(db, pce, bob):
    from tests.data.rights.declarations import INJECTION

    asking(db, bob, INJECTION)
    (right,) = get_passport(db, tokens(db)[0]).rights
    assert (right.injection, right.first) == (True, date(2024, 1, 1))


def test_a_client_may_look(db, rights, bob):
    from core.access import Role

    assert uids(db, replace(bob, role=Role.CLIENT))
    assert right_of(db, rights[0].uid).uid


def test_the_last_right_on_a_pce_is_known_to_its_own_organisation(db, pce, alice, bob, charlie):
    first = accepted(db, bob)
    assert find_last_right(db, bob, PCE).uid == first
    revoke(db, bob, [first], now=NOW)
    second = asking(db, bob).uid
    found = find_last_right(db, bob, PCE)
    assert (found.uid, found.state) == (second, RightState.PENDING)
    assert find_last_right(db, bob, OTHER) is None
    assert find_last_right(db, alice, PCE) is None
    assert find_last_right(db, charlie, PCE) is None
