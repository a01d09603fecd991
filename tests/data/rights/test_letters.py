"""Letters to holders: batched, claimed once, tried again, said in plain words."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from core import queue
from core.errors import Conflict
from core.i18n import set_language
from core.queue_handlers import Continuation, WorkContext
from core.queue_types import Lease, Progress
from data.notifications.channels import ChannelRefused
from data.notifications.messages import MessageSender
from data.notifications.types import MessageDelivery
from data.rights.actions import answer_by_link, declare, settle_identity
from data.rights.messages import write
from data.rights.models import HolderLink, RightLetterRow
from data.rights.rules.links import sign_stop
from data.rights.types import (
    LetterKind,
    PassportRight,
    RightDataKind,
    RightLetter,
    RightState,
    RightTrigger,
)
from jobs import rights as job
from tests.data.rights.conftest import EVIDENCE, right_of
from tests.data.rights.declarations import DELAYS, GOOD, asked
from tests.factories import NOW, make_pce, make_people
from tests.queue_work import drain

ADDRESS = "https://espace.example"
DESK = MessageSender("Réseau", ADDRESS, "s3cret")
QUARTER = timedelta(minutes=15)
RIGHT = PassportRight(
    uid="u",
    number="09999999910001",
    site="Lycée\nhttps://piege.example",
    third_party="THERMIA https://piege.example",
    state=RightState.PENDING,
    kinds=frozenset({RightDataKind.PUBLISHED, RightDataKind.INFORMATIVE}),
    starts_on=date(2026, 9, 1),
    ends_on=date(2028, 8, 31),
    first=date(2023, 9, 1),
    last=date(2028, 8, 31),
    injection=False,
    created_at=NOW,
    closed_at=None,
    answer_due=date(2026, 12, 24),
)


def letter(kind=LetterKind.CONSENT, rights=(RIGHT,), language="fr"):
    return RightLetter(1, kind, "a@b.example", language, "t0ken", "<1@b.example>", 1, tuple(rights))


@pytest.fixture
def stage(database, bob):
    """A database with bob's declaration, and what left of it."""
    bob = replace(bob, organisation="Organisation de bob")
    with database.transaction() as db:
        make_people(db)
        make_pce(db, holder_id=1, holder_name="Lycée des Tilleuls")
        declare(db, bob, GOOD, delays=DELAYS, now=NOW)
    return database


def send(database, now, channel=None):
    """Send what is due; return how many letters left and how many did not, and the former."""
    left, tried = [], []

    def counting(mail, at):
        tried.append(mail)
        if channel:
            channel(mail, at)
        left.append(mail)

    drain(database, job.letter_handler(counting, lambda: DESK), now=now)
    return (len(left), len(tried) - len(left)), left


def states(database):
    with database.reading() as db:
        query = select(RightLetterRow.state, RightLetterRow.token).order_by(RightLetterRow.id)
        return [(state, bool(token)) for state, token in db.execute(query)]


def test_a_letter_leaves_at_the_quarter_and_its_link_answers(stage):
    assert send(stage, NOW) == ((0, 0), [])
    (sent, failed), (mail,) = send(stage, NOW + QUARTER)
    assert (sent, failed, mail.to) == (1, 0, "alice@tilleuls.example")
    assert states(stage) == [(MessageDelivery.SENT, False)]
    assert send(stage, NOW + QUARTER) == ((0, 0), [])
    (line,) = [line for line in mail.text.splitlines() if line.startswith(ADDRESS)]
    token = line.removeprefix(f"{ADDRESS}/consentement/")
    with stage.transaction() as db:
        (changed,) = answer_by_link(
            db, token, RightTrigger.ACCEPTED, evidence=EVIDENCE, now=NOW + QUARTER
        )
        assert changed.state is RightState.ACTIVE
        assert token not in {link.token_hash for link in db.scalars(select(HolderLink))}
    _, (receipt,) = send(stage, NOW + QUARTER)
    assert "accepté" in receipt.text


def test_a_letter_that_fails_is_tried_again_under_the_same_id_then_given_up(stage):
    seen = []

    def broken(mail, _at):
        seen.append(mail.message_id)
        raise OSError

    now = NOW + QUARTER
    for _ in range(8):
        assert send(stage, now, broken)[0] == (0, 1)
        now += timedelta(days=1)
    assert send(stage, now, broken)[0] == (0, 0)
    assert len(set(seen)) == 1
    assert states(stage) == [(MessageDelivery.FAILED, False)]


def test_an_address_that_is_refused_is_not_tried_again(stage):
    def refused(_mail, _at):
        raise ChannelRefused(550)

    assert send(stage, NOW + QUARTER, refused)[0] == (0, 1)
    assert states(stage) == [(MessageDelivery.FAILED, False)]


