"""Controls: a sample drawn over a million rights, then 10,000 of them on the page.

The floor of each read is the very statements that it ran, sent again by the bare driver.
"""

import time
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

from bench import controls_browser
from bench.faults_ingestion import STAFF, START
from bench.places import place_of
from bench.report import Line, bound
from bench.rights import ASKER, LARGE, Ask, line, loaded, spent
from core.access import Viewer
from core.database import Database, Session, blocks
from core.paging import RowBlock
from data.controls import actions, queries
from data.controls.types import (
    ControlFilter,
    ControlFolder,
    ControlSort,
    ControlVerdict,
    DrawPreview,
    NewPiece,
    OpenedCampaign,
    PieceKind,
    ProofDelays,
    Ruling,
    Sample,
)
from data.rights.types import ProofState
from tests.architecture.sources import ROOT

CONTROLS = 10_000
DRAW_GOAL, PAGE_GOAL = 2, 300  # seconds, milliseconds
DRAWS, SEED = 3, 7
DELAYS = ProofDelays()
WORD = "résidence"
MANY = 500  # controls of one deposit, of one decision


def measure() -> Iterator[tuple[str, list[Line]]]:
    """(title, lines) for SQLite, then for PostgreSQL, then in the browser."""
    for kind in ("sqlite", "postgresql"):
        with place_of(kind, trigrams=True) as url:
            database = loaded(url, LARGE)
            yield f"Draw over {LARGE:,} rights, {kind}", draws(database)
            play(database, ASKER, STAFF)
            for whose, viewer in (("staff, all", STAFF), ("a third party, half", ASKER)):
                title = f"Page of {CONTROLS:,} controls over {LARGE:,} rights, {kind}: {whose}"
                yield title, reads(database, viewer)
            database.close()
    place = ROOT / "var" / "bench" / f"controls-{CONTROLS}"
    yield f"Page of {CONTROLS:,} controls, in the browser", controls_browser.measure(place)


def draws(database: Database) -> list[Line]:
    """What an account manager waits for: the preview of a draw, then its controls."""
    took = []
    for turn in range(DRAWS):
        sample = Sample(Decimal(1), SEED + turn)
        begin = time.perf_counter()
        with database.reading() as db:
            actions.preview_campaign(db, STAFF, sample, delays=DELAYS)
        took.append(time.perf_counter() - begin)
    with database.reading() as db:
        eligible = preview(db, Sample(Decimal(1), SEED)).eligible
    begin = time.perf_counter()
    opened = open_many(database, STAFF, eligible)
    spent_on_it = time.perf_counter() - begin
    name = f"{opened.controls:,} controls opened of {eligible:,}, drawn twice"
    return [
        bound("preview of 1 in 100, the slowest", max(took), "s", DRAW_GOAL),
        Line(name, f"{spent_on_it:,.1f} s", "", "", "", None),
    ]


def preview(db: Session, sample: Sample) -> DrawPreview:
    return actions.preview_campaign(db, STAFF, sample, delays=DELAYS)


def open_many(database: Database, staff: Viewer, eligible: int) -> OpenedCampaign:
    """A campaign of `CONTROLS`, or of all that may be drawn."""
    share = min(Decimal(100), Decimal(100 * CONTROLS) / eligible)
    sample = Sample(share.quantize(Decimal("0.000001")), SEED)
    with database.transaction() as db:
        seen = actions.preview_campaign(db, staff, sample, delays=DELAYS)
        return actions.open_campaign(db, staff, sample, mark=seen.mark, delays=DELAYS, now=START)


def play(database: Database, client: Viewer, staff: Viewer) -> None:
    """Half of the client's are sent, half of these decided; each thing in its own way."""
    mine = ControlFilter(states=(ProofState.AWAITED,))
    with database.reading() as db:
        uids = queries.find_uids(db, client, mine)
    for place, some in enumerate(blocks(uids[::2], MANY)):
        with database.transaction() as db:
            piece = NewPiece("mandat.pdf", PieceKind.PDF, 1, "0" * 64, f"bench-{place}")
            staged = actions.stage(db, client, some, [piece], now=START)
            actions.send(db, client, staged.uid, now=START)
        if place % 2:
            with database.transaction() as db:
                wanted, accept = dict.fromkeys(some, 2), Ruling(ControlVerdict.ACCEPT)
                actions.decide_many(db, staff, wanted, accept, delays=DELAYS, now=START)


def reads(database: Database, viewer: Viewer) -> list[Line]:
    return [line(work, spent(database, ask), PAGE_GOAL) for work, ask in asked(viewer)]


def asked(viewer: Viewer) -> Iterator[tuple[str, Ask]]:
    """What a person does on the page, and the reads that it costs."""

    def page(wanted: ControlFilter = queries.EVERY, **more: Any) -> Ask:
        return partial(_page, viewer=viewer, wanted=wanted, **more)

    opened = ControlFilter(boxes=(ControlFolder.OPEN,))
    yield "first page, what is open", page(opened)
    yield "a page in the middle", page(block=RowBlock(offset=CONTROLS // 4))
    for sort in ControlSort:
        yield f"sorted by {sort.value}", page(sort=sort)
    yield "one state, as in the queue", page(ControlFilter(states=(ProofState.UNDER_CHECK,)))
    for box in ControlFolder:
        yield f"box {box.value}", page(ControlFilter(boxes=(box,)))
    yield f"contains “{WORD}”", page(ControlFilter(text=WORD))
    yield "nothing is found", page(ControlFilter(text="zzzz"))
    yield "counts of the states", lambda db: queries.count_states(db, viewer, opened)
    yield "counts of the boxes", lambda db: queries.count_boxes(db, viewer, opened)
    yield "totals", lambda db: queries.get_control_totals(db, viewer)
    if viewer.staff:
        yield "workload", lambda db: queries.list_workloads(db, viewer)


def _page(db: Session, *, viewer: Viewer, wanted: ControlFilter, **more: Any) -> None:
    queries.list_controls(db, viewer, replace(wanted), **more)
