"""Create delivery points, name and tag them, and set their holder."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import blocks, upsert
from core.errors import Forbidden, Invalid, NotFound
from core.i18n import N_
from data.identity.accounts.models import Organisation
from data.identity.audit.actions import note, note_all
from data.metering.pces.models import Pce, PceEventRow, PceMark, PceTag
from data.metering.pces.queries import visible
from data.metering.pces.rules import (
    LONGEST_TAG,
    folded,
    normalised,
    number_of,
    search_text,
    storable,
)
from data.metering.pces.types import EventKind, Frequency
from data.sample_numbers import is_sample
from data.tag_limits import within

LONGEST_ALIAS = 80
MOST_TAGS = 20  # on one PCE, by one organisation
MOST_AT_ONCE = 5000

_NOT_HELD = N_(
    "L’organisation qui dépose n’est pas titulaire du PCE {pce} : seul son"
    " titulaire ou le distributeur peut déposer ses relevés."
)
_NOT_YOURS = N_(
    "Le PCE {pce} n’est pas de ceux de votre organisation dont vous avez l’accès : il est limité à"
    " certaines étiquettes."
)


def find_or_create_pce(db: Session, number: str, *, now: datetime, alias: str = "") -> int:
    """Return the id of PCE `number`, creating it without holder when it is unknown.

    `alias` is only used for a new one. Raise Invalid for an invalid number.
    """
    number = number_of(number)
    by_number = select(Pce.id).where(Pce.number == number)
    pce_id = db.scalar(by_number)
    if pce_id is not None:
        return pce_id
    alias = _short(alias, LONGEST_ALIAS)
    values = {
        "number": number,
        "alias": alias,
        "search": search_text(number, alias, "", ""),
        "postal_code": "",
        "frequency": Frequency.MONTHLY,
    }
    created: int | None = db.scalar(
        upsert(db, Pce).values(values).on_conflict_do_nothing().returning(Pce.id)
    )
    if created is None:  # another transaction created it meanwhile
        return db.scalars(by_number).one()
    note(db, now, "pces.created", ("pce", number))
    return created


def create_unknown(
    db: Session,
    numbers: Collection[str],
    *,
    now: datetime,
    places: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Create the unknown PCEs among valid `numbers`, with their postal codes from `places`."""
    for block in blocks(sorted(set(numbers))):
        known_numbers = set(db.scalars(select(Pce.number).where(Pce.number.in_(block))))
        fresh = [number for number in block if number not in known_numbers]
        rows = [
            {
                "number": pce_number,
                "search": search_text(pce_number, "", "", "", places.get(pce_number, "")),
                "postal_code": places.get(pce_number, ""),
                "frequency": Frequency.MONTHLY,
            }
            for pce_number in fresh
        ]
        if rows:  # another transaction may create one meanwhile
            statement = upsert(db, Pce).on_conflict_do_nothing().returning(Pce.number)
            note_all(db, now, "pces.created", "pce", db.scalars(statement, rows))


def importable(db: Session, viewer: Viewer, numbers: Collection[str]) -> None:
    """Raise Forbidden unless `viewer` may write readings of all `numbers`.

    Staff may write any, known or not. Others may write what their organisation holds; an unknown
    PCE is refused with the same words as somebody else's.
    """
    viewer.require(Permission.READINGS_IMPORT)
    if viewer.staff:
        viewer.require(Permission.PCES_CREATE)
        return
    sorted_numbers = sorted(set(numbers))
    writable_numbers: set[str] = set()
    for block in blocks(sorted_numbers):
        writable_numbers |= set(
            db.scalars(
                select(Pce.number).where(
                    Pce.holder_id == viewer.organisation_id,
                    Pce.number.in_(block),
                    within(viewer, Pce.id),
                )
            )
        )
    for number in sorted_numbers:
        if number not in writable_numbers:
            raise Forbidden(_NOT_YOURS if viewer.limited else _NOT_HELD, pce=number)


def rename(db: Session, viewer: Viewer, number: str, alias: str, *, now: datetime) -> None:
    """Rename PCE `number` for all its viewers; allowed to its holder and to staff."""
    viewer.require(Permission.PCES_WRITE)
    pce = _visible(db, viewer, [number])[0]
    if not viewer.staff and pce.holder_id != viewer.organisation_id:
        raise Forbidden(N_("Seul le titulaire de ce PCE peut le renommer."))
    pce.alias = _named(alias, LONGEST_ALIAS)
    keep_search(db, [pce])
    note(db, now, "pces.renamed", ("pce", pce.number), actor=_actor(viewer))


