"""`scheduler` and `run`: the jobs on their clock, or one of them once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import click

from data.accounts.actions import sealing_key
from data.accounts.types import SessionLimits
from data.controls.files.anchors import Anchors
from data.controls.files.storage import CONTRACTS, storage_at
from data.controls.types import ProofDelays
from data.errors import Invalid
from data.exports.types import Limits
from data.notifications.channels import channel
from data.notifications.messages import Desk
from data.rights.types import Delays
from data.subjects.types import Periods
from i18n import N_, PARIS, _
from jobs import (
    accounts,
    backup,
    consumption,
    contracts,
    controls,
    drill,
    exports,
    notifications,
    rights,
    runs,
    scheduler,
    subjects,
    thresholds,
)
from jobs.commands.portal import Portal, pass_portal
from jobs.notifications import Ways
from jobs.scheduler import Job
from jobs.subjects import Keeping

if TYPE_CHECKING:
    from settings import Settings


def jobs_of(portal: Portal) -> Mapping[str, Job]:
    """Every job of the portal, by name."""
    database, settings = portal.database, portal.settings
    limits = SessionLimits(
        settings.session_idle_minutes, settings.session_hours, settings.login_tries
    )
    keeping = Limits(settings.export_days, settings.export_megabytes)
    storage = storage_at(settings.proofs_url, settings.var)
    anchors = Anchors(settings.var, settings.signing_key())
    ways = ways_of(portal)
    ask = partial(rights.send, database, ways.mail, ways.desk)
    return {
        **_of_contracts(portal),
        "apply_decisions": Job(lambda now: controls.apply(database, now), seconds=30),
        **_backups_of(portal),
        **_of_subjects(portal),
        "check_rollup": Job(lambda _now: consumption.check_rollup(database), at=(3, 20)),
        "evaluate_thresholds": Job(lambda now: thresholds.evaluate(database, now), seconds=60),
        "make_exports": Job(
            lambda now: exports.work(database, settings.var, now, keeping), seconds=2
        ),
        "open_monthly_exports": Job(
            lambda now: exports.open_due(database, now, keeping), seconds=600
        ),
        "heartbeat": Job(lambda now: scheduler.beat(settings.var, now), seconds=10),
        "purge_exports": Job(lambda now: exports.purge(database, settings.var, now), seconds=3600),
        "purge_files": Job(lambda now: runs.purge(database, settings.var, now), seconds=3600),
        "purge_proofs": Job(lambda now: controls.purge(database, storage, now), seconds=3600),
        "purge_sessions": Job(lambda now: accounts.purge(database, now, limits), seconds=3600),
        "send_notifications": Job(partial(notifications.send, database, ways), seconds=15),
        "send_to_channels": Job(partial(notifications.send_apart, database, ways), seconds=15),
        "send_right_letters": Job(ask, seconds=15),
        "settle_controls": Job(
            lambda now: controls.settle(database, now, proof_delays_of(settings)), at=(6, 30)
        ),
        "settle_rights": Job(lambda now: rights.settle(database, now), at=(0, 5)),
        "verify_controls": Job(lambda now: controls.verify(database, anchors, now), at=(3, 40)),
        "work_runs": Job(lambda now: _work_runs(portal, now), seconds=2),
    }


def _backups_of(portal: Portal) -> Mapping[str, Job]:
    """The backup of each night, and the proof that it brings everything back."""
    given = portal.database, portal.settings.var
    passphrase = portal.settings.backup_passphrase
    return {
        "backup": Job(lambda now: backup.nightly(*given, now, passphrase), at=(2, 40)),
        "drill_restore": Job(lambda now: drill.drill(*given, now, passphrase), at=(4, 10)),
    }


def _of_contracts(portal: Portal) -> Mapping[str, Job]:
    database, settings = portal.database, portal.settings
    papers = storage_at(settings.proofs_url, settings.var, CONTRACTS)
    return {
        "apply_contracts": Job(lambda now: contracts.apply_due(database, now), seconds=600),
        "purge_contracts": Job(lambda now: contracts.purge(database, papers, now), seconds=3600),
        "remind_contracts": Job(lambda now: contracts.remind(database, now), at=(6, 40)),
    }


def _of_subjects(portal: Portal) -> Mapping[str, Job]:
    """What people ask about their data, and the night that keeps none too long."""
    database, settings = portal.database, portal.settings
    var, periods = settings.var, Periods(**settings.periods)
    limits = SessionLimits(
        settings.session_idle_minutes, settings.session_hours, settings.login_tries
    )
    keeping = Keeping(database, var, limits, periods)
    return {
        "erase_accounts": Job(lambda now: subjects.erase_due(database, var, now), seconds=600),
        "keep_nothing_old": Job(partial(subjects.keep_nothing_old, keeping), at=(4, 40)),
        "make_archives": Job(lambda now: subjects.work(database, var, now, periods), seconds=5),
        "purge_archives": Job(lambda now: subjects.purge(database, var, now), seconds=3600),
    }


def ways_of(portal: Portal) -> Ways:
    """How messages leave this portal."""
    settings = portal.settings
    secret = settings.signing_key()
    return Ways(
        Desk(settings.operator_name, settings.address, secret),
        channel(settings.smtp_url, settings.mail_from, settings.var / "mail"),
        sealing_key(secret),
    )


def _work_runs(portal: Portal, now: datetime) -> int:
    """Store what was deposited, then judge it at once."""
    worked = runs.work(portal.database, portal.settings.var, now, delays_of(portal.settings))
    if worked:
        thresholds.evaluate(portal.database, now)
    return worked


def delays_of(settings: Settings) -> Delays:
    """How long holders have to answer, and rights to last."""
    return Delays(settings.rights_answer_days, settings.rights_longest_years)


def proof_delays_of(settings: Settings) -> ProofDelays:
    """How long third parties have to prove, and account managers to change their mind."""
    return ProofDelays(
        days=settings.proof_days,
        again=settings.proof_again_days,
        grace=settings.proof_grace_days,
        undo_minutes=settings.proof_undo_minutes,
    )


@click.command(name="scheduler")
@pass_portal
def scheduler_command(portal: Portal) -> None:
    """Faire tourner l’horloge : chaque tâche à son heure, jusqu’à Ctrl-C."""
    scheduler.serve(portal.database, portal.settings.var, jobs_of(portal))


@click.command()
@click.argument("job", metavar="JOB")
@click.option("--at", metavar="ISO", help="Instant à considérer, sinon maintenant.")
@pass_portal
def run(portal: Portal, job: str, at: str | None) -> None:
    """Faire une fois une tâche de l’horloge.

    JOB est apply_contracts, apply_decisions, backup, check_rollup, drill_restore, erase_accounts,
    evaluate_thresholds, heartbeat, keep_nothing_old, make_archives, make_exports,
    open_monthly_exports, purge_archives, purge_contracts, purge_exports, purge_files,
    purge_proofs, purge_sessions, remind_contracts, send_notifications, send_right_letters,
    send_to_channels, settle_controls, settle_rights, verify_controls ou work_runs.
    """
    result = scheduler.run_once(jobs_of(portal), job, _instant(at))
    click.echo(_("{job} : fait.", job=job) + ("" if result is None else f" {result}"))


def _instant(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise Invalid(
            N_("« {found} » n’est pas un instant : 2026-11-24T03:20, par exemple."), found=text
        ) from error
    return (at if at.tzinfo else at.replace(tzinfo=PARIS)).astimezone(UTC)
