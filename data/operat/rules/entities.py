"""The functional entities that lines make: the PCE of one reference, summed."""

from collections.abc import Iterable
from dataclasses import replace

from data.operat.types import Entity, Line, Year


def entities_of(lines: Iterable[Line]) -> tuple[Entity, ...]:
    """An entity a reference, of the same SIRET; a PCE without one is its own."""
    return tuple(_entity(group) for group in _groups(lines))


def unlike(lines: Iterable[Line]) -> tuple[Line, ...]:
    """The first line of each entity whose PCE do not say one surface: it then has none."""
    return tuple(group[0] for group in _groups(lines) if len(_surfaces(group)) > 1)


def _groups(lines: Iterable[Line]) -> list[list[Line]]:
    groups: dict[tuple[str, ...], list[Line]] = {}
    for line in lines:
        draft = line.site.draft
        key = (draft.efa, draft.siren, draft.siret) if draft.efa else (draft.pce,)
        groups.setdefault(key, []).append(line)
    return list(groups.values())


def _surfaces(lines: Iterable[Line]) -> set[int]:
    told = (line.site.draft.surface_dm2 for line in lines)
    return {surface for surface in told if surface is not None}


def _entity(lines: list[Line]) -> Entity:
    first = lines[0].site
    surfaces = _surfaces(lines)
    surface = surfaces.pop() if len(surfaces) == 1 else None
    name = first.draft.name or first.alias
    climates = {line.degree_days for line in lines}
    return Entity(
        replace(first.draft, name=name, surface_dm2=surface),
        tuple(line.site.draft.pce for line in lines),
        _sum([line.year for line in lines]),
        climates.pop() if len(climates) == 1 else None,
    )


def _sum(years: list[Year]) -> Year:
    known = [year.energy_wh_pcs for year in years if year.energy_wh_pcs is not None]
    summed = ("days", "measured", "estimated", "prorated", "overlaps", "length", "published")
    return Year(
        years[0].year,
        sum(known) if known else None,
        *(sum(getattr(year, name) for year in years) for name in summed),
    )
