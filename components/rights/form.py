"""Render the declaration form, each field with its check below it."""

from collections.abc import Mapping, Sequence
from functools import partial

from dash import dcc
from dash.development.base_component import Component

from components import kit
from components.kit import html
from components.rights.form_values import COMPANY, PERSON, DeclarationDefaults, longest
from components.rights.ids import Ids
from components.rights.labels import KINDS, ROLES
from core.i18n import N_, _, plural
from data.rights.rules.fields import LONGEST
from data.rights.types import DeclarationProblem, Delays, RightRole

LASTS = (1, 2, 3)
_WHY_TOLD = N_("La finalité en une phrase : le titulaire la lit avant de répondre.")
_WHY_HERE = N_("La finalité en une phrase : elle reste ici, le distributeur ne la reçoit pas.")


def form_page(
    filled: DeclarationDefaults,
    delays: Delays,
    needed: Sequence[Component] = (),
    *,
    sends: bool = False,
) -> Component:
    """Return the form; `needed` is the alert shown above it without a contract.

    `sends`: declarations are sent to the distributor.
    """
    crumbs = ((_("Droits d’accès"), "/droits"), (_("Déclarer"), None))
    return kit.page(
        _("Déclarer un droit d’accès"),
        _("Demander à un titulaire de lire les données d’un point de livraison."),
        crumbs=crumbs,
        children=[
            *needed,
            html.Div(
                [
                    kit.columns(
                        [_where(filled), _who(filled)],
                        [_terms(filled, delays), _kinds(filled, sends=sends)],
                        kind="1-1",
                    ),
                    html.Div(id=Ids.NOTE, role="status", className="rights-note", tabIndex="-1"),
                    html.Div(
                        [
                            kit.button(_("Annuler"), href="/droits"),
                            kit.button(_("Vérifier la demande"), id=Ids.CHECK, kind="primary"),
                        ],
                        className="form-actions rights-form-actions",
                    ),
                ],
                id=Ids.FORM,
                className=form_classes(filled.role),
                **kit.unsaved(),
            ),
            html.Div(id=Ids.SUMMARY, hidden=True, tabIndex="-1", className="rights-summary"),
            dcc.Store(id=Ids.CHECKED, data=[]),
        ],
    )


_entry = partial(kit.text_field, debounce=True)  # its value is sent when the field is left


def form_classes(role: RightRole) -> str:
    """Return the classes by which the style sheet shows the fields of a role."""
    parts = ["rights-form", "rights-authorised" if role.authorised else "rights-own"]
    return " ".join([*parts, "rights-injects" if role.injection else "rights-supplied"])


def _where(filled: DeclarationDefaults) -> Component:
    return kit.card(
        [
            _entry(
                Ids.PCE,
                _("PCE"),
                value=filled.pce,
                hint=_("14 chiffres, zéro initial compris, ou GI et 6 chiffres."),
            ),
            _entry(Ids.SITE, _("Nom que vous donnez au site (facultatif)"), value=filled.site),
            kit.select_field(
                Ids.AS_ROLE,
                _("À quel titre demandez-vous ?"),
                [(role.value, _(word)) for role, word in ROLES.items()],
                filled.role.value,
                hint=_("Titulaire : votre organisation elle-même a signé le contrat."),
            ),
        ],
        title=_("Point de livraison"),
    )


def _who(filled: DeclarationDefaults) -> Component:
    kinds = [(COMPANY, _("Entreprise ou collectivité")), (PERSON, _("Particulier"))]
    hint = _("Comme sur le contrat de gaz ; sinon le distributeur vérifie avant de demander.")
    return kit.card(
        [
            kit.segments(Ids.HOLDER_KIND, _("Le titulaire est"), kinds, filled.holder_kind),
            _entry(
                Ids.HOLDER, _("Raison sociale, ou nom du titulaire"), value=filled.holder, hint=hint
            ),
            _entry(
                Ids.POSTAL,
                _("Code postal du site"),
                value=filled.postal,
                hint=_("Celui du point de livraison, non du siège du titulaire."),
                inputmode="numeric",
            ),
            html.Div(_reached(filled), className="rights-only-authorised"),
        ],
        title=_("Titulaire du contrat"),
    )


