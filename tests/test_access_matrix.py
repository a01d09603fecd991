"""Who may do what, in one table to read: every permission and every action, for every role.

A new permission, role or action is in no table, and fails until somebody says who may.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest

from core.access import OrganisationKind, Permission, Role, Viewer, roles_of
from core.errors import Forbidden
from data.administration.people.types import NewInvitation, PersonLine
from data.contracts.types import Party
from data.runs.types import RunKind, SheetSorted
from tests.conftest import TODAY
from tests.factories import NOW

_CLIENT = OrganisationKind.COMPANY
_STAFF = OrganisationKind.DISTRIBUTOR


def someone(kind: OrganisationKind, role: Role, **more: Any) -> Viewer:
    return Viewer(1, 1, kind, role, TODAY, name="X", contracted=True, **more)


PEOPLE = SheetSorted((PersonLine(2, NewInvitation("a@b.example", "A", Role.CLIENT)),))

# `gestionnaire` is a facility manager, `chargé` an account manager, `vue` the distributor that
# looks at the portal as an administrator of a client.
VIEWERS = {
    "client": someone(_CLIENT, Role.CLIENT),
    "client, un site": someone(_CLIENT, Role.CLIENT, one_site=True),
    "client seul": someone(_CLIENT, Role.CLIENT, alone=True),
    "gestionnaire": someone(_CLIENT, Role.FACILITY_MANAGER),
    "gestionnaire seul": someone(_CLIENT, Role.FACILITY_MANAGER, alone=True),
    "administrateur": someone(_CLIENT, Role.ADMINISTRATOR),
    "chargé": someone(_STAFF, Role.ACCOUNT_MANAGER),
    "exploitant": someone(_STAFF, Role.ADMINISTRATOR),
    "vue": someone(_CLIENT, Role.ADMINISTRATOR, behind=9),
}

# One column a viewer, in the order above: a client, one of an organisation of one site and one
# alone, a manager and one alone, an administrator; an account manager and who runs the portal; a
# look. Nobody has none of them, and is turned away from every route: see tests/api/test_guard.py
# and tests/test_isolation.py.
MAY = """
pces.read                 oui  oui  oui      oui  oui       oui     oui  oui      oui
pces.write                –    oui  oui      oui  oui       oui     oui  oui      –
pces.add                  –    oui  oui      oui  oui       oui     oui  oui      –
pces.create               –    –    –        –    –         –       oui  oui      –
consumption.read          oui  oui  oui      oui  oui       oui     oui  oui      oui
consumption.export        oui  oui  oui      oui  oui       oui     oui  oui      –
consumption.import        –    oui  oui      oui  oui       oui     oui  oui      –
runs.read                 –    oui  oui      oui  oui       oui     oui  oui      oui
prices.read               oui  oui  oui      oui  oui       oui     oui  oui      oui
prices.write              –    oui  oui      oui  oui       oui     oui  oui      –
budgets.write             –    oui  oui      oui  oui       oui     oui  oui      –
retrofits.write           –    oui  oui      oui  oui       oui     oui  oui      –
thresholds.read           oui  oui  oui      oui  oui       oui     oui  oui      oui
thresholds.write          –    oui  oui      oui  oui       oui     oui  oui      –
notifications.self        oui  oui  oui      oui  oui       oui     oui  oui      oui
marks.share               –    oui  oui      oui  oui       oui     oui  oui      –
marks.write               oui  oui  oui      oui  oui       oui     oui  oui      –
rights.read               oui  oui  oui      oui  oui       oui     oui  oui      oui
rights.declare            oui  oui  oui      oui  oui       oui     –    –        –
rights.renew              oui  oui  oui      oui  oui       oui     –    –        –
rights.write              –    –    oui      oui  oui       oui     oui  oui      –
rights.answer             –    –    oui      oui  oui       oui     –    oui      –
rights.settle             –    –    –        –    –         –       oui  oui      –
controls.read             oui  oui  oui      oui  oui       oui     oui  oui      oui
controls.answer           –    –    oui      oui  oui       oui     oui  oui      –
controls.decide           –    –    –        –    –         –       oui  oui      –
contracts.read            oui  oui  oui      oui  oui       oui     oui  oui      oui
contracts.write           –    –    oui      oui  oui       oui     oui  oui      –
contracts.sign            –    –    oui      –    oui       oui     –    –        –
contracts.countersign     –    –    –        –    –         –       oui  oui      –
accounts.self             oui  oui  oui      oui  oui       oui     oui  oui      –
accounts.security         –    –    –        –    –         oui     –    oui      –
accounts.api              –    –    –        –    –         oui     –    oui      –
mirror.write              –    –    –        –    –         oui     –    –        –
accounts.factors          –    –    –        –    –         oui     oui  oui      –
people.write              –    –    –        –    –         oui     –    oui      –
people.look               –    –    –        –    –         –       –    oui      –
organisations.write       –    –    –        –    –         –       –    oui      –
settings.write            –    –    –        –    –         –       –    oui      –
weather.write             –    –    –        –    –         –       –    oui      –
"""

# What each public action of data/*/actions asks of its viewer: all of these words; `a|b`, either.
# « soi » is one's own account or session, which takes no permission; « porte » is only called
# behind another action or a route, which asks.
ASKS = """
accounts.begin_enrolment           soi
accounts.change_password           soi
accounts.close_other_sessions      soi
accounts.close_session             soi
accounts.create_credential         accounts.api
accounts.disable_second_factor     soi
accounts.forget_proofs             soi
accounts.renew_recovery_codes      soi
accounts.renew_token               soi
accounts.require_own               soi
accounts.reset_factor_of           accounts.factors
accounts.revoke_credential         accounts.api
accounts.set_preferences           soi
accounts.sign_out                  soi
accounts.touch                     soi
accounts.try_proof                 soi
attestations.add                   pces.write
attestations.remove                pces.write
attestations.restore               pces.write
bills.add                          prices.write
bills.change                       prices.write
bills.keep_bills                   prices.write
bills.remove                       prices.write
bills.restore                      prices.write
bills.sort_out_bills               prices.write
budgets.add                        budgets.write
budgets.change                     budgets.write
budgets.keep_budgets               budgets.write
budgets.remove                     budgets.write
budgets.restore                    budgets.write
budgets.sort_out_budgets           budgets.write
claims.accept                      pces.create
claims.cancel                      pces.add
claims.check_claim                 pces.add
claims.claim_by_index              pces.add
claims.claim_by_letter             pces.add
claims.refuse                      pces.create
consumption.attach_one             weather.write
consumption.attach_tagged          weather.write
consumption.describe_station       weather.write
consumption.keep_stations          weather.write
consumption.restore_drift          marks.write
consumption.review_drift           marks.write
contracts.abandon                  contracts.write
contracts.amend                    contracts.write
contracts.amendment_base           contracts.write
contracts.ask_code                 contracts.read contracts.sign
contracts.begin                    contracts.write
contracts.countersign              contracts.read contracts.countersign
contracts.end_for                  contracts.countersign
contracts.keep_step                contracts.write
contracts.note_download            contracts.read
contracts.prove                    contracts.read contracts.sign
contracts.refuse                   contracts.sign
contracts.refuse_signature         contracts.countersign
contracts.renew                    contracts.write
contracts.send                     contracts.write
contracts.sign                     contracts.read contracts.sign
contracts.take_back                contracts.write
contracts.terminate                contracts.sign|contracts.countersign
controls.answer_points             controls.decide
controls.assign                    controls.decide
controls.check_deposit             controls.answer
controls.cover                     controls.answer
controls.create_calendar           controls.read
controls.decide                    controls.decide
controls.decide_many               controls.decide
controls.is_sent                   controls.answer
controls.mark_read                 controls.read
controls.note_pack                 controls.read
controls.open_campaign             controls.decide
controls.preview_campaign          controls.decide
controls.revoke_calendar           controls.read
controls.send                      controls.answer
controls.stage                     controls.answer
controls.submit                    controls.answer
controls.undo                      controls.decide
controls.unstage                   controls.answer
controls.write_message             controls.answer
controls.write_note                controls.decide
exports.ask                        consumption.export
exports.finish                     porte
exports.keep_pick                  consumption.export
exports.note_download              porte
exports.remove                     consumption.export
exports.repeat_export              consumption.export
exports.schedule                   consumption.export
exports.unschedule                 consumption.export
hooks.add_hook                     accounts.api
hooks.choose_topics                accounts.api
hooks.ping_hook                    accounts.api
hooks.remove_hook                  accounts.api
hooks.resend                       accounts.api
hooks.resend_failed                accounts.api
hooks.rotate_secret                accounts.api
hooks.turn_off_hook                accounts.api
hooks.turn_on_hook                 accounts.api
marks.annotate                     marks.write
marks.change                       marks.write
marks.drop_view                    marks.write
marks.keep_view                    marks.write
marks.open_first                   marks.write
marks.remove                       marks.write
marks.rename_view                  marks.write
marks.restore                      marks.write
marks.revoke_link                  marks.write
marks.share                        marks.share
mirror.ask                         mirror.write
mirror.choose                      mirror.write
mirror.connect                     mirror.write
mirror.forget                      mirror.write
mirror.try_out                     mirror.write
mirror.repair                      mirror.write
mirror.repair_all                  mirror.write
mirror.retry_now                   mirror.write
mirror.take_back                   mirror.write
mirror.take_back_unqueued          mirror.write
mirror.undo_import                 rights.declare
notifications.add_address          thresholds.write
notifications.add_apprise          notifications.self
notifications.add_sms              notifications.self
notifications.add_webhook          notifications.self
notifications.ask_colleagues       notifications.self
notifications.confirm_sms          notifications.self
notifications.mark_all_read        notifications.self
notifications.mark_read            notifications.self
notifications.mark_unread          notifications.self
notifications.remove_address       thresholds.write
notifications.remove_channel       notifications.self
notifications.resubscribe          notifications.self
notifications.send_sms_code        notifications.self
notifications.set_preferences      notifications.self
notifications.settle               porte
notifications.snooze               notifications.self
notifications.test_channel         notifications.self
notifications.turn_on_channel      notifications.self
notifications.unmark_read          notifications.self
notifications.unsnooze             notifications.self
notifications.unsubscribe          notifications.self
operations.drop_failed_work        organisations.write
operations.retry_failed_work       organisations.write
operat.forget_site                 pces.write
operat.keep_site                   pces.write
operat.keep_sites                  pces.write
operat.keep_values                 settings.write
operat.sort_out_sites              pces.write
operat.sort_out_values             settings.write
pces.assign_holder                 pces.create
pces.attach_unheld                 pces.add
pces.importable                    consumption.import
pces.rename                        pces.write
pces.set_tags                      pces.write
people.create_with_administrator   organisations.write
people.disable                     people.write
people.enable                      people.write
people.give_role                   people.write
people.hand_over                   people.write
people.invite                      people.write
people.invite_all                  people.write
people.limit                       people.write
people.impersonate                 people.look
people.record_impersonated_read    porte
people.refusals                    people.write
people.rename                       people.write
people.rename_self                  soi
people.resend                      people.write
people.sort_out                    people.write
people.stop_impersonating          people.look
people.withdraw                    people.write
prices.add                         prices.write
prices.change                      prices.write
prices.end                         prices.write
prices.change_tariff               prices.write
prices.enter_tariff                prices.write
prices.keep_prices                 prices.write
prices.remove                      prices.write
prices.restore                     prices.write
prices.sort_out_prices             prices.write
retrofits.add                      retrofits.write
retrofits.change                   retrofits.write
retrofits.remove                   retrofits.write
retrofits.restore                  retrofits.write
rights.accept_repairs              rights.declare
rights.answer_as_holder            rights.answer
rights.cancel                      rights.renew
rights.check                       rights.declare
rights.confirm                     rights.declare
rights.declare                     rights.declare
rights.declare_many                rights.declare
rights.drop                        rights.declare
rights.drop_view                   rights.read
rights.edit_line                   rights.declare
rights.end_contract                rights.settle
rights.keep_plan                   rights.declare
rights.keep_view                   rights.read
rights.map_columns                 rights.declare
rights.note_read                   porte
rights.open_import                 rights.declare
rights.plan_of                     rights.declare
rights.preview                     rights.declare
rights.preview_rejects             rights.declare
rights.read_lines                  rights.declare
rights.recall                      rights.renew
rights.renew_many                  rights.renew
rights.revoke                      rights.write
rights.settle_identity             rights.settle
rights.charge_lookups              rights.declare
rights.store_lines                 rights.declare
rights.table_of                    rights.declare
rights.do_now                      rights.read
rights.lift_tries                  rights.settle
rights.open_act                    rights.read
rights.stop_act                    rights.read
rights.undo_act                    rights.read
rights.undo                        rights.declare
rights.undo_import                 rights.declare
runs.accept_oddities               consumption.import
runs.confirm                       porte
runs.drop                          porte
runs.give_pce                      consumption.import
runs.open_run                      consumption.import
runs.receive                       consumption.import
runs.restore_deposit               consumption.import
runs.say_columns                   consumption.import
runs.undo_deposit                  consumption.import
samples.create_sample              pces.add
samples.erase_sample               pces.add
settings.change                    settings.write
settings.put_back                  settings.write
subjects.ask_erasure               accounts.self
subjects.ask_export                accounts.self
subjects.request_for_other          organisations.write
subjects.cancel                    soi
subjects.note_download             porte
surfaces.add                       pces.write
surfaces.change                    pces.write
surfaces.remove                    pces.write
surfaces.remove_today              pces.write
surfaces.restore                   pces.write
surfaces.state_today               pces.write
thresholds.acknowledge             thresholds.read
thresholds.assign                  thresholds.write
thresholds.change                  thresholds.write
thresholds.create                  thresholds.write
thresholds.create_all              thresholds.write
thresholds.create_once             thresholds.write
thresholds.keep                    thresholds.write
thresholds.mark_alert_seen         notifications.self
thresholds.mark_back_seen          notifications.self
thresholds.mark_threshold_seen     notifications.self
thresholds.pause                   thresholds.write
thresholds.raise_threshold         thresholds.write
thresholds.remove                  thresholds.write
thresholds.restore                 thresholds.write
thresholds.restore_seen            notifications.self
thresholds.resume                  thresholds.write
thresholds.resume_alert            notifications.self
thresholds.set_day_alert           thresholds.write
thresholds.snooze                  thresholds.read
thresholds.snooze_alert            notifications.self
thresholds.sort_out                thresholds.write
thresholds.undo_raise              thresholds.write
weather.assign_station             weather.write
weather.keep_temperatures          weather.write
weather.set_station                weather.write
weather.sort_out_stations          weather.write
weather.sort_out_temperatures      weather.write
"""


def _rows(table: str) -> Iterator[tuple[str, list[str]]]:
    for line in table.strip().splitlines():
        first, *rest = line.split()
        yield first, rest


EXPECTED = {name: [word == "oui" for word in words] for name, words in _rows(MAY)}
ASKED = dict(_rows(ASKS))


@dataclass(frozen=True)
class Action:
    name: str
    play: Callable[..., Any]

    def given(self, viewer: Viewer) -> tuple[list[Any], dict[str, Any]]:
        """Arguments that stand for any: nothing of them is read before the viewer is judged."""
        placed, named = [], {}
        for name, one in inspect.signature(self.play).parameters.items():
            if one.default is not one.empty:
                continue
            if one.kind is one.KEYWORD_ONLY:
                named[name] = _any(str(one.annotation), viewer)
            elif one.kind is one.POSITIONAL_OR_KEYWORD:
                placed.append(_any(str(one.annotation), viewer))
        return placed, named


def _any(annotation: str, viewer: Viewer) -> Any:
    for word, value in (
        ("Viewer", viewer),
        ("datetime", NOW),
        ("Party", Party.CLIENT),
        ("RunKind", RunKind.READINGS),
        ("SheetSorted", PEOPLE),
        ("Collection[", ["1"]),
        ("Sequence[", ["1"]),
        ("'int", 1),
        ("'str", "x"),
    ):
        if word in annotation:
            return value
    return {"int": 1, "str": "x"}.get(annotation.partition(" ")[0]) or MagicMock()


def _packages() -> list[str]:
    """Return the packages of data/ that have actions, such as data.rights or data.money.bills."""
    data = Path(importlib.import_module("data").__file__ or "").parent
    found = [path.parent for path in data.rglob("actions*") if path.stem == "actions"]
    return sorted(".".join(path.relative_to(data.parent).parts) for path in found)


def _actions() -> Iterator[Action]:
    """Every public function of the actions of a feature that is given a viewer."""
    for place in _packages():
        feature = place.rpartition(".")[2]
        package = importlib.import_module(f"{place}.actions")
        inside = [
            importlib.import_module(f"{package.__name__}.{one.name}")
            for one in pkgutil.iter_modules(getattr(package, "__path__", []))
        ]
        wanted = getattr(package, "__all__", None)
        found = {
            name: one
            for module in [package, *inside]
            for name, one in vars(module).items()
            if inspect.isfunction(one)
            and not name.startswith("_")
            and one.__module__.startswith(package.__name__)
            and (wanted is None or name in wanted)
        }
        for name, one in sorted(found.items()):
            if any(
                "Viewer" in str(p.annotation) for p in inspect.signature(one).parameters.values()
            ):
                yield Action(f"{feature}.{name}", one)


ACTIONS = {action.name: action for action in _actions()}


def may(who: str, words: list[str]) -> bool:
    held = {one.value for one in VIEWERS[who].permissions}
    return all(held & set(word.split("|")) for word in words)


def test_every_role_of_every_organisation_is_a_column():
    columns = {(one.kind, one.role) for one in VIEWERS.values()}
    assert columns == {(kind, role) for kind in (_CLIENT, _STAFF) for role in roles_of(kind)}
    others = {kind for kind in OrganisationKind if kind is not _STAFF}
    assert {roles_of(kind) for kind in others} == {roles_of(_CLIENT)}


@pytest.mark.parametrize("permission", list(Permission))
def test_each_permission_is_held_by_whom_the_table_says(permission):
    assert permission.value in EXPECTED, "a new permission: say in the table who holds it"
    held = {who: one.may(permission) for who, one in VIEWERS.items()}
    assert held == dict(zip(VIEWERS, EXPECTED[permission.value], strict=True))


@pytest.mark.parametrize("kind", [kind for kind in OrganisationKind if kind is not _STAFF])
def test_client_organisations_of_any_kind_are_alike(kind):
    for one in VIEWERS.values():
        if one.kind is _CLIENT:
            assert replace(one, kind=kind).permissions == one.permissions


def test_the_tables_name_what_there_is_and_nothing_more():
    assert set(EXPECTED) == {one.value for one in Permission}
    assert set(ASKED) == set(ACTIONS), "a new action, or one that is gone: say what it asks"
    words = {word for asked in ASKED.values() for each in asked for word in each.split("|")}
    assert words <= set(EXPECTED) | {"soi", "porte"}


@pytest.mark.parametrize("who", VIEWERS)
def test_actions_are_refused_to_whom_the_table_says_and_to_nobody_else(who):
    """Played without a database: who may not is refused before anything is read or written."""
    asked = {name: words for name, words in ASKED.items() if "." in words[0]}
    assert asked.keys() <= ACTIONS.keys()
    wrong = [name for name, words in asked.items() if not goes_as_told(name, who, words)]
    assert not wrong, f"{who}: {wrong}"


def goes_as_told(name: str, who: str, words: list[str]) -> bool:
    action, viewer = ACTIONS[name], VIEWERS[who]
    if may(who, words):
        return "rôle" not in refusal_of(action, viewer)
    placed, named = action.given(viewer)
    try:
        action.play(*placed, **named)
    except Forbidden:
        return True
    return False


def refusal_of(action: Action, viewer: Viewer) -> str:
    """Why it is forbidden; "" for whatever else its stand-ins lead to."""
    placed, named = action.given(viewer)
    try:
        action.play(*placed, **named)
    except Forbidden as refused:
        return str(refused)
    except Exception:  # noqa: BLE001 (a stand-in is no thing of the portal)
        return ""
    return ""


def test_a_refusal_would_be_seen():
    """What the test above leans on."""
    assert "rôle" in refusal_of(ACTIONS["people.disable"], VIEWERS["client"])
    assert not refusal_of(ACTIONS["people.disable"], VIEWERS["administrateur"])
