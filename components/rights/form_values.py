"""Convert between the form's fields and a declaration."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from components.rights.ids import Ids
from data.rights.rules.adict import FALSE, FLAGS, ROLES, TRUE
from data.rights.rules.declarations import years_after
from data.rights.rules.repairs import repair_value
from data.rights.types import (
    DeclarationForm,
    DeclarationProblem,
    Delays,
    RightDataKind,
    RightRole,
    RightRow,
)

COMPANY, PERSON = "company", "person"
PAST_YEARS = 3  # of history proposed: as far as informative data go (domain.md §1.5)
USUAL_KINDS = (
    RightDataKind.CONTRACTUAL.value,
    RightDataKind.TECHNICAL.value,
    RightDataKind.PUBLISHED.value,
)
NO_LIMIT_YEARS = 3  # proposed without limit by the operator

# Field of the form that shows the problem of each declaration field.
PLACES: Mapping[str, Ids] = {
    "id_pce": Ids.PCE,
    "role_tiers": Ids.AS_ROLE,
    "nom_titulaire": Ids.HOLDER,
    "raison_sociale": Ids.HOLDER,
    "code_postal": Ids.POSTAL,
    "courriel_titulaire": Ids.EMAIL,
    "numero_telephone_mobile_titulaire": Ids.PHONE,
    "date_debut_droit_acces": Ids.STARTS,
    "date_fin_droit_acces": Ids.ENDS,
    "perim_donnees_conso_debut": Ids.FIRST,
    "perim_donnees_conso_fin": Ids.LAST,
    "perim_donnees_inj_debut": Ids.FIRST,
    "perim_donnees_inj_fin": Ids.LAST,
    **dict.fromkeys(FLAGS.values(), Ids.KINDS),
    "libelle_site": Ids.SITE,
    "finalite": Ids.WHY,
    "date_consentement": Ids.CONSENTED,
}
# Source of each field of the form, in screen order.
FIELDS: Mapping[str, Ids] = {
    "pce": Ids.PCE,
    "site": Ids.SITE,
    "role": Ids.AS_ROLE,
    "holder_kind": Ids.HOLDER_KIND,
    "holder": Ids.HOLDER,
    "postal": Ids.POSTAL,
    "email": Ids.EMAIL,
    "phone": Ids.PHONE,
    "starts": Ids.STARTS,
    "ends": Ids.ENDS,
    "first": Ids.FIRST,
    "last": Ids.LAST,
    "kinds": Ids.KINDS,
    "why": Ids.WHY,
    "consented": Ids.CONSENTED,
}
ERRORS: Mapping[Ids, Ids] = {
    Ids.PCE: Ids.PCE_ERROR,
    Ids.SITE: Ids.SITE_ERROR,
    Ids.AS_ROLE: Ids.AS_ROLE_ERROR,
    Ids.HOLDER: Ids.HOLDER_ERROR,
    Ids.POSTAL: Ids.POSTAL_ERROR,
    Ids.EMAIL: Ids.EMAIL_ERROR,
    Ids.PHONE: Ids.PHONE_ERROR,
    Ids.STARTS: Ids.STARTS_ERROR,
    Ids.ENDS: Ids.ENDS_ERROR,
    Ids.FIRST: Ids.FIRST_ERROR,
    Ids.LAST: Ids.LAST_ERROR,
    Ids.KINDS: Ids.KINDS_ERROR,
    Ids.WHY: Ids.WHY_ERROR,
    Ids.CONSENTED: Ids.CONSENTED_ERROR,
}


@dataclass(frozen=True, slots=True)
class DeclarationDefaults:
    """Initial content of the form."""

    pce: str = ""
    site: str = ""
    role: RightRole = RightRole.AUTHORISED_SUPPLY
    holder_kind: str = COMPANY
    holder: str = ""
    postal: str = ""
    email: str = ""
    phone: str = ""
    starts: date | None = None
    ends: date | None = None
    first: date | None = None
    last: date | None = None
    kinds: Sequence[str] = USUAL_KINDS
    why: str = ""
    consented: date | None = None


def usual_defaults(today: date, delays: Delays, pce: str = "") -> DeclarationDefaults:
    """Return the usual dates: from today, the longest duration, three years of history."""
    ends = end_after(today, longest(delays), delays)
    return DeclarationDefaults(
        pce=pce, starts=today, ends=ends, first=years_after(today, -PAST_YEARS), last=ends
    )


def renewal_form(row: RightRow, today: date, delays: Delays) -> DeclarationDefaults:
    """Return the declaration of `row` again, from today."""
    defaults = usual_defaults(today, delays, row.number)
    return replace(
        defaults,
        site=row.site,
        role=row.role,
        holder_kind=PERSON if row.person else COMPANY,
        holder=row.holder,
        postal=row.postal_code,
        email=row.email,
        phone=row.phone,
        kinds=[kind.value for kind in RightDataKind if kind in row.kinds],
        why=row.purpose,
    )


def longest(delays: Delays) -> int:
    return delays.longest_years or NO_LIMIT_YEARS


def end_after(start: date, years: int, delays: Delays) -> date:
    """Return the last day of a right of `years` years, within the operator's limit."""
    year_count = min(years, longest(delays)) if delays.longest_years else years
    return years_after(start, year_count) - timedelta(days=1)


