"""Who signs sees whom the signature lets in; an amendment lets nobody in."""

from datetime import date

import pytest

from components.contracts.signature import signature_card
from core.access import Role
from data.contracts.types import (
    ContractActions,
    ContractDetail,
    ContractRow,
    ContractState,
    Invite,
    TextKind,
    TextRow,
    TextState,
)
from tests.components.kit.trees import text_of
from tests.data.contracts.files.papers import PAPER
from tests.factories import NOW

GUESTS = (
    Invite("ana@thermia.example", Role.ADMINISTRATOR.value),
    Invite("max@thermia.example", Role.CLIENT.value),
)
TITLE = "Invités à l’entrée en vigueur"


def shown(viewer, kind=TextKind.ORIGINAL, invites=GUESTS):
    text = TextRow(
        "t", kind, int(kind is TextKind.AMENDMENT), 1, TextState.OFFERED, "2026", PAPER, None, NOW,
        "0" * 64, "0" * 64, "k", (), invites,
    )  # fmt: skip
    row = ContractRow(
        "u", 2, "Thermia", "C-2026-000007", ContractState.SENT, 3, date(2026, 11, 24), None, None,
        NOW, "", None, waits=True,
    )  # fmt: skip
    detail = ContractDetail(
        row, "", None, None, (text,), "bob@thermia.example", ContractActions(sign=True)
    )
    return text_of(signature_card(viewer, detail, text))


def test_both_who_sign_see_whom_it_lets_in(bob, dora):
    for viewer in (bob, dora):
        said = shown(viewer)
        assert TITLE in said
        assert "ana@thermia.example (Administrateur)" in said
        assert "max@thermia.example (Client)" in said


@pytest.mark.parametrize(("kind", "invites"), [(TextKind.AMENDMENT, GUESTS),
                                               (TextKind.ORIGINAL, ())])  # fmt: skip
def test_nobody_is_named_where_nobody_is_let_in(bob, kind, invites):
    assert TITLE not in shown(bob, kind, invites)
