"""Prices from a sheet: each line adds, changes, is already so, or is refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from data.access import LIMITED, Permission, Viewer
from data.errors import Invalid, PortalError
from data.pces.queries import find_unknown, tags
from data.prices.actions.one import HIDDEN_TAG, lock, note_one, store, write
from data.prices.files import (
    NAME,
    PCE,
    REFERENCE,
    TAG,
    doubt_at,
    draft_in,
    reference_in,
    refuse_doubt,
)
from data.prices.queries import list_components
from data.prices.rules.checks import check_alone
from data.prices.rules.costs import key_of
from data.prices.rules.plausible import Doubt
from data.prices.types import EVERY, Component, Draft, Target
from data.runs.files.refused import Refused
from data.runs.files.rows import problem_of
from data.runs.types import SheetProblem, SheetSorted, SheetTable
from i18n import N_

_HIDDEN = N_("Ligne {line} : ce PCE est introuvable.")
_GONE = N_("Ligne {line} : ce prix est introuvable. Videz sa référence pour en ajouter un autre.")
_Key = tuple[str, Target]


def _key(draft: Draft) -> _Key:
    return key_of(draft), draft.target


@dataclass(slots=True)
class _Standing:
    """What stands as lines are taken: by name and target, those kept (by id) and new ones (< 0)."""

    known: Mapping[int, Component]
    places: dict[_Key, dict[int, Component]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for one in self.known.values():
            self.places.setdefault(_key(one.draft), {})[one.id] = one

    def own(self, draft: Draft, reference: int | None) -> Component | None:
        """The component that a line is about: that of its reference, else the same from its day.

        Raises KeyError for a reference that leads nowhere.
        """
        if reference is not None:
            return self.known[reference]
        near = self.places.get(_key(draft), {}).values()
        return next((one for one in near if one.id > 0 and one.draft.first == draft.first), None)

    def put(self, line: int, draft: Draft, own: Component | None) -> None:
        """Have *draft* stand, in place of its *own*. Raises Invalid with what it overlaps."""
        near = self.places.setdefault(_key(draft), {})
        check_alone(draft, [one for one in near.values() if own is None or one.id != own.id])
        if own is not None:
            self.places[_key(own.draft)].pop(own.id, None)
        near[own.id if own else -line] = Component(own.id if own else -line, draft)


def sort_out_prices(db: Session, viewer: Viewer, table: SheetTable) -> SheetSorted[Draft]:
    """What *table* would do; nothing is written."""
    viewer.require(Permission.PRICES_WRITE)
    problems: list[SheetProblem] = []
    lines = _reachable(db, viewer, _read(table, problems), problems)
    standing = _Standing({one.id: one for one in list_components(db, viewer)})
    taken = []
    for line, (draft, reference) in lines.items():
        try:
            taken.append((line, draft, standing.own(draft, reference)))
        except KeyError:
            problems.append(SheetProblem(line, REFERENCE, _GONE, {"line": line}))
    taken.sort(key=lambda one: one[2] is None)  # what ends makes room for what begins
    doubts = {line: doubt_at(table.lines[line], draft) for line, draft, _own in taken}
    return _put(standing, taken, problems, doubts)


def _put(
    standing: _Standing,
    taken: list[tuple[int, Draft, Component | None]],
    problems: list[SheetProblem],
    doubts: Mapping[int, Doubt | None],
) -> SheetSorted[Draft]:
    """What is already so is not asked about again."""
    new, changed, same = [], [], 0
    for line, draft, own in taken:
        if own is not None and own.draft == draft:
            same += 1
            continue
        try:
            if doubt := doubts.get(line):
                raise refuse_doubt(doubt)
            standing.put(line, draft, own)
        except Invalid as error:
            problems.append(problem_of(line, error, NAME))
            continue
        if own is None:
            new.append(draft)
        else:
            changed.append(((own.id, own.version), draft))
    told = tuple(sorted(problems, key=lambda one: one.line))
    return SheetSorted(tuple(new), tuple(changed), same, told)


def _read(table: SheetTable, problems: list[SheetProblem]) -> dict[int, tuple[Draft, int | None]]:
    """What each line says, by its number; what is wrong goes with the *problems*."""
    found = {}
    for line, cells in table.lines.items():
        try:
            found[line] = draft_in(cells), reference_in(cells)
        except (Refused, PortalError) as error:
            problems.append(problem_of(line, error, NAME))
    return found


def _reachable(
    db: Session,
    viewer: Viewer,
    read: dict[int, tuple[Draft, int | None]],
    problems: list[SheetProblem],
) -> dict[int, tuple[Draft, int | None]]:
    """Those that are for PCE and tags of the viewer's."""
    numbers = {draft.target.pce for draft, _id in read.values() if draft.target.pce}
    unknown = set(find_unknown(db, viewer, numbers))
    known = {tag for tag, _count in tags(db, viewer)}
    found = {}
    for line, (draft, reference) in read.items():
        target = draft.target
        if target.pce in unknown:
            problems.append(SheetProblem(line, PCE, _HIDDEN, {"line": line}))
        elif target.tag and target.tag not in known:
            problems.append(problem_of(line, Invalid(HIDDEN_TAG, tag=target.tag), TAG))
        elif viewer.limited and target == EVERY:
            problems.append(problem_of(line, Invalid(LIMITED), TAG))
        else:
            found[line] = draft, reference
    return found


def keep_prices(db: Session, viewer: Viewer, found: SheetSorted[Draft], now: datetime) -> None:
    """Keep what a sheet asks for. Raises Conflict, or Invalid, for what changed since."""
    viewer.require(Permission.PRICES_WRITE)
    lock(db, viewer)
    standing = _Standing({one.id: one for one in list_components(db, viewer)})
    for seen, draft in found.changed:
        own = standing.known.get(seen[0])
        standing.put(0, draft, own)
        write(db, viewer, seen, draft, now)
        note_one(db, viewer, now, "prices.changed", Component(seen[0], draft))
    for line, draft in enumerate(found.new, start=1):
        standing.put(line, draft, None)
        made = store(db, viewer, draft, now)
        note_one(db, viewer, now, "prices.added", Component(made, draft))
