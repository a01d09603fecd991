"""Query the known fields of the PCEs that can be declared, to fill in the template."""

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import Viewer
from core.i18n import numeric_day
from data.metering.pces.models import Pce
from data.metering.pces.queries import visible as visible_pces
from data.metering.pces.rules import folded
from data.rights.models import AccessRight
from data.rights.queries.visible import is_own_right, visible
from data.rights.rules.adict import FLAGS, ROLES
from data.rights.rules.pending import REMIND_DAYS
from data.rights.types import EndSource, RightRole, RightState, TemplateContents

_OPEN = frozenset(state for state in RightState if not state.final)


def list_template_rows(
    db: Session, viewer: Viewer, which: TemplateContents = TemplateContents.ALL
) -> list[dict[str, str]]:
    """Return template rows by field for each PCE read or requested, in order of site.

    The holder of a PCE is the one that this organisation declared; for its own PCEs, the
    contract's, else its own name: such a line can be deposited as it is.
    """
    rights = {right.number: right for right in _last_rights(db, viewer)}
    rows = {right.number: _of_right(right) for right in rights.values()}
    for number, row in _of_pces(db, viewer):
        rows[number] = row | {name: text for name, text in rows.get(number, {}).items() if text}
    selected_rows = [
        row for number, row in rows.items() if _is_wanted(which, rights.get(number), viewer.today)
    ]
    return sorted(selected_rows, key=lambda row: (folded(row["libelle_site"]), row["id_pce"]))


def _last_rights(db: Session, viewer: Viewer) -> Iterator[AccessRight]:
    """Yield the last closed and the open right of each PCE, open ones last."""
    last = select(func.max(AccessRight.id)).where(is_own_right(viewer))
    is_open = AccessRight.state.in_(_OPEN)
    latest = last.group_by(AccessRight.pce_id, is_open)
    query = visible(viewer).where(is_own_right(viewer), AccessRight.id.in_(latest))
    return iter(db.scalars(query.order_by(is_open, AccessRight.id)))


def _is_wanted(which: TemplateContents, right: AccessRight | None, today: date) -> bool:
    if which is TemplateContents.WITHOUT:
        return right is None or right.state.final
    if which is TemplateContents.ENDING:
        soon = today + timedelta(days=REMIND_DAYS[0])
        return right is not None and right.state is RightState.ACTIVE and right.ends_key <= soon
    return True


def _of_pces(db: Session, viewer: Viewer) -> Iterator[tuple[str, dict[str, str]]]:
    query = visible_pces(viewer).with_only_columns(
        *(Pce.number, Pce.alias, Pce.postal_code, Pce.holder_id, Pce.holder_name)
    )
    for row in db.execute(query):
        own = row.holder_id == viewer.organisation_id
        yield (
            row.number,
            {
                "id_pce": row.number,
                "libelle_site": row.alias,
                "code_postal": row.postal_code,
                "role_tiers": ROLES[RightRole.HOLDER_SUPPLY] if own else "",
                "raison_sociale": (row.holder_name or viewer.organisation) if own else "",
            },
        )


def _of_right(right: AccessRight) -> dict[str, str]:
    """Return the row of a right: its days if it is open, its holder unless it has left."""
    still = not right.state.final
    flags = {name: "OUI" if getattr(right, kind.value) else "NON" for kind, name in FLAGS.items()}
    holder = {
        "raison_sociale": right.company,
        "nom_titulaire": right.person,
        "courriel_titulaire": right.email,
        "numero_telephone_mobile_titulaire": right.phone,
    }
    days = {
        "date_debut_droit_acces": right.starts_on if still else None,
        "date_fin_droit_acces": right.ends_on if still else None,
        "perim_donnees_conso_debut": right.supply_first,
        "perim_donnees_conso_fin": right.supply_last if still else None,
        "perim_donnees_inj_debut": right.injection_first,
        "perim_donnees_inj_fin": right.injection_last if still else None,
    }
    return {
        "id_pce": right.number,
        "libelle_site": right.site,
        "role_tiers": ROLES[right.role],
        "code_postal": right.postal_code,
        **({} if right.source is EndSource.MOVE else holder),
        **{name: numeric_day(day) if day else "" for name, day in days.items()},
        **flags,
    }
