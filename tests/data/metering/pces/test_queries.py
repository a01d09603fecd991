"""Who sees which PCE, and how one is found."""

from datetime import date, timedelta

import pytest
from sqlalchemy import event

from core.errors import NotFound
from core.paging import RowBlock
from data.metering.pces import queries
from data.metering.pces.models import PceEventRow, PceTag
from data.metering.pces.rules import freshness_of, holes_text, search_text
from data.metering.pces.types import EventKind, Frequency, PceFilter, PceFreshness
from tests.conftest import TODAY
from tests.factories import PCE, make_grant, make_pce

pytestmark = pytest.mark.dialect

GRANT = (date(2025, 3, 1), date(2026, 2, 28))
OTHER = "21500000000042"


@pytest.fixture
def pce(db, people):
    """Alice holds it, Bob may read a year of it, Charlie nothing."""
    row = make_pce(db, holder_id=1, data_until=TODAY - timedelta(days=3))
    make_grant(db, row, 2, first_day=GRANT[0], last_day=GRANT[1])
    return row


def numbers(rows):
    return [row.number for row in rows]


def named(db, number, alias, *, city="Villeneuve-Exemple", **values):
    search = search_text(number, alias, city, "Organisation de alice")
    return make_pce(
        db, number, **({"alias": alias, "city": city, "search": search, "holder_id": 1} | values)
    )


@pytest.mark.parametrize(("who", "seen"), [("alice", 1), ("bob", 1), ("charlie", 0), ("dora", 2)])
def test_each_sees_what_they_hold_or_were_granted(request, db, pce, who, seen):
    viewer = request.getfixturevalue(who)
    named(db, OTHER, "Personne", holder_id=None)
    assert queries.count_pces(db, viewer) == seen
    assert len(queries.search_pces(db, viewer, "")) == seen
    assert queries.list_pces(db, viewer)[1] == seen
    assert sum(queries.count_by_freshness(db, viewer).values()) == seen


def test_the_holder_and_the_staff_read_every_day(db, pce, alice, dora):
    for viewer in (alice, dora):
        scope = queries.get_scope(db, viewer, PCE)
        assert (scope.id, scope.first, scope.last) == (pce.id, None, None)
        assert scope.data_until == TODAY - timedelta(days=3)


@pytest.mark.parametrize(
    ("latest", "known"),
    [
        (date(2026, 3, 31), date(2026, 3, 31)),  # the last day of the first piece
        (date(2026, 4, 1), date(2026, 3, 31)),
        (date(2026, 5, 31), date(2026, 3, 31)),
        (date(2026, 6, 15), date(2026, 6, 15)),
        (date(2026, 7, 15), date(2026, 6, 30)),  # in the second hole
        (date(2026, 9, 1), date(2026, 9, 1)),
    ],
)
def test_the_list_and_the_page_end_before_a_hole_that_holds_the_last_day(
    db, people, bob, latest, known
):
    holes = (date(2026, 4, 1), date(2026, 5, 31)), (date(2026, 7, 1), date(2026, 7, 31))
    make_grant(
        db,
        make_pce(db, holder_id=1, data_until=latest),
        2,
        first_day=date(2026, 1, 1),
        last_day=date(2027, 12, 31),
        whole_from=date(2026, 8, 1),
        holes=holes_text(holes, [(date(2026, 1, 2), date(2027, 1, 1))]),
    )
    [row] = queries.list_pces(db, bob)[0]
    assert row.data_until == queries.get_scope(db, bob, PCE).data_until == known


def test_a_grantee_reads_the_days_of_the_grant_and_learns_no_later_one(db, pce, bob):
    scope = queries.get_scope(db, bob, " 0999 9999 910001 ")
    assert (scope.first, scope.last) == GRANT
    assert scope.data_until == GRANT[1]
    assert queries.list_pces(db, bob)[0][0].data_until == GRANT[1]


def test_a_grant_that_begins_after_the_data_shows_no_last_day(db, people, bob):
    row = make_pce(db, data_until=date(2024, 1, 1))
    make_grant(db, row, 2, first_day=date(2025, 1, 1))
    assert queries.get_scope(db, bob, PCE).data_until is None
    assert queries.count_by_freshness(db, bob)[PceFreshness.NEVER] == 1


