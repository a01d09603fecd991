"""Compute the signatures of sites whose readings or weather changed."""

from datetime import datetime

import structlog

from core.database import Database, blocks
from core.i18n import PARIS
from data.analysis.signatures import actions
from data.analysis.signatures.queries import unscoped
from data.analysis.signatures.rules.verdicts import judge

BLOCK = 100  # PCEs judged at once: their days are held in memory


def judge_sites(database: Database, now: datetime, *, block: int = BLOCK) -> int:
    """Judge the changed sites; return how many verdicts were stored.

    Days are read and judged outside of the transaction that stores the verdicts, block by block. If
    killed, the next call does the rest: a PCE stays marked until it is judged.
    """
    today = now.astimezone(PARIS).date()
    verdict_count = after = 0
    while True:
        with database.reading() as db:
            changes = unscoped.list_changed(db, after, block)
            sites = unscoped.read_sites(db, [pce for pce, _times in changes], today)
        if not changes:
            break
        verdicts = judge(sites, today)
        with database.transaction() as db:
            verdict_count += actions.keep_verdicts(db, verdicts, changes)
        after = changes[-1][0]
    if verdict_count:
        structlog.get_logger().info("signatures.judged", verdicts=verdict_count)
    return verdict_count


def look_again(database: Database, now: datetime) -> int:
    """Mark the sites whose weather changed, whose year is over, or without a verdict.

    Also rank again those whose rank differs from their verdict, as after a restore. Return how many
    stations changed.
    """
    today = now.astimezone(PARIS).date()
    with database.reading() as db:
        changed = unscoped.find_changed_stations(db)
        unranked = unscoped.list_unranked(db)
    with database.transaction() as db:
        actions.note_weather(db, changed)
        actions.note_outdated(db, today)
    for block in blocks(unranked):
        with database.transaction() as db:
            actions.rank_again(db, block)
    return len(changed)
