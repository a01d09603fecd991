"""Each read says who is reading, each permission guards something, each table has its migration."""

import ast
from functools import cache
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from core.access import ROLE_PERMISSIONS, OrganisationKind, Permission, Role, permissions_of
from core.database import Base
from data.migrations import is_modelled, tables
from tests.architecture.sources import ROOT, functions, modules, name, nodes, tree

QUERIES = [
    path
    for path in modules()
    if name(path).startswith("data/") and "queries" in path.relative_to(ROOT).as_posix()
]
# Reads that nobody in particular asks for: sign-in, before there is a viewer, jobs and operators.
# A screen may call none of them; a new one is added here by hand, and looked at.
NO_VIEWER = {
    "data/analysis/marks/queries/links.py": {
        "get_opened_link"
    },  # its word is the proof, its maker the viewer
    "data/metering/prices/queries.py": {"load_organisation_prices"},  # for the evaluation
    "data/identity/accounts/queries/security.py": {"is_new"},  # of who has just come in
    "data/identity/accounts/queries/__init__.py": {
        "find_open_session",
        "list_deciding_emails",
        "count_attempts",
        "is_reset_open",
        "has_second_factor",
        "count_open_links",
        "is_known_place",
        "find_person",
    },
    "data/identity/accounts/queries/passkeys.py": {  # of who is coming in, or makes their first
        "list_passkey_ids",
        "has_any_second_factor",
        "get_second_steps",
        "find_passkey_handle",
    },
    "data/exchange/mirror/queries/ending_differences.py": {"count_held", "find_excessive_ends"},
    "data/exchange/mirror/queries/outgoing.py": {"find_due"},
    "data/exchange/mirror/queries/unscoped.py": {
        "count_differing",
        "count_left",
        "has_unasked",
        "list_due",
        "list_senders",
        "list_asked_parts",
        "is_still_open",
        "list_unknown_numbers",
    },
    "data/notifications/queries/outbox.py": {
        "list_due",
        "list_waiting",
        "get_notification",
        "get_digest",
        "get_target",
        "get_linked",  # a signed link stands for its reader
        "count_waiting",
        "find_next_due_at",
        "find_oldest_unsent_at",
    },
    "data/notifications/queries/people.py": {
        "get_stored_preferences"
    },  # of who is about to be told
    "data/identity/audit/queries.py": {
        "list_reads",  # for the holder, whose link has no viewer
        "count_acts_of",  # for the limits of an organisation
        "find_last_event_at",
    },
    "data/identity/programs/queries.py": {
        "find_program",
        "find_locked_program",
    },  # before there is a viewer
    "data/exports/queries/unscoped.py": {
        "find_asker",
        "find_owner",
        "find_order",
        "list_stored_names",
        "list_due",
        "list_numbers",
        "list_over",
    },
    "data/exports/queries/csv_lines.py": {"iter_csv_lines"},  # of days that a scope has cut already
    "data/controls/queries/calendar.py": {"get_calendar_feed"},  # the token is the door
    "data/controls/queries/journal_check.py": {
        "iter_altered_entries"
    },  # numbers of entries, not what they tell
    "data/controls/queries/journal.py": {"is_packed", "find_journal_breaks"},  # the same
    "data/controls/queries/detail.py": {"load_pieces"},  # of deposits and messages already cut
    "data/controls/queries/replay.py": {
        "iter_inconsistent_controls",
        "iter_changed_checklists",
    },  # the same
    "data/controls/queries/unscoped.py": {
        "list_stored_keys",
        "list_ended",
        "list_final",
        "list_late",
        "list_reminders",
    },
    "data/contracts/queries/unscoped.py": {
        "list_stored_keys",
        "list_ending",
        "list_inviting",
        "list_lingering",
        "list_over",
        "list_presumed",
        "list_starting",
    },
    "data/exchange/mirror/queries/health.py": {"get_mirror_health"},  # counts and times, of nobody
    "data/exchange/hooks/queries/unscoped.py": {  # of marks of one organisation
        "count_waiting",
        "find_first_due_at",
        "list_listening",
        "list_gone",
        "list_moves",
        "list_proof_states",
        "find_oldest_pending_at",
    },
    "data/rights/queries/due.py": {
        "list_ending",
        "list_letters",
        "list_moved",
        "list_over",
        "list_pairs",
        "next_letter_at",
    },
    "data/rights/queries/passport.py": {  # the token is the door
        "count_letter_rights",
        "list_readers",
        "get_passport",
        "read_rights",
        "list_letter_rights",
    },
    "data/rights/queries/letter_reminders.py": {
        "list_recently_asked"
    },  # of rights that were cut already
    "data/rights/queries/attempts.py": {"find_tries_start"},  # of an organisation, for its limits
    "data/rights/queries/letter_pages.py": {  # the same
        "count_last_answer",
        "find_ticked",
        "read_letter",
        "get_letter_page",
    },
    "data/rights/queries/letter_scope.py": {  # the same
        "find_in_scope",
        "get_letter",
        "list_towns",
        "get_letter_scope",
        "read_scope",
    },
    "data/rights/queries/closed_addresses.py": {
        "list_silent_rights",
        "is_silent",
        "load_account_emails",
    },  # of links, of who is declared to
    "data/rights/queries/letter_opt_outs.py": {  # a signed link, or addresses that the asker typed
        "get_letter_stop",
        "find_passport_letter",
        "list_stopped_emails",
        "list_with_stops",
    },
    "data/administration/subjects/queries/extracts.py": {  # of who asked, or is about to be erased
        "count_rows_about",
        "count_standing",
        "iter_extracts",
        "count_by_fate",
        "get_subject",
    },
    "data/administration/subjects/queries/unscoped.py": {
        "find_archive_order",
        "list_archive_names",
        "find_last_report",
        "list_due",
        "count_retained_rows",
        "find_retention_problem",
    },
    "data/administration/claims/queries.py": {"list_proof_keys"},  # of the purge of files
    "data/money/attestations/queries.py": {"list_stored_keys"},  # the same
    "data/administration/people/queries/invitations.py": {"find_invited"},  # the token is the door
    "data/metering/pces/queries/tag_limits.py": {
        "load_visible_numbers"
    },  # of who is about to be told
    "data/metering/pces/queries/trigrams.py": {
        "is_sqlite",
        "has_more_rows",
    },  # how an index is best asked
    "data/metering/consumption/queries/public_status.py": {"find_last_day"},  # shown before sign-in
    "data/thresholds/queries/unscoped.py": {"is_due"},  # what the job has to do
    # Of spans that whoever asks has cut to the right it has.
    "data/thresholds/queries/winter.py": {"list_references", "load_temperatures"},
    "data/thresholds/queries/expected_consumption.py": {"load_expected_segments"},
    "data/identity/settings/queries.py": {"read_values"},  # what the portal is to anybody
    "data/metering/weather/queries/days.py": {
        "list_places",  # what a provider is asked for
        "fetch_problem",  # what `/health` tells
        "find_last_fetch",  # when the job asks again
        "load_station_means",  # of stations
        "load_pce_stations",  # which of them PCE already cut use
        "list_station_days",  # of a scope that has been cut already; the weather is no secret
        "find_station",  # the same
        "load_station_digests",
    },
    # Of scopes and spans that have been cut already.
    "data/metering/weather/queries/local.py": {
        "find_local_day",
        "list_local_days",
        "load_local_means",
        "list_own_days",
    },
    "data/analysis/signatures/queries/days.py": {
        "load_site_days"
    },  # of a scope that has been cut already
    # Of a scope that `together` has cut already.
    "data/metering/consumption/queries/together_costs.py": {"sum_selection_costs"},
    "data/metering/consumption/queries/together_days.py": {
        "count_sheets",
        "get_faced_days",
        "count_pces_by_due_days",
        "list_top_consumers",
        "load_with_shares",
    },
    "data/analysis/signatures/queries/unscoped.py": {
        "find_changed_stations",
        "list_changed",
        "read_sites",
        "list_unranked",
    },
    "data/runs/queries.py": {
        "find_depositor",
        "get_provenance",
        "list_stored_numbers",
        "find_last_ingest_at",
        "list_stored_names",
        "count_waiting",
        "find_oldest_waiting_at",
    },
}