def test_who_holds_and_has_a_grant_is_the_holder(db, pce, alice):
    make_grant(db, pce, 1, first_day=GRANT[0], last_day=GRANT[1])
    scope = queries.get_scope(db, alice, PCE)
    assert (scope.first, scope.last) == (None, None)


def test_hidden_and_absent_look_the_same(db, pce, charlie):
    said = []
    for number in (PCE, OTHER, "", "0\x00", "'; DROP TABLE pces"):
        with pytest.raises(NotFound) as caught:
            queries.get_scope(db, charlie, number)
        said.append(str(caught.value))
    assert len(set(said)) == 1
    with pytest.raises(NotFound):
        queries.get_detail(db, charlie, PCE)


@pytest.mark.parametrize(
    ("valid", "seen"),
    [
        ((TODAY, TODAY), 1),
        ((TODAY + timedelta(days=1), None), 0),
        ((date(2020, 1, 1), TODAY - timedelta(days=1)), 0),
        ((date(2020, 1, 1), None), 1),
    ],
)
def test_a_grant_counts_on_its_days_only(db, people, bob, valid, seen):
    make_grant(db, make_pce(db), 2, valid_from=valid[0], valid_to=valid[1])
    assert queries.count_pces(db, bob) == seen
    assert len(queries.search_pces(db, bob, PCE)) == seen


@pytest.mark.parametrize(
    "typed",
    ["09999999910001", "9999999910001", "099 999 999 10 001", "9910001", "0999.9999-91", "  0999 "],
)
def test_a_number_is_found_with_spaces_and_without_its_zeros(db, pce, alice, typed):
    assert numbers(queries.search_pces(db, alice, typed)) == [PCE]


@pytest.mark.parametrize(
    "typed",
    ["LYCEE", "lycée tilleuls", "Tilleuls lyc", "villeneuve", "de alice", "gi001234", "œuvres"],
)
def test_words_are_found_without_accents_or_capitals(db, people, alice, typed):
    named(db, "GI001234", "Lycée des Tilleuls, Œuvres")
    named(db, "21500000000042", "Piscine", city="Autre", holder_id=3)
    assert numbers(queries.search_pces(db, alice, typed)) == ["GI001234"]


@pytest.mark.parametrize("few", [0, 100])
@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("rue de l'eglise", "alice dora"),  # a street is technical data, which Bob has no right to
        ("69100", "alice bob dora"),
        ("Gymnase 69100", "alice bob dora"),
        ("ecoles", "alice"),  # a tag of her organisation
        ("gymnase ecoles eglise", "alice"),
        ("gymnqse", "alice bob dora"),
        ("Gymnaze eglise", "alice dora"),
        ("ecloes", "alice"),
        ("gymnasium", ""),
    ],
)
def test_a_site_is_found_by_address_tag_and_despite_a_typo(
    request, db, people, monkeypatch, typed, seen, few
):
    monkeypatch.setattr("data.metering.pces.queries.matching.FEW", few)
    named(db, OTHER, "Piscine", holder_id=3)
    where = {"street": "3 rue de l’Église", "postal_code": "69100"}
    text = search_text(PCE, "Gymnase", "Lyon", "", "69100")
    row = make_pce(db, alias="Gymnase", city="Lyon", search=text, holder_id=1, **where)
    make_grant(db, row, 2, technical=False)
    db.add(PceTag(pce_id=row.id, organisation_id=1, tag="Écoles"))
    db.flush()
    for who in ("alice", "bob", "charlie", "dora"):
        viewer = request.getfixturevalue(who)
        expected = [PCE] if who in seen.split() else []
        assert numbers(queries.search_pces(db, viewer, typed)) == expected
        corrected = PceFilter(text=queries.correct_search(db, viewer, typed))
        assert numbers(queries.list_pces(db, viewer, corrected)[0]) == expected


@pytest.mark.parametrize(
    "typed", ["piscine", "%", "_", "\\", "lycee piscine", "000x", "\x00", "\ud800"]
)
def test_what_is_nowhere_is_not_found(db, pce, alice, typed):
    assert queries.search_pces(db, alice, typed) == []


