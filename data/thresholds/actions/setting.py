"""Setting thresholds: each change is a version, and judges from its own gas day on."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.audit.actions import note
from data.errors import Conflict, Forbidden, Invalid, NotFound
from data.notifications.types import ChannelKind, Grouping, Recipient
from data.pces.models import Pce
from data.pces.queries import visible as visible_pces
from data.pces.rules import folded, normalised, storable
from data.thresholds.actions.loading import blocks
from data.thresholds.actions.scopes import judge_again, settle
from data.thresholds.models import Threshold, ThresholdFloor, ThresholdPce, ThresholdVersion
from data.thresholds.queries.trial import propose
from data.thresholds.queries.visible import visible
from data.thresholds.rules.checks import Problem, problems_in
from data.thresholds.rules.points import Screen, floors_of, kind_of
from data.thresholds.rules.wire import packed, unpacked
from data.thresholds.types import Change, Draft, Scope, ThresholdKind
from i18n import N_

_LAST_ID = 2**31  # more than a column of ids holds


def check(draft: Draft) -> tuple[Problem, ...]:
    """What is wrong with *draft*: (field, French sentence, its params), for a form."""
    return problems_in(draft)


def create(db: Session, viewer: Viewer, draft: Draft, *, now: datetime) -> int:
    """Set a new threshold of the viewer's organisation; its id. It judges from today on.

    Told is whoever sets it when it names nobody. Raises Invalid, or NotFound for a hidden PCE.
    """
    viewer.require(Permission.THRESHOLDS_WRITE)
    draft = _complete(viewer, draft)
    pces = _checked(db, viewer, draft)
    kind = kind_of(draft)
    row = Threshold(
        organisation_id=viewer.organisation_id,
        changed_at=now,
        version=0,
        paused=False,
        screen=kind.screen,
        **_shown(draft),
    )
    db.add(row)
    db.flush()
    _keep_scope(db, row.id, pces)
    _version(db, viewer, row, draft, Change.CREATED, now=now)
    return row.id


def change(  # noqa: PLR0913 (each by its name)
    db: Session,
    viewer: Viewer,
    threshold_id: int,
    draft: Draft,
    *,
    version: int | None = None,
    now: datetime,
) -> None:
    """Change it from today's gas day on; days before keep the limit of their day.

    Raises Conflict when *version*, the one the editor showed, is no longer the last.
    """
    row = _mine(db, viewer, threshold_id)
    if version is not None and version != row.version:
        raise Conflict(N_("Ce seuil a été modifié entre-temps : rouvrez-le avant de le changer."))
    draft = _complete(viewer, draft)
    if packed(draft) == packed(_draft(db, row)):
        return
    if ThresholdKind.MISSING in {row.kind, draft.kind} and row.kind is not draft.kind:
        raise Invalid(
            N_(
                "Un seuil enregistré garde ce qu’il surveille, consommation ou absence de"
                " données : posez-en un autre."
            )
        )
    pces = _checked(db, viewer, draft)
    for name, value in _shown(draft).items():
        setattr(row, name, value)
    _keep_scope(db, row.id, pces)
    _version(db, viewer, row, draft, Change.CHANGED, now=now)


def pause(db: Session, viewer: Viewer, threshold_id: int, *, now: datetime) -> None:
    """Judge no day from today on, until it is resumed; what is open ends untold."""
    row = _mine(db, viewer, threshold_id)
    if not row.paused:
        row.paused = True
        _version(db, viewer, row, _draft(db, row), Change.PAUSED, now=now)


def resume(db: Session, viewer: Viewer, threshold_id: int, *, now: datetime) -> None:
    row = _mine(db, viewer, threshold_id)
    if row.paused:
        row.paused = False
        _version(db, viewer, row, _draft(db, row), Change.RESUMED, now=now)


def remove(db: Session, viewer: Viewer, threshold_id: int, *, now: datetime) -> None:
    """Judge nothing any more; its history and its episodes stay."""
    row = _mine(db, viewer, threshold_id)
    row.removed_at = now
    _version(db, viewer, row, _draft(db, row), Change.REMOVED, now=now)


def restore(db: Session, viewer: Viewer, threshold_id: int, *, now: datetime) -> None:
    """Put back one that was removed, as it was; it judges again from today on, unless paused."""
    row = _mine(db, viewer, threshold_id, removed=True)
    row.removed_at = None
    _version(db, viewer, row, _draft(db, row), Change.RESTORED, now=now)


def apply_to(
    db: Session, viewer: Viewer, draft: Draft, numbers: Sequence[str], *, now: datetime
) -> list[int]:
    """One threshold a PCE, each with the same draft; their ids."""
    viewer.require(Permission.THRESHOLDS_WRITE)
    return [
        create(db, viewer, replace(draft, scope=Scope((number,))), now=now)
        for number in dict.fromkeys(map(normalised, numbers))
    ]


def apply_proposed(
    db: Session, viewer: Viewer, draft: Draft, numbers: Sequence[str], *, now: datetime
) -> list[int]:
    """One threshold a PCE, each with the values that its own three years propose.

    A PCE whose history is too short takes those of *draft*.
    """
    viewer.require(Permission.THRESHOLDS_WRITE)
    made = []
    for number in dict.fromkeys(map(normalised, numbers)):
        found = propose(db, viewer, draft.kind, draft.period, number)
        values = found.values_wh or draft.values_wh
        own = replace(draft, scope=Scope((number,)), values_wh=values)
        made.append(create(db, viewer, own, now=now))
    return made


def _complete(viewer: Viewer, draft: Draft) -> Draft:
    """*draft* tidied; without anybody to tell, it tells whoever sets it."""
    mine = Recipient(
        viewer.user_id,
        None,
        frozenset({ChannelKind.INBOX, ChannelKind.EMAIL}),
        Grouping.IMMEDIATE,
    )
    numbers = tuple(dict.fromkeys(map(normalised, draft.scope.pces)))
    return replace(
        draft,
        name=" ".join(storable(draft.name).split()),
        recipients=draft.recipients or (mine,),
        scope=Scope(numbers, storable(draft.scope.tag).strip()),
    )


def _checked(db: Session, viewer: Viewer, draft: Draft) -> list[int]:
    """The ids of the PCE that *draft* names; raises what is wrong with it."""
    for _field, message, params in problems_in(draft):
        raise Invalid(message, **params)
    found: list[int] = []
    for block in blocks(draft.scope.pces):
        query = visible_pces(viewer).with_only_columns(Pce.id).where(Pce.number.in_(block))
        found += db.scalars(query)
    if len(found) != len(draft.scope.pces):
        raise NotFound(N_("Ce PCE est introuvable."))
    return found


def _shown(draft: Draft) -> dict[str, object]:
    return {
        "name": draft.name,
        "search": folded(f"{draft.name} {draft.scope.tag}"),
        "kind": draft.kind,
        "period": draft.period,
        "severity": int(draft.severity),
        "tag": draft.scope.tag,
        "delay": draft.delay,
        "valid_from": draft.valid_from,
        "valid_to": draft.valid_to,
    }


def _mine(db: Session, viewer: Viewer, threshold_id: int, *, removed: bool = False) -> Threshold:
    """The threshold, locked, of the viewer's own organisation, and *removed* or not."""
    viewer.require(Permission.THRESHOLDS_WRITE)
    gone = Threshold.removed_at.is_not(None)
    query = visible(viewer).where(Threshold.id == threshold_id, gone if removed else ~gone)
    row = db.scalar(query.with_for_update()) if 0 < threshold_id < _LAST_ID else None
    if row is None:
        raise NotFound(N_("Ce seuil est introuvable."))
    if row.organisation_id != viewer.organisation_id:
        raise Forbidden(N_("Ce seuil est celui d’une autre organisation : vous pouvez le lire."))
    return row


