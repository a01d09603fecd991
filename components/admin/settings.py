"""Render the operator's settings, with the bounds and the standing of each."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc
from dash.development.base_component import Component

from components import kit
from components.admin.ids import SETTINGS, Ids, put_back_button
from components.admin.organisations import parts
from components.kit import html
from components.kit.base import Id
from core.i18n import N_, _, clock, language, number, plural
from data.identity.settings.rules import BOUNDS, FACTORS, PARTS
from data.identity.settings.types import (
    HeatingValue,
    Name,
    SettingProblem,
    SettingsPart,
    SettingStanding,
)

Standings = Mapping[str, SettingStanding]
Typed = Mapping[str, str]
_DECIMAL = re.compile(r"\d+\.\d+", re.ASCII)
NAMES: Mapping[Name, str] = {
    Name.OPERATOR: N_("Nom du distributeur"),
    Name.ADDRESS: N_("Adresse postale"),
    Name.EMAIL: N_("Adresse électronique de contact"),
    Name.PHONE: N_("Téléphone de contact"),
    Name.ANSWER_DAYS: N_("Délai de réponse d’un titulaire, en jours"),
    Name.LONGEST_YEARS: N_("Durée la plus longue d’un droit d’accès, en années"),
    Name.PROOF_DAYS: N_("Délai pour transmettre une preuve, en jours ouvrés"),
    Name.PROOF_AGAIN_DAYS: N_("Délai laissé au moins pour une autre pièce, en jours ouvrés"),
    Name.PROOF_GRACE_DAYS: N_("Tolérance après l’échéance, en jours ouvrés"),
    Name.PROOF_UNDO_MINUTES: N_("Délai d’annulation d’une décision, en minutes"),
    Name.EXPORT_DAYS: N_("Conservation du fichier d’un export, en jours"),
    Name.CO2_FACTOR: N_("Facteur d’émission, en kg CO₂e par kWh"),
    Name.CO2_BASIS: N_("Ce facteur s’applique à"),
    Name.CO2_SOURCE: N_("Source du facteur"),
}
# Effect of each value, and what it leaves unchanged.
_EFFECTS: Mapping[Name, str] = {
    Name.OPERATOR: N_("En haut de chaque page, sur les courriels et les contrats à venir."),
    Name.ADDRESS: N_(
        "Sur les contrats à venir ; un contrat proposé ou signé garde l’adresse d’alors."
    ),
    Name.EMAIL: N_("À la fin des courriels ; vide, aucune n’est donnée."),
    Name.PHONE: N_("À la fin des courriels ; vide, aucun n’est donné."),
    Name.ANSWER_DAYS: N_("Pour les demandes à venir ; celles qui attendent gardent leur date."),
    Name.LONGEST_YEARS: N_(
        "Pour les demandes à venir ; un droit déclaré garde sa date de fin. 0 : sans limite."
    ),
    Name.PROOF_DAYS: N_(
        "Pour les contrôles à venir ; ceux qui sont ouverts gardent leur échéance."
    ),
    Name.PROOF_AGAIN_DAYS: N_("Pour les pièces redemandées à partir de maintenant."),
    Name.PROOF_GRACE_DAYS: N_(
        "Pour tous les contrôles, ouverts compris : passé ce délai, l’absence de preuve vaut refus."
    ),
    Name.PROOF_UNDO_MINUTES: N_(
        "Pour les décisions à venir ; celles qui attendent gardent la leur."
    ),
    Name.EXPORT_DAYS: N_("Pour les exports faits à partir de maintenant."),
    Name.CO2_FACTOR: N_("Pour toutes les émissions montrées, passées comprises."),
    Name.CO2_BASIS: N_(
        "Les consommations sont en kWh PCS : un facteur par kWh PCI est divisé par 1,11."
    ),
    Name.CO2_SOURCE: N_("Affichée à côté de chaque chiffre, avec le facteur."),
}
BASES: Mapping[HeatingValue, str] = {
    HeatingValue.PCS: N_("PCS, pouvoir calorifique supérieur (factures)"),
    HeatingValue.PCI: N_("PCI, pouvoir calorifique inférieur"),
}
_PARTS: Mapping[SettingsPart, str] = {
    SettingsPart.IDENTITY: N_("Le distributeur"),
    SettingsPart.RIGHTS: N_("Droits d’accès"),
    SettingsPart.PROOFS: N_("Contrôle des preuves"),
    SettingsPart.EXPORTS: N_("Exports"),
    SettingsPart.CARBON: N_("Émissions de CO₂"),
}


def settings_page(standings: Standings) -> Component:
    return kit.page(
        _("Administration"),
        _("Régler le nom, les délais et le facteur d’émission du portail, sans redémarrage."),
        lead=[
            html.B(changed_text(standings)),
            ". ",
            _("Un changement s’applique aussitôt, partout."),
        ],
        children=[
            parts("settings"),
            html.Div(
                [
                    html.Div(form(standings), id=Ids.SETTINGS),
                    html.Div(
                        [
                            kit.button(
                                _("Enregistrer"), id=Ids.SAVE, icon="check-lg", kind="primary"
                            ),
                            html.P(id=Ids.SAID, role="status", className="admin-said"),
                        ],
                        className="form-actions admin-acts",
                    ),
                ],
            ),
            dcc.Store(id=Ids.SEEN, data=initial_value(standings)),
        ],
    )


def changed_text(standings: Standings) -> str:
    count = sum(standings[name].changed for name in Name)
    if not count:
        return _("Tous les réglages ont leur valeur d’origine")
    return plural(
        "{count} réglage n’a pas sa valeur d’origine",
        "{count} réglages n’ont pas leur valeur d’origine",
        count,
    )


def initial_value(standings: Standings) -> dict[str, list[str | int]]:
    """Return the initial text and version of each field: [text, version]."""
    return {name: [field_text(standings[name].text), standings[name].version] for name in Name}


def form(
    standings: Standings, typed: Typed | None = None, problems: Sequence[SettingProblem] = ()
) -> Component:
    """Return the cards of settings; refused values stay, with `problems` below their fields."""
    wrong = {problem.key: _(problem.message, **problem.params) for problem in problems}

    def of(part: SettingsPart) -> Component:
        fields = [
            field(standings[name], (typed or {}).get(name), wrong.get(name)) for name in PARTS[part]
        ]
        return kit.card(html.Div(fields, className="admin-settings"), title=_(_PARTS[part]))

    left_parts, right = (
        (SettingsPart.IDENTITY, SettingsPart.CARBON),
        (SettingsPart.RIGHTS, SettingsPart.PROOFS, SettingsPart.EXPORTS),
    )
    drawn = kit.columns([of(part) for part in left_parts], [of(part) for part in right], kind="1-1")
    key = f"form-{sum(standings[name].version for name in Name)}"  # a new form after each save
    return html.Div(drawn, key=key, **kit.unsaved(refused=bool(problems)))


def field(standing: SettingStanding, typed: str | None, error: str | None) -> Component:
    name = Name(standing.key)
    value = field_text(standing.text) if typed is None else typed
    make = _basis if name is Name.CO2_BASIS else _line
    return html.Div(
        [
            make(name, value, error),
            setting_status(
                standing, _(NAMES[name]), standing_text(standing), put_back_button(name.value)
            ),
        ],
        className="admin-setting",
    )


def _line(name: Name, value: str, error: str | None) -> Component:
    mode: dict[str, Any] = {"inputmode": "numeric"} if name in BOUNDS else {}
    return kit.text_field(
        SETTINGS[name], _(NAMES[name]), value=value, hint=hint(name), error=error, **mode
    )


def _basis(name: Name, value: str, error: str | None) -> Component:
    options = [(basis.value, _(words)) for basis, words in BASES.items()]
    return kit.select_field(
        SETTINGS[name], _(NAMES[name]), options, value, hint=hint(name), error=error
    )


def hint(name: Name) -> str:
    """Return the bounds of a setting, if any, and its effect."""
    effect = _(_EFFECTS[name])
    if name in BOUNDS:
        least, most = BOUNDS[name]
        return _("De {least} à {most}. {effect}", least=least, most=number(most), effect=effect)
    if name is Name.CO2_FACTOR:
        bounds = [field_text(str(bound)) for bound in FACTORS]
        return _("De {least} à {most}. {effect}", least=bounds[0], most=bounds[1], effect=effect)
    return effect


def field_text(text: str) -> str:
    """Return the text of a field; decimals use the reader's separator."""
    return text.replace(".", ",") if language() == "fr" and _DECIMAL.fullmatch(text) else text


def setting_status(standing: SettingStanding, name: str, words: str, back: Id) -> Component:
    """Return the status of a setting, with a button to reset it if changed."""
    way = kit.button(
        _("Revenir à l’origine"),
        id=back,
        icon="arrow-counterclockwise",
        kind="ghost",
        small=True,
        **kit.aria(label=_("Revenir à l’origine : {name}", name=name)),
    )
    return html.Div(
        [html.Span(words), *([way] if standing.changed else [])], className="admin-stands"
    )


def standing_text(standing: SettingStanding) -> str:
    """Return a status such as `Changé par Irène Castel le 24/11/2026 à 10:00 .

    À l’origine : 30`.
    """
    if standing.changed_at is None:
        return _("Valeur d’origine")
    who = {"who": standing.changed_by, "at": clock(standing.changed_at)}
    if not standing.changed:
        return _("Valeur d’origine, remise par {who} le {at}", **who)
    return _(
        "Changé par {who} le {at} ; à l’origine : {origin}", **who, origin=origin_text(standing)
    )


def origin_text(standing: SettingStanding) -> str:
    if standing.key == Name.CO2_BASIS:
        return _(BASES[HeatingValue(standing.origin)])
    return field_text(standing.origin) or _("rien")