def test_what_a_crash_left_behind_goes_again(stage):
    class Killed(BaseException):
        pass

    def die(_mail, _at):
        raise Killed

    later = NOW + QUARTER
    with pytest.raises(Killed):
        send(stage, later, die)
    assert states(stage) == [(MessageDelivery.SENDING, True)]
    assert send(stage, later)[0] == (0, 0), "whoever has it may be alive"
    assert send(stage, later + timedelta(minutes=2))[0] == (1, 0)


def test_kills_between_letters_do_not_give_up_the_letters_that_remain(stage, bob):
    """Each process sends a letter, and is killed in the next one."""
    kills = 9
    with stage.transaction() as db:
        for n in range(2, 2 + kills):
            make_pce(db, f"099999999100{n:02d}", holder_name="Lycée des Tilleuls")
            declaration = asked(id_pce=f"099999999100{n:02d}", courriel_titulaire=f"h{n}@x.example")
            declare(db, bob, declaration, delays=DELAYS, now=NOW)

    class Killed(BaseException):
        pass

    taken = []

    def die_at_the_second(mail, _at):
        if taken and taken[-1] != "killed":
            taken.append("killed")
            raise Killed
        taken.append(mail.message_id)

    now = NOW + QUARTER
    for _ in range(kills):
        with pytest.raises(Killed):
            send(stage, now, die_at_the_second)
        now += timedelta(minutes=2)
    send(stage, now)
    assert {state for state, _token in states(stage)} == {MessageDelivery.SENT}


def test_letters_of_one_organisation_leave_for_a_while_then_others_have_their_turn(
    stage, monkeypatch
):
    monkeypatch.setattr(job, "SLICE_S", 0.0)
    handler = job.letter_handler(lambda _mail, _at: None, lambda: DESK)
    later = NOW + QUARTER
    with stage.transaction() as db:
        queue.promote_due(db, later)
        (item,) = queue.claim(db, "mail", Lease("test", 60), later)
    context = WorkContext(stage, lambda: later, lambda: False)
    assert handler.run(item, context) == Continuation(Progress({}))


def test_a_hundred_sites_of_one_holder_ask_once(stage, bob):
    with stage.transaction() as db:
        for n in range(2, 30):
            make_pce(db, f"099999999100{n:02d}", holder_name="Lycée des Tilleuls")
        for n in range(2, 30):
            declare(db, bob, asked(id_pce=f"099999999100{n:02d}"), delays=DELAYS, now=NOW)
    _, (mail,) = send(stage, NOW + QUARTER)
    assert mail.text.count("- PCE") == 20
    assert "et 9 autres points de livraison" in mail.text


def test_a_letter_says_what_is_read_of_each_pce_and_its_days(stage, bob):
    other = "09999999910002"
    little = asked(
        id_pce=other,
        perim_donnees_contractuelles="Faux",
        perim_donnees_techniques="Faux",
        perim_donnees_informatives="Faux",
        perim_donnees_conso_debut="2026-01-01",
    )
    with stage.transaction() as db:
        make_pce(db, other, holder_name="Lycée des Tilleuls")
        declare(db, bob, little, delays=DELAYS, now=NOW)
    _, (mail,) = send(stage, NOW + QUARTER)
    first, second = (part for part in mail.text.split("- PCE ") if part[:2] == "09")
    assert "données du compteur" in first
    assert "données du 1er sept. 2023 au 31 août 2028" in first.replace("\u202f", " ")
    assert second.startswith(other)
    assert "les consommations facturées" in second
    assert "données du compteur" not in second
    assert "consommations de chaque jour" not in second
    assert "données du 1er janv. 2026 au 31 août 2028" in second.replace("\u202f", " ")


def test_letters_that_leave_after_a_check_count_too(db, people, bob, dora):
    uids = []
    for rank in range(7):
        number = f"0999999992{rank:04d}"
        make_pce(db, number)  # nobody knows its holder
        mail = f"gaz+{rank}@tilleuls-sud.example"
        one = asked(id_pce=number, courriel_titulaire=mail)
        uids.append(declare(db, bob, one, delays=DELAYS, now=NOW).uid)
    way = {"confirmed": True, "delays": DELAYS}
    for uid in uids[:5]:
        settle_identity(db, dora, uid, now=NOW, **way)
    with pytest.raises(Conflict):
        settle_identity(db, dora, uids[5], now=NOW, **way)
    assert right_of(db, uids[5]).state is RightState.RECHECK
    settle_identity(db, dora, uids[5], now=NOW + timedelta(days=1, seconds=1), **way)


def test_a_mailbox_is_asked_so_often_a_day_whatever_its_tags(database, bob, charlie):
    def ask(db, viewer, rank, at):
        number = f"0999999992{rank:04d}"
        make_pce(db, number, holder_name="Lycée des Tilleuls")
        mail = f"gaz+{rank}@tilleuls-sud.example"
        one = asked(id_pce=number, courriel_titulaire=mail)
        return "".join(p.code for p in declare(db, viewer, one, delays=DELAYS, now=at).problems)

    with database.transaction() as db:
        make_people(db)
        assert [ask(db, bob, rank, NOW) for rank in range(7)] == [""] * 5 + ["9000000025"] * 2
        assert ask(db, charlie, 10, NOW) == ""  # its own count
        assert ask(db, bob, 11, NOW + timedelta(days=1, seconds=1)) == ""