def _draft(db: Session, row: Threshold) -> Draft:
    version = db.get_one(ThresholdVersion, (row.id, row.version))
    return unpacked(version.draft)


def _keep_scope(db: Session, threshold_id: int, pces: Sequence[int]) -> None:
    db.execute(delete(ThresholdPce).where(ThresholdPce.threshold_id == threshold_id))
    rows = [{"threshold_id": threshold_id, "pce_id": pce_id} for pce_id in pces]
    if rows:
        db.execute(insert(ThresholdPce), rows)


def _version(  # noqa: PLR0913 (what a version is made of)
    db: Session, viewer: Viewer, row: Threshold, draft: Draft, what: Change, *, now: datetime
) -> None:
    """Keep *draft* as the threshold's next version, and what follows from it."""
    row.version, row.changed_at = row.version + 1, now
    db.add(
        ThresholdVersion(
            threshold_id=row.id,
            number=row.version,
            first_day=viewer.today,
            at=now,
            user_id=viewer.user_id,
            change=what,
            active=not (row.paused or row.removed_at),
            draft=packed(draft),
        )
    )
    _keep_floors(db, row, draft)
    db.flush()
    settle(db, viewer.today, threshold_id=row.id)
    judge_again(db, row.id, viewer.today)
    actor = (viewer.user_id, viewer.organisation_id)
    note(db, now, f"thresholds.{what.value}", ("threshold", row.id), actor=actor)


def _keep_floors(db: Session, row: Threshold, draft: Draft) -> None:
    """The lowest of all versions; a threshold whose kind changed is always replayed."""
    screen = kind_of(draft).screen
    if row.screen is not screen:
        row.screen = Screen.CLOCK if screen is Screen.CLOCK else Screen.ALWAYS
    mine = ThresholdFloor.threshold_id == row.id
    rows = db.execute(select(ThresholdFloor.slot, ThresholdFloor.floor_wh).where(mine))
    known: dict[int, int] = {row.slot: row.floor_wh for row in rows}
    extreme = max if screen is Screen.DAY_BELOW else min
    floors = {
        slot: extreme(floor, known.get(slot, floor)) for slot, floor in floors_of(draft).items()
    }
    db.execute(delete(ThresholdFloor).where(mine))
    if floors:
        made = [
            {"threshold_id": row.id, "slot": slot, "floor_wh": floor}
            for slot, floor in floors.items()
        ]
        db.execute(insert(ThresholdFloor), made)
