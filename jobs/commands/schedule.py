"""`scheduler` runs the jobs on schedule; `run` runs one of them once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import click

from core.errors import Invalid, NotFound
from core.i18n import N_, PARIS, _
from data.contracts.files.keys import KeySource, SealKey, has_key, seal_key
from data.contracts.queries import unscoped as contract_rows
from data.controls.files.anchors import Anchors
from data.controls.files.storage import CONTRACTS, storage_at
from data.controls.rules.deadlines import delays_of as proof_delays_of
from data.exchange.mirror.types import Address
from data.identity.accounts.types import SessionLimits
from jobs import (
    accounts,
    backup,
    clock_skew,
    consumption,
    contracts,
    controls,
    exports,
    hooks,
    mirror,
    mirror_answers,
    mirror_sending,
    notifications,
    restore_drill,
    rights,
    runs,
    scheduler,
    signatures,
    subjects,
    thresholds,
    weather,
)
from jobs.commands.backups import external_parts
from jobs.commands.portal import CommandPortal, pass_portal
from jobs.commands.worker import export_limits_of, find_opening, periods_of
from jobs.key_rotation import require_rotated
from jobs.scheduler import Job
from jobs.storage import delete_orphans, purge_proofs
from jobs.subjects import Keeping


def jobs_of(portal: CommandPortal) -> Mapping[str, Job]:
    """Return every job of the portal, by name."""
    database, settings = portal.database, portal.settings
    job_args = database, settings.var
    limits = SessionLimits(
        settings.session_idle_minutes, settings.session_hours, settings.login_tries
    )
    storage = storage_at(settings.proofs_url, settings.var)
    anchors = Anchors(settings.var, settings.signing_key())
    return {
        **_of_contracts(portal),
        **_of_exports(portal),
        **_of_mails(portal),
        **_of_mirror(portal),
        "apply_decisions": Job(lambda now: controls.apply(database, now), seconds=30),
        **_backups_of(portal),
        **_of_subjects(portal, limits),
        "bring_forward": Job(lambda now: clock_skew.bring_forward(database, now), seconds=600),
        "check_rollup": Job(lambda now: consumption.check_rollup(*job_args, now), at=(3, 20)),
        "check_standings": Job(lambda now: consumption.check_standings(*job_args, now), at=(3, 50)),
        "close_controls": Job(lambda now: controls.close(database, now), seconds=60),
        "escalate_alerts": Job(lambda now: thresholds.escalate(database, now), seconds=60),
        "evaluate_thresholds": Job(lambda now: thresholds.evaluate(database, now), seconds=60),
        "judge_sites": Job(lambda now: signatures.judge_sites(database, now), seconds=120),
        "look_again": Job(lambda now: signatures.look_again(database, now), at=(1, 50)),
        "heartbeat": Job(lambda now: scheduler.beat(settings.var, now), seconds=10),
        "purge_files": Job(lambda now: runs.purge(database, settings.var, now), seconds=3600),
        "purge_proofs": Job(lambda now: purge_proofs(database, storage, now), seconds=3600),
        "purge_samples": Job(lambda now: accounts.purge_samples(database, now), seconds=3600),
        "purge_sessions": Job(lambda now: accounts.purge(database, now, limits), seconds=3600),
        "settle_controls": Job(
            lambda now: controls.settle(database, now, proof_delays_of(portal.values)), at=(6, 30)
        ),
        "settle_rights": Job(lambda now: rights.settle(database, now), at=(0, 5)),
        "stand_again": Job(lambda now: consumption.stand_again(database, now), seconds=60),
        **_weather_of(portal),
        "verify_controls": Job(lambda now: controls.verify(database, anchors, now), at=(3, 40)),
    }


def _of_exports(portal: CommandPortal) -> Mapping[str, Job]:
    database, settings = portal.database, portal.settings
    return {
        "open_monthly_exports": Job(
            lambda now: exports.open_due(database, now, export_limits_of(portal)), seconds=600
        ),
        "purge_exports": Job(lambda now: exports.purge(database, settings.var, now), seconds=3600),
    }


def _of_mails(portal: CommandPortal) -> Mapping[str, Job]:
    database = portal.database
    return {
        "announce_data": Job(lambda now: hooks.announce(database, now), seconds=60),
        "tell_hooks": Job(lambda now: hooks.tell(database, now), seconds=15),
        "gather_notices": Job(lambda now: notifications.gather(database, now), seconds=15),
    }


MIRRORS = frozenset({"hear_upstream", "mirror", "send_upstream"})  # need a mirrored distributor


def _of_mirror(portal: CommandPortal) -> Mapping[str, Job]:
    """Return the mirror's jobs; none without the distributor's address."""
    database, opening = portal.database, find_opening(portal)
    if opening is None:
        return {}
    return {
        "hear_upstream": Job(lambda now: mirror_answers.hear(database, opening, now), seconds=3600),
        "mirror": Job(lambda now: mirror.plan(database, now), seconds=5),
        "send_upstream": Job(lambda now: mirror_sending.plan(database, now), seconds=60),
    }


def _weather_of(portal: CommandPortal) -> Mapping[str, Job]:
    """Return the weather job, if the settings name a provider."""
    name, address = portal.settings.weather_provider, portal.settings.weather_address
    if not name or not address:
        return {}
    provider, database = weather.provider_of(name, address), portal.database
    ask = Job(lambda now: weather.fetch_due(database, provider, now), seconds=300)
    return {"fetch_weather": ask}


def _backups_of(portal: CommandPortal) -> Mapping[str, Job]:
    """Return the nightly backup and the restore drill that proves it."""
    job_args = portal.database, portal.settings.var
    secrets = portal.settings.backup_passphrase, external_parts(portal.settings)
    return {
        "backup": Job(lambda now: backup.nightly(*job_args, now, *secrets), at=(2, 40)),
        "drill_restore": Job(lambda now: restore_drill.drill(*job_args, now, *secrets), at=(4, 10)),
    }


def _of_contracts(portal: CommandPortal) -> Mapping[str, Job]:
    database, settings = portal.database, portal.settings
    papers = storage_at(settings.proofs_url, settings.var, CONTRACTS)
    return {
        "apply_contracts": Job(lambda now: contracts.apply_due(database, now), seconds=600),
        "invite_named": Job(lambda now: contracts.invite_named(database, now), seconds=60),
        "purge_contracts": Job(
            lambda _now: delete_orphans(database, papers, contract_rows.list_stored_keys),
            seconds=3600,
        ),
        "recall_papers": Job(lambda now: contracts.recall_papers(database, now), at=(6, 45)),
        "remind_contracts": Job(lambda now: contracts.remind(database, now), at=(6, 40)),
        "watch_seal": Job(
            lambda now: contracts.watch_seal(database, _seal(portal, now), now), at=(6, 50)
        ),
    }


def _seal(portal: CommandPortal, now: datetime) -> SealKey | None:
    """Return the sealing certificate; None while no demo certificate exists yet."""
    settings = portal.settings
    source = KeySource(settings.seal_p12, settings.seal_password, settings.seal_anchors)
    folder = settings.var / "seal"
    if not has_key(folder, source):
        return None
    return seal_key(folder, portal.values.operator, source, now=now)


def _of_subjects(portal: CommandPortal, limits: SessionLimits) -> Mapping[str, Job]:
    """Return the jobs of personal data: requests, and nightly deletion of expired data."""
    database, var = portal.database, portal.settings.var

    def keep(now: datetime) -> object:
        return subjects.keep_nothing_old(Keeping(database, var, limits, periods_of(portal)), now)

    return {
        "erase_accounts": Job(lambda now: subjects.erase_due(database, var, now), seconds=600),
        "keep_nothing_old": Job(keep, at=(4, 40)),
        "purge_archives": Job(lambda now: subjects.purge(database, var, now), seconds=3600),
    }


@click.command(name="scheduler")
@pass_portal
def scheduler_command(portal: CommandPortal) -> None:
    """Faire tourner l’horloge : chaque tâche à son heure, jusqu’à Ctrl-C."""
    settings = portal.settings
    require_rotated(settings.var, settings.signing_key())
    jobs = scheduler.hasten(jobs_of(portal), settings.tick)
    scheduler.serve(portal.database, settings.var, jobs)


@click.command()
@click.argument("job", metavar="JOB")
@click.option("--at", metavar="ISO", help="Instant à considérer, sinon maintenant.")
@pass_portal
def run(portal: CommandPortal, job: str, at: str | None) -> None:
    """Faire une fois une tâche de l’horloge.

    JOB est announce_data, apply_contracts, apply_decisions, backup, bring_forward, check_rollup,
    check_standings, close_controls, drill_restore, erase_accounts, escalate_alerts,
    evaluate_thresholds, fetch_weather, gather_notices, hear_upstream, heartbeat, invite_named,
    judge_sites, keep_nothing_old, look_again, mirror, open_monthly_exports, purge_archives,
    purge_contracts, purge_exports, purge_files, purge_proofs, purge_samples, purge_sessions,
    recall_papers, remind_contracts, send_upstream, settle_controls, settle_rights, stand_again,
    tell_hooks, verify_controls ou watch_seal.
    """
    if job in MIRRORS and Address.of_environment(portal.settings) is None:
        raise NotFound(
            N_(
                "La tâche « {name} » attend l’adresse ADICT du distributeur :"
                " donnez-la par PORTAL_UPSTREAM_URL et PORTAL_UPSTREAM_TOKEN_URL."
            ),
            name=job,
        )
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
