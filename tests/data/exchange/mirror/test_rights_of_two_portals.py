"""Two portals, one the other's distributor: what differs is found through HTTP, and repaired."""

import random
from datetime import date, timedelta

from sqlalchemy import delete, select

from data.exchange.mirror.actions.manual_repair import repair_all
from data.exchange.mirror.queries.drifts import ALL
from data.exchange.mirror.types import DriftKind, Repaired
from data.rights.models import AccessRight
from data.rights.rules.adict import FLAGS
from data.rights.types import EndSource, ProofState, RightDataKind, RightRole, RightState
from tests.data.exchange.mirror.distributor import upstream_of
from tests.data.exchange.mirror.sides import BEFORE, R, drifts, hear, number
from tests.factories import NOW, make_pce, make_right

COUNT = 150
ENDS = {
    R.REFUSED: [EndSource.HOLDER],
    R.REVOKED: [EndSource.HOLDER, EndSource.THIRD_PARTY, EndSource.DISTRIBUTOR_FOR_HOLDER],
    R.OBSOLETE: [
        EndSource.EXPIRY,
        EndSource.MOVE,
        EndSource.PROOF,
        EndSource.CONTRACT,
        EndSource.DISTRIBUTOR,
    ],
}
HOLDER = dict.fromkeys(("starts_on", "ends_on", "supply_first", "supply_last")) | {
    "role": RightRole.HOLDER_SUPPLY,
    "ends_key": date.max,
}
INJECTION = {
    "role": RightRole.AUTHORISED_INJECTION, "supply_first": None, "supply_last": None,
    "injection_first": date(2025, 1, 1), "injection_last": date(2027, 12, 31),
    "informative": False,
}  # fmt: skip


def fill(db, luck):
    """What a third party has after years: all states, all roles, renewals on one PCE in ten."""
    for at in range(COUNT):
        pce = make_pce(db, number(at))
        values = luck.choice([{}, {}, {}, HOLDER, INJECTION])
        made = BEFORE - timedelta(days=luck.randrange(300))
        right = make_right(db, pce, 2, created_at=made, declared_on=made.date(), **values)
        put(luck, right, luck.choice([R.ACTIVE, R.ACTIVE, *RightState]))
        if at % 10 == 0 and values is not HOLDER:
            before = {
                "state": R.OBSOLETE, "source": EndSource.EXPIRY, "closed_at": made,
                "starts_on": date(2022, 1, 1), "ends_on": date(2024, 12, 31),
                "created_at": made - timedelta(days=900),
                "declared_on": (made - timedelta(days=900)).date(),
            }  # fmt: skip
            make_right(db, pce, 2, **(values | before))


def put(luck, right, state):
    right.state = state
    right.closed_at = NOW - timedelta(days=1, seconds=luck.randrange(9999)) if state.final else None
    right.source = luck.choice(ENDS[state]) if state.final else None


def listed(here, distributor):
    return hear(here, upstream_of(here, distributor.address).rights())


def repaired(here, admin):
    with here.transaction() as db:
        done = repair_all(db, admin, upto=ALL, now=NOW)
        assert drifts(db) == []
        return done


def told(database):
    """What a portal says of the rights of organisation 2, without who declared them and how."""
    same = (
        *("number", "role", "state", "company", "email", "phone", "postal_code", "created_at"),
        *("starts_on", "ends_on", "supply_first", "supply_last", "ends_key", "declared_on"),
        *(
            "injection_first",
            "injection_last",
            *RightDataKind,
            "source",
            "proof_state",
            "proof_due",
        ),
    )
    with database.reading() as db:
        rights = db.scalars(select(AccessRight).where(AccessRight.organisation_id == 2))
        return sorted([tuple(str(getattr(right, name)) for name in same) for right in rights])


