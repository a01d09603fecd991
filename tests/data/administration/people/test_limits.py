"""An administrator limits somebody to tags: when inviting, by a sheet, or since."""

import pytest
from sqlalchemy import select

from core.access import OrganisationKind, Role
from core.errors import Forbidden, Invalid, NotFound
from data.administration.people import actions, queries
from data.administration.people.files import read
from data.administration.people.rules import MOST_TAGS, tags_in
from data.administration.people.types import NewInvitation, TagLimit
from data.identity.accounts.models import Invitation, User, UserTag
from data.identity.accounts.queries.security import list_own_events
from data.identity.accounts.types import NewPassword
from data.identity.audit.models import AuditEvent
from data.metering.pces.models import PceTag
from data.notifications.models import Notification
from tests.conftest import TODAY
from tests.factories import NOW, PCE, make_grant, make_pce

ALICE, ADA, INES, IRENE = 1, 5, 6, 7
SOUTH, BARE = "21500000000042", "21500000000059"


@pytest.fixture
def tagged(db, everybody):
    """Two PCE of the organisation, one of them granted, bear a tag each; a third none."""
    north = make_pce(db, PCE, holder_id=1)
    south = make_pce(db, SOUTH, holder_id=3)
    make_grant(db, south, 1)
    make_pce(db, BARE, holder_id=1)
    for pce, organisation, tag in ((north, 1, "Nord"), (south, 1, "Sud"), (south, 3, "Ailleurs")):
        db.add(PceTag(pce_id=pce.id, organisation_id=organisation, tag=tag))
    db.flush()


def kept(db, user_id):
    return list(db.scalars(select(UserTag.tag).where(UserTag.user_id == user_id)))


class TestRules:
    @pytest.mark.parametrize("role", list(Role))
    @pytest.mark.parametrize("kind", list(OrganisationKind))
    def test_only_who_neither_administers_nor_is_of_the_distributor_is_limited(self, role, kind):
        assert tags_in((), role, kind) == ()
        if kind is OrganisationKind.DISTRIBUTOR or role is Role.ADMINISTRATOR:
            with pytest.raises(Invalid, match="tous les PCE"):
                tags_in(("Nord",), role, kind)
        else:
            assert tags_in(("Sud", "Nord", "Sud"), role, kind) == ("Nord", "Sud")

    def test_tags_are_so_many(self):
        some = [str(number) for number in range(MOST_TAGS)]
        assert len(tags_in(some, Role.CLIENT, OrganisationKind.COMPANY)) == MOST_TAGS
        with pytest.raises(Invalid, match="au plus"):
            tags_in([*some, "x"], Role.CLIENT, OrganisationKind.COMPANY)


@pytest.mark.usefixtures("tagged")
class TestOnePerson:
    def test_what_a_limit_leaves_is_counted_before(self, db, ada):
        assert queries.list_tags(db, ada, 1) == (("Nord", 1), ("Sud", 1))
        assert queries.count_limited_pces(db, ada, 1, ["Nord"]) == TagLimit(("Nord",), 1, 3)
        assert queries.count_limited_pces(db, ada, 1, ["Nord", "Sud", "Nord"]) == TagLimit(
            ("Nord", "Sud"), 2, 3
        )
        assert queries.count_limited_pces(db, ada, 1, ["Ailleurs"]).pces == 0
        assert queries.count_limited_pces(db, ada, None, []) == TagLimit((), 3, 3)
        with pytest.raises(NotFound):
            queries.count_limited_pces(db, ada, 3, ["Ailleurs"])

    def test_it_is_kept_told_and_lifted(self, db, ada, alice):
        actions.limit(db, ada, ALICE, ["Sud", "Nord"], now=NOW)
        assert sorted(kept(db, ALICE)) == ["Nord", "Sud"]
        assert queries.get_detail(db, ada, ALICE).limit == TagLimit(("Nord", "Sud"), 2, 3)
        event = db.scalars(select(AuditEvent).where(AuditEvent.action == "people.limited")).one()
        assert event.detail == {"before": [], "after": ["Nord", "Sud"]}
        assert [one.action for one in list_own_events(db, alice)] == ["people.limited"]
        actions.limit(db, ada, ALICE, ["Sud", "Nord"], now=NOW)  # as it is: no other line
        assert len(list_own_events(db, alice)) == 1
        actions.limit(db, ada, ALICE, [], now=NOW)
        assert kept(db, ALICE) == []

    def test_administrators_and_the_distributor_are_not_limited(self, db, ada, irene):
        for viewer, who in ((ada, ADA), (irene, IRENE), (irene, 4)):
            with pytest.raises(Invalid, match="tous les PCE"):
                actions.limit(db, viewer, who, ["Nord"], now=NOW)

    def test_who_becomes_an_administrator_sees_every_pce_again(self, db, ada):
        actions.limit(db, ada, INES, ["Nord"], now=NOW)
        actions.give_role(db, ada, INES, Role.FACILITY_MANAGER, now=NOW)
        assert kept(db, INES) == ["Nord"]
        actions.give_role(db, ada, INES, Role.ADMINISTRATOR, now=NOW)
        assert kept(db, INES) == []

    def test_a_tag_is_one_of_the_organisation_unless_it_was_theirs(self, db, ada):
        with pytest.raises(Invalid, match="Ailleurs"):
            actions.limit(db, ada, INES, ["Ailleurs"], now=NOW)
        actions.limit(db, ada, INES, ["Nord"], now=NOW)
        db.execute(PceTag.__table__.delete().where(PceTag.tag == "Nord"))
        actions.limit(db, ada, INES, ["Nord", "Sud"], now=NOW)
        assert sorted(kept(db, INES)) == ["Nord", "Sud"]

    def test_who_administers_nobody_limits_nobody(self, db, alice, ada):
        with pytest.raises(Forbidden):
            actions.limit(db, alice, INES, ["Nord"], now=NOW)
        with pytest.raises(NotFound):
            actions.limit(db, ada, 3, ["Nord"], now=NOW)


