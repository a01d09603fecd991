"""Check each field of a declaration (domain.md §2.5, 1 to 10)."""

import re
from dataclasses import dataclass, field
from datetime import date

from core.errors import Invalid
from core.i18n import N_
from data.metering.pces.rules import number_of, storable
from data.rights.rules.addresses import email_of
from data.rights.rules.adict import FLAGS, ROLES, flag_of
from data.rights.types import DeclarationForm, DeclarationProblem, RightDataKind, RightRole

BAD, CONFLICT = 400, 409
_PHONE = re.compile(r"0[67]\d{8}")
_POSTAL = re.compile(r"\d{5}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
LONGEST = {
    "nom_titulaire": 40,
    "raison_sociale": 200,
    "courriel_titulaire": 100,
    "libelle_site": 80,
    "finalite": 200,
}
NO_DAY = N_("Cette date est obligatoire : JJ/MM/AAAA ou AAAA-MM-JJ.")
WRONG_DAY = N_("« {found} » n’est pas une date : il faut JJ/MM/AAAA ou AAAA-MM-JJ.")
WRONG_FLAG = N_("« {found} » : il faut OUI ou NON.")
NO_FLAG = N_("Indiquez OUI ou NON pour chaque sorte de données.")


@dataclass(slots=True)
class FieldReading:
    """A form being checked and the problems found so far."""

    request: DeclarationForm
    role: RightRole
    problems: list[DeclarationProblem] = field(default_factory=list)

    def text(self, name: str) -> str:
        value: str = getattr(self.request, name)
        return " ".join((value if value.isascii() else storable(value)).split())

    def refuse(
        self,
        check: tuple[int, str],
        name: str,
        sentence: str,
        http: int = BAD,
        **params: object,
    ) -> None:
        self.problems.append(DeclarationProblem(*check, name, sentence, http, params))

    def day(
        self, name: str, missing: tuple[int, str] | None, wrong: tuple[int, str]
    ) -> date | None:
        """Return the date of field `name`.

        Record a problem if it is invalid, or required and absent.
        """
        text = self.text(name)
        if not text:
            if missing:
                self.refuse(missing, name, NO_DAY)
            return None
        date_value = day_of(text)
        if date_value is None:
            self.refuse(wrong, name, WRONG_DAY, found=text[:40])
        return date_value


def day_of(text: str) -> date | None:
    if not (_DATE.fullmatch(text) and text.isascii()):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def number_in(reading: FieldReading) -> str:
    if not reading.text("id_pce"):
        reading.refuse((1, "1000000037"), "id_pce", N_("Indiquez le PCE."))
        return ""
    try:
        return number_of(reading.text("id_pce"))
    except Invalid as error:
        params = dict(error.params)
        reading.problems.append(
            DeclarationProblem(1, "1000000037", "id_pce", error.message, BAD, params)
        )
        return ""


def refuse_role(reading: FieldReading) -> None:
    role_text = reading.text("role_tiers")
    known_roles = ", ".join(ROLES.values())
    if role_text:
        sentence = N_("« {found} » n’est pas un rôle : il faut l’un de {known}.")
        reading.refuse(
            (3, "2000000006"), "role_tiers", sentence, found=role_text[:40], known=known_roles
        )
    else:
        sentence = N_("Le rôle est obligatoire : l’un de {known}.")
        reading.refuse((3, "2000000006"), "role_tiers", sentence, known=known_roles)


def holder_in(reading: FieldReading) -> tuple[str, str]:
    person, company = reading.text("nom_titulaire"), reading.text("raison_sociale")
    if not person and not company:
        sentence = N_("Indiquez la raison sociale ou le nom du titulaire.")
        reading.refuse((4, "1000000026"), "raison_sociale", sentence)
    if person and company:
        sentence = N_("Indiquez la raison sociale ou le nom du titulaire, pas les deux.")
        reading.refuse((5, "1000000039"), "nom_titulaire", sentence)
    limit(reading, "nom_titulaire", (4, "9000000004"))
    limit(reading, "raison_sociale", (4, "9000000004"))
    return person, company


def limit(reading: FieldReading, name: str, check: tuple[int, str]) -> None:
    """Record a problem for a text that is too long, without its length as it may be truncated."""
    if len(reading.text(name)) > LONGEST[name]:
        sentence = N_("Ce texte est trop long : {most} caractères au plus.")
        reading.refuse(check, name, sentence, most=LONGEST[name])


def postal_in(reading: FieldReading) -> str:
    text = reading.text("code_postal")
    if not text:
        reading.refuse((6, "1000000027"), "code_postal", N_("Le code postal est obligatoire."))
    elif not (_POSTAL.fullmatch(text) and text.isascii()):
        sentence = N_("« {found} » n’est pas un code postal : il faut 5 chiffres.")
        reading.refuse((6, "1000000036"), "code_postal", sentence, found=text[:40])
    return text


def email_in(reading: FieldReading) -> str:
    """Return the address in the form of account addresses."""
    text = reading.text("courriel_titulaire")
    address = email_of(text)
    if not text and reading.role.authorised:
        sentence = N_("L’adresse du titulaire est obligatoire : c’est à elle que l’on demande.")
        reading.refuse((7, "1000000028"), "courriel_titulaire", sentence)
    elif text and address is None:
        sentence = N_("« {found} » n’est pas une adresse électronique.")
        reading.refuse((7, "1000000024"), "courriel_titulaire", sentence, found=text[:60])
    else:
        limit(reading, "courriel_titulaire", (7, "1000000024"))
    return address or ""


def phone_in(reading: FieldReading) -> str:
    text = re.sub(r"[\s.\-]", "", reading.text("numero_telephone_mobile_titulaire"))
    if text and not (_PHONE.fullmatch(text) and text.isascii()):
        sentence = N_("« {found} » n’est pas un mobile : il faut 06 ou 07 et huit chiffres.")
        name = "numero_telephone_mobile_titulaire"
        reading.refuse((8, "9000000008"), name, sentence, found=text[:40])
    return text


def kinds_in(reading: FieldReading) -> frozenset[RightDataKind]:
    """Return the data kinds of the flags; a holder's empty flags mean everything."""
    kinds: set[RightDataKind] = set()
    wrong = False
    for kind, name in FLAGS.items():
        text = reading.text(name)
        flag = _default_flag(kind, reading.role) if not text else flag_of(text)
        if flag is None:
            wrong = True
            code = "1000000031" if kind is RightDataKind.CONTRACTUAL and not text else "9000000009"
            if text:
                reading.refuse((9, code), name, WRONG_FLAG, found=text[:40])
            else:
                reading.refuse((9, code), name, NO_FLAG)
        elif flag:
            kinds.add(kind)
    if reading.role is RightRole.AUTHORISED_INJECTION:
        _no_informative(reading, kinds)
    if not kinds and not wrong:
        sentence = N_("Demandez au moins une sorte de données.")
        reading.refuse((10, "9000000010"), FLAGS[RightDataKind.PUBLISHED], sentence)
    return frozenset(kinds)


def _default_flag(kind: RightDataKind, role: RightRole) -> bool | None:
    """Return what an empty flag means, or None where the flag is required.

    Injection has no informative data, so its flag may be left out (domain.md §2.2).
    """
    if not role.authorised:
        return True
    no_such_data = kind is RightDataKind.INFORMATIVE and role is RightRole.AUTHORISED_INJECTION
    return False if no_such_data else None


def _no_informative(reading: FieldReading, kinds: set[RightDataKind]) -> None:
    if RightDataKind.INFORMATIVE in kinds:
        sentence = N_("Une injection n’a pas de données informatives : il faut Faux.")
        reading.refuse((9, "9000000009"), FLAGS[RightDataKind.INFORMATIVE], sentence)
