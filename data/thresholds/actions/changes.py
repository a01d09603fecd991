"""Create and change thresholds; each change is a version from its own gas day on."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import NO_ID, blocks
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.i18n import N_
from data.metering.pces.queries import load_ids
from data.metering.pces.rules import folded, normalised, storable
from data.notifications.types import ChannelKind, Grouping, Recipient
from data.thresholds.actions.recipients import check_recipients
from data.thresholds.actions.signature_check import check_reliable
from data.thresholds.actions.versions import Versioned, keep_scopes, keep_versions
from data.thresholds.models import Threshold, ThresholdVersion
from data.thresholds.queries.visible import count_whole, list_limiting_tags, visible
from data.thresholds.rules.checks import problems_in
from data.thresholds.rules.evaluators import Prefilter, evaluator_of
from data.thresholds.rules.serializer import packed, unpacked
from data.thresholds.types import ThresholdChange, ThresholdDraft, ThresholdKind, ThresholdScope

_TAG_OUTSIDE = N_(
    "Votre accès est limité à certaines étiquettes : choisissez l’une d’elles, ou des PCE."
)
_BEYOND = N_(
    "Ce seuil surveille aussi des PCE hors de votre accès : demandez ce changement à un"
    " administrateur de votre organisation."
)


def create(db: Session, viewer: Viewer, draft: ThresholdDraft, *, now: datetime) -> int:
    """Create a threshold of the viewer's organisation, evaluated from today; return its id.

    Without recipients, its author is the recipient. Raise Invalid, or NotFound for a hidden PCE.
    """
    return create_all(db, viewer, [draft], now=now)[0]


def create_all(
    db: Session, viewer: Viewer, drafts: Sequence[ThresholdDraft], *, now: datetime
) -> list[int]:
    """Create a threshold for each draft, all or none; return their ids in order."""
    viewer.require(Permission.THRESHOLDS_WRITE)
    drafts = [completed(viewer, draft) for draft in drafts]
    pces = _checked(db, viewer, drafts)
    check_recipients(db, viewer, drafts)
    check_reliable(db, viewer, drafts)
    rows = [
        {
            "organisation_id": viewer.organisation_id,
            "changed_at": now,
            "version": 1,
            "paused": False,
            "screen": evaluator_of(draft).prefilter,
            **_visible_threshold(draft),
        }
        for draft in drafts
    ]
    ids = _insert(db, rows)
    versions = [Versioned(id_, 1, draft) for id_, draft in zip(ids, drafts, strict=True)]
    keep_scopes(db, _scopes(versions, pces), new=True)
    keep_versions(db, viewer, versions, ThresholdChange.CREATED, now=now)
    return ids


def _insert(db: Session, rows: Sequence[Mapping[str, object]]) -> list[int]:
    if not rows:
        return []
    statement = insert(Threshold).returning(Threshold.id, sort_by_parameter_order=True)
    return list(db.scalars(statement, rows))


def change(
    db: Session,
    viewer: Viewer,
    threshold_id: int,
    draft: ThresholdDraft,
    *,
    version: int | None = None,
    now: datetime,
) -> None:
    """Change a threshold from today's gas day on; earlier days keep their limit.

    Raise Conflict when `version`, the one that was edited, is no longer the latest.
    """
    versions = {} if version is None else {threshold_id: version}
    change_all(db, viewer, {threshold_id: draft}, versions=versions, now=now)


def change_all(
    db: Session,
    viewer: Viewer,
    drafts: Mapping[int, ThresholdDraft],
    *,
    versions: Mapping[int, int],
    now: datetime,
) -> None:
    """Change thresholds by id, all or none; `versions` is as for `change`."""
    rows = _mine(db, viewer, list(drafts))
    if any(versions.get(row.id, row.version) != row.version for row in rows):
        raise Conflict(N_("Ce seuil a été modifié entre-temps : rouvrez-le avant de le changer."))
    _change(db, viewer, [(row, drafts[row.id]) for row in rows], now=now)


def _change(
    db: Session,
    viewer: Viewer,
    wanted: Sequence[tuple[Threshold, ThresholdDraft]],
    *,
    now: datetime,
) -> None:
    """Change the thresholds whose draft differs; others get no new version."""
    before = _drafts(db, [row for row, _draft in wanted])
    changes = [(row, completed(viewer, draft)) for row, draft in wanted]
    changes = [(row, draft) for row, draft in changes if packed(draft) != packed(before[row.id])]
    if any(
        ThresholdKind.MISSING in {row.kind, draft.kind} and row.kind is not draft.kind
        for row, draft in changes
    ):
        raise Invalid(
            N_(
                "Un seuil enregistré garde ce qu’il surveille, consommation ou absence de"
                " données : posez-en un autre."
            )
        )
    drafts = [draft for _row, draft in changes]
    pces = _checked(db, viewer, drafts)
    check_recipients(db, viewer, drafts, before.values())
    check_reliable(db, viewer, [draft for row, draft in changes if _learns(draft, before[row.id])])
    for row, draft in changes:
        for name, value in _visible_threshold(draft).items():
            setattr(row, name, value)
        prefilter = evaluator_of(draft).prefilter
        if row.screen is not prefilter:  # versions of several kinds are always replayed
            row.screen = Prefilter.CLOCK if prefilter is Prefilter.CLOCK else Prefilter.ALWAYS
    versions = _next(db, changes, now)
    keep_scopes(db, _scopes(versions, pces))
    keep_versions(db, viewer, versions, ThresholdChange.CHANGED, now=now)


def _learns(draft: ThresholdDraft, before: ThresholdDraft) -> bool:
    """Return whether `draft` needs other signatures than the frozen ones."""
    learning_key = (draft.kind, draft.learnt_to, draft.scope)
    return learning_key != (before.kind, before.learnt_to, before.scope)


def _next(
    db: Session, changes: Sequence[tuple[Threshold, ThresholdDraft]], now: datetime
) -> list[Versioned]:
    for row, _draft in changes:
        row.version, row.changed_at = row.version + 1, now
    db.flush()
    return [
        Versioned(row.id, row.version, draft, active=not (row.paused or row.removed_at))
        for row, draft in changes
    ]


def pause(db: Session, viewer: Viewer, ids: Sequence[int], *, now: datetime) -> None:
    """Suspend evaluation from today until resumed; open episodes end without notice."""
    rows = [row for row in _mine(db, viewer, ids) if not row.paused]
    for row in rows:
        row.paused = True
    _turn(db, viewer, rows, ThresholdChange.PAUSED, now)


def resume(db: Session, viewer: Viewer, ids: Sequence[int], *, now: datetime) -> None:
    rows = [row for row in _mine(db, viewer, ids) if row.paused]
    for row in rows:
        row.paused = False
    _turn(db, viewer, rows, ThresholdChange.RESUMED, now)


def remove(db: Session, viewer: Viewer, ids: Sequence[int], *, now: datetime) -> None:
    """Stop evaluation for good; history and episodes stay."""
    rows = _mine(db, viewer, ids)
    for row in rows:
        row.removed_at = now
    _turn(db, viewer, rows, ThresholdChange.REMOVED, now)


def _turn(
    db: Session, viewer: Viewer, rows: Sequence[Threshold], what: ThresholdChange, now: datetime
) -> None:
    """Store the same draft as a new version in another state."""
    drafts = _drafts(db, rows)
    versions = _next(db, [(row, drafts[row.id]) for row in rows], now)
    keep_versions(db, viewer, versions, what, now=now)


def restore(db: Session, viewer: Viewer, ids: Sequence[int], *, now: datetime) -> None:
    """Restore removed thresholds, evaluated from today on unless paused."""
    rows = _mine(db, viewer, ids, removed=True)
    for row in rows:
        row.removed_at = None
    _turn(db, viewer, rows, ThresholdChange.RESTORED, now)


def completed(viewer: Viewer, draft: ThresholdDraft) -> ThresholdDraft:
    """Return `draft` normalised; without recipients, its author is the recipient."""
    mine = Recipient(
        viewer.user_id,
        None,
        frozenset({ChannelKind.INBOX, ChannelKind.EMAIL}),
        Grouping.IMMEDIATE,
    )
    numbers = tuple(dict.fromkeys(map(normalised, draft.scope.pces)))
    yesterday = viewer.today - timedelta(days=1)
    winter = draft.kind is ThresholdKind.WEATHER
    return replace(
        draft,
        learnt_to=min(draft.learnt_to or yesterday, yesterday) if winter else None,
        warn_at=None if winter else draft.warn_at,
        name=" ".join(storable(draft.name).split()),
        recipients=draft.recipients or (mine,),
        scope=ThresholdScope(numbers, storable(draft.scope.tag).strip()),
    )


def _checked(db: Session, viewer: Viewer, drafts: Sequence[ThresholdDraft]) -> Mapping[str, int]:
    """Check drafts and return the ids of the PCEs that they name, by number."""
    for draft in drafts:
        for _field, message, params in problems_in(draft):
            raise Invalid(message, **params)
    _within_limit(db, viewer, {draft.scope.tag for draft in drafts} - {""})
    named = sorted({number for draft in drafts for number in draft.scope.pces})
    ids_by_number = load_ids(db, viewer, named)
    if len(ids_by_number) != len(named):
        raise NotFound(N_("Ce PCE est introuvable."))
    return ids_by_number


def _within_limit(db: Session, viewer: Viewer, tags: AbstractSet[str]) -> None:
    """Raise Forbidden for a tag that the viewer is not restricted to: it may be on any PCE."""
    if viewer.limited and not tags <= list_limiting_tags(db, viewer):
        raise Forbidden(_TAG_OUTSIDE)


def _scopes(versions: Sequence[Versioned], pces: Mapping[str, int]) -> Mapping[int, Sequence[int]]:
    return {
        version.id: [pces[number] for number in version.draft.scope.pces] for version in versions
    }


def _visible_threshold(draft: ThresholdDraft) -> dict[str, object]:
    return {
        "name": draft.name,
        "search": folded(f"{draft.name} {draft.scope.tag}"),
        "kind": draft.kind,
        "period": draft.period,
        "severity": int(draft.severity),
        "tag": draft.scope.tag,
        "delay": draft.delay,
        "learnt_to": draft.learnt_to,
        "valid_from": draft.valid_from,
        "valid_to": draft.valid_to,
    }


def _mine(
    db: Session, viewer: Viewer, ids: Sequence[int], *, removed: bool = False
) -> list[Threshold]:
    """Return the viewer's own thresholds, locked and either removed or not.

    Raise NotFound when one is missing.
    """
    viewer.require(Permission.THRESHOLDS_WRITE)
    gone = Threshold.removed_at.is_not(None)
    valid_ids = sorted({id_ for id_ in ids if 0 < id_ < NO_ID})
    rows: list[Threshold] = []
    for block in blocks(valid_ids):
        query = visible(viewer).where(Threshold.id.in_(block), gone if removed else ~gone)
        rows += db.scalars(query.order_by(Threshold.id).with_for_update())
    if len(rows) != len(set(ids)):
        raise NotFound(N_("Ce seuil est introuvable."))
    if viewer.limited and count_whole(db, viewer, valid_ids) != len(valid_ids):
        raise Forbidden(_BEYOND)
    if any(row.organisation_id != viewer.organisation_id for row in rows):
        raise Forbidden(N_("Ce seuil est celui d’une autre organisation : vous pouvez le lire."))
    return rows


def _drafts(db: Session, rows: Sequence[Threshold]) -> Mapping[int, ThresholdDraft]:
    """Return the current draft of each threshold, by id."""
    drafts: dict[int, ThresholdDraft] = {}
    for block in blocks([row.id for row in rows]):
        query = (
            select(ThresholdVersion.threshold_id, ThresholdVersion.draft)
            .join(Threshold, Threshold.id == ThresholdVersion.threshold_id)
            .where(
                ThresholdVersion.number == Threshold.version,
                ThresholdVersion.threshold_id.in_(block),
            )
        )
        drafts |= {id_: unpacked(stored_draft) for id_, stored_draft in db.execute(query)}
    return drafts