def set_tags(
    db: Session,
    viewer: Viewer,
    numbers: Sequence[str],
    add: Iterable[str] = (),
    remove: Iterable[str] = (),
    *,
    now: datetime,
) -> int:
    """Add tags of the viewer's organisation to PCEs, or remove them; return how many PCEs.

    Raises Forbidden for a viewer restricted to tags: tags decide what such a person sees, so the
    journal records the PCEs that were changed.
    """
    viewer.require(Permission.PCES_WRITE)
    viewer.require_whole()
    pces = {pce.id: pce.number for pce in _visible(db, viewer, numbers)}
    added = {_tag(tag) for tag in add}
    removed = {_short(tag, LONGEST_TAG) for tag in remove}
    mine = PceTag.organisation_id == viewer.organisation_id
    for block in blocks(list(pces)):
        query = select(PceTag.pce_id, PceTag.tag).where(PceTag.pce_id.in_(block), mine)
        before = {(pce_id, tag) for pce_id, tag in db.execute(query)}
        db.execute(delete(PceTag).where(PceTag.pce_id.in_(block), mine, PceTag.tag.in_(removed)))
        current_tags = {(pce_id, tag) for pce_id, tag in before if tag not in removed}
        new_tags = {(pce_id, tag) for pce_id in block for tag in added}
        _put_tags(db, viewer.organisation_id, current_tags, new_tags)
        changed = sorted({pces[pce_id] for pce_id, _tag in before ^ (current_tags | new_tags)})
        detail = {"added": sorted(added), "removed": sorted(removed)}
        note_all(db, now, "pces.tagged", "pce", changed, actor=_actor(viewer), detail=detail)
        _mark(db, block)
    return len(pces)


def _mark(db: Session, ids: Sequence[int]) -> None:
    """Mark PCEs whose readers or groups may have changed."""
    if ids:
        db.execute(
            upsert(db, PceMark).on_conflict_do_nothing(), [{"pce_id": pce_id} for pce_id in ids]
        )


def _put_tags(
    db: Session,
    organisation_id: int,
    current_tags: set[tuple[int, str]],
    new_tags: set[tuple[int, str]],
) -> None:
    ids = [pce_id for pce_id, _ in current_tags | new_tags]
    if any(ids.count(pce_id) > MOST_TAGS for pce_id, _ in new_tags):
        raise Invalid(N_("Un PCE porte au plus {most} étiquettes."), most=MOST_TAGS)
    rows = [
        {"pce_id": pce_id, "organisation_id": organisation_id, "tag": tag}
        for pce_id, tag in sorted(new_tags - current_tags)
    ]
    if rows:
        db.execute(insert(PceTag), rows)


def assign_holder(
    db: Session, viewer: Viewer, numbers: Sequence[str], holder: str, *, now: datetime
) -> list[int]:
    """Set the holder of PCEs to the organisation of id `holder`, or to none when it is empty.

    Return the ids of PCEs that had another holder: it left today, and the rights that it granted
    end (`rights.actions.holders_moved`). Raise Invalid for a sample, which has no other holder.
    """
    viewer.require(Permission.PCES_CREATE)
    for number in numbers:
        if is_sample(normalised(number)):
            raise Invalid(
                N_("{pce} est un exemple inventé : il n’a pas d’autre titulaire."), pce=number
            )
    organisation = _organisation(db, holder)
    return _give(db, viewer, _visible(db, viewer, numbers), organisation, now)


def attach_unheld(db: Session, viewer: Viewer, number: str, *, now: datetime) -> bool:
    """Make the viewer's organisation the holder of a PCE in service that nobody holds.

    Return False, with nothing changed, if somebody does, even by the name on the contract. The
    caller has checked a proof.
    """
    viewer.require(Permission.PCES_ADD)
    pce = db.scalar(select(Pce).where(Pce.number == number).with_for_update())
    if pce is None or pce.holder_id is not None or pce.ended_on is not None:
        return False
    organisation = db.get_one(Organisation, viewer.organisation_id)
    if pce.holder_name and folded(pce.holder_name) != folded(organisation.name):
        return False
    _give(db, viewer, [pce], organisation, now)
    return True


