"""Render the attestations of OPERAT by year, and the field where one is dropped."""

from collections.abc import Sequence

from dash.development.base_component import Component

from components import kit
from components.operat.ids import Ids, take_away_button
from core.access import Permission, Viewer
from core.i18n import N_, PARIS, _, short_day, size_limit
from data.controls.rules.pieces import MOST_OCTETS
from data.money.attestations.rules import LONGEST_LABEL, years_until
from data.money.attestations.types import Attestation

FILES = "/operat/attestations"
REMOVED = kit.RestoreNotice(
    Ids.RESTORE,
    Ids.REMOVED,
    N_("Attestation retirée"),
    N_("Vous pouvez la rétablir pendant un jour\u00a0; elle reprend alors sa place."),
    N_("La rétablir"),
)


def attestations_card(
    viewer: Viewer, attestations: Sequence[Attestation], year: int, removed: int
) -> list[Component]:
    """Return the card of the attestations; nothing for a viewer who neither has nor adds any.

    `removed` is the id of one just removed, which can be restored, or 0.
    """
    writes = viewer.may(Permission.PCES_WRITE)
    if viewer.limited or not (writes or attestations):
        return []
    parts = REMOVED.draw(removed)
    if attestations:
        head = [_("Année"), _("EFA ou groupe de sites"), _("Fichier"), _("Déposée"), ""]
        rows = [_row(attestation, writes=writes) for attestation in attestations]
        parts.append(kit.table(head, rows, caption=_("Attestations gardées"), cards=True))
    if writes:
        field = _deposit(viewer, year)
        parts.append(kit.fold(_("Déposer une attestation"), field) if attestations else field)
    hint = _("le PDF que la plateforme OPERAT remet après chaque déclaration")
    return [kit.card(parts, title=_("Attestations"), hint=hint)]


def _row(attestation: Attestation, *, writes: bool) -> list[kit.Children]:
    draft = attestation.draft
    day = short_day(attestation.created_at.astimezone(PARIS).date())
    dropped = _("le {day}", day=day)
    if attestation.person:
        dropped = _("par {person} le {day}", person=attestation.person, day=day)
    acts: list[Component] = []
    if writes:
        id_ = take_away_button(attestation.id, draft.year)
        acts = [kit.button(_("Retirer"), id=id_, icon="trash", kind="ghost", small=True)]
    return [
        str(draft.year),
        draft.label or kit.NONE,
        kit.link(attestation.name, f"{FILES}/{attestation.id}", download=True),
        dropped,
        acts,
    ]


def _deposit(viewer: Viewer, year: int) -> Component:
    years = [(str(each), str(each)) for each in years_until(viewer.today)]
    beside = [
        kit.select_field(Ids.ATTESTED, _("Année de consommation"), years, str(year)),
        kit.text_field(
            Ids.LABEL,
            _("EFA ou groupe de sites"),
            hint=_("Facultatif, si OPERAT vous en a remis plusieurs pour cette année."),
            maxLength=LONGEST_LABEL,
        ),
    ]
    return kit.file_field(
        Ids.FILE,
        _("Attestation annuelle, en PDF"),
        ".pdf,application/pdf",
        action=FILES,
        send=_("Garder l’attestation"),
        answer=Ids.SENT,
        fields={"year": Ids.ATTESTED, "label": Ids.LABEL},
        beside=kit.html.Div(beside, className="admin-form"),
        multiple=False,
        hint=_(
            "{most} au plus. Celle de la même année et du même groupe est remplacée.",
            most=size_limit(MOST_OCTETS),
        ),
        way=kit.UploadTexts("pieces", use="message", asks=False, most=(1, MOST_OCTETS)),
        kind="secondary",
    )
