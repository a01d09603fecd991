"""A contract between invented parties, and who signs it."""

from datetime import UTC, date, datetime

import pypdfium2

from data.contracts.files.amendment import amend
from data.contracts.files.renderer import render
from data.contracts.files.seal_writer import seal
from data.contracts.types import Amendment, Clause, Paper, Party, Signing, SigningMethod

AT = datetime(2026, 11, 24, 8, 42, tzinfo=UTC)
CONSENT = "J’ai lu le contrat et j’en accepte les conditions au nom de mon organisation."
NAMES = {Party.CLIENT: "Bob Mercier", Party.OPERATOR: "Dominique Roy"}
PAPER = Paper(
    number="C-2026-000123",
    template="2026-12.1",
    operator="Réseau Gaz",
    operator_address="1 rue de la Conduite, 00000 Ville",
    organisation="Énergie & Conseil",
    legal_form="SAS",
    siren="000 000 018",
    siret="000 000 018 00018",
    vat="FR00 000000018",
    address=("4 quai des Tilleuls", "00000 Ville"),
    sector="Conseil en énergie",
    representative="Bob Mercier",
    function="gérant",
    email="bob@conseil.example",
    uses=(("Suivre les consommations", 36), ("Vérifier les factures", 12)),
    starts_on=date(2026, 12, 1),
    ends_on=date(2029, 11, 30),
    clauses=(Clause("1", "Objet", ("Premier alinéa.", "Second alinéa.")),),
)


def signing(party, number=0, **changed):
    said = {
        "party": party,
        "name": NAMES[party],
        "function": "gérant",
        "email": "signataire@conseil.example",
        "at": AT,
        "address": "192.0.2.7",
        "method": SigningMethod.CODE,
        "consent": CONSENT,
        "number": number,
    }
    return Signing(**(said | changed))


def amendment(number, **changed):
    said = {
        "number": number,
        "subject": f"Changement {number}",
        "text": "Un usage s’ajoute : prévoir les achats.\nLe reste demeure.",
        "effective_on": date(2027, number, 1),
    }
    return Amendment(**(said | changed))


def sealed(pdf, key, number=0, **changed):
    """Sealed by both."""
    for party in Party:
        pdf, _level = seal(pdf, signing(party, number, **changed), key)
    return pdf


def contract(key, amendments=0, paper=PAPER):
    pdf = sealed(render(paper), key)
    for number in range(1, amendments + 1):
        pdf = sealed(amend(pdf, amendment(number)), key, number)
    return pdf


def text_of(pdf):
    """All of it, fields too, as they show."""
    document = pypdfium2.PdfDocument(pdf)
    text = "\n".join(page.get_textpage().get_text_bounded() for page in document)
    return text.replace("\r", "").replace("\xa0", " ")