def test_a_hundred_states_flipped_there_are_found_and_repaired_by_one_act(
    mirroring, distributor, admin
):
    luck, there = random.Random(2026), distributor.database
    with there.transaction() as db:
        fill(db, luck)
    counts = listed(mirroring, distributor)
    assert counts.rights == counts.drifts > COUNT  # all unknown here
    assert repaired(mirroring, admin) == Repaired(counts.rights)
    assert listed(mirroring, distributor).drifts == 0
    assert told(mirroring) == told(there)

    with there.transaction() as db:
        rights = list(db.scalars(select(AccessRight).order_by(AccessRight.id)))
        flipped = luck.sample(rights, 100)
        for right in flipped:
            put(luck, right, luck.choice([one for one in RightState if one is not right.state]))
        uids = {right.uid for right in flipped}
    assert listed(mirroring, distributor).drifts == 100
    with mirroring.reading() as db:
        found = drifts(db)
        assert {one.their_uid for one in found} == uids
        assert {one.kind for one in found} == {DriftKind.STATE}
    assert repaired(mirroring, admin) == Repaired(100)
    assert listed(mirroring, distributor).drifts == 0


def test_dates_perimeters_proofs_and_what_one_side_alone_has_are_told_apart(
    mirroring, distributor, admin
):
    luck, there = random.Random(11), distributor.database
    with there.transaction() as db:
        fill(db, luck)
    listed(mirroring, distributor)
    repaired(mirroring, admin)
    with there.transaction() as db:
        query = select(AccessRight).where(AccessRight.state == R.ACTIVE)
        active = list(db.scalars(query.order_by(AccessRight.id)))
        chosen = luck.sample([one for one in active if one.role.authorised], 30)
        for at, right in enumerate(chosen):
            if at < 10:
                right.ends_on = right.ends_key = date(2028, 1, 1 + at)
            elif at < 20:
                right.technical = not right.technical
            elif at < 25:
                right.proof_state, right.proof_due = ProofState.AWAITED, date(2026, 12, 24)
            else:
                db.execute(delete(AccessRight).where(AccessRight.id == right.id))
        for at in range(7):
            make_right(db, make_pce(db, number(9000 + at)), 2)
    assert listed(mirroring, distributor).drifts == 37
    with mirroring.reading() as db:
        kinds = [one.kind for one in drifts(db)]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        DriftKind.DATES: 10,
        DriftKind.PERIMETERS: 10,
        DriftKind.PROOF: 5,
        DriftKind.UNKNOWN_THERE: 5,
        DriftKind.UNKNOWN_HERE: 7,
    }
    assert repaired(mirroring, admin) == Repaired(37, proofs=5)
    assert listed(mirroring, distributor).drifts == 0


def test_a_hundred_injection_days_and_flags_flipped_there_are_found_alone_and_repaired(
    mirroring, distributor, admin
):
    luck, there = random.Random(6), distributor.database
    with there.transaction() as db:
        for at in range(COUNT):
            values = luck.choice([{}, INJECTION, INJECTION, INJECTION, FEEDS_ITSELF])
            right = make_right(db, make_pce(db, number(at)), 2, **values)
            put(luck, right, luck.choice([R.ACTIVE, R.ACTIVE, R.PENDING, R.OBSOLETE]))
    listed(mirroring, distributor)
    repaired(mirroring, admin)
    with there.transaction() as db:
        query = select(AccessRight).where(AccessRight.role.in_(INJECTS)).order_by(AccessRight.id)
        uids = {right.uid: flip(luck, right) for right in luck.sample(list(db.scalars(query)), 100)}
    assert listed(mirroring, distributor).drifts == 100
    with mirroring.reading() as db:
        found = drifts(db)
        assert {one.their_uid: {name for name, *_ in one.fields} for one in found} == uids
        assert {one.kind for one in found} == {DriftKind.PERIMETERS}
    assert repaired(mirroring, admin) == Repaired(100)
    assert listed(mirroring, distributor).drifts == 0
    assert told(mirroring) == told(there)


INJECTS = [role for role in RightRole if role.injection]
FEEDS_ITSELF = INJECTION | {"role": RightRole.HOLDER_INJECTION}


def flip(luck, right):
    """Change a day or a flag of what it lets read; the field of ADICT that tells it."""
    field = luck.choice(["perim_donnees_inj_debut", "perim_donnees_inj_fin", *FLAGS.values()])
    if field == "perim_donnees_inj_debut":
        right.injection_first += timedelta(days=luck.randrange(1, 300))
    elif field == "perim_donnees_inj_fin":
        right.injection_last -= timedelta(days=luck.randrange(1, 300))
    else:
        kind = next(kind for kind, name in FLAGS.items() if name == field)
        setattr(right, kind.value, not getattr(right, kind.value))
    return {field}
