"""People invited from a sheet: where it is dropped, and what is said of it."""

from dash.development.base_component import Component

from components.admin.words import language_word, role_word
from components.kit import Kpi, alert, card, link, page, table
from components.sheets import Found, Words, deposit, template_of
from data.people.types import Place
from i18n import _, number, plural

PEOPLE = "personnes"
FEW = 20  # lines shown


def sheet_page(place: Place) -> Component:
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


def lines_card(found: Found) -> list[Component]:
    if not found.new:
        return []
    rows = [
        [
            number(one.line),
            one.invitation.name,
            one.invitation.email,
            role_word(one.invitation.role),
            language_word(one.invitation.language),
            ", ".join(one.invitation.tags) or _("tous"),
        ]
        for one in found.new[:FEW]
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
            hint=_more(len(found.new)),
            flush=True,
        )
    ]


def _more(count: int) -> str:
    """How many lines there are, where not all of them are shown."""
    if count <= FEW:
        return plural("{count} ligne", "{count} lignes", count)
    return _("les {few} premières sur {count}", few=FEW, count=number(count))


def done(found: Found, _name: str) -> list[Component]:
    said = plural("{count} invitation envoyée", "{count} invitations envoyées", len(found.new))
    return [alert(said, [link(_("Voir les invitations"), "/admin")], "ok")]


SENT = Words(
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
