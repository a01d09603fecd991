"""A letter about many delivery points of one holder, written without declaring each."""

import uuid
from datetime import date

from core.copy import pour, take_ids
from data.metering.pces.models import Pce
from data.metering.pces.rules import folded, search_text
from data.metering.pces.types import Frequency
from data.notifications.types import MessageDelivery
from data.rights.models import AccessRight, HolderLink, RightEventRow, RightLetterRow
from data.rights.queries.passport import get_passport_digest
from data.rights.types import (
    DeclarationOrigin,
    LetterKind,
    RightActor,
    RightRole,
    RightState,
    RightTrigger,
)
from tests.factories import NOW

TOKEN = "lettre" * 7
TOWNS = ("Val-des-Tilleuls", "Saint-Aubin", "Montreval")
HOLDER, ASKER = 1, 2  # alice's organisation, bob's
_COMMON = {
    "organisation_id": ASKER, "role": RightRole.AUTHORISED_SUPPLY, "person": "",
    "company": "Lycée des Tilleuls", "holder_key": "lycee des tilleuls",
    "email": "alice@tilleuls.example", "phone": "", "postal_code": "99123",
    "starts_on": date(2026, 11, 1), "ends_on": date(2028, 12, 31),
    "ends_key": date(2028, 12, 31), "supply_first": date(2021, 1, 1),
    "supply_last": date(2028, 12, 31), "injection_first": None, "injection_last": None,
    "informative": True, "published": True, "contractual": True, "technical": True,
    "consented_on": None, "purpose": "", "created_at": NOW, "declared_on": NOW.date(),
    "created_by": ASKER, "origin": DeclarationOrigin.FILE, "run_id": None, "renews_id": None,
    "relayed": False, "answer_due": date(2026, 12, 24), "answered_at": None, "closed_at": None,
    "source": None, "proof_state": None, "proof_due": None, "reminded": None,
}  # fmt: skip


def make_letter(
    db,
    count,
    *,
    token=TOKEN,
    state=RightState.PENDING,
    holder=HOLDER,
    asker=(ASKER, ASKER),
    first=0,
):
    """*count* points in three towns, of which the first has half; their rights' ids.

    *asker* is the organisation and the user who declared them.
    """
    places = range(first, first + count)
    numbers = [f"099777{place:08d}" for place in places]
    pce_ids = take_ids(db, Pce, count)
    pour(
        db, Pce, _PCE, [_pce(*each, holder) for each in zip(pce_ids, numbers, places, strict=True)]
    )
    ids = take_ids(db, AccessRight, count)
    of_asker = {"organisation_id": asker[0], "created_by": asker[1]}
    rows = [_right(*each, state) | of_asker for each in zip(ids, pce_ids, numbers, strict=True)]
    pour(db, AccessRight, tuple(rows[0]), [tuple(row.values()) for row in rows])
    events = [
        (id_, NOW, RightTrigger.DECLARED, RightActor.THIRD_PARTY, ASKER, None, None, state)
        for id_ in ids
    ]
    pour(db, RightEventRow, _EVENT, events)
    db.add(
        RightLetterRow(
            message_id=f"<{token}@x>",
            organisation_id=asker[0],
            kind=LetterKind.CONSENT,
            email="alice@tilleuls.example",
            mailbox="alice@tilleuls.example",
            token="",
            token_hash=get_passport_digest(token),
            state=MessageDelivery.SENT,
            created_at=NOW,
            next_attempt_at=NOW,
        )
    )
    pour(
        db,
        HolderLink,
        ("token_hash", "right_id"),
        [(get_passport_digest(token), id_) for id_ in ids],
    )
    return ids


_EVENT = ("right_id", "at", "trigger", "actor", "user_id", "source", "before", "after")
_PCE = (
    "id", "number", "alias", "search", "holder_id", "holder_name", "street", "postal_code", "city",
    "frequency", "tariff", "supplier", "profile", "meter_serial", "technical", "contract",
)  # fmt: skip


def _pce(id_, number, place, holder):
    town = TOWNS[0 if place % 2 else 1 + place // 2 % 2]
    alias, street = f"Résidence {place}", f"{place} rue du Port"
    search = search_text(number, alias, town, "")
    return (
        id_, number, alias, search, holder, "Lycée des Tilleuls", street, "99123", town,
        Frequency.DAILY, "T2", "", "", "", {}, {},
    )  # fmt: skip


def _right(id_, pce_id, number, state):
    site = f"Site {number[-4:]}"
    return {
        **_COMMON,
        "id": id_,
        "uid": str(uuid.UUID(int=id_)),
        "pce_id": pce_id,
        "number": number,
        "state": state,
        "site": site,
        "site_key": folded(site),
        "digest": str(id_),
        "search": folded(f"{site} {number} lycee des tilleuls"),
    }
