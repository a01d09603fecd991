"""Check and compare surfaces: figures, dates, uses and sizes."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from core.errors import Invalid
from core.i18n import N_, _, short_day
from data.metering.pces.rules import folded, storable
from data.metering.surfaces.types import DM2, SiteUse, Surface, SurfaceDraft

DAY = timedelta(days=1)
EARLIEST = date(1900, 1, 1)
LONGEST_SOURCE = 120
UNKNOWN_USE = "unknown"  # in forms
_SURFACE = re.compile(r"(\d{1,7})(?:[.,](\d{1,2})0*)?", re.ASCII)
_BLANKS = re.compile(r"[\s\u00a0\u202f]+")
_QUOTED = 40

USES: Mapping[SiteUse, str] = {
    SiteUse.TEACHING: N_("Enseignement"),
    SiteUse.CHILDCARE: N_("Petite enfance"),
    SiteUse.OFFICES: N_("Bureaux et administration"),
    SiteUse.SPORTS: N_("Sport"),
    SiteUse.POOL: N_("Piscine"),
    SiteUse.CULTURE: N_("Culture et spectacles"),
    SiteUse.HEALTH: N_("Santé et hébergement médical"),
    SiteUse.RETAIL: N_("Commerce"),
    SiteUse.HOTEL: N_("Hôtel et restaurant"),
    SiteUse.HOUSING: N_("Logement"),
    SiteUse.INDUSTRY: N_("Industrie et atelier"),
}
# Words of a category of activity, folded; the more precise use first.
_WORDS: Mapping[SiteUse, tuple[str, ...]] = {
    SiteUse.POOL: ("piscine", "aquatique"),
    SiteUse.CHILDCARE: ("petite enfance", "creche"),
    SiteUse.TEACHING: ("enseignement", "ecole", "college", "lycee"),
    SiteUse.OFFICES: ("bureau", "administration", "mairie"),
    SiteUse.SPORTS: ("sport", "gymnase"),
    SiteUse.CULTURE: ("culture", "spectacle", "mediatheque", "musee"),
    SiteUse.HEALTH: ("sante", "ehpad", "hopital"),
    SiteUse.RETAIL: ("commerce", "magasin"),
    SiteUse.HOTEL: ("hotel", "restaurant"),
    SiteUse.HOUSING: ("logement", "habitation"),
    SiteUse.INDUSTRY: ("industrie", "atelier"),
}


def surface_in(text: str) -> int | None:
    """Return the surface in `text` (m²) in dm²; None when empty. Raise Invalid."""
    bare = _BLANKS.sub("", text).removesuffix("m²").removesuffix("m2")
    if not bare:
        return None
    match = _SURFACE.fullmatch(bare)
    area_dm2 = int(match[1]) * DM2 + int((match[2] or "0").ljust(2, "0")) if match else 0
    if area_dm2 < DM2:
        raise Invalid(
            N_("« {found} » n’est pas une surface : des m², comme 1250 ou 1250,5."),
            found=text.strip()[:_QUOTED],
        )
    return area_dm2


def required_surface_in(text: str) -> int:
    """Return the surface in `text` in dm². Raise Invalid, also when it is empty."""
    area_dm2 = surface_in(text)
    if area_dm2 is None:
        raise Invalid(N_("Donnez la surface chauffée en m², comme 1250 ou 1250,5."))
    return area_dm2


def surface_text(area_dm2: int | None) -> str:
    """Return the text that `surface_in` reads back."""
    if area_dm2 is None:
        return ""
    square_metres, rest = divmod(area_dm2, DM2)
    return f"{square_metres},{rest:02}".rstrip("0").rstrip(",") if rest else str(square_metres)


def source_in(text: str) -> str:
    """Return where a surface comes from, on one line; may be empty. Raise Invalid if too long."""
    line = " ".join(storable(text).split())
    if len(line) > LONGEST_SOURCE:
        raise Invalid(
            N_("Ce texte a {count} signes : {most} au plus."), count=len(line), most=LONGEST_SOURCE
        )
    return line


def use_in(text: str) -> SiteUse | None:
    """Return the chosen use, None when empty or unknown. Raise Invalid."""
    if text in {"", UNKNOWN_USE}:
        return None
    if text not in set(SiteUse):
        raise Invalid(N_("Choisissez un usage de la liste."))
    return SiteUse(text)


def use_of_category(category: str) -> SiteUse | None:
    """Return the use that a category of activity names, None when it names none of them."""
    words = folded(category)
    uses = (use for use, names in _WORDS.items() if any(name in words for name in names))
    return next(uses, None)


def optional_day_in(text: str) -> date | None:
    """Return a day of a date field, None when empty. Raise Invalid."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Invalid(N_("Ce jour n’existe pas : choisissez-le dans le calendrier.")) from None
    if day < EARLIEST:
        raise Invalid(N_("Donnez un jour à partir du {day}."), day=short_day(EARLIEST))
    return day


def check_surface(draft: SurfaceDraft, others: Iterable[Surface]) -> None:
    """Raise Invalid when the days of `draft` are wrong or meet those of another surface."""
    if draft.first is not None and draft.last is not None and draft.last < draft.first:
        raise Invalid(N_("Le dernier jour est avant le premier : inversez-les."), field="last")
    for other in others:
        if _meet(draft, other.draft):
            raise Invalid(
                N_("Ces jours ont déjà une surface : {area} m², {days}. Changez les dates."),
                field="first",
                area=surface_text(other.draft.area_dm2),
                days=dates_words(other.draft),
            )


def _meet(draft: SurfaceDraft, other: SurfaceDraft) -> bool:
    first, last = draft.first or date.min, draft.last or date.max
    return first <= (other.last or date.max) and (other.first or date.min) <= last


def end_before(surface: Surface, draft: SurfaceDraft) -> SurfaceDraft | None:
    """Return `surface` stopped the day before `draft` begins; None unless it makes room for it."""
    before, since = surface.draft, draft.first
    if since is None or before.last is not None or (before.first or date.min) >= since:
        return None
    return replace(before, last=since - DAY)


def fill_gap(draft: SurfaceDraft, others: Iterable[SurfaceDraft], today: date) -> SurfaceDraft:
    """Return `draft` valid today, between the days of `others`."""
    every = tuple(others)
    ends = [other.last for other in every if other.last and other.last < today]
    starts = [other.first for other in every if other.first and other.first > today]
    first = max(ends) + DAY if ends else None
    return replace(draft, first=first, last=min(starts) - DAY if starts else None)


def dates_words(draft: SurfaceDraft) -> str:
    """Return the days of a surface as `du 1 janv. 2024 au 31 déc. 2025`."""
    first, last = (short_day(day) if day else "" for day in (draft.first, draft.last))
    if first and last:
        return _("du {first} au {last}", first=first, last=last)
    if first:
        return _("depuis le {first}", first=first)
    return _("jusqu’au {last}", last=last) if last else _("sans limite de dates")
