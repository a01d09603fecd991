"""Render the forms of the dossier: one for each step, saved separately."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash import dcc
from dash.development.base_component import Component

from components.contracts.ids import Ids
from components.contracts.proof_of_power import power_form
from components.contracts.steps import lacks_list, next_step, step_address
from components.contracts.uses import uses_form
from components.kit import (
    Child,
    alert,
    button,
    card,
    html,
    segments,
    switch,
    text_field,
    textarea_field,
    unsaved,
)
from core.access import Role
from core.i18n import N_, _
from data.contracts.rules.dossier import MOST_INVITES, vat_for
from data.contracts.rules.labels import BODIES, STEPS
from data.contracts.types import (
    ContractDossier,
    DossierStep,
    Imports,
    OrganisationIdentity,
    Representative,
    StepLine,
)

_KEEP = {
    DossierStep.IDENTITY: Ids.KEEP_IDENTITY,
    DossierStep.REPRESENTATIVE: Ids.KEEP_REPRESENTATIVE,
    DossierStep.POWER: Ids.KEEP_POWER,
    DossierStep.USES: Ids.KEEP_USES,
    DossierStep.INVITES: Ids.KEEP_INVITES,
    DossierStep.IMPORTS: Ids.KEEP_IMPORTS,
}
_HINTS = {
    DossierStep.IDENTITY: N_("Qui s’engage : ces lignes sont imprimées en tête du contrat."),
    DossierStep.REPRESENTATIVE: N_("Qui signe : le code de signature part à son adresse."),
    DossierStep.POWER: N_("Ce qui prouve que cette personne peut engager l’organisation."),
    DossierStep.USES: N_("Un accord par usage, chacun avec sa durée ; rien n’est coché d’avance."),
    DossierStep.INVITES: N_(
        "Facultatif : chaque personne reçoit son invitation par courriel à l’entrée en vigueur du"
        " contrat. Le signataire voit cette liste ; une fois le texte envoyé, elle ne change"
        " plus."
    ),
    DossierStep.IMPORTS: N_("Facultatif : pour que votre chargé de compte prépare la suite."),
}


@dataclass(frozen=True, slots=True)
class StepForm:
    """An open step and its content."""

    dossier: ContractDossier
    line: StepLine
    organisation: int
    signers: Sequence[str] = ()  # e-mails of the accounts that can sign
    is_saved: bool = False  # at least once; else the fields hold proposals


def step_card(filling: StepForm) -> Component:
    step = filling.line.step
    lacking = lacks_list(filling.line) if filling.is_saved else []
    return card(
        [
            html.P(_(_HINTS[step]), className="soft"),
            *([alert(_("À compléter"), lacking, "warn")] if lacking else []),
            html.Div(_fields(filling), id=Ids.FORM, className="contracts-form", **unsaved()),
            html.Div(
                [
                    button(_("Passer"), href=step_address(next_step(step))),
                    button(_("Enregistrer et continuer"), id=_KEEP[step], kind="primary"),
                    html.P(id=Ids.SAID, role="status", className="contracts-said"),
                ],
                className="form-actions contracts-actions",
            ),
            dcc.Store(id=Ids.VERSION, data=filling.dossier.version),
        ],
        title=_(STEPS[step]),
    )


def _fields(filling: StepForm) -> list[Component]:
    dossier = filling.dossier
    match filling.line.step:
        case DossierStep.IDENTITY:
            return _identity(dossier.identity or OrganisationIdentity())
        case DossierStep.REPRESENTATIVE:
            return _representative(dossier.representative or Representative(), filling.signers)
        case DossierStep.POWER:
            return power_form(dossier, filling.organisation)
        case DossierStep.USES:
            return uses_form(dossier.uses)
        case DossierStep.INVITES:
            return _invites(dossier)
        case _:
            return _imports(dossier.imports or Imports())


def _identity(identity: OrganisationIdentity) -> list[Component]:
    return [
        segments(
            Ids.KIND,
            _("Vous êtes"),
            [(kind.value, _(word)) for kind, word in BODIES.items()],
            identity.kind.value,
        ),
        html.P(id=Ids.KIND_ERROR, className="field-error"),
        _line(Ids.NAME, _("Nom de l’organisation"), identity.name, autocomplete="organization"),
        *_numbers(identity),
        _line(Ids.STREET, _("Numéro et rue"), identity.street, autocomplete="street-address"),
        _pair(
            _line(
                Ids.POSTAL_CODE,
                _("Code postal"),
                identity.postal_code,
                inputmode="numeric",
                autocomplete="postal-code",
            ),
            _line(Ids.CITY, _("Ville"), identity.city, autocomplete="address-level2"),
        ),
        _line(Ids.SECTOR, _("Secteur d’activité (facultatif)"), identity.sector),
    ]


def _numbers(identity: OrganisationIdentity) -> list[Component]:
    usual = vat_for(identity.siren)
    return [
        _pair(
            _line(
                Ids.SIREN, _("SIREN"), identity.siren, hint=_("9 chiffres."), inputmode="numeric"
            ),
            _line(
                Ids.SIRET,
                _("SIRET du siège"),
                identity.siret,
                hint=_("14 chiffres, qui commencent par le SIREN."),
                inputmode="numeric",
            ),
        ),
        _pair(
            _line(
                Ids.VAT,
                _("Numéro de TVA (facultatif)"),
                identity.vat,
                hint=_("Le plus souvent {vat}.", vat=usual)
                if usual
                else _("FR, deux signes, puis le SIREN."),
            ),
            _line(
                Ids.LEGAL_FORM,
                _("Forme juridique"),
                identity.legal_form,
                hint=_("SAS, SARL, commune, syndicat…"),
            ),
        ),
    ]


def _representative(representative: Representative, signers: Sequence[str]) -> list[Component]:
    signer_names = ", ".join(signers)
    hint = _("Un compte qui peut signer pour votre organisation : {known}.", known=signer_names)
    none = _("Son compte doit exister et pouvoir signer : invitez d’abord cette personne.")
    return [
        _pair(
            _line(Ids.SIGNER, _("Prénom et nom"), representative.name, autocomplete="name"),
            _line(
                Ids.FUNCTION,
                _("Fonction"),
                representative.function,
                hint=_("Présidente, maire, directeur…"),
                autocomplete="organization-title",
            ),
        ),
        _line(
            Ids.EMAIL,
            _("Adresse électronique"),
            representative.email,
            type="email",
            hint=hint if signer_names else none,
            autocomplete="email",
        ),
        _line(
            Ids.PHONE,
            _("Téléphone (facultatif)"),
            representative.phone,
            type="tel",
            autocomplete="tel",
        ),
    ]


_ROLES = (
    (Ids.ADMINISTRATORS, Role.ADMINISTRATOR, N_("Administrateurs"), N_("Gèrent tout, et signent.")),
    (
        Ids.MANAGERS,
        Role.FACILITY_MANAGER,
        N_("Gestionnaires"),
        N_("Déclarent les droits, règlent les seuils, importent."),
    ),
    (
        Ids.READERS,
        Role.CLIENT,
        N_("Clients"),
        N_("Lisent, exportent, importent des PCE et déclarent des droits."),
    ),
)
ROLE_OF = {id_: role for id_, role, _word, _hint in _ROLES}


def _invites(dossier: ContractDossier) -> list[Component]:
    most = html.P(
        _("Une adresse par ligne, {most} en tout au plus.", most=MOST_INVITES), className="soft"
    )
    fields = [
        textarea_field(
            id_,
            _(word),
            value="\n".join(invite.email for invite in dossier.invites if invite.role == role),
            hint=_(hint),
            rows=3,
        )
        for id_, role, word, hint in _ROLES
    ]
    return [most, *fields]


def _imports(imports: Imports) -> list[Component]:
    return [
        switch(Ids.IMPORTS, _("J’importerai des PCE après la signature"), imports.enabled),
        _line(
            Ids.EXPECTED,
            _("Combien de PCE, environ"),
            str(imports.expected) if imports.expected else "",
            inputmode="numeric",
        ),
    ]


def _line(id_: Ids, label: str, value: str, **options: Child) -> Component:
    return text_field(id_, label, value=value, **options)  # type: ignore[arg-type]


def _pair(*fields: Component) -> Component:
    return html.Div(list(fields), className="contracts-pair")
