"""Render the drawer of a contract, for an account manager about to countersign."""

from typing import Any

from dash.development.base_component import Component

from components.contracts.acts import acts, confirmation_place
from components.contracts.changes import changes_part
from components.contracts.documents import documents
from components.contracts.ids import Ids
from components.contracts.labels import chips, ends_soon, named, span, step_text
from components.contracts.paper import pdf_button, text_reader
from components.contracts.proof_of_power import power_address
from components.contracts.signature import signature_card
from components.contracts.timeline import timeline
from components.kit import (
    Drawer,
    alert,
    definition_list,
    drawer_body,
    drawer_head,
    drawer_part,
    html,
    link,
)
from core.access import Viewer
from core.i18n import _, number, plural
from data.contracts.rules.labels import BODIES, STEPS, USES
from data.contracts.rules.states import waits_for
from data.contracts.types import (
    Consent,
    ContractDetail,
    ContractDossier,
    Imports,
    OpenedContract,
    OrganisationIdentity,
    Power,
    Representative,
)

DRAWER = Drawer(Ids.DRAWER, Ids.OPENED, Ids.GRID, "contrat")


def contract_drawer(viewer: Viewer, opened: OpenedContract) -> list[Component]:
    detail, text = opened.detail, opened.detail.current
    signing = [signature_card(viewer, detail, text)] if detail.verbs.countersign and text else []
    return [
        _head(detail),
        drawer_body(
            [
                _next(viewer, detail),
                confirmation_place(),
                *_dossier(opened),
                *_to_read(opened),
                *signing,
                drawer_part(_("États"), timeline(viewer, detail, opened.entries)),
                drawer_part(_("Documents"), documents(viewer, detail)),
            ]
        ),
        *_foot(detail),
    ]


def _head(detail: ContractDetail) -> Component:
    row = detail.row
    under = [html.Span(named(row), className="tabular"), *chips(row)]
    return drawer_head(row.organisation, under, (_("Contrat précédent"), _("Contrat suivant")))


def _next(viewer: Viewer, detail: ContractDetail) -> Component:
    sentence = _("Motif : « {reason} »", reason=detail.reason) if detail.reason else None
    tone: Any = "warn" if detail.verbs.countersign else "info"
    if detail.verbs.countersign:
        sentence = _(
            "Relisez le dossier et le texte, puis contresignez, ou refusez en donnant un motif."
        )
    title = step_text(detail.row, viewer)
    if waits_for(detail.row.state, detail.row.amendment) is None and not ends_soon(detail.row):
        title = _("Aucune action n’est attendue aujourd’hui")
    return alert(title, sentence, tone)


def _to_read(opened: OpenedContract) -> list[Component]:
    text = opened.detail.current
    if text is None:
        return []
    body = [
        pdf_button(text),
        *changes_part(opened.comparison, opened.detail.row.number),
        *text_reader(text),
    ]
    return [drawer_part(_("Texte"), html.Div(body, className="stack"))]


def _dossier(opened: OpenedContract) -> list[Component]:
    dossier = opened.dossier
    lacking = [line for line in opened.lines if line.lacks]
    facts = [*_who(dossier), *_what(opened), *_later(dossier)]
    parts = [*_renamed(opened), drawer_part(_("Dossier"), definition_list(facts))]
    if lacking:
        words = ", ".join(_(STEPS[line.step]) for line in lacking)
        parts.insert(0, alert(_("Dossier incomplet"), _("À compléter : {steps}.", steps=words)))
    return parts


def _renamed(opened: OpenedContract) -> list[Component]:
    """Return a warning if the contract and the account have different organisation names."""
    signed, account_name = (
        (opened.dossier.identity or OrganisationIdentity()).name,
        opened.detail.row.organisation,
    )
    if (
        not signed
        or " ".join(signed.split()).casefold() == " ".join(account_name.split()).casefold()
    ):
        return []
    sentence = _(
        "Le contrat est au nom de « {signed} », le compte à celui de « {known} » : vérifiez que"
        " c’est la même organisation.",
        signed=signed,
        known=account_name,
    )
    return [alert(_("Deux noms différents"), sentence, "warn")]


def _who(dossier: ContractDossier) -> list[tuple[str, Any]]:
    identity, signer = (
        dossier.identity or OrganisationIdentity(),
        dossier.representative or Representative(),
    )
    place = " ".join(part for part in (identity.postal_code, identity.city) if part)
    return [
        (_("Organisation"), identity.name or "–"),
        (_("Nature"), _(BODIES[identity.kind])),
        (_("SIREN"), identity.siren or "–"),
        (_("SIRET"), identity.siret or "–"),
        (_("Numéro de TVA"), identity.vat or "–"),
        (_("Forme juridique"), identity.legal_form or "–"),
        (_("Adresse"), ", ".join(part for part in (identity.street, place) if part) or "–"),
        (_("Représentant"), ", ".join(filter(None, (signer.name, signer.function))) or "–"),
        (_("Courriel"), signer.email or "–"),
    ]


def _what(opened: OpenedContract) -> list[tuple[str, Any]]:
    dossier, row = opened.dossier, opened.detail.row
    power = dossier.power or Power()
    proof: Any = _("Représentant légal") if power.himself else "–"
    if power.storage_key:
        proof = link(power.name, power_address(row.organisation_id), download=True, target="_blank")
    uses = [html.Li(_use(consent)) for consent in dossier.uses]
    return [
        (_("Pouvoir de signer"), proof),
        (_("Usages des données"), html.Ul(uses) if uses else "–"),
        (_("Durée"), span(row.starts_on, row.ends_on)),
    ]


def _use(consent: Consent) -> str:
    lasts = plural("{count} mois", "{count} mois", consent.months)
    return _("{use}, {lasts}", use=_(USES[consent.use]), lasts=lasts)


def _later(dossier: ContractDossier) -> list[tuple[str, Any]]:
    imports = dossier.imports or Imports()
    invites = ", ".join(invite.email for invite in dossier.invites)
    expected = _("{count} PCE environ", count=number(imports.expected)) if imports.enabled else "–"
    return [(_("Personnes à inviter"), invites or "–"), (_("PCE à importer"), expected)]


def _foot(detail: ContractDetail) -> list[Component]:
    """Return the possible actions; those on signing are beside the text."""
    buttons = acts(detail, but=("refuse_signature",))
    return [html.Footer(buttons, className="drawer-foot")] if buttons else []