def _public(path: Path) -> list[ast.FunctionDef]:
    return [
        node
        for node in tree(path).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]


def _reads(function: ast.FunctionDef) -> bool:
    first = function.args.args[:1]
    return bool(first) and first[0].arg == "db"


def test_there_are_queries_to_look_at():
    assert any(_public(path) for path in QUERIES)


def test_a_query_knows_who_reads():
    blind = {
        name(path): {
            function.name
            for function in _public(path)
            if _reads(function) and [arg.arg for arg in function.args.args[1:2]] != ["viewer"]
        }
        for path in QUERIES
    }
    assert {path: names for path, names in blind.items() if names} == NO_VIEWER


def test_no_screen_calls_a_query_without_a_viewer():
    blind = set().union(*NO_VIEWER.values())
    called = {
        (name(path), node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id)
        for path in modules()
        if name(path).startswith(("pages/", "callbacks/", "components/"))
        for node in nodes(path)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name)
    }
    assert not {(file, function) for file, function in called if function in blind}


@cache
def _used() -> frozenset[str]:
    """The permissions that something else than their own module names."""
    return frozenset(
        node.attr
        for path in modules()
        if name(path) != "core/access.py"
        for node in nodes(path)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "Permission"
    )


def test_a_permission_guards_something():
    assert not {permission.name for permission in Permission} - _used()


