"""Shared links: what proves one, what it shows, and everything that ends it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from core.access import Role
from core.errors import Conflict, Forbidden, Invalid, NotFound
from data.analysis.marks import actions, queries
from data.analysis.marks.models import SharedLink
from data.analysis.marks.rules import links
from data.analysis.marks.rules.links import offered_durations, read_share, sign_share
from data.analysis.marks.rules.sheet import sheet_of
from data.identity.accounts.models import User, UserTag
from data.identity.audit.models import AuditEvent
from data.identity.audit.queries import READ
from data.metering.consumption import queries as consumption
from data.metering.consumption.models import Reading
from data.metering.consumption.rules.view import read_view
from data.metering.consumption.types import Quality, Status, Unit
from data.metering.pces.models import PceTag
from tests.conftest import TODAY
from tests.factories import NOW, PCE, make_grant, make_pce, make_user

KEY = "k" * 48
QUERY = {"pce": PCE, "from": "2026-11-02", "to": "2026-11-08"}


def lay(db, number=PCE, holder=1, **values):
    pce = make_pce(db, number, holder_id=holder, data_until=date(2026, 11, 20), **values)
    for day in range(1, 21):
        known = day != 5
        db.add(
            Reading(
                pce_id=pce.id, gas_day=date(2026, 11, day),
                energy_wh=day * 1000 + 250 if known else None, volume_dm3=900 if known else None,
                quality=Quality.MEASURED if known else Quality.ABSENT, status=Status.DEFINITIVE,
                flags=0, as_of=TODAY, learnt_at=NOW,
            )
        )  # fmt: skip
    db.flush()
    return pce


def share(db, viewer, days=7, most=30, **query):
    view = read_view(QUERY | query, TODAY)
    return actions.share(db, viewer, view, days=days, most_days=most, label=" Pour\nInès ",
                         secret=KEY, now=NOW)  # fmt: skip


def opened(db, token, now=NOW):
    return queries.get_opened_link(db, *read_share(token, KEY), now)


def is_shut(db, token, now=NOW):
    with pytest.raises(NotFound):
        opened(db, token, now)
    return True


@given(st.text(max_size=80), st.integers(0, 200))
def test_only_what_was_signed_here_is_read(text, place):
    token = sign_share(7, "nonce", KEY)
    assert read_share(token, KEY) == (7, "nonce")
    assert read_share(token, "another" * 8) is None
    changed = token[: place % len(token)] + text + token[place % len(token) + 1 :]
    if changed != token:
        assert read_share(changed, KEY) is None


def test_a_signed_word_of_another_sort_is_no_link():
    assert read_share(links._serializer(KEY).dumps(["7", "x"]), KEY) is None


def test_the_portal_bounds_how_long():
    assert offered_durations(0) == ()
    assert offered_durations(30) == (1, 7, 30)
    assert offered_durations(10) == (1, 7, 10)


def test_it_shows_exactly_its_days_as_they_are(db, people, alice):
    lay(db)
    found = opened(db, share(db, alice))
    assert (found.series.first, found.series.last) == (date(2026, 11, 2), date(2026, 11, 8))
    sheet = sheet_of(found.series)
    assert len(sheet.bars) == 7
    assert [bar.has_value for bar in sheet.bars].index(False) == 3
    assert "32\u00a0kWh" in sheet.sentence  # 2+3+4+6+7+8 thousand and six quarters
    assert "6 jours connus sur 7" in sheet.sentence.replace("\u202f", " ")
    assert all(row[-1] for row in sheet.rows)
    assert not any("N-1" in head for head in sheet.heads)
    assert sheet.values[-1][0] == 300


def test_a_sheet_without_anything_above_zero_still_has_an_axis(db, people, alice):
    lay(db)
    db.execute(update(Reading).values(volume_dm3=0))
    sheet = sheet_of(opened(db, share(db, alice, unit=Unit.M3)).series)
    assert [bar.height for bar in sheet.bars] == [0] * 7
    assert len(sheet.values) == 3


def test_its_secret_is_kept_as_a_fingerprint_and_compared_whole(db, people, alice):
    lay(db)
    token = share(db, alice)
    key, nonce = read_share(token, KEY)
    row = db.scalars(select(SharedLink)).one()
    assert nonce not in row.token_hash
    assert len(row.token_hash) == 64
    assert row.label == "Pour Inès"
    other = "y" if nonce.startswith("x") else "x"
    assert is_shut(db, sign_share(key, other + nonce[1:], KEY))
    assert is_shut(db, sign_share(key + 1, nonce, KEY))
    assert opened(db, token)


def test_it_ends_at_its_hour_or_once_revoked(db, people, alice, bob):
    lay(db)
    token = share(db, alice)
    assert opened(db, token, NOW + timedelta(days=7) - timedelta(seconds=1))
    assert is_shut(db, token, NOW + timedelta(days=7))
    (row,) = queries.list_links(db, alice, NOW)
    with pytest.raises(NotFound):
        actions.revoke_link(db, bob, row.id, now=NOW)
    actions.revoke_link(db, alice, row.id, now=NOW)
    actions.revoke_link(db, alice, row.id, now=NOW)
    assert is_shut(db, token)
    assert queries.list_links(db, alice, NOW)[0].ended == "Révoqué"
    assert queries.list_links(db, bob, NOW) == ()


@pytest.mark.parametrize(
    "what",
    [{"disabled_at": NOW}, {"role": Role.CLIENT}, {"organisation_id": 3}],
    ids=["cut", "may share no more", "elsewhere"],
)
def test_it_ends_with_who_made_it(db, people, alice, what):
    lay(db)
    token = share(db, alice)
    make_user(db, organisation_id=1, email="ines@tilleuls.example")
    make_pce(db, "GI000009", holder_id=1)  # else a client may share
    db.execute(update(User).where(User.id == alice.user_id).values(**what))
    assert is_shut(db, token)


def test_who_reads_by_a_right_shares_nothing(db, people, bob):
    pce = lay(db)
    make_grant(db, pce, 2)
    assert not consumption.load_series(db, bob, read_view(QUERY, TODAY)).is_own
    with pytest.raises(Forbidden, match="n’a consenti qu’à votre organisation"):
        share(db, bob)
    assert queries.list_links(db, bob, NOW) == ()


def test_it_ends_once_its_maker_holds_the_point_no_more(db, people, alice):
    pce = lay(db)
    token = share(db, alice)
    assert opened(db, token).series.is_own
    pce.holder_id = 3
    grant = make_grant(db, pce, 1)
    db.flush()
    assert is_shut(db, token)
    (row,) = queries.list_links(db, alice, NOW)
    assert row.shared_view is not None  # the point itself is granted
    assert row.ended == "Lu par un droit d’accès"
    db.delete(grant)
    db.flush()
    assert is_shut(db, token)
    (row,) = queries.list_links(db, alice, NOW)
    assert (row.shared_view, row.label) == (None, "")
    assert row.ended == "Ce point de livraison n’est plus lisible pour vous"


def test_it_ends_when_its_maker_is_limited_to_other_tags(db, people, alice):
    pce = lay(db)
    token = share(db, alice)
    db.add(UserTag(user_id=alice.user_id, tag="lycees", at=NOW))
    db.flush()
    assert is_shut(db, token)
    db.add(PceTag(pce_id=pce.id, organisation_id=1, tag="lycees"))
    db.flush()
    assert opened(db, token)


def test_who_may_share_nothing_or_for_so_long_does_not(db, people, alice, charlie, monkeypatch):
    lay(db)
    with pytest.raises(Forbidden):
        share(db, replace(alice, role=Role.CLIENT))
    with pytest.raises(NotFound):
        share(db, charlie)
    for days, most in ((2, 30), (30, 7), (0, 30), (1, 0)):
        with pytest.raises(Invalid):
            share(db, alice, days, most)
    with pytest.raises(Invalid):
        share(db, alice, **{"from": "2020-01-01", "to": "2020-01-05", "data": "published"})
    monkeypatch.setattr("data.analysis.marks.actions.links.MOST", 1)
    share(db, alice)
    with pytest.raises(Conflict):
        share(db, alice)


def test_each_opening_is_counted_and_told_to_the_holder(db, people, alice):
    lay(db)
    token = share(db, alice)
    for _time in range(2):
        actions.note_opening(db, opened(db, token), now=NOW)
    db.flush()
    (row,) = queries.list_links(db, alice, NOW)
    assert (row.opened, row.opened_at) == (2, NOW)
    said = select(AuditEvent.action, AuditEvent.object_id, AuditEvent.organisation_id)
    read = db.execute(said.where(AuditEvent.object_type == READ)).all()
    assert read == [("consumption.shared", PCE, 1)] * 2


def test_a_sheet_without_a_sum_says_no_sentence(db, people, alice):
    lay(db)
    series = opened(db, share(db, alice)).series
    bare = sheet_of(replace(series, total=None))
    assert (bare.sentence, bare.total) == ("", ())


def test_a_month_under_way_is_hatched_and_dated(db, people, alice):
    lay(db)
    month = {"from": "2026-10-01", "to": "2026-11-30", "step": "month"}
    sheet = sheet_of(opened(db, share(db, alice, **month)).series)
    assert [bar.current for bar in sheet.bars][-1]
    assert sheet.bars[-1].label == "au 20"
    assert "nov. 2026, au 20" in sheet.bars[-1].text
    assert "au 20 nov. 2026" in sheet.sentence