def test_number_hits_come_first_and_the_answer_is_short(db, people, alice):
    named(db, "21500000000042", "Zoo")
    named(db, "21500000000043", "Annexe 0042 bis", city="0042")
    assert numbers(queries.search_pces(db, alice, "0042"))[0] == "21500000000042"
    assert len(queries.search_pces(db, alice, "", limit=1)) == 1


def test_the_list_sorts_filters_and_counts(db, people, alice):
    first = named(db, "21500000000001", "Écluse", city="Bourg", data_until=TODAY)
    named(db, "21500000000002", "Abri", city="Cité", data_until=TODAY - timedelta(days=6))
    named(db, "21500000000003", "Zénith", city="Arche")
    db.add_all([PceTag(pce_id=first.id, organisation_id=1, tag=tag) for tag in ("b", "a")])
    db.add(PceTag(pce_id=first.id, organisation_id=3, tag="secret"))
    db.flush()

    def last_digits(wanted=PceFilter(), **asked):  # noqa: B008 (frozen)
        rows, total = queries.list_pces(db, alice, wanted, **asked)
        return [row.number[-1] for row in rows], total

    assert last_digits() == (["2", "1", "3"], 3)
    assert last_digits(descending=True) == (["3", "1", "2"], 3)
    assert last_digits(sort="city") == (["3", "1", "2"], 3)
    assert last_digits(sort="data_until") == (["2", "1", "3"], 3)
    assert last_digits(sort="data_until", descending=True) == (["1", "2", "3"], 3)
    assert last_digits(sort="password_hash; --") == (["2", "1", "3"], 3)
    assert last_digits(block=RowBlock(1, 1)) == (["1"], 3)
    assert last_digits(PceFilter(text="ecluse")) == (["1"], 1)
    assert last_digits(PceFilter(tags=("a", "b"))) == (["1"], 1)
    assert last_digits(PceFilter(tags=("secret",))) == ([], 0)
    assert last_digits(PceFilter(tags=("\x00\ud800",))) == ([], 0)
    assert last_digits(PceFilter(freshness=PceFreshness.LATE)) == (["2"], 1)
    assert last_digits(PceFilter(freshness=PceFreshness.NEVER)) == (["3"], 1)
    (row, *_), _ = queries.list_pces(db, alice, PceFilter(text="ecluse"))
    assert (row.tags, row.holder) == (("a", "b"), "Organisation de alice")
    assert queries.count_by_tag(db, alice) == [("a", 1), ("b", 1)]


@pytest.mark.parametrize("sort", [*queries.SORTS, "data_until"])
def test_every_column_of_the_grid_sorts(db, pce, bob, sort):
    assert queries.list_pces(db, bob, sort=sort, descending=True)[1] == 1


def test_freshness_is_counted_at_its_edges(db, people, alice):
    for n, lag in enumerate([0, 4, 5, 11, 12, None]):
        until = None if lag is None else TODAY - timedelta(days=lag)
        named(db, f"2150000000000{n}", "Site", data_until=until)
    assert queries.count_by_freshness(db, alice) == {
        PceFreshness.FRESH: 2,
        PceFreshness.LATE: 2,
        PceFreshness.STALE: 1,
        PceFreshness.NEVER: 1,
        PceFreshness.CLOSED: 0,
    }


def test_the_list_and_its_counts_expect_data_as_often_as_each_meter_is_read(db, people, alice):
    until = date(2026, 10, 31)
    for n, frequency in enumerate(Frequency):
        named(db, f"2150000000000{n}", "Site", data_until=until, frequency=frequency)
    old = {"data_until": date(2026, 9, 17), "frequency": Frequency.MONTHLY_LARGE}
    named(db, "21500000000009", "Muet", **old)
    stale, total = queries.list_pces(db, alice, PceFilter(freshness=PceFreshness.STALE))
    daily = [Frequency.MONTHLY_LARGE, Frequency.MONTHLY, Frequency.DAILY]
    assert [row.frequency for row in stale] == daily
    assert total == queries.count_by_freshness(db, alice)[PceFreshness.STALE] == 3
    assert queries.count_by_freshness(db, alice)[PceFreshness.FRESH] == 2
    for row in queries.list_pces(db, alice)[0]:
        state = freshness_of(row.data_until, row.frequency, TODAY)
        same, _total = queries.list_pces(db, alice, PceFilter(freshness=state))
        assert row.number in numbers(same)