def test_a_permission_is_held_by_someone():
    held = frozenset().union(*(permissions_of(r, k) for r in Role for k in OrganisationKind))
    assert held == set(Permission)


def test_each_role_is_given_its_permissions():
    assert set(ROLE_PERMISSIONS) == set(Role)


def test_nothing_in_data_commits():
    """One transaction an entry, opened at the edge (ADR 0003)."""
    commits = [
        (name(path), node.lineno)
        for path in modules()
        if name(path).startswith("data/") and name(path) != "core/database.py"
        for node in nodes(path)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"commit", "rollback", "begin_nested"}
        and "migrations" not in name(path)
    ]
    assert not commits


def test_below_the_edge_time_comes_in_as_an_argument():
    """No clock under the entry points: a day is told, never asked."""
    clocks = [
        (name(path), node.lineno)
        for path in modules()
        if name(path).startswith(("data/", "components/"))
        for node in nodes(path)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (
            node.func.attr in {"today", "utcnow"}
            or (
                node.func.attr == "now"
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id in {"datetime", "date"}
            )
        )
    ]
    assert not clocks


def test_the_migrations_make_the_tables_of_the_models(database):
    assert tables()  # all of them, whatever was imported before
    with database.engine.connect() as connection:
        opts = {"compare_type": True, "include_name": is_modelled}
        context = MigrationContext.configure(connection, opts=opts)
        differences = compare_metadata(context, Base.metadata)
    assert not differences


def test_functions_of_data_are_typed_to_the_end():
    bare = [
        (name(path), function.name)
        for path in modules()
        for function in functions(path)
        if function.returns is None
    ]
    assert not bare


def test_the_temperatures_of_a_pce_are_told_in_one_place():
    """In `data/metering/weather/queries/local.py`: a budget alone asks a station."""
    names = {"list_station_days", "load_station_means", "WeatherDay", "WeatherOwnDay"}
    told = {
        name(path): used
        for path in sorted((ROOT / "data").rglob("*.py"))
        if not name(path).startswith(("data/metering/weather/", "data/migrations/"))
        and (used := names & _imported(path))
    }
    assert told == {
        "data/money/budgets/queries/usual_years.py": {"load_station_means"},
        "data/administration/subjects/actions/work_retention.py": {
            "WeatherOwnDay"
        },  # which it erases
    }


def _imported(path: Path) -> set[str]:
    return {
        alias.name
        for node in ast.walk(ast.parse(path.read_text("utf8")))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