def _reached(filled: DeclarationDefaults) -> list[Component]:
    """Return the holder's contact fields, for a holder other than the organisation."""
    return [
        _entry(
            Ids.EMAIL,
            _("Courriel du titulaire"),
            value=filled.email,
            type="email",
            hint=_("La demande d’accord y est envoyée."),
        ),
        _entry(Ids.PHONE, _("Mobile du titulaire (facultatif)"), value=filled.phone, type="tel"),
    ]


def _terms(filled: DeclarationDefaults, delays: Delays) -> Component:
    years = [year for year in LASTS if not delays.longest_years or year <= delays.longest_years]
    options = [(str(year), plural("{count} an", "{count} ans", year)) for year in years]
    return kit.card(
        [
            kit.segments(Ids.LASTS, _("Durée du droit"), options, _lasts(filled, longest(delays))),
            html.Div(
                [
                    kit.date_field(Ids.STARTS, _("Début du droit"), filled.starts),
                    kit.date_field(Ids.ENDS, _("Fin du droit"), filled.ends),
                ],
                className="rights-pair",
            ),
            html.Div(
                [
                    kit.date_field(Ids.FIRST, _("Premier jour de données"), filled.first),
                    kit.date_field(Ids.LAST, _("Dernier jour de données"), filled.last),
                ],
                className="rights-pair",
            ),
            kit.date_field(
                Ids.CONSENTED,
                _("Accord déjà recueilli le (facultatif)"),
                filled.consented,
                hint=_("La date de l’accord signé que vous conservez."),
            ),
        ],
        title=_("Dates"),
        hint=_("proposées, à changer si besoin"),
        className="rights-only-authorised",
    )


def _lasts(filled: DeclarationDefaults, most: int) -> str | None:
    """Return the preselected duration: the longest offered, if any."""
    return str(most) if filled.ends and most in LASTS else None


def _kinds(filled: DeclarationDefaults, *, sends: bool) -> Component:
    return kit.card(
        [
            html.Div(
                [
                    kit.multi_segments(
                        Ids.KINDS,
                        _("Sortes de données demandées"),
                        [(kind.value, _(word)) for kind, word in KINDS.items()],
                        filled.kinds,
                        className="rights-kinds",
                    ),
                    html.P(className="field-error", id=f"{Ids.KINDS}-error"),
                ],
                className="field",
            ),
            html.Ul(
                [
                    html.Li(_("Contractuelles : tarif, consommation de référence, profil.")),
                    html.Li(_("Techniques : compteur, débit, pression.")),
                    html.Li(
                        _("Informatives : chaque jour, provisoires puis corrigées."),
                        className="rights-only-supplied",
                    ),
                    html.Li(_("Publiées : celles de la facture, sur cinq ans.")),
                ],
                className="rights-lines soft small",
            ),
            _entry(
                Ids.WHY,
                _("Finalité (facultatif)"),
                value=filled.why,
                hint=_(_WHY_HERE if sends else _WHY_TOLD),
                maxLength=LONGEST["finalite"],
            ),
        ],
        title=_("Données demandées"),
        className="rights-only-authorised",
    )


def problem_text(problem: DeclarationProblem) -> str:
    return _(problem.sentence, **problem.params)


def note(problems: Mapping[Ids, DeclarationProblem], title: str = "") -> list[Component]:
    """Return the number of fields to correct, each with a link."""
    if not problems:
        return []
    title = title or plural("{count} point à corriger", "{count} points à corriger", len(problems))
    lines = [
        html.Li(html.A(problem_text(problem), href=f"#{place.value}"))
        for place, problem in problems.items()
    ]
    return [kit.alert(title, html.Ul(lines, className="rights-lines"), "bad")]