def _give(
    db: Session, viewer: Viewer, pces: list[Pce], organisation: Organisation | None, now: datetime
) -> list[int]:
    """Set the holder of PCEs; return the ids of those that had another."""
    after = organisation.name if organisation else None
    names = _holder_names(db, pces)
    moved = []
    holder_id = organisation.id if organisation else None
    for pce in pces:
        if pce.holder_id == holder_id:
            continue
        before = names.get(pce.holder_id or 0)
        pce.holder_id = holder_id
        pce.holder_name = ""  # it was that of the previous contract
        if before is not None:
            pce.holder_since = viewer.today
            moved.append(pce.id)
        key = {"pce_id": pce.id, "day": viewer.today, "kind": EventKind.HOLDER}
        event_row = db.get(PceEventRow, key)
        db.merge(PceEventRow(**key, before=event_row.before if event_row else before, after=after))
        detail = {"holder": pce.holder_id}
        note(db, now, "pces.assigned", ("pce", pce.number), actor=_actor(viewer), detail=detail)
    keep_search(db, pces)
    _mark(db, [pce.id for pce in pces])
    return moved


def _organisation(db: Session, holder: str) -> Organisation | None:
    if not holder.strip():
        return None
    holder_text = holder.strip()
    is_id = holder_text.isascii() and holder_text.isdigit() and len(holder_text) < 10  # noqa: PLR2004
    organisation = db.get(Organisation, int(holder_text)) if is_id else None
    if organisation is None:
        raise NotFound(N_("Cette organisation est introuvable."))
    return organisation


def _visible(db: Session, viewer: Viewer, numbers: Sequence[str]) -> list[Pce]:
    """Return the PCEs of `numbers`, locked in id order; raise NotFound when one is not visible."""
    sorted_numbers = sorted({normalised(number) for number in numbers})
    if not sorted_numbers:
        raise Invalid(N_("Choisissez au moins un PCE."))
    if len(sorted_numbers) > MOST_AT_ONCE:
        raise Invalid(N_("Choisissez au plus {most} PCE à la fois."), most=MOST_AT_ONCE)
    pces: list[Pce] = []
    for block in blocks(sorted_numbers):
        pces += db.scalars(
            visible(viewer).where(Pce.number.in_(block)).order_by(Pce.id).with_for_update(of=Pce)
        )
    if len(pces) != len(sorted_numbers):
        raise NotFound(N_("Ce PCE est introuvable."))
    return pces


def keep_search(db: Session, pces: Sequence[Pce]) -> None:
    """Update the search texts of PCEs from alias, address and holder."""
    names = _holder_names(db, pces)
    rows = [
        {
            "id": pce.id,
            "search": search_text(
                pce.number,
                pce.alias,
                pce.city,
                names.get(pce.holder_id or 0) or "",
                pce.postal_code,
            ),
            "street_search": folded(pce.street),
        }
        for pce in pces
    ]
    db.flush()
    db.execute(update(Pce), rows)


def _holder_names(db: Session, pces: Sequence[Pce]) -> dict[int, str]:
    holders = {pce.holder_id for pce in pces if pce.holder_id is not None}
    query = select(Organisation.id, Organisation.name).where(Organisation.id.in_(holders))
    return {row.id: row.name for row in db.execute(query)}


def _short(text: str, longest: int) -> str:
    plain = "".join(sign if sign.isprintable() else " " for sign in storable(text))
    return " ".join(plain.split())[:longest].strip()


def _named(text: str, longest: int) -> str:
    if len(" ".join(text.split())) > longest:
        raise Invalid(N_("Ce nom est trop long : {most} caractères au plus."), most=longest)
    return _short(text, longest)


def _tag(text: str) -> str:
    tag = _named(text, LONGEST_TAG)
    if not tag:
        raise Invalid(N_("Indiquez une étiquette."))
    if "," in tag:  # files separate tags with commas in a cell
        raise Invalid(
            N_(
                "« {tag} » contient une virgule, qui sépare les étiquettes dans les fichiers :"
                " ajoutez-les l’une après l’autre, ou retirez la virgule."
            ),
            tag=tag,
        )
    return tag


def _actor(viewer: Viewer) -> tuple[int, int]:
    return viewer.user_id, viewer.organisation_id
