"""Import prices from a sheet: each line adds, changes, is unchanged, or is refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from core.access import LIMITED, Permission, Viewer
from core.errors import Invalid
from core.i18n import N_
from data.metering.prices.actions.entry import lock, note_one, store, write
from data.metering.prices.actions.targets import refuse_targets
from data.metering.prices.files import (
    NAME,
    REFERENCE,
    doubt_at,
    draft_in,
    reference_in,
    refuse_doubt,
)
from data.metering.prices.queries import list_components
from data.metering.prices.rules.checks import check_alone
from data.metering.prices.rules.costs import key_of
from data.metering.prices.types import Component, PriceDraft, PriceTarget
from data.runs.files.sorter import SheetSorter
from data.runs.types import SheetSorted, SheetTable

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
    sorter = SheetSorter[PriceDraft]()
    lines = sorter.read(table, lambda cells: (draft_in(cells), reference_in(cells)), NAME)
    targets = {line: draft.target for line, (draft, _reference) in lines.items()}
    refused = refuse_targets(db, viewer, targets, sorter, LIMITED if viewer.limited else None)
    standing = _Standing({component.id: component for component in list_components(db, viewer)})
    entries = []
    for line in lines.keys() - refused:
        draft, reference = lines[line]
        try:
            entries.append((line, draft, standing.own(draft, reference)))
        except KeyError:
            sorter.refuse(line, REFERENCE, _GONE)
    entries.sort(key=lambda one: (one[2] is None, one[0]))  # what ends makes room for what begins
    doubts = {line: doubt_at(table.lines[line], draft) for line, draft, _own in entries}
    for line, draft, own in entries:
        if own is None or own.draft != draft:  # what is already so is not asked about again
            try:
                if doubt := doubts.get(line):
                    raise refuse_doubt(doubt)
                standing.replace_price(line, draft, own)
            except Invalid as error:
                sorter.fail(line, error, NAME)
                continue
        sorter.keep(draft, ((own.id, own.version), own.draft) if own else None)
    return sorter.sorted()


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
