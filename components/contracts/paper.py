"""Render a contract: its pages as printed, and its text for screen readers."""

import json

from dash.development.base_component import Component

from components.contracts.labels import span
from components.kit import aria, button, data, definition_list, html
from core.i18n import _, long_day, plural
from data.contracts.types import Amendment, Clause, Paper, TextRow


def pages(text: TextRow) -> Component:
    """Return the pages of the PDF, rendered by the server as they come into view."""
    name = text.paper.number
    words = {
        "page": _(
            "Page {page} sur {pages} du contrat {number} ; son texte est écrit plus bas.",
            page="{page}", pages="{pages}", number=name,
        ),
        "broken": _("Les pages ne s’affichent pas : lisez le texte, ou téléchargez le PDF."),
        "loading": _("Chargement des pages…"),
    }  # fmt: skip
    return html.Div(
        html.P(words["loading"], className="soft"),
        className="contracts-pages",
        tabIndex="0",
        role="region",
        **aria(label=_("Pages du contrat {number}", number=name)),
        **data(
            contracts="pages",
            address=page_address(text.uid),
            words=json.dumps(words, ensure_ascii=False),
        ),
    )


def page_address(text_uid: str) -> str:
    """Return the address of the pages, without page number."""
    return f"{text_address(text_uid)}/pages/"


def text_address(text_uid: str) -> str:
    return f"/contrats/textes/{text_uid}"


def pdf_button(text: TextRow) -> Component:
    words = _("Télécharger le PDF signé") if text.signatures else _("Télécharger le PDF")
    return button(words, href=f"{text_address(text.uid)}/pdf", icon="download", download=True)


def text_reader(text: TextRow) -> list[Component]:
    """Return the pages, then the text; an amendment comes first."""
    first = [amendment(text.amendment)] if text.amendment else []
    summary = html.Summary(_("Lire le texte du contrat sans les pages"))
    inside = html.Div(paper_text(text.paper), className="contracts-text")
    return [
        *first,
        pages(text),
        html.Details([summary, inside], className="contracts-written"),
    ]


def amendment(found: Amendment) -> Component:
    title = _("Avenant n° {number} : {subject}", number=found.number, subject=found.subject)
    effect = _("Prend effet le {day}.", day=long_day(found.effective_on))
    lines = [html.P(line) for line in found.text.splitlines() if line.strip()]
    return html.Section(
        [html.H3(title), *lines, html.P(effect, className="soft")],
        className="contracts-amendment",
        lang="fr",
    )


def paper_text(paper: Paper) -> Component:
    """Return the printed text as headings, lists and paragraphs; in French, as signed."""
    return html.Article(
        [
            html.H3(_("Parties")),
            definition_list(_parties(paper)),
            html.H3(_("Usages des données")),
            html.Ul([html.Li(_use(words, months)) for words, months in paper.uses]),
            html.H3(_("Durée")),
            html.P(span(paper.starts_on, paper.ends_on)),
            *(part for clause in paper.clauses for part in _clause(clause)),
            html.P(_("Modèle {version}", version=paper.template), className="soft"),
        ],
        className="contracts-article",
    )


def _parties(paper: Paper) -> list[tuple[str, str]]:
    party_rows = [
        (_("Distributeur"), paper.operator),
        (_("Adresse du distributeur"), paper.operator_address),
        (_("Organisation"), paper.organisation),
        (_("Forme juridique"), paper.legal_form),
        (_("SIREN"), paper.siren),
        (_("SIRET"), paper.siret),
        (_("Numéro de TVA"), paper.vat),
        (_("Adresse"), ", ".join(paper.address)),
        (_("Activité"), paper.sector),
        (
            _("Signataire par délégation") if paper.delegation else _("Représentant légal"),
            ", ".join(filter(None, (paper.representative, paper.function))),
        ),
        (_("Délégation"), paper.delegation),
        (_("Adresse électronique"), paper.email),
    ]
    return [(name, value) for name, value in party_rows if value]


def _use(words: str, months: int) -> list[Component | str]:
    lasts = plural("{count} mois", "{count} mois", months)
    return [html.Span(words, lang="fr"), _(" : {lasts}", lasts=lasts)]


def _clause(clause: Clause) -> list[Component]:
    title = f"{clause.number}. {clause.title}"
    return [
        html.H3(title, lang="fr"),
        *(html.P(paragraph, lang="fr") for paragraph in clause.text),
    ]
