"""Render the upload of a sheet of people to invite, and its outcome."""

from dash.development.base_component import Component

from components.admin.labels import language_word, role_word
from components.kit import Kpi, alert, card, link, page, table
from components.sheets import Found, SheetTexts, deposit, template_of
from core.i18n import _, number, plural
from data.administration.people.types import AdministeredOrganisation

PEOPLE = "personnes"
FEW = 20  # rows shown


def sheet_page(place: AdministeredOrganisation) -> Component:
    return page(
        _("Inviter depuis un fichier"),
        _("Ouvrir des dizaines d’accès à {organisation} d’un coup.", organisation=place.name),
        crumbs=((_("Administration"), "/admin"), (_("Importer"), None)),
        actions=(template_of(PEOPLE, place=place.id),),
        children=deposit(
            PEOPLE,
            _("Feuille de personnes"),
            _(
                "XLSX ou CSV, une ligne par personne : nom, adresse électronique, rôle, langue, et"
                " les étiquettes des PCE auxquels la limiter, séparées par des virgules."
            ),
            promise=_("rien n’est envoyé avant votre confirmation"),
            place=place.id,
        ),
    )


def lines_card(invitation_diff: Found) -> list[Component]:
    if not invitation_diff.new:
        return []
    rows = [
        [
            number(line.line),
            line.invitation.name,
            line.invitation.email,
            role_word(line.invitation.role),
            language_word(line.invitation.language),
            ", ".join(line.invitation.tags) or _("tous"),
        ]
        for line in invitation_diff.new[:FEW]
    ]
    head = [
        _("Ligne"),
        _("Nom"),
        _("Adresse électronique"),
        _("Rôle"),
        _("Langue"),
        _("PCE visibles"),
    ]
    return [
        card(
            table(head, rows, caption=_("Invitations à envoyer"), numbers=[0]),
            title=_("Invitations à envoyer"),
            hint=_more(len(invitation_diff.new)),
            flush=True,
        )
    ]


def _more(count: int) -> str:
    """Return the total number of rows, when only some are shown."""
    if count <= FEW:
        return plural("{count} ligne", "{count} lignes", count)
    return _("les {few} premières sur {count}", few=FEW, count=number(count))


def done(found: Found, _name: str) -> list[Component]:
    summary = plural("{count} invitation envoyée", "{count} invitations envoyées", len(found.new))
    return [alert(summary, [link(_("Voir les invitations"), "/admin")], "ok")]


SENT = SheetTexts(
    counts=lambda found: [Kpi(_("Invitations à envoyer"), number(len(found.new)))],
    idle=lambda: alert(_("Rien à envoyer"), _("Corrigez la feuille, puis redéposez-la."), "info"),
    good=lambda: alert(_("Tout est correct"), _("Confirmez pour envoyer ces invitations."), "ok"),
    partly=lambda: alert(
        _("Les lignes valides peuvent être envoyées"),
        _(
            "Les autres restent à corriger : téléchargez-les, corrigez le fichier, puis"
            " redéposez-le."
        ),
        "warn",
    ),
    confirm=lambda found: plural(
        "Envoyer {count} invitation", "Envoyer {count} invitations", len(found.new)
    ),
    done=done,
    lines=lines_card,
)
