"""What proofs must say, what else one may prove, and what a pack or a file is told of a control."""

import hashlib
import json

import pytest

from core.errors import NotFound
from data.controls import actions, queries
from data.controls.types import ControlSort, Fact
from tests.data.controls.proofs import NUMBERS, facts, piece, sent
from tests.factories import NOW, PCE


def test_each_control_says_what_its_proof_must_say(db, bob, charlie, controls):
    found = queries.load_expected_proofs(db, bob, [controls[2], controls[0], controls[2]])
    assert list(found) == [controls[2], controls[0]]
    assert found[controls[0]].number == PCE
    assert found[controls[0]].third_party == "Organisation de bob"
    assert found[controls[0]] == queries.get_control(db, bob, controls[0], now=NOW).expected
    for viewer, uids in ((charlie, controls[:1]), (bob, [controls[0], "absent"])):
        with pytest.raises(NotFound):
            queries.load_expected_proofs(db, viewer, uids)


def test_others_that_await_a_proof_are_found_by_their_number(db, bob, dora, charlie, controls):
    def awaiting(viewer, beside=()):
        return [row[0] for row in queries.list_awaiting(db, viewer, NUMBERS, beside)]

    assert awaiting(bob) == controls
    assert awaiting(bob, controls[:1]) == controls[1:]
    assert queries.list_awaiting(db, bob, [PCE])[0][1:] == (PCE, "Lycée des Tilleuls")
    assert awaiting(dora) == awaiting(charlie) == []  # they have nothing to send
    actions.stage(db, bob, controls[:1], [piece()], now=NOW)
    sent(db, bob, controls[1:2])
    assert awaiting(bob) == controls[2:]


def test_all_of_a_filter_is_read_in_the_order_of_the_grid(db, bob, charlie, controls):
    for descending in (False, True):
        order = {"sort": ControlSort.NUMBER, "descending": descending}
        every = list(queries.iter_controls(db, bob, **order))
        assert every == queries.list_controls(db, bob, **order)[0]
    assert list(queries.iter_controls(db, charlie)) == []


def test_the_links_of_a_pack_are_what_was_hashed_without_what_is_internal(
    db, bob, dora, charlie, controls
):
    uid = controls[0]
    actions.write_note(db, dora, uid, "Entre nous", now=NOW)
    sent(db, bob, [uid])
    actions.note_pack(db, bob, uid, "ab" * 32, now=NOW)
    links = queries.list_pack_entries(db, dora, uid)
    assert links == queries.list_pack_entries(db, bob, uid)
    said = [json.loads(link.text) for link in links]
    assert [one["fact"] for one in said] == ["asked", "sent"]
    assert all(hashlib.sha256(link.text.encode()).hexdigest() == link.digest for link in links)
    assert facts(db, dora, uid)[-1] is Fact.PACKED
    assert not queries.find_journal_breaks(db).broken
    for ask in (
        lambda: queries.list_pack_entries(db, charlie, uid),
        lambda: actions.note_pack(db, charlie, uid, "x", now=NOW),
    ):
        with pytest.raises(NotFound):
            ask()
