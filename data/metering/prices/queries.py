"""Query an organisation's prices, and the resulting tariff of each PCE."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union,
)
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import blocks
from core.i18n import N_
from data.metering.pces.models import Pce, PceTag
from data.metering.pces.queries import visible as visible_pces
from data.metering.prices.models import PriceComponent
from data.metering.prices.rules.costs import marginal, tariff_on, tariffs_of
from data.metering.prices.types import Component, PriceDraft, PricesOf, PriceTarget, Tariffs
from data.tag_limits import knows_tag
from data.versioned_table import VersionedTable


def is_theirs(viewer: Viewer) -> ColumnElement[bool]:
    """Return whether a viewer may restore a component: one for all PCEs is not a limited viewer's.

    The table adds that it is of their organisation.
    """
    pces = visible_pces(viewer).with_only_columns(Pce.id)
    tagged = and_(PriceComponent.tag != "", knows_tag(viewer, PriceComponent.tag))
    every = and_(PriceComponent.pce_id.is_(None), PriceComponent.tag == "")
    sets = [tagged] if viewer.limited else [tagged, every]
    return or_(PriceComponent.pce_id.in_(pces), *sets)


PRICES = VersionedTable(
    PriceComponent,
    N_("Ce prix est introuvable."),
    N_("Quelqu’un a changé ce prix en même temps que vous : rechargez la page."),
    PriceComponent.removed_at.is_(None),
    reach=is_theirs,
)
TAGS = 60  # tags per integer, one bit each
_COLUMNS = (
    PriceComponent.id,
    PriceComponent.name,
    PriceComponent.kind,
    PriceComponent.unit,
    PriceComponent.amount,
    PriceComponent.first_day,
    PriceComponent.last_day,
    func.coalesce(Pce.number, ""),
    PriceComponent.tag,
    PriceComponent.version,
    func.coalesce(Pce.alias, ""),
)


def visible(viewer: Viewer) -> Select[PriceComponent]:
    """Select the components of the viewer's organisation, on PCEs still readable.

    A viewer limited to tags sees those of their tags, of their PCEs, and those of all.
    """
    viewer.require(Permission.PRICES_READ)
    pces = visible_pces(viewer).with_only_columns(Pce.id)
    return select(PriceComponent).where(
        _standing_of(viewer),
        or_(PriceComponent.pce_id.is_(None), PriceComponent.pce_id.in_(pces)),
        or_(PriceComponent.tag == "", knows_tag(viewer, PriceComponent.tag)),
    )


def list_components(db: Session, viewer: Viewer, pce: str = "") -> tuple[Component, ...]:
    """Return the components, those for every PCE first; with `pce`, those that may apply to it."""
    query = _with_columns(visible(viewer))
    if pce:
        tags = (
            select(PceTag.tag)
            .join(Pce, Pce.id == PceTag.pce_id)
            .where(PceTag.organisation_id == viewer.organisation_id, Pce.number == pce)
        )
        everyone = and_(PriceComponent.pce_id.is_(None), PriceComponent.tag == "")
        query = query.where(or_(everyone, Pce.number == pce, PriceComponent.tag.in_(tags)))
    query = query.order_by(
        PriceComponent.pce_id.is_not(None),
        PriceComponent.tag,
        Pce.search,
        PriceComponent.name,
        PriceComponent.first_day.desc(),
        PriceComponent.id,
    )
    return tuple(_component(row) for row in db.execute(query))


def get_component(db: Session, viewer: Viewer, component_id: int) -> Component:
    """Return a component. Raise NotFound when it is absent or hidden."""
    return _component(PRICES.get_row(db, _with_columns(visible(viewer)), component_id))


def has_prices(db: Session, viewer: Viewer) -> bool:
    """Return whether the organisation has any price that the viewer may know of."""
    query = visible(viewer).with_only_columns(PriceComponent.id).limit(1)
    return db.scalar(query) is not None


def _with_columns(query: Select[Any]) -> Select[*tuple[Any, ...]]:
    joined = query.outerjoin(Pce, Pce.id == PriceComponent.pce_id)
    return joined.with_only_columns(*_COLUMNS)


def _component(row: Any) -> Component:  # noqa: ANN401 (a row of _COLUMNS)
    (id_, name, kind, unit, amount, first, last, pce, tag, version, alias) = row
    draft = PriceDraft(name, kind, unit, amount, first, last, PriceTarget(pce, tag))
    return Component(id_, draft, version, alias)


def load_prices(db: Session, viewer: Viewer, ids: Collection[int]) -> PricesOf:
    """Return the tariffs of these PCEs by id, over all time, without PCEs that have no price.

    PCEs that the viewer may not see are left out. A tag's price applies to each PCE with that tag,
    even a tag that a limited viewer does not know.
    """
    viewer.require(Permission.PRICES_READ)
    numbers: dict[int, str] = {}
    for block in blocks(sorted(set(ids))):
        query = visible_pces(viewer).with_only_columns(Pce.id, Pce.number).where(Pce.id.in_(block))
        numbers |= {row[0]: row[1] for row in db.execute(query)}
    return load_organisation_prices(db, viewer.organisation_id, numbers)


def load_organisation_prices(
    db: Session, organisation_id: int, numbers: Mapping[int, str]
) -> PricesOf:
    """Return the tariffs that an organisation gave to PCEs that it reads, for a job.

    `numbers` are those of the PCEs by id.
    """
    shared_components = _list_components(db, organisation_id, PriceComponent.pce_id.is_(None))
    everyone = [component for component in shared_components if not component.draft.target.tag]
    by_tag = _grouped(
        (component.draft.target.tag, component)
        for component in shared_components
        if component.draft.target.tag
    )
    tariffs_by_key: dict[tuple[int, ...], Tariffs] = {}
    tariffs_by_pce: dict[int, Tariffs] = {}
    for block in blocks(sorted(numbers)):
        own = _list_components(db, organisation_id, PriceComponent.pce_id.in_(block))
        by_pce = _grouped((component.draft.target.pce, component) for component in own)
        tags = _tags(db, organisation_id, block, by_tag)
        for pce_id in block:
            number = numbers[pce_id]
            mine = [*everyone, *by_pce.get(number, ())]
            mine += [component for tag in tags.get(pce_id, ()) for component in by_tag[tag]]
            key = tuple(sorted(component.id for component in mine))
            if key not in tariffs_by_key:
                tariffs_by_key[key] = tariffs_of([component.draft for component in mine])
            if tariffs_by_key[key]:
                tariffs_by_pce[pce_id] = tariffs_by_key[key]
    return tariffs_by_pce


def _list_components(db: Session, organisation_id: int, which: Any) -> list[Component]:  # noqa: ANN401 (a condition)
    query = _with_columns(select(PriceComponent)).where(
        PriceComponent.organisation_id == organisation_id, PRICES.standing, which
    )
    return [_component(row) for row in db.execute(query)]


def _grouped(pairs: Iterable[tuple[str, Component]]) -> dict[str, list[Component]]:
    groups: dict[str, list[Component]] = {}
    for key, component in pairs:
        groups.setdefault(key, []).append(component)
    return groups


def _tags(
    db: Session, organisation_id: int, ids: Collection[int], priced: Collection[str]
) -> Mapping[int, list[str]]:
    """Return the tags of each PCE that have a price."""
    tags_by_pce: dict[int, list[str]] = {}
    if priced:
        query = select(PceTag.pce_id, PceTag.tag).where(
            PceTag.organisation_id == organisation_id,
            PceTag.pce_id.in_(list(ids)),
            PceTag.tag.in_(list(priced)),
        )
        for pce_id, tag in db.execute(query):
            tags_by_pce.setdefault(pce_id, []).append(tag)
    return tags_by_pce


@dataclass(frozen=True, slots=True)
class SharedTariffs:
    """Groups of PCEs with the same tariffs: those with equal values in `columns`.

    The first column is the id of a PCE with prices of its own, else 0; each other one has a bit for
    each of up to `TAGS` priced tags. `separate_ids` selects the PCEs of which some column is not 0,
    possibly more; None when there are none.
    """

    columns: tuple[ColumnElement[int], ...]
    separate_ids: CompoundSelect[int] | None
    _everyone: Sequence[Component]
    _by_pce: Mapping[int, Sequence[Component]]
    _by_tag: Mapping[str, Sequence[Component]]
    _tariffs_by_key: dict[Sequence[int], Tariffs] = field(default_factory=dict)

    def tariffs(self, key: Sequence[int]) -> Tariffs:
        """Return the tariffs of the PCEs with `key` in `columns`."""
        if key not in self._tariffs_by_key:
            own, *masks = key
            mine = [*self._everyone, *self._by_pce.get(own, ())]
            for place, tag in enumerate(sorted(self._by_tag)):
                if masks[place // TAGS] >> place % TAGS & 1:
                    mine += self._by_tag[tag]
            self._tariffs_by_key[key] = tariffs_of([component.draft for component in mine])
        return self._tariffs_by_key[key]


def load_shared_prices(db: Session, viewer: Viewer) -> SharedTariffs:
    """Return the tariffs of all the viewer's PCEs at once, to sum over any number of them.

    Its columns belong to a query on `Pce` that starts from the visible PCEs.
    """
    viewer.require(Permission.PRICES_READ)
    query = _with_columns(select(PriceComponent)).add_columns(PriceComponent.pce_id)
    query = query.where(_standing_of(viewer))
    components = [(row.pce_id or 0, _component(row[:-1])) for row in db.execute(query)]
    by_tag = _grouped(
        (component.draft.target.tag, component)
        for _id, component in components
        if component.draft.target.tag
    )
    by_pce: dict[int, list[Component]] = {}
    for pce_id, component in components:
        by_pce.setdefault(pce_id, []).append(component)
    everyone = [component for component in by_pce.pop(0, []) if not component.draft.target.tag]
    return SharedTariffs(
        columns=_keys(viewer, sorted(by_tag)),
        separate_ids=_get_separate_pces(viewer) if by_pce or by_tag else None,
        _everyone=everyone,
        _by_pce=by_pce,
        _by_tag=by_tag,
    )


def _standing_of(viewer: Viewer) -> ColumnElement[bool]:
    return and_(PriceComponent.organisation_id == viewer.organisation_id, PRICES.standing)


def _get_separate_pces(viewer: Viewer) -> CompoundSelect[int]:
    """Select the PCEs with a price of their own or a priced tag."""
    mine = _standing_of(viewer)
    own = select(PriceComponent.pce_id).where(mine, PriceComponent.pce_id.is_not(None))
    tags = select(PriceComponent.tag).where(mine, PriceComponent.tag != "")
    tagged = select(PceTag.pce_id).where(
        PceTag.organisation_id == viewer.organisation_id, PceTag.tag.in_(tags)
    )
    return union(own, tagged)


def _keys(viewer: Viewer, tags: Sequence[str]) -> tuple[ColumnElement[int], ...]:
    own = select(PriceComponent.pce_id).where(
        _standing_of(viewer), PriceComponent.pce_id.is_not(None)
    )
    masks: list[ColumnElement[int]] = []
    for block in blocks(tags, TAGS):
        bits = {tag: 1 << place for place, tag in enumerate(block)}
        mask = select(func.sum(case(bits, value=PceTag.tag))).where(
            PceTag.pce_id == Pce.id,
            PceTag.organisation_id == viewer.organisation_id,
            PceTag.tag.in_(block),
        )
        # PostgreSQL sums integers to decimals.
        mask_value = func.coalesce(mask.correlate(Pce).scalar_subquery(), 0)
        masks.append(cast(mask_value, BigInteger))
    first = case((Pce.id.in_(own), Pce.id), else_=literal(0))
    named = [first, *masks]
    return tuple(column.label(f"priced{place}") for place, column in enumerate(named))


def load_marginal_prices(db: Session, viewer: Viewer, ids: Collection[int]) -> Mapping[int, int]:
    """Return today's cost of one more Wh of each of `ids` with a price, in atto-euros.

    Taxes are included, fixed parts are not: they are due anyway. The result is empty without the
    permission to read prices.
    """
    if not ids or not viewer.may(Permission.PRICES_READ) or not has_prices(db, viewer):
        return {}
    shared = load_shared_prices(db, viewer)
    keys: dict[int, Sequence[int]] = {}
    for block in blocks(sorted(set(ids))):
        query = visible_pces(viewer).with_only_columns(Pce.id, *shared.columns)
        keys |= {row[0]: tuple(row[1:]) for row in db.execute(query.where(Pce.id.in_(block)))}
    prices_by_key = {key: _get_marginal(shared.tariffs(key), viewer) for key in set(keys.values())}
    return {
        pce_id: price for pce_id, key in keys.items() if (price := prices_by_key[key]) is not None
    }


def _get_marginal(tariffs: Tariffs, viewer: Viewer) -> int | None:
    tariff = tariff_on(tariffs, viewer.today)
    return marginal(tariff) if tariff else None