@pytest.mark.usefixtures("tagged")
class TestInvited:
    def test_who_comes_in_is_limited_at_once(self, db, ada):
        new = NewInvitation("zoe@nouveau.example", "Zoé", Role.CLIENT, tags=("Nord",))
        actions.invite(db, ada, new, now=NOW)
        (row,) = queries.list_invitations(db, ada, 1)
        assert row.tags == ("Nord",)
        token = db.scalars(select(Notification.params)).one()["token"]
        user_id = actions.accept(
            db, token, "Zoé", NewPassword("quatre mots pour ouvrir demain", "h"), NOW
        )
        assert kept(db, user_id) == ["Nord"]
        assert db.get_one(User, user_id).role is Role.CLIENT

    @pytest.mark.parametrize(
        ("role", "tag"), [(Role.CLIENT, "Inconnue"), (Role.ADMINISTRATOR, "Nord")]
    )
    def test_a_limit_that_is_none_is_refused_and_nothing_leaves(self, db, ada, role, tag):
        new = NewInvitation("zoe@nouveau.example", "Zoé", role, tags=(tag,))
        with pytest.raises(Invalid):
            actions.invite(db, ada, new, now=NOW)
        assert db.scalar(select(Invitation.id)) is None


def sheet(*lines):
    head = "Nom;Adresse électronique;Rôle;Étiquettes"
    return read("\n".join([head, *lines]).encode())


@pytest.mark.usefixtures("tagged")
class TestSheets:
    def test_a_column_says_the_tags_however_they_are_written(self, db, ada):
        found = sheet("Zoé;zoe@n.example;Client; nord , SUD,Nord", "Max;max@n.example;;")
        ready = actions.sort_out(db, ada, found, 1, NOW)
        assert [one.invitation.tags for one in ready.new] == [("Nord", "Sud"), ()]
        actions.invite_all(db, ada, ready, NOW)
        by_email = {row.email: row.tags for row in queries.list_invitations(db, ada, 1)}
        assert by_email == {"zoe@n.example": ("Nord", "Sud"), "max@n.example": ()}

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ("Zoé;zoe@n.example;Client;Nord, Ailleurs", "Ailleurs"),
            ("Zoé;zoe@n.example;Administrateur;Nord", "administrateur"),
            (f"Zoé;zoe@n.example;Client;{','.join(map(str, range(MOST_TAGS + 1)))}", "50"),
        ],
    )
    def test_a_tag_that_cannot_be_says_where(self, db, ada, line, said):
        ready = actions.sort_out(db, ada, sheet(line), 1, NOW)
        (problem,) = ready.problems
        assert (problem.line, problem.column, ready.new) == (2, "Étiquettes", ())
        assert said in problem.message.format(**problem.params)

    def test_the_distributor_limits_none_of_its_own(self, db, irene):
        found = sheet("Zoé;zoe@n.example;;Nord")
        (problem,) = actions.sort_out(db, irene, found, 4, NOW).problems
        assert "distributeur" in problem.message


def test_nobody_is_limited_at_first(db, everybody, ada):
    assert queries.get_tag_limit(db, ada, INES) == TagLimit((), 0, 0)
    assert ada.today == TODAY
