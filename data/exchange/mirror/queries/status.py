"""Query the standing of the organisation's connection, for its page."""

from collections.abc import Mapping
from datetime import datetime
from math import ceil

from sqlalchemy.orm import Session

from core.access import Viewer
from data.exchange.mirror.queries.connection import get_connection
from data.exchange.mirror.queries.drifts import count_drifts, find_last_drift_id, list_drifts
from data.exchange.mirror.queries.ending_differences import count_held_ends
from data.exchange.mirror.queries.outgoing import count_due, list_leaving
from data.exchange.mirror.queries.queued import count_unleft
from data.exchange.mirror.queries.rounds import (
    get_tasks_summary,
    list_fault_groups,
    list_faults,
    list_rounds,
)
from data.exchange.mirror.queries.sendings import PAGE, count_sendings, list_sendings
from data.exchange.mirror.queries.unread_pces import count_unread, list_unread
from data.exchange.mirror.types import (
    ConnectionStanding,
    MirrorDetail,
    SendingRow,
    SendingState,
)

_NOTHING = MirrorDetail()
_FAULTS, _ROUNDS, _DRIFTS = 20, 10, 20
_Rows = tuple[SendingRow, ...]
_Sent = Mapping[SendingState, int]
# Rows of the page, due count, page, number of pages, messages to send.
_Due = tuple[_Rows, int, int, int, int]


def get_standing(
    db: Session, viewer: Viewer, most: int, now: datetime, looked: MirrorDetail = _NOTHING
) -> ConnectionStanding | None:
    """Return all that the page of a connection shows; None without a connection.

    `most` is the daily limit of calls. Without a chosen round, the last one with skipped lines is
    shown. A kind or a page of differences that is empty is no longer selected. Raise NotFound for
    an unknown round.
    """
    row = get_connection(db, viewer, most)
    if row is None:
        return None
    rounds = list_rounds(db, viewer, limit=_ROUNDS)
    shown_round_id = looked.round_id or next((row.id for row in rounds if row.counts.faults), None)
    upto = find_last_drift_id(db, viewer)  # read first: what arrives meanwhile is later
    counts = count_drifts(db, viewer)
    kind, after = looked.kind if looked.kind in counts else None, looked.after
    drifts = list_drifts(db, viewer, kind=kind, after=after, most=_DRIFTS + 1)
    if after and not drifts:
        after, drifts = 0, list_drifts(db, viewer, kind=kind, most=_DRIFTS + 1)
    sent, rows, due = _leaving(db, viewer, looked.page)
    return ConnectionStanding(
        row,
        get_tasks_summary(db, viewer, now),
        rounds,
        drifts[:_DRIFTS],
        counts,
        kind,
        rows,
        list_fault_groups(db, viewer, shown_round_id) if shown_round_id else (),
        list_faults(db, viewer, shown_round_id, limit=_FAULTS) if shown_round_id else (),
        sent,
        list_unread(db, viewer),
        count_unread(db, viewer),
        after,
        len(drifts) > _DRIFTS,
        count_held_ends(db, viewer),
        upto,
        *due,
        count_unleft(db, viewer),
    )


def _leaving(db: Session, viewer: Viewer, page: int) -> tuple[_Sent, _Rows, _Due]:
    """Return a page of messages: those not queued yet, then the queue.

    Beyond the last page, return the last one.
    """
    due, count = list_leaving(db, viewer, skip=(page - 1) * PAGE)
    sent = count_sendings(db, viewer)
    pages = max(1, ceil((count + sum(sent.values())) / PAGE))
    if page > pages:
        return _leaving(db, viewer, pages)
    skip = max(0, (page - 1) * PAGE - count)
    rows = list_sendings(db, viewer, skip=skip, most=PAGE - len(due))
    to_send = sent.get(SendingState.QUEUED, 0) + count_due(db, viewer, count)
    return sent, rows, (due, count, page, pages, to_send)