def role_typed(answers: Mapping[str, Any]) -> RightRole:
    role_code = str(answers.get("role") or "")
    return RightRole(role_code) if role_code in set(RightRole) else RightRole.AUTHORISED_SUPPLY


def declaration_form_of(told: Mapping[str, Any]) -> DeclarationForm:
    """Return the declaration of the fields, without those that the role does not use."""
    role = role_typed(told)
    person = told.get("holder_kind") == PERSON
    holder = _text(told, "holder")
    declaration = DeclarationForm(
        id_pce=_text(told, "pce"),
        role_tiers=ROLES[role],
        nom_titulaire=holder if person else "",
        raison_sociale="" if person else holder,
        code_postal=_text(told, "postal"),
        libelle_site=_text(told, "site"),
    )
    return _with_terms(declaration, told, role) if role.authorised else declaration


def _with_terms(
    declaration: DeclarationForm, answers: Mapping[str, Any], role: RightRole
) -> DeclarationForm:
    kinds = answers.get("kinds") or []
    span = "inj" if role.injection else "conso"
    selected_kinds = {RightDataKind(kind) for kind in kinds if kind in set(RightDataKind)}
    if role.injection:
        selected_kinds.discard(RightDataKind.INFORMATIVE)  # not offered by the form
    flags = {name: TRUE if kind in selected_kinds else FALSE for kind, name in FLAGS.items()}
    days = {
        "date_debut_droit_acces": _text(answers, "starts"),
        "date_fin_droit_acces": _text(answers, "ends"),
        f"perim_donnees_{span}_debut": _text(answers, "first"),
        f"perim_donnees_{span}_fin": _text(answers, "last"),
        "date_consentement": _text(answers, "consented"),
    }
    return replace(
        declaration,
        courriel_titulaire=_text(answers, "email"),
        numero_telephone_mobile_titulaire=_phone(answers),
        finalite=_text(answers, "why"),
        **days,
        **flags,
    )


def _phone(answers: Mapping[str, Any]) -> str:
    """Return a phone number normalised to 06 or 07, as the summary shows it."""
    text = _text(answers, "phone")
    _mended_value, repair, proposed = repair_value("numero_telephone_mobile_titulaire", text)
    return proposed if repair else text


def _text(answers: Mapping[str, Any], name: str) -> str:
    return str(answers.get(name) or "")[:400]


def problems_by_place(problems: Sequence[DeclarationProblem]) -> dict[Ids, DeclarationProblem]:
    """Return the first problem of each field of the form."""
    problems_by_field: dict[Ids, DeclarationProblem] = {}
    for problem in problems:
        problems_by_field.setdefault(PLACES[problem.field], problem)
    return problems_by_field
