"""Sum the PCEs of one reference into functional entities."""

from collections.abc import Iterable
from dataclasses import replace

from data.money.operat.types import Entity, OperatLine, Year

Owner = tuple[str, str]  # SIREN and SIRET, "" when missing


def entities_of(lines: Iterable[OperatLine]) -> tuple[Entity, ...]:
    """Return an entity per reference, SIREN and SIRET; a PCE without a reference is alone.

    A line without SIREN or SIRET belongs to the only owner of its reference that has them.
    """
    return tuple(_entity(group) for group in _groups(lines))


def unlike(lines: Iterable[OperatLine]) -> tuple[OperatLine, ...]:
    """Return the first line of each entity whose PCEs have different surfaces."""
    return tuple(group[0] for group in _groups(lines) if len(_surfaces(group)) > 1)


def _groups(lines: Iterable[OperatLine]) -> list[list[OperatLine]]:
    every = tuple(lines)
    owners_by_efa: dict[str, set[Owner]] = {}
    for line in every:
        owners_by_efa.setdefault(line.site.draft.efa, set()).add(_owner(line))
    groups: dict[tuple[str, ...], list[OperatLine]] = {}
    for line in every:
        draft = line.site.draft
        key = (
            (draft.efa, *_whose(_owner(line), owners_by_efa[draft.efa]))
            if draft.efa
            else (draft.pce,)
        )
        groups.setdefault(key, []).append(line)
    return list(groups.values())


def _owner(line: OperatLine) -> Owner:
    return line.site.draft.siren, line.site.draft.siret


def _whose(owner: Owner, owners: Iterable[Owner]) -> Owner:
    """Return the only more complete owner of the reference that matches `owner`, else itself."""
    fuller = [candidate for candidate in owners if candidate != owner and _within(owner, candidate)]
    fullest = [
        candidate
        for candidate in fuller
        if not any(_within(candidate, two) for two in fuller if two != candidate)
    ]
    return fullest[0] if len(fullest) == 1 else owner


def _within(owner: Owner, other: Owner) -> bool:
    """Return whether `other` includes all of `owner`; a SIRET begins with its SIREN."""
    siren = owner[0] in {"", other[0]} or (not other[0] and other[1].startswith(owner[0]))
    return siren and owner[1] in {"", other[1]}


def _surfaces(lines: Iterable[OperatLine]) -> set[int]:
    surfaces = (line.site.draft.surface_dm2 for line in lines)
    return {surface for surface in surfaces if surface is not None}


def _entity(lines: list[OperatLine]) -> Entity:
    first = lines[0].site
    surfaces = _surfaces(lines)
    surface = surfaces.pop() if len(surfaces) == 1 else None
    name = first.draft.name or first.alias
    siren, siret = (max(codes) for codes in zip(*map(_owner, lines), strict=True))
    climates = {line.degree_days for line in lines}
    return Entity(
        replace(first.draft, name=name, surface_dm2=surface, siren=siren, siret=siret),
        tuple(line.site.draft.pce for line in lines),
        _sum([line.year for line in lines]),
        climates.pop() if len(climates) == 1 else None,
    )


def _sum(years: list[Year]) -> Year:
    energies = [year.energy_wh_pcs for year in years if year.energy_wh_pcs is not None]
    summed = (
        "days",
        "measured",
        "estimated",
        "prorated",
        "overlaps",
        "length",
        "published",
        "deposited",
    )
    return Year(
        years[0].year,
        sum(energies) if energies else None,
        *(sum(getattr(year, name) for year in years) for name in summed),
    )