def test_the_oldest_data_come_first_among_the_late(db, people, alice, charlie):
    for n, lag in enumerate([4, 5, 60, None]):
        until = None if lag is None else TODAY - timedelta(days=lag)
        named(db, f"2150000000000{n}", "Site", data_until=until)
    found = numbers(queries.list_late(db, alice))
    assert found == ["21500000000002", "21500000000001"]
    assert len(queries.list_late(db, alice, limit=1)) == 1
    assert queries.list_late(db, charlie) == []
    assert queries.find_latest_day(db, alice) == TODAY - timedelta(days=4)


def test_a_closed_site_is_never_late(db, people, alice):
    last = TODAY - timedelta(days=90)
    make_pce(db, "21500000000001", holder_id=1, data_until=last, ended_on=last)
    make_pce(db, "21500000000002", holder_id=1, data_until=last, ended_on=TODAY)
    assert numbers(queries.list_late(db, alice)) == ["21500000000002"]


def test_a_closed_site_is_counted_and_filtered_as_closed_and_nothing_else(db, people, alice, dora):
    old, yesterday = TODAY - timedelta(days=90), TODAY - timedelta(days=1)
    make_pce(db, "21500000000001", holder_id=1, data_until=old, ended_on=old)
    make_pce(db, "21500000000002", holder_id=1, data_until=yesterday, ended_on=yesterday)
    make_pce(db, "21500000000003", holder_id=1, ended_on=yesterday)
    make_pce(db, "21500000000004", holder_id=1, data_until=old, ended_on=TODAY)
    for viewer in (alice, dora):
        counts = queries.count_by_freshness(db, viewer)
        assert counts == dict.fromkeys(PceFreshness, 0) | {
            PceFreshness.CLOSED: 3,
            PceFreshness.STALE: 1,
        }
        for state, count in counts.items():
            assert queries.list_pces(db, viewer, PceFilter(freshness=state))[1] == count
        closed, _total = queries.list_pces(db, viewer, PceFilter(freshness=PceFreshness.CLOSED))
        assert [row.ended_on for row in closed] == [old, yesterday, yesterday]


def test_a_grantee_does_not_learn_that_a_site_closed_after_its_days(db, pce, bob, alice):
    pce.ended_on = GRANT[1] + timedelta(days=1)
    db.flush()
    row = queries.list_pces(db, bob)[0][0]
    assert (row.ended_on, row.readable_until) == (None, GRANT[1])
    assert queries.count_by_freshness(db, bob)[PceFreshness.FRESH] == 1
    assert queries.count_by_freshness(db, alice)[PceFreshness.CLOSED] == 1
    pce.ended_on = GRANT[1]
    db.flush()
    assert queries.get_detail(db, bob, PCE).ended_on == GRANT[1]
    assert queries.count_by_freshness(db, bob)[PceFreshness.CLOSED] == 1


def test_days_that_a_grantee_may_not_read_are_never_late_for_them(db, pce, bob, alice):
    assert queries.list_late(db, bob) == []
    assert queries.list_pces(db, bob, PceFilter(freshness=PceFreshness.STALE))[1] == 0
    pce.data_until = GRANT[1] - timedelta(days=1)
    db.flush()
    assert numbers(queries.list_late(db, bob)) == numbers(queries.list_late(db, alice)) == [PCE]


def test_a_digit_within_a_number_is_no_match_of_a_name(db, people, alice):
    named(db, "21500000000003", "Logement du Grand Pré – Rives")
    named(db, "21500000000010", "Mairie annexe du Grand Pré – Rives 3")
    assert numbers(queries.search_pces(db, alice, "grand pre rives 3"))[0] == "21500000000010"


def test_the_detail_shows_the_events_of_the_readable_days(db, pce, alice, bob):
    for day in (GRANT[0] - timedelta(days=1), GRANT[0], GRANT[1], GRANT[1] + timedelta(days=1)):
        db.add(PceEventRow(pce_id=pce.id, day=day, kind=EventKind.SUPPLIER, before="A", after="B"))
    db.flush()
    assert len(queries.get_detail(db, alice, PCE).events) == 4
    detail = queries.get_detail(db, bob, PCE)
    assert [event.day for event in detail.events] == [*GRANT]
    assert detail.address == "12 rue des Tilleuls, 99123 Villeneuve-Exemple"
    assert detail.row.holder == "Organisation de alice"


