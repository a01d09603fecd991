"""Import prices from a sheet: each line adds, changes, is unchanged, or is refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from core.access import LIMITED, Permission, Viewer
from core.errors import Invalid, PortalError
from core.i18n import N_
from data.pces.queries import count_by_tag, find_unknown
from data.prices.actions.entry import HIDDEN_TAG, lock, note_one, store, write
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
from data.prices.rules.plausibility import PriceDoubt
from data.prices.types import EVERY, Component, PriceDraft, PriceTarget
from data.runs.files.refusals import RefusedCell
from data.runs.files.rows import problem_of
from data.runs.types import SheetProblem, SheetSorted, SheetTable

_HIDDEN = N_("Ligne {line} : ce PCE est introuvable.")
_GONE = N_("Ligne {line} : ce prix est introuvable. Videz sa référence pour en ajouter un autre.")
_Key = tuple[str, PriceTarget]


def _key(draft: PriceDraft) -> _Key:
    return key_of(draft), draft.target


@dataclass(slots=True)
class _Standing:
    """Components while lines are read, by name and target; new ones have ids < 0."""

    components: Mapping[int, Component]
    places: dict[_Key, dict[int, Component]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for component in self.components.values():
            self.places.setdefault(_key(component.draft), {})[component.id] = component

    def own(self, draft: PriceDraft, reference: int | None) -> Component | None:
        """Return the component of a line: by its reference, else by name, target and first day.

        Raise KeyError for an unknown reference.
        """
        if reference is not None:
            return self.components[reference]
        near = self.places.get(_key(draft), {}).values()
        return next(
            (
                component
                for component in near
                if component.id > 0 and component.draft.first == draft.first
            ),
            None,
        )

    def replace_price(self, line: int, draft: PriceDraft, own: Component | None) -> None:
        """Put `draft` in place of `own`. Raise Invalid with the component it overlaps."""
        near = self.places.setdefault(_key(draft), {})
        check_alone(
            draft,
            [component for component in near.values() if own is None or component.id != own.id],
        )
        if own is not None:
            self.places[_key(own.draft)].pop(own.id, None)
        near[own.id if own else -line] = Component(own.id if own else -line, draft)


def sort_out_prices(db: Session, viewer: Viewer, table: SheetTable) -> SheetSorted[PriceDraft]:
    """Validate a sheet of prices and return what importing it would do; write nothing."""
    viewer.require(Permission.PRICES_WRITE)
    problems: list[SheetProblem] = []
    lines = _reachable(db, viewer, _read(table, problems), problems)
    standing = _Standing({component.id: component for component in list_components(db, viewer)})
    entries = []
    for line, (draft, reference) in lines.items():
        try:
            entries.append((line, draft, standing.own(draft, reference)))
        except KeyError:
            problems.append(SheetProblem(line, REFERENCE, _GONE, {"line": line}))
    entries.sort(key=lambda one: one[2] is None)  # ended prices first, to make room for new ones
    doubts = {line: doubt_at(table.lines[line], draft) for line, draft, _own in entries}
    return _save_if_changed(standing, entries, problems, doubts)


def _save_if_changed(
    standing: _Standing,
    entries: list[tuple[int, PriceDraft, Component | None]],
    problems: list[SheetProblem],
    doubts: Mapping[int, PriceDoubt | None],
) -> SheetSorted[PriceDraft]:
    """Sort the lines into new, changed and unchanged; unchanged lines raise no doubt."""
    new, changed, same = [], [], 0
    for line, draft, own in entries:
        if own is not None and own.draft == draft:
            same += 1
            continue
        try:
            if doubt := doubts.get(line):
                raise refuse_doubt(doubt)
            standing.replace_price(line, draft, own)
        except Invalid as error:
            problems.append(problem_of(line, error, NAME))
            continue
        if own is None:
            new.append(draft)
        else:
            changed.append(((own.id, own.version), draft))
    sorted_problems = tuple(sorted(problems, key=lambda one: one.line))
    return SheetSorted(tuple(new), tuple(changed), same, sorted_problems)


def _read(
    table: SheetTable, problems: list[SheetProblem]
) -> dict[int, tuple[PriceDraft, int | None]]:
    """Return the price and reference of each line; append the problems of the others."""
    lines = {}
    for line, cells in table.lines.items():
        try:
            lines[line] = draft_in(cells), reference_in(cells)
        except (RefusedCell, PortalError) as error:
            problems.append(problem_of(line, error, NAME))
    return lines


def _reachable(
    db: Session,
    viewer: Viewer,
    read: dict[int, tuple[PriceDraft, int | None]],
    problems: list[SheetProblem],
) -> dict[int, tuple[PriceDraft, int | None]]:
    """Return the lines whose target is a PCE or a tag of the viewer."""
    numbers = {draft.target.pce for draft, _id in read.values() if draft.target.pce}
    unknown = set(find_unknown(db, viewer, numbers))
    known_tags = {tag for tag, _count in count_by_tag(db, viewer)}
    reachable_lines = {}
    for line, (draft, reference) in read.items():
        target = draft.target
        if target.pce in unknown:
            problems.append(SheetProblem(line, PCE, _HIDDEN, {"line": line}))
        elif target.tag and target.tag not in known_tags:
            problems.append(problem_of(line, Invalid(HIDDEN_TAG, tag=target.tag), TAG))
        elif viewer.limited and target == EVERY:
            problems.append(problem_of(line, Invalid(LIMITED), TAG))
        else:
            reachable_lines[line] = draft, reference
    return reachable_lines


def keep_prices(db: Session, viewer: Viewer, sheet: SheetSorted[PriceDraft], now: datetime) -> None:
    """Store the prices of a validated sheet. Raise Conflict, or Invalid, for changes since."""
    viewer.require(Permission.PRICES_WRITE)
    lock(db, viewer)
    standing = _Standing({component.id: component for component in list_components(db, viewer)})
    for id_and_version, draft in sheet.changed:
        own = standing.components.get(id_and_version[0])
        standing.replace_price(0, draft, own)
        write(db, viewer, id_and_version, draft, now)
        note_one(db, viewer, now, "prices.changed", Component(id_and_version[0], draft))
    for line, draft in enumerate(sheet.new, start=1):
        standing.replace_price(line, draft, None)
        component_id = store(db, viewer, draft, now)
        note_one(db, viewer, now, "prices.added", Component(component_id, draft))
