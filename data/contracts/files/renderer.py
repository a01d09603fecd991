"""Draw a contract: a tagged French PDF, with fields for seals and amendments."""

from collections.abc import Iterator, Mapping
from typing import Any

from core.i18n import N_, french_day
from core.pdf_fonts import refuse_unprintable
from data.contracts.files.fields import with_fields
from data.contracts.files.layout import BELOW_SEALS, MARGIN, FieldBox, boxes, pages_of_amendments
from data.contracts.files.typesetting import rendered
from data.contracts.types import Paper, Party

_ROLES: Mapping[Party, str] = {
    Party.CLIENT: "POUR LE CLIENT",
    Party.OPERATOR: "POUR LE DISTRIBUTEUR",
}

# For text that its readers cannot correct: says who can, and that nothing is lost.
_OPERATORS = N_(
    "Le contrat ne peut pas être envoyé : dans le nom ou l’adresse du distributeur, « {text} »,"
    " le caractère {sign} ({code}) ne s’imprime pas. Le distributeur doit le corriger dans ses"
    " réglages : prévenez-le. Votre dossier est enregistré."
)


def render(paper: Paper) -> bytes:
    """Render `paper` as PDF/UA-1 with empty fields; equal papers give equal bytes.

    Raise Invalid for text that cannot be printed, saying who must correct it.
    """
    for text in (paper.operator, paper.operator_address):
        refuse_unprintable(text, _OPERATORS)
    return with_fields(rendered("contract.typ", "paper", _values(paper)))


def _values(paper: Paper) -> dict[str, Any]:
    every = boxes().values()
    names = {Party.CLIENT: paper.organisation, Party.OPERATOR: paper.operator}
    return {
        "number": paper.number,
        "title": "Contrat d’accès aux données de consommation de gaz",
        "subtitle": f"Entre {paper.operator} et {paper.organisation}",
        "template": paper.template,
        "operator": paper.operator,
        "operator_lines": [paper.operator_address] if paper.operator_address else [],
        "organisation": paper.organisation,
        "client_lines": list(_client_lines(paper)),
        "uses": [[purpose, f"{months} mois"] for purpose, months in paper.uses],
        "term": _term(paper),
        "clauses": [
            {"number": each.number, "title": each.title, "text": list(each.text)}
            for each in paper.clauses
        ],
        "margin": MARGIN,
        "below": BELOW_SEALS,
        "seals": [
            _place(box) | {"name": names[box.party]}
            for box in every
            if box.party and not box.number
        ],
        "annexes": [_annexe(numbers) for numbers in pages_of_amendments()],
    }


def _client_lines(paper: Paper) -> Iterator[str]:
    yield from filter(None, (paper.legal_form, *paper.address))
    for label, value in (("SIREN", paper.siren), ("SIRET", paper.siret), ("TVA", paper.vat)):
        if value:
            yield f"{label} {value}"
    if paper.sector:
        yield f"Activité : {paper.sector}"
    who = ", ".join(filter(None, (paper.representative, paper.function)))
    yield f"Représenté par {who}"
    if paper.delegation:
        yield f"Signataire par délégation\u00a0: {paper.delegation}"
    yield paper.email


def _term(paper: Paper) -> str:
    begins = f"Le contrat prend effet le {french_day(paper.starts_on)}"
    if paper.ends_on is None:
        return f"{begins}. Il n’a pas de fin fixée : chaque partie peut y mettre fin."
    return f"{begins} et s’achève le {french_day(paper.ends_on)} au soir."


def _place(box: FieldBox) -> dict[str, Any]:
    role = _ROLES[box.party] if box.party else ""
    return {"x": box.x, "y": box.y, "w": box.w, "h": box.h, "role": role}


def _annexe(numbers: tuple[int, ...]) -> dict[str, Any]:
    def amendment(number: int) -> dict[str, Any]:
        mine = [box for box in boxes().values() if box.number == number]
        return {
            "number": number,
            "text": _place(mine[0]),
            "seals": [_place(box) for box in mine[1:]],
        }

    return {
        "first": numbers[0],
        "last": numbers[-1],
        "amendments": [amendment(number) for number in numbers],
    }
