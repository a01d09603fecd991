"""What the cockpit says: the sentence on top, what is left to check, a control nobody decides."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from components.controls.campaign_parser import draw_of, restore_zeros, wrong_lines
from components.controls.checklist import check_column, expected_words
from components.controls.cockpit import export_link, totals_part
from components.controls.cockpit_query import (
    ALL,
    CampaignQuery,
    export_address,
    filter_of,
    read_asked,
    write_asked,
)
from components.controls.decision_bar import left_to_check
from components.controls.dialogs import decision_dialogs
from components.controls.drawer import new_piece_alerts
from components.controls.figures import campaigns_table, service_part, span_of
from components.controls.history import history
from components.controls.piece import piece_column
from components.controls.queue import QueueFacts, queue_column
from core.i18n import using_language
from data.controls.rules.labels import MOTIVES
from data.controls.types import (
    CampaignRow,
    ChecklistPoint,
    ControlDetail,
    ControlRow,
    ControlSort,
    ControlVerdict,
    DecisionRow,
    DepositRow,
    DrawFilter,
    DrawMethod,
    ExpectedProof,
    Manager,
    Motive,
    Picked,
    Service,
    Stage,
    Totals,
    Urgency,
)
from data.rights.types import ProofState, RightDataKind, RightState
from tests.components.kit.trees import every, in_french, of_kind, text_of
from tests.factories import PCE

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
UID = "11111111-2222-4333-8444-555555555555"
ROW = ControlRow(
    uid=UID, right=UID, number=PCE, site="Gymnase Nord", holder="Ville", third_party="Thermia",
    organisation_id=2, state=ProofState.UNDER_CHECK, version=3, due_on=date(2026, 11, 27),
    days_left=3, urgency=Urgency.URGENT, opened_at=AT, sent_at=AT, decided_at=None,
    closed_at=None, motive=None, owner_id=4, owner="Dora", unread=2, staged=False, campaign="",
)  # fmt: skip
EXPECTED = ExpectedProof(
    number=PCE, holder="Ville", third_party="Thermia", kinds=frozenset({RightDataKind.PUBLISHED}),
    first=date(2025, 1, 14), last=date(2028, 1, 13), starts_on=None, ends_on=None,
    consented_on=None, declared_on=date(2025, 1, 12),
)  # fmt: skip
DETAIL = ControlDetail(
    row=ROW, right_state=RightState.ACTIVE, expected=EXPECTED, deposits=(), staged=None,
    decisions=(), checks={}, can_deposit=False, can_decide=True,
)  # fmt: skip


def test_the_sentence_says_what_is_late_only_when_something_is():
    states = dict.fromkeys(ProofState, 0) | {ProofState.UNDER_CHECK: 88, ProofState.AWAITED: 142}
    totals = Totals(2405, 2405, 230, states, 0, 0, 4, 12)
    said = text_of(totals_part(totals)).replace("\u202f", " ").replace("\u00a0", " ")
    assert said.startswith(
        "2 405 PCE soumis à contrôle, dont 230 contrôles en cours : 88 à vérifier, "
        "142 attendus du client ; 4 échéances d’ici dimanche."
    )
    late = text_of(totals_part(replace(totals, overdue=2)))
    assert "d’ici dimanche, 2 dépassées." in late


@pytest.mark.parametrize(
    ("checks", "said"),
    [
        ({}, "Aucun point vérifié\u202f; répondre aux 6 points pour valider."),
        (dict.fromkeys(ChecklistPoint, True), "Les 6 points conviennent."),
        (
            dict.fromkeys(list(ChecklistPoint)[:5], True),
            "5 points sur 6 vérifiés\u202f; répondre au point 6 pour valider.",
        ),
        (dict.fromkeys(list(ChecklistPoint)[:4], True), "répondre aux points 5, 6 pour valider."),
        (
            dict.fromkeys(ChecklistPoint, True) | {ChecklistPoint.DATE: False},
            "1 point ne convient pas\u00a0: 5.",
        ),
        (
            {ChecklistPoint.HOLDER: False, ChecklistPoint.DATE: False},
            "pas\u00a0: 1, 5. 2 points sur 6 vérifiés\u202f; répondre aux points 2, 3, 4, 6 pour",
        ),
    ],
)
def test_what_is_left_to_check_is_said_by_its_number(checks, said):
    assert said in left_to_check(checks)


def test_each_point_says_what_the_piece_must_say():
    words = expected_words(EXPECTED)
    assert set(words) == set(ChecklistPoint)
    assert words[ChecklistPoint.PERIMETER] == "publiées, du 14/01/2025 au 13/01/2028"
    assert words[ChecklistPoint.DATE] == "au plus tard le 12/01/2025"
    collected = expected_words(replace(EXPECTED, consented_on=date(2025, 1, 10)))
    assert collected[ChecklistPoint.DATE] == "au plus tard le 10/01/2025"


@pytest.mark.parametrize("upstream", [False, True])
def test_what_another_distributor_writes_with_a_decision_is_in_its_language(dora, upstream):
    decision = DecisionRow(
        ControlVerdict.AGAIN,
        Motive.SIGNATURE,
        "Le cachet manque.",
        AT,
        "",
        None,
        None,
        "",
        upstream,
    )
    row = replace(ROW, state=ProofState.AWAITED)
    detail = replace(DETAIL, row=row, decisions=(decision,))
    with using_language("en"):
        for drawn in (
            check_column(dora, detail, (), ()),
            new_piece_alerts(detail),
            history(detail),
        ):
            assert in_french(drawn) == (["Le cachet manque."] if upstream else [])
            assert "Le cachet manque." in text_of(drawn)


def test_nothing_is_to_decide_once_the_right_has_ended(dora):
    over = replace(DETAIL, right_state=RightState.REVOKED, can_decide=False)
    words = text_of(check_column(dora, over, (), (Manager(4, "Dora"),)))
    assert "Le droit a pris fin" in words
    assert "Valider la preuve" not in words
    assert check_column(dora, None, (), ()) == []


def test_who_must_send_and_before_when_is_said_where_nothing_came(dora):
    awaited = replace(ROW, state=ProofState.AWAITED)
    assert (
        "Thermia doit envoyer sa preuve jusqu’au 27 nov. 2026 inclus (3 jours restants)"
        in text_of(piece_column(dora, replace(DETAIL, row=awaited)))
    )
    late = replace(awaited, days_left=-2)
    assert "(dépassé de 2 j)" in text_of(piece_column(dora, replace(DETAIL, row=late)))
    refused = replace(ROW, state=ProofState.REJECTED)
    assert "Rien n’a été transmis" in text_of(piece_column(dora, replace(DETAIL, row=refused)))


def test_a_decision_taken_back_by_another_piece_is_said_in_the_queue_and_first_in_the_check(dora):
    back = replace(ROW, returned=True)
    said = "Pièce remplacée"
    assert said in text_of(queue_column(QueueFacts([back], 1, {}, ()), CampaignQuery()))
    assert said not in text_of(queue_column(QueueFacts([ROW], 1, {}, ()), CampaignQuery()))
    detail = replace(DETAIL, row=back)
    words = text_of(check_column(dora, detail, (), ()))
    assert "la décision est annulée" in words
    assert words.index("la décision est annulée") < words.index("Chargé de compte")
    assert "la décision est annulée" not in text_of(check_column(dora, DETAIL, (), ()))


def test_a_line_of_the_queue_says_its_deadline_its_owner_and_its_messages():
    words = text_of(queue_column(QueueFacts([ROW], 1, {}, ()), CampaignQuery()))
    for part in ("Gymnase Nord", f"{PCE} · Ville", "Thermia · Dora", "J-3, urgent", "2 messages"):
        assert part in words


def test_a_decided_control_says_what_was_answered_and_takes_no_answer(dora):
    deposit = DepositRow(UID, AT, AT, "Nadia", (), 1)
    checks = {ChecklistPoint.HOLDER: True, ChecklistPoint.SIGNATURE: False}
    decided = replace(DETAIL, deposits=(deposit,), checks=checks, can_decide=False)
    points = next(
        one
        for one in every(check_column(dora, decided, (), ()))
        if getattr(one, "className", "") == "desk-points"
    )
    assert of_kind(points, "Button") == [one for one in of_kind(points, "Button") if one.disabled]
    said = [text_of(one) for one in of_kind(points, "Li")]
    assert said[0].endswith("Oui")
    assert said[1].endswith("sans réponse")
    assert said[5].endswith("Non")
    judged = check_column(dora, replace(decided, can_decide=True), (), ())
    assert len([one for one in of_kind(judged, "Button") if one.className == "desk-answer"]) == 12


def test_nothing_is_exported_of_nothing(dora):
    (way,) = of_kind(export_link(CampaignQuery(text="zzzz"), dora, 0), "Button")
    assert way.disabled
    assert of_kind(export_link(CampaignQuery(), dora, 1), "Button") == []


def test_who_looks_as_somebody_else_is_offered_nothing_to_take_away(dora):
    looking = replace(dora, behind=9)

    def files(viewer):
        drawn = [*piece_column(viewer, DETAIL), export_link(CampaignQuery(), viewer, 3)]
        links = [one.href for one in every(drawn) if getattr(one, "href", None)]
        return [href for href in links if "preuves.zip" in href or "/export" in href]

    assert len(files(dora)) == 2
    assert files(looking) == []


def test_a_campaign_opens_its_controls_and_each_of_its_counts_those_of_a_state():
    states = dict.fromkeys(ProofState, 0) | {ProofState.AWAITED: 2, ProofState.ACCEPTED: 1}
    campaign = CampaignRow(
        UID,
        AT,
        "Dora",
        DrawMethod.LIST,
        "",
        None,
        4,
        date(2026, 12, 1),
        states,
        1,
        None,
        ("Thermia",),
    )
    drawn = campaigns_table([campaign])
    addresses = [one.href for one in every(drawn) if hasattr(one, "href")]
    waits = f"/controles?state=awaited&campaign={UID}"
    assert addresses == [waits, waits, f"/controles?state=accepted&campaign={UID}"]


def test_a_campaign_says_whom_it_asks_and_of_which_rights():
    states = dict.fromkeys(ProofState, 0)
    among = DrawFilter(2, date(2026, 1, 1), None, (None, ProofState.ACCEPTED), Stage.COMING)
    usual = CampaignRow(
        UID, AT, "Dora", DrawMethod.SAMPLE, "2.5", 7, 4, date(2026, 12, 1), states, 0, among,
        ("Thermia", "Sobrielle", "Volt"),
    )  # fmt: skip
    said = text_of(campaigns_table([usual]))
    assert "Thermia, Sobrielle et 1 autre" in said
    assert "échantillon 2,5\u202f% · un seul demandeur · Active, à venir" in said
    assert "contrôlés ou non" in said
    assert "déclarés depuis le 01/01/2026" in said


def test_the_bars_of_refusals_are_shares_of_them_all():
    motives = ((Motive.HOLDER, 3), (Motive.SIGNATURE, 1))
    service = Service(4, None, 0, 0, 4, 0, motives, ())
    said = text_of(service_part(service))
    assert "Part des refus" in said
    assert "75,0\u202f%" in said
    with using_language("en"):
        assert "75.0%" in text_of(service_part(service))


def test_a_motive_is_chosen_among_those_of_a_person():
    lists = [of_kind(box, "Select") for box in decision_dialogs()]
    assert [len(found) for found in lists] == [0, 1, 1, 0]  # of an acceptance, none
    for (chosen,) in lists[1:3]:
        values = {one.value for one in every(chosen) if one._type == "Option"}
        assert values == {"", *MOTIVES} - {Motive.NOTHING_SENT}
    assert list(ControlVerdict) == [
        ControlVerdict.ACCEPT,
        ControlVerdict.AGAIN,
        ControlVerdict.REJECT,
    ]


def test_the_button_that_accepts_waits_for_each_answer(dora):
    def button(checks):
        deposit = DepositRow(UID, AT, AT, "Nadia", (), 1)
        drawn = check_column(dora, replace(DETAIL, deposits=(deposit,), checks=checks), (), ())
        (found,) = [
            one for one in of_kind(drawn, "Button") if "desk-accept" in (one.className or "")
        ]
        return found.to_plotly_json()["props"]

    waits = button(dict.fromkeys(list(ChecklistPoint)[:5], True))
    assert waits["aria-disabled"] == "true"
    assert waits["aria-describedby"] == "controls-desk-left"
    assert button(dict.fromkeys(ChecklistPoint, False))["aria-disabled"] == "false"


def test_a_proof_of_several_offers_to_choose_them_all(dora):
    def words(alike):
        deposit = DepositRow(UID, AT, AT, "Nadia", (), 3)
        return text_of(piece_column(dora, replace(DETAIL, deposits=(deposit,)), alike))

    assert "Choisir les 3 contrôles de cette pièce" in words({"a": 2, "b": 2, "c": 3})
    assert "Choisir les" not in words({"a": 2})


@pytest.mark.parametrize(
    "asked",
    [
        CampaignQuery(),
        CampaignQuery(
            text="lycée", state=ProofState.AWAITED, owner="me", organisation="7", open=UID
        ),
        CampaignQuery(owner="0", sort=ControlSort.OWNER),
        CampaignQuery(owner="todo", campaign=UID),
    ],
)
def test_an_address_is_read_as_it_was_written(asked):
    pairs = (part.partition("=") for part in write_asked(asked).lstrip("?").split("&"))
    query = {name: value.replace("lyc%C3%A9e", "lycée") for name, _is, value in pairs}
    assert read_asked(query) == asked


def test_what_an_address_does_not_know_is_left_out():
    wild = {"state": "x", "owner": "²", "org": "-1", "sort": "number", "controle": "z" * 99}
    found = read_asked(wild)
    assert found == replace(CampaignQuery(), open="z" * 36)
    assert filter_of(found, 4).owner_id is None
    assert filter_of(replace(found, owner="me"), 4).owner_id == 4
    assert "owner" not in export_address(replace(found, owner=ALL), 4)


def test_a_list_takes_rights_and_pce_however_they_are_parted():
    typed = f"{UID.upper()}; {PCE} 09999999910002\n\n09 999 999 910 003,\tGI123456\n"
    numbers = (PCE, "09999999910002", "09999999910003", "GI123456")
    assert draw_of({"way": "list", "listed": typed}) == Picked((UID,), numbers)
    assert draw_of({"way": "one", "one": UID}) == Picked((UID,), ())


def test_each_wrong_line_is_named_and_lost_zeros_come_back():
    typed = f"{PCE}\n\n9999999910002\n12345;9999999910003\r\nGI12"
    fields = {"way": "list", "listed": typed}
    assert draw_of(fields) == Picked((), (PCE,))
    found = wrong_lines(fields)
    assert [(one.line, one.proposed) for one in found] == [
        (3, "09999999910002"), (4, ""), (4, "09999999910003"), (5, ""),
    ]  # fmt: skip
    mended = restore_zeros(typed)
    assert mended.splitlines()[3] == "12345;09999999910003"
    assert [one.line for one in wrong_lines({"way": "list", "listed": mended})] == [4, 5]
    assert draw_of({"way": "list", "listed": mended}).numbers[1:] == (
        "09999999910002", "09999999910003",
    )  # fmt: skip
    assert wrong_lines({"way": "sample", "listed": typed}) == ()


@pytest.mark.parametrize("rate", ["5,5", "5.5", "5,5 %", " 5,5\u202f% "])
def test_a_rate_is_read_as_a_person_writes_it(rate):
    assert draw_of({"way": "sample", "rate": rate, "seed": "1"}).rate == Decimal("5.5")


def test_a_period_that_is_not_known_is_the_usual_one(dora):
    assert span_of("?", dora.today) == span_of(None, dora.today) == span_of("90d", dora.today)
    first, last = span_of("30d", dora.today)
    assert (last - first).days == 29