def test_a_screen_opens_on_the_first_by_alias(db, people, alice, charlie):
    named(db, "21500000000001", "Zoo")
    named(db, "21500000000002", "École")
    assert queries.find_default_pce(db, alice) == "21500000000002"
    assert queries.find_default_pce(db, charlie) is None


def test_the_detail_does_not_tell_what_changed_after_the_readable_days(db, pce, alice, bob):
    after = GRANT[1] + timedelta(days=30)
    pce.supplier, pce.meter_serial, pce.ended_on = "Après", "SERIE-APRES", after
    for kind, before, now in (
        (EventKind.SUPPLIER, "Pendant", "Après"),
        (EventKind.METER, "SERIE-PENDANT", "SERIE-APRES"),
    ):
        row = PceEventRow(pce_id=pce.id, day=after, kind=kind, before=before, after=now)
        db.add(row)
    db.flush()
    told = queries.get_detail(db, bob, PCE)
    assert (told.supplier, told.meter_serial, told.ended_on) == ("Pendant", "SERIE-PENDANT", None)
    assert queries.get_detail(db, alice, PCE).supplier == "Après"


@pytest.mark.parametrize(
    "typed",
    ["9999999910001", "0999999991O001", "09999999910010", "0999999910001", "099999999100011"],
)
def test_a_number_written_wrong_finds_the_nearest_first(db, pce, alice, typed):
    named(db, "09999999910111", "Loin")
    named(db, "09999991234567", "Très loin")
    assert numbers(queries.list_alike(db, alice, typed))[0] == PCE
    assert "09999991234567" not in numbers(queries.list_alike(db, alice, typed))


def test_what_is_like_a_number_is_looked_for_among_visible_ones(db, pce, alice, bob, charlie, dora):
    wrong = "09999999910002"
    seen = {who: numbers(queries.list_alike(db, who, wrong)) for who in (alice, bob, charlie, dora)}
    assert seen == {alice: [PCE], bob: [PCE], charlie: [], dora: [PCE]}


def test_a_name_in_place_of_a_number_is_found_by_name(db, people, alice):
    named(db, PCE, "Gymnase Nord")
    assert numbers(queries.list_alike(db, alice, "GYMNASE")) == [PCE]
    assert queries.list_alike(db, alice, "٣٣٣٣٣٣٣") == []


@pytest.mark.parametrize("few", [0, 1, 100])
@pytest.mark.parametrize(
    "typed", ["gymnase", "gym vil", "no", "7 3", "00000042", "21 50 00 00 00 00 42"]
)
def test_few_and_many_are_found_alike(database, db, people, alice, monkeypatch, typed, few):
    """By SQLite's index of letters when they are few, by reading them all when they are many."""
    monkeypatch.setattr("data.metering.pces.queries.matching.FEW", few)
    named(db, OTHER, "Gymnase du 7 3")
    named(db, PCE, "Gymnase Nord")
    named(db, "GI000042", "Gymnase d’un autre", holder_id=2)
    wanted = PceFilter(text=typed)
    expected = {row.number for row in queries.list_pces(db, alice)[0]}
    asked = [word for word in typed.split() if not word.isdigit()]
    told = {OTHER} if not asked else {OTHER, PCE} if asked != ["no"] else {PCE}
    rows, total = queries.list_pces(db, alice, wanted)
    assert ({row.number for row in rows}, total) == (told & expected, len(told))
    assert {row.number for row in queries.search_pces(db, alice, typed)} == told


def test_few_are_found_in_the_index_of_letters(database, db, people, alice):
    """Kept true by the database itself, where it has one: a renamed site is found anew."""
    row = named(db, OTHER, "Gymnase")
    row.search = search_text(OTHER, "Piscine", "", "")
    db.flush()
    assert queries.search_pces(db, alice, "gymnase") == []
    said = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: said.append(args[2]))
    assert numbers(queries.search_pces(db, alice, "piscine")) == [OTHER]
    assert any("pces_search" in statement for statement in said) is database.sqlite


def test_a_search_as_long_as_a_book_finds_nothing(db, pce, alice):
    assert queries.search_pces(db, alice, "1" * 60_000) == []