def test_what_joins_a_letter_that_waits_is_no_letter_more(database, bob):
    with database.transaction() as db:
        make_people(db)
        for rank in range(9):
            make_pce(db, f"0999999992000{rank}", holder_name="Lycée des Tilleuls")
            one = asked(id_pce=f"0999999992000{rank}", courriel_titulaire="gaz@sud.example")
            assert not declare(db, bob, one, delays=DELAYS, now=NOW).problems


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("kind", LetterKind)
@pytest.mark.parametrize("state", RightState)
def test_every_letter_says_who_what_until_when_and_holds_our_two_links(kind, state, language):
    if kind is LetterKind.RECEIPT and state.waiting:
        return
    mail = write(letter(kind, [replace(RIGHT, state=state)], language), DESK)
    set_language("fr")
    assert mail.text.count("://") == 2  # what others wrote makes no link
    stop = f"{ADDRESS}/courriels/{sign_stop(1, DESK.secret)}"
    assert stop in mail.text
    assert mail.headers["List-Unsubscribe"] == f"<{stop}>"
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"{ADDRESS}/consentement/t0ken" in mail.text
    assert "THERMIA" in mail.text
    assert "09999999910001" in mail.text
    assert "\n" not in mail.subject
    assert mail.subject.startswith("Réseau – ")


def test_a_receipt_of_several_answers_says_the_general_word():
    mixed = [replace(RIGHT, state=RightState.ACTIVE), replace(RIGHT, state=RightState.REFUSED)]
    assert "accepté" in write(letter(LetterKind.RECEIPT, mixed), DESK).text


@pytest.mark.parametrize("state", [state for state in RightState if state.final])
def test_a_receipt_offers_to_withdraw_only_what_is_open(state):
    """The page that the link opens has no button for a right that is over."""
    over = replace(RIGHT, state=state)
    text = write(letter(LetterKind.RECEIPT, [over]), DESK).text
    assert "changer d’avis" not in text
    assert "retirer votre accord" not in text
    given = [over, replace(RIGHT, state=RightState.ACTIVE)]
    assert "retirer votre accord" in write(letter(LetterKind.RECEIPT, given), DESK).text


@pytest.mark.parametrize(
    ("kind", "state", "said"),
    [
        (LetterKind.CONSENT, RightState.PENDING, "Ce qui serait lu :"),
        (LetterKind.INFORMED, RightState.ACTIVE, "Ce qui est lu :"),
        (LetterKind.RECEIPT, RightState.ACTIVE, "Ce qui est lu :"),
        (LetterKind.RECEIPT, RightState.REFUSED, "Ce qui aurait été lu :"),
        (LetterKind.RECEIPT, RightState.REVOKED, "Ce qui était lu :"),
        (LetterKind.ENDED, RightState.OBSOLETE, "Ce qui était lu :"),
    ],
)
def test_a_letter_says_in_its_time_what_is_read(kind, state, said):
    one = replace(RIGHT, state=state, closed_at=NOW if state.final else None)
    text = write(letter(kind, [one]), DESK).text
    assert said in text
    assert text.count("Ce qui ") == 1
    assert ("jusqu’au 31 août 2028" in text) == (not state.final)
    assert ("clos le 24 nov. 2026" in text) == (state.final and state is not RightState.REFUSED)


def test_the_receipt_of_a_withdrawal_says_its_day():
    at = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)  # the day after in Paris
    gone = replace(RIGHT, state=RightState.REVOKED, closed_at=at)
    others = replace(RIGHT, state=RightState.REFUSED, closed_at=at + timedelta(days=9))
    text = write(letter(LetterKind.RECEIPT, [gone, others]), DESK).text
    assert "Vous avez retiré votre accord le 25 nov. 2026" in text


def test_a_letter_without_dates_says_none():
    bare = replace(RIGHT, ends_on=None, answer_due=None, site="")
    text = write(letter(rights=[bare]), DESK).text
    assert "jusqu’au" not in text
    assert "expire" not in text


def test_the_quarter_is_of_the_clock_not_of_the_hour_of_declaration(stage):
    with stage.reading() as db:
        due = db.scalars(select(RightLetterRow.next_attempt_at)).one()
    assert due == datetime(2026, 11, 24, 8, 15, tzinfo=UTC)


def test_a_letter_names_a_pce_as_its_holder_does():
    named = replace(RIGHT, place="Groupe scolaire Nord", site="Votre chaudière")
    text = write(letter(rights=(named,)), DESK).text.replace("\u00a0", " ")
    assert "PCE 09999999910001 (Groupe scolaire Nord), nommé par le demandeur : Votre" in text
