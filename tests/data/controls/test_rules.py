"""The transition table, working days, the draw, the chain: pure rules, whatever they are given."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Conflict, Invalid
from data.controls.rules import chain, deadlines, draw, pieces, states
from data.controls.rules.labels import MOTIVES
from data.controls.types import (
    ControlStep,
    ControlVerdict,
    DrawFilter,
    DrawMethod,
    Fact,
    Motive,
    Picked,
    ProofDelays,
    Ruling,
    Sample,
    Side,
    Stage,
    Urgency,
)
from data.rights.types import ProofState
from tests.data.controls.proofs import piece

TODAY = date(2026, 11, 24)
S = ProofState
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


def test_every_step_of_every_side_is_allowed_or_refused():
    allowed = {
        (None, ControlStep.ASKED, Side.DISTRIBUTOR): S.AWAITED,
        (S.AWAITED, ControlStep.SENT, Side.THIRD_PARTY): S.UNDER_CHECK,
        (S.UNDER_CHECK, ControlStep.SENT, Side.THIRD_PARTY): S.UNDER_CHECK,
        (S.UNDER_CHECK, ControlStep.ACCEPTED, Side.DISTRIBUTOR): S.ACCEPTED,
        (S.UNDER_CHECK, ControlStep.AGAIN, Side.DISTRIBUTOR): S.AWAITED,
        (S.UNDER_CHECK, ControlStep.REJECTED, Side.DISTRIBUTOR): S.REJECTED,
        (S.AWAITED, ControlStep.LATE, Side.SYSTEM): S.REJECTED,
    }
    for key in product((None, *ProofState), ControlStep, Side):
        assert states.next_state(*key) is allowed.get(key)


def test_each_decision_has_its_step():
    assert [verdict.step for verdict in ControlVerdict] == [
        ControlStep.ACCEPTED,
        ControlStep.AGAIN,
        ControlStep.REJECTED,
    ]


def test_each_motive_has_its_words():
    assert set(MOTIVES) == set(Motive)


def test_notes_checks_and_assignments_are_the_distributor_s_own():
    assert [fact for fact in Fact if fact.internal] == [
        Fact.NOTED,
        Fact.CHECKED,
        Fact.ASSIGNED,
    ]


@pytest.mark.parametrize("verdict", [ControlVerdict.AGAIN, ControlVerdict.REJECT])
@pytest.mark.parametrize(
    ("motive", "text"), [(None, "x"), (Motive.NOTHING_SENT, "x"), (Motive.OTHER, "  ")]
)
def test_a_refusal_says_why(verdict, motive, text):
    with pytest.raises(Invalid):
        states.checked_ruling(Ruling(verdict, motive, text))


def test_a_ruling_is_trimmed_and_an_acceptance_has_no_motive():
    assert states.checked_ruling(Ruling(ControlVerdict.ACCEPT, Motive.DATE, " vu ")) == Ruling(
        ControlVerdict.ACCEPT, None, "vu"
    )
    kept = Ruling(ControlVerdict.REJECT, Motive.OTHER, "raturé")
    assert states.checked_ruling(replace(kept, text=" raturé ")) == kept


def test_words_are_neither_nothing_nor_a_book():
    assert states.words_of(" a ") == "a"
    assert states.words_of("  ") == ""
    with pytest.raises(Invalid, match="Écrivez"):
        states.words_of("  ", needed="Écrivez")
    with pytest.raises(Invalid, match="trop long"):
        states.words_of("a" * 4001)


def test_a_decision_is_undone_before_its_effects_only():
    at = datetime(2026, 11, 24, 8, tzinfo=UTC)
    later = at + timedelta(minutes=10)
    assert states.is_undoable(at, later, applied=None, undone=None)
    assert not states.is_undoable(later, later, applied=None, undone=None)
    assert not states.is_undoable(at, later, applied=at, undone=None)
    assert not states.is_undoable(at, later, applied=None, undone=at)


# Days


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 11, 28),  # a Saturday
        date(2026, 11, 29),
        date(2026, 11, 11),
        date(2026, 12, 25),
        date(2027, 1, 1),
        date(2027, 3, 29),  # Easter Monday
        date(2027, 5, 6),  # Ascension
        date(2027, 5, 17),  # Whit Monday
        date(2026, 7, 14),
    ],
)
def test_a_week_end_or_a_public_holiday_is_no_working_day(day):
    assert not deadlines.is_working(day)


def test_what_alsace_alone_keeps_is_a_working_day():
    assert deadlines.is_working(date(2027, 3, 26))  # Good Friday
    assert deadlines.is_working(date(2025, 12, 26))


def test_twenty_working_days_run_over_christmas():
    assert deadlines.first_due(TODAY, ProofDelays()) == date(2026, 12, 22)
    assert deadlines.first_due(date(2026, 12, 10), ProofDelays()) == date(2027, 1, 11)


@given(DAYS, st.integers(0, 60))
def test_a_deadline_has_so_many_working_days_before_it(day, count):
    due = deadlines.working_day_after(day, count)
    between = [day + timedelta(days=n) for n in range(1, (due - day).days + 1)]
    assert sum(map(deadlines.is_working, between)) == count
    assert count == 0 or deadlines.is_working(due)


@given(DAYS, st.integers(0, 30))
def test_the_grace_is_over_for_every_deadline_up_to_the_last_such_and_no_other(today, grace):
    delays = ProofDelays(grace=grace)
    last = deadlines.last_due_over(today, delays)
    for days in range(-4, 5):
        due = last + timedelta(days=days)
        assert deadlines.is_late(due, today, delays) == (due <= last)


def test_a_right_ends_the_morning_after_its_grace():
    assert deadlines.final_day(date(2026, 11, 24), ProofDelays()) == date(2026, 12, 2)
    assert deadlines.final_day(date(2026, 11, 24), ProofDelays(grace=0)) == date(2026, 11, 25)


def test_without_grace_it_is_late_the_day_after():
    none = ProofDelays(grace=0)
    assert not deadlines.is_late(TODAY, TODAY, none)
    assert deadlines.is_late(TODAY, TODAY + timedelta(days=1), none)


def test_another_piece_leaves_enough_time_and_takes_none_away():
    far = date(2027, 3, 1)
    assert deadlines.due_again(TODAY, far, ProofDelays()) == far
    assert deadlines.due_again(TODAY, TODAY, ProofDelays()) == date(2026, 12, 8)


@given(DAYS, st.integers(0, 60), st.lists(st.integers(0, 70), max_size=70).map(sorted))
def test_each_reminder_is_sent_once_the_nearest_taking_the_place_of_those_missed(
    opened, length, nights
):
    due, reminded, sent = opened + timedelta(days=length), None, []
    for night in nights:
        found = deadlines.reminder_of(due, opened, reminded, opened + timedelta(days=night))
        if found is not None:
            assert due - timedelta(days=found) <= opened + timedelta(days=night) <= due
            sent.append(found)
            reminded = found
    assert sent == sorted(set(sent), reverse=True)
    assert set(sent) <= {10, 3, 0}
    if length > 10 and set(range(length + 1)) <= set(nights):
        assert sent == [10, 3, 0]


def test_a_deadline_is_called_by_how_near_it_is():
    found = {
        n: deadlines.urgency_of(TODAY + timedelta(days=n), TODAY) for n in (-1, 0, 3, 4, 10, 11)
    }
    late, urgent, soon, calm = Urgency.LATE, Urgency.URGENT, Urgency.SOON, Urgency.CALM
    assert found == {-1: late, 0: urgent, 3: urgent, 4: soon, 10: soon, 11: calm}


@given(DAYS)
def test_a_week_ends_on_its_sunday(today):
    end = deadlines.week_end(today)
    assert end.weekday() == 6
    assert 0 <= (end - today).days <= 6


# Draws


@given(st.integers(0, draw.MOST_SEED), st.lists(st.integers(1, draw.PRIME - 1), unique=True))
def test_no_two_rights_have_one_rank(seed, ids):
    keys = draw.keys_of(seed)
    ranks = [draw.rank_of(one, keys) for one in ids]
    assert len(set(ranks)) == len(ids)
    assert all(0 <= rank < draw.PRIME for rank in ranks)


def test_ranks_stay_within_64_bits():
    keys = draw.Keys(*[draw.PRIME - 1] * 4)
    worst = draw.PRIME - 1
    assert worst * keys.a + keys.b < 2**63
    assert worst * worst < 2**63
    assert worst * keys.c + keys.d < 2**63


def test_a_draw_is_as_even_as_chance():
    """Over 400 seeds, each of 200 neighbours is drawn about as often, and so is each pair."""
    drawn, pairs, seeds = Counter(), 0, 400
    for seed in range(seeds):
        keys = draw.keys_of(seed)
        taken = set(sorted(range(1, 201), key=lambda one: draw.rank_of(one, keys))[:50])
        drawn.update(taken)
        pairs += sum(one + 1 in taken for one in taken)
    expected, spread = seeds * 0.25, (seeds * 0.25 * 0.75) ** 0.5
    assert all(abs(drawn[one] - expected) < 5 * spread for one in range(1, 201))
    together = seeds * 199 * (50 * 49) / (200 * 199)
    assert abs(pairs / together - 1) < 0.05


@pytest.mark.parametrize(
    ("eligible", "rate", "size"), [(0, "5", 0), (1, "0.01", 1), (200, "5", 10), (201, "5", 11)]
)
def test_a_rate_is_rounded_up(eligible, rate, size):
    assert draw.size_of(eligible, Decimal(rate)) == size


@pytest.mark.parametrize("rate", ["0", "-1", "100.01", "NaN", "Infinity"])
def test_a_rate_is_a_part_of_a_hundred(rate):
    with pytest.raises(Invalid):
        draw.checked_sample(Sample(Decimal(rate), 1))


@pytest.mark.parametrize("seed", [-1, draw.PRIME])
def test_a_seed_has_its_limits(seed):
    with pytest.raises(Invalid):
        draw.checked_sample(Sample(Decimal(1), seed))


def test_a_period_has_its_order():
    backwards = DrawFilter(declared_first=TODAY, declared_last=TODAY - timedelta(days=1))
    with pytest.raises(Invalid):
        draw.checked_sample(Sample(Decimal(1), 1, backwards))
    right = DrawFilter(declared_first=TODAY, declared_last=TODAY)
    assert draw.checked_sample(Sample(Decimal(1), 1, right)).draw_filter is right


def test_a_list_has_something_and_not_too_much():
    assert draw.checked_picked(Picked(("a", "a"), ("1",))) == Picked(("a",), ("1",))
    with pytest.raises(Invalid):
        draw.checked_picked(Picked())
    with pytest.raises(Invalid):
        draw.checked_picked(Picked(tuple(map(str, range(5001)))))


def test_a_draw_is_named_by_how_it_was_made():
    assert draw.way_of(Sample(Decimal(1), 1)) is DrawMethod.SAMPLE
    assert draw.way_of(Picked(("a",))) is DrawMethod.ONE
    assert draw.way_of(Picked(("a", "b"))) is DrawMethod.LIST
    assert draw.way_of(Picked((), ("a",))) is DrawMethod.LIST


def test_a_filter_is_found_again_as_it_was_kept():
    day = date(2026, 1, 1)
    for among in (
        DrawFilter(),
        DrawFilter(2, day, day, (None, ProofState.ACCEPTED), Stage.ENDING),
    ):
        assert draw.unpacked(draw.packed(among)) == among


def test_a_mark_knows_the_rights_not_their_order():
    assert draw.mark_of([2, 1]) == draw.mark_of([1, 2])
    assert draw.mark_of([1, 2]) != draw.mark_of([12])


def test_a_filter_is_kept_whole():
    among = DrawFilter(2, TODAY, None, (None, S.ACCEPTED))
    assert draw.packed(among) == {
        "organisation_id": 2,
        "stage": None,
        "declared_first": "2026-11-24",
        "declared_last": None,
        "proofs": [None, "accepted"],
    }


# Pieces


def test_one_to_three_pieces_go_together():
    assert len(pieces.checked_pieces([piece()] * 3)) == 3
    assert pieces.checked_pieces([], least=0) == ()
    for wrong in ([], [piece()] * 4):
        with pytest.raises(Conflict):
            pieces.checked_pieces(wrong)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Mes documents\\a.pdf", "a.pdf"),
        ("a\u202edp.exe\x00.pdf", "adp.exe.pdf"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_a_name_is_its_last_part(name, kept):
    assert pieces.checked_pieces([piece(name)])[0].name == kept


@pytest.mark.parametrize("name", ["", "  ", "..", "a/", "\x00"])
def test_a_piece_has_a_name(name):
    with pytest.raises(Invalid):
        pieces.checked_pieces([piece(name)])


# The chain


def links(count):
    found, previous = [], chain.NOTHING
    for seq in range(1, count + 1):
        at = datetime(2026, 11, 24, 8, 0, seq, tzinfo=UTC)
        entry = chain.ChainEntry(
            seq, at, "sent", seq, None, 2, "third_party", {"n": seq, "é": [None]}
        )
        found.append(chain.ChainLink(entry, previous, chain.hash_of(entry, previous)))
        previous = found[-1].hash
    return found, (count, previous)


def broken(found, head):
    return [one.seq for one in chain.broken_in(found, head)]


def test_a_chain_holds_as_it_was_written():
    for count in range(4):
        assert broken(*links(count)) == []


@pytest.mark.parametrize(
    "change",
    [
        {"at": datetime(2026, 11, 24, 8, 0, 2, 1, tzinfo=UTC)},
        {"fact": "again"},
        {"control_id": 9},
        {"campaign_id": 9},
        {"actor_id": None},
        {"side": "system"},
        {"detail": {"n": 2}},
    ],
)
def test_whatever_is_changed_in_an_entry_is_named_once(change):
    found, head = links(4)
    found[1] = replace(found[1], entry=replace(found[1].entry, **change))
    assert broken(found, head) == [2]


def test_an_entry_written_anew_breaks_the_next():
    found, head = links(4)
    entry = replace(found[1].entry, fact="again")
    found[1] = chain.ChainLink(entry, found[1].previous, chain.hash_of(entry, found[1].previous))
    assert broken(found, head) == [3]


def test_an_entry_that_is_missing_is_named_wherever_it_was():
    found, head = links(4)
    for missing in range(4):
        left = found[:missing] + found[missing + 1 :]
        assert broken(left, head)[0] == missing + 1


def test_the_last_entry_written_anew_is_not_the_sealed_one():
    found, head = links(2)
    entry = replace(found[1].entry, fact="again")
    found[1] = chain.ChainLink(entry, found[1].previous, chain.hash_of(entry, found[1].previous))
    assert broken(found, head) == [2]


def test_the_hash_of_an_instant_does_not_depend_on_its_zone():
    found, _head = links(1)
    local = found[0].entry.at.astimezone()
    entry = replace(found[0].entry, at=local)
    assert chain.hash_of(entry, chain.NOTHING) == found[0].hash


def test_words_are_kept_by_their_digest():
    assert chain.digest_of("é") == chain.digest_of("é") != chain.digest_of("e")
