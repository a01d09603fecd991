"""Prices that are kept: whose they are, which PCE they reach, and who changes them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from core.access import Role
from core.errors import Conflict, Forbidden, Invalid, NotFound
from data.identity.accounts.models import UserTag
from data.identity.audit.models import AuditEvent
from data.metering.pces.models import PceTag
from data.metering.prices.actions import add, change, end, remove, restore
from data.metering.prices.queries import (
    PRICES,
    get_component,
    has_prices,
    list_components,
    load_prices,
)
from data.metering.prices.types import PriceDraft, PriceKind, PriceTarget, PriceUnit
from tests.factories import NOW, PCE, make_grant, make_pce

OTHER = "09999999910002"
GAS = PriceDraft("Fourniture", PriceKind.VARIABLE, PriceUnit.EUR_MWH, 45_000_000, date(2026, 1, 1))
pytestmark = pytest.mark.usefixtures("people")


@pytest.fixture
def pces(db):
    rows = make_pce(db, holder_id=1), make_pce(db, OTHER, holder_id=1)
    db.add(PceTag(pce_id=rows[1].id, organisation_id=1, tag="écoles"))
    db.flush()
    return [row.id for row in rows]


def test_each_pce_gets_the_most_specific_price_and_nobody_else_sees_it(db, pces, alice, bob):
    make_grant(db, make_pce(db, "09999999910003"), 2)
    assert not has_prices(db, alice)
    add(db, alice, GAS, now=NOW)
    add(db, alice, replace(GAS, amount=2, target=PriceTarget(tag="écoles")), now=NOW)
    add(
        db,
        alice,
        replace(GAS, name="Accise", kind=PriceKind.TAX, amount=5, target=PriceTarget(PCE)),
        now=NOW,
    )

    found = load_prices(db, alice, [*pces, 999])

    assert {at: one[0].per_kwh_pcs for at, one in found.items()} == {
        pces[0]: GAS.amount + 5,
        pces[1]: 2,
    }
    assert has_prices(db, alice)
    assert [one.draft.target for one in list_components(db, alice)] == [
        PriceTarget(), PriceTarget(tag="écoles"), PriceTarget(PCE)
    ]  # fmt: skip
    assert len(list_components(db, alice, OTHER)) == 2
    assert load_prices(db, bob, pces) == {}
    assert not has_prices(db, bob)
    assert list_components(db, bob) == ()


def test_a_pce_without_a_price_is_not_there(db, pces, alice):
    add(db, alice, replace(GAS, target=PriceTarget(PCE)), now=NOW)
    assert set(load_prices(db, alice, pces)) == {pces[0]}


def test_many_pce_are_read_in_few_statements(db, pces, alice, monkeypatch):
    add(db, alice, GAS, now=NOW)
    add(db, alice, replace(GAS, target=PriceTarget(tag="écoles")), now=NOW)
    said = []
    execute = type(db).execute
    monkeypatch.setattr(type(db), "execute", lambda *a, **k: (said.append(1), execute(*a, **k))[1])
    assert len(load_prices(db, alice, pces)) == 2
    assert len(said) == 4


def test_the_same_component_twice_is_refused_until_the_first_ends(db, pces, alice):
    kept = add(db, alice, GAS, now=NOW)
    later = replace(GAS, first=date(2026, 7, 1))
    with pytest.raises(Invalid, match="sans fin"):
        add(db, alice, later, now=NOW)
    end(db, alice, (kept, 1), date(2026, 6, 30), now=NOW)
    add(db, alice, later, now=NOW)
    with pytest.raises(Invalid, match="se termine déjà"):
        end(db, alice, (kept, 2), date(2026, 7, 30), now=NOW)
    with pytest.raises(Invalid, match="avant le premier"):
        end(db, alice, (kept, 2), date(2025, 7, 30), now=NOW)
    change(db, alice, (kept, 2), replace(GAS, last=date(2026, 5, 31)), now=NOW)
    assert get_component(db, alice, kept).draft.last == date(2026, 5, 31)
    assert get_component(db, alice, kept).version == 3


def test_who_comes_second_is_told_and_everything_is_in_the_journal(db, pces, alice, charlie):
    kept = add(db, alice, GAS, now=NOW)
    change(db, alice, (kept, 1), replace(GAS, amount=7), now=NOW)
    for second in (
        lambda: change(db, alice, (kept, 1), GAS, now=NOW),
        lambda: remove(db, alice, (kept, 1), now=NOW),
    ):
        with pytest.raises(Conflict):
            second()
    with pytest.raises(NotFound):
        remove(db, charlie, (kept, 2), now=NOW)
    remove(db, alice, (kept, 2), now=NOW)
    with pytest.raises(NotFound):
        get_component(db, alice, kept)
    db.flush()
    said = db.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert said == ["prices.added", "prices.changed", "prices.removed"]


def test_a_removed_price_counts_no_more_and_returns_within_a_day(db, pces, alice, bob):
    kept = add(db, alice, GAS, now=NOW)
    remove(db, alice, (kept, 1), now=NOW)
    assert load_prices(db, alice, pces) == {}
    assert not has_prices(db, alice)
    assert PRICES.find_removed(db, alice, str(kept)) == kept
    assert PRICES.find_removed(db, bob, str(kept)) == 0
    with pytest.raises(NotFound):
        restore(db, bob, kept, now=NOW)
    for _twice in range(2):
        restore(db, alice, kept, now=NOW)
    assert get_component(db, alice, kept).draft == GAS
    assert set(load_prices(db, alice, pces)) == set(pces)

    remove(db, alice, (kept, 2), now=NOW)
    other = add(db, alice, replace(GAS, amount=7), now=NOW)
    with pytest.raises(Invalid), db.begin_nested():  # it would cover the days of the new one
        restore(db, alice, kept, now=NOW)
    assert [one.id for one in list_components(db, alice)] == [other]
    remove(db, alice, (other, 1), now=NOW)
    with pytest.raises(NotFound):
        restore(db, alice, other, now=NOW + timedelta(days=2))


def test_a_price_is_for_pce_and_tags_of_ones_own(db, pces, alice, charlie):
    with pytest.raises(NotFound):
        add(db, charlie, replace(GAS, target=PriceTarget(PCE)), now=NOW)
    with pytest.raises(Invalid, match="étiquette"):
        add(db, alice, replace(GAS, target=PriceTarget(tag="bains")), now=NOW)
    with pytest.raises(NotFound):
        get_component(db, alice, 2**40)


def test_who_is_limited_to_tags_sets_and_sees_those_alone(db, pces, alice):
    add(db, alice, GAS, now=NOW)
    add(db, alice, replace(GAS, target=PriceTarget(PCE)), now=NOW)
    db.add(UserTag(user_id=alice.user_id, tag="écoles", at=NOW))
    db.flush()
    limited = replace(alice, limited=True)
    kept = add(db, limited, replace(GAS, amount=3, target=PriceTarget(tag="écoles")), now=NOW)
    assert [one.draft.target for one in list_components(db, limited)] == [
        PriceTarget(), PriceTarget(tag="écoles")
    ]  # fmt: skip
    assert set(load_prices(db, limited, pces)) == {pces[1]}
    remove(db, limited, (kept, 1), now=NOW)
    whole = list_components(db, limited)[0]
    gone = add(db, alice, replace(GAS, name="CTA"), now=NOW)
    remove(db, alice, (gone, 1), now=NOW)
    for refused in (
        lambda: add(db, limited, replace(GAS, name="Accise"), now=NOW),
        lambda: remove(db, limited, (whole.id, 1), now=NOW),
        lambda: end(db, limited, (whole.id, 1), date(2026, 6, 1), now=NOW),
    ):
        with pytest.raises(Forbidden):
            refused()
    with pytest.raises(NotFound):
        restore(db, limited, gone, now=NOW)


def test_a_reader_sees_prices_and_changes_none(db, pces, alice):
    add(db, alice, GAS, now=NOW)
    reader = replace(alice, role=Role.CLIENT)
    assert has_prices(db, reader)
    with pytest.raises(Forbidden):
        add(db, reader, replace(GAS, name="Accise"), now=NOW)
