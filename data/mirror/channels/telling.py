"""A right as the other side lists it, however it spells it (domain.md §2.3, §2.4)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import TypeVar

from data.errors import Invalid
from data.mirror.channels.stream import sample_of
from data.mirror.rules.answers import check_faults, check_lines
from data.mirror.rules.sending import LAST, believed_end
from data.mirror.types import Fault, TheirRight
from data.pces.rules import folded, number_of
from data.rights.rules.adict import CLOSED, FLAGS, proof_of, role_of, source_of, state_of
from data.rights.types import Kind, RightRole, Source
from data.runs.files.refused import clean
from i18n import N_, PARIS

Object = Mapping[str, object]
_T = TypeVar("_T")
_Day = TypeVar("_Day", bound=date)
_LACKS = N_("Il manque « {field} » à ce droit d’accès : il est ignoré.")
_ODD = N_("« {field} » n’a pas de valeur connue dans ce droit d’accès : il est ignoré.")
MOST_LINES, OF_A_PCE = 1000, 50  # of the rights of some PCE, and so many more for each of them
_LONGEST = 200  # signs of a name
_UID = 64
_POSTAL_CODE = 10  # signs; those of other countries are longer than ours
_SPANS = (  # fields of ours, and how the other side names the end
    ("starts_on", "ends_on", "date_fin_droit_acces"),
    ("supply_first", "supply_last", "perim_donnees_conso_fin"),
    ("injection_first", "injection_last", "perim_donnees_inj_fin"),
)
_TRUE, _FALSE = {"vrai", "true", "oui", "1"}, {"faux", "false", "non", "0"}
_GAS_HOUR = 6
_FIRST = 1990  # the first year that is believed, up to LAST


class _OddError(Exception):
    """A field that cannot be taken."""

    def __init__(self, sentence: str, field: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


def right_in(line: int, told: Object) -> TheirRight | Fault:
    """The right of an object; a Fault when what makes it a right lacks, or is not known."""
    fields = {name.rstrip(": "): value for name, value in told.items()}
    try:
        return _right(fields)
    except _OddError as odd:
        sample = sample_of(str(sorted(fields)))
        uid = _readable(fields, "id_droit_acces", _uid)
        number = _readable(fields, "id_pce", number_of)
        return Fault(line, odd.sentence, {"field": odd.field}, sample, uid, number)


def borne(heard: Iterable[TheirRight | Fault], numbers: int) -> Iterator[TheirRight | Fault]:
    """The same as it comes, while neither its faults nor its length go too far."""
    faults = 0
    for lines, one in enumerate(heard, start=1):
        faults += isinstance(one, Fault)
        check_faults(faults, lines - faults)
        if numbers:
            check_lines(lines, MOST_LINES + OF_A_PCE * numbers)
        yield one


def third_party_in(told: Object) -> str:
    """Whose list a line of it is, by the name there; "" where it says none."""
    listed = told.get("liste_acces")
    first = listed[0] if isinstance(listed, list) and listed else told
    return _readable(first, "raison_sociale_du_tiers", str) if isinstance(first, dict) else ""


def _right(told: Object) -> TheirRight:
    role = _known(told, "role_tiers", role_of)
    closed, source = _end(told)
    right = TheirRight(
        uid=_known(told, "id_droit_acces", _uid),
        number=_known(told, "id_pce", number_of),
        role=role,
        state=_known(told, "etat_droit_acces", state_of),
        created_at=_known(told, "date_creation", _stamp),
        person=_text(told, "nom_titulaire"),
        company=_text(told, "raison_sociale_du_titulaire"),
        email=_text(told, "courriel_titulaire"),
        phone=_text(told, "numero_telephone_mobile_titulaire")
        or _text(told, "numero_telephone_titulaire"),
        postal_code=_if_any(told, "code_postal", _postal_code) or "",
        starts_on=_if_any(told, "date_debut_droit_acces", _day),
        ends_on=_last_day(told, "date_fin_droit_acces"),
        supply_first=_if_any(told, "perim_donnees_conso_debut", _day),
        supply_last=_last_day(told, "perim_donnees_conso_fin"),
        injection_first=_if_any(told, "perim_donnees_inj_debut", _day),
        injection_last=_last_day(told, "perim_donnees_inj_fin"),
        kinds=_kinds(told, role),
        closed_at=closed,
        source=source,
        proof_state=_if_any(told, "statut_controle_preuve", proof_of),
        proof_due=_if_any(told, "date_limite_transmission_preuve", _day),
    )
    _check_spans(right)
    return right


def _readable(told: Object, field: str, read: Callable[[str], str | None]) -> str:
    """What a field of a right that is odd says; "" when that is odd too."""
    try:
        return _if_any(told, field, read) or ""
    except _OddError:
        return ""


def _check_spans(right: TheirRight) -> None:
    """What may still be read is to begin before it ends; one that is over opens nothing."""
    for first, last, field in () if right.state.final else _SPANS:
        start, end = getattr(right, first), getattr(right, last)
        if start and end and start > end:
            raise _OddError(_ODD, field)


def _end(told: Object) -> tuple[datetime | None, Source | None]:
    """When it ended, and to what that is put down; a source that is not known is none."""
    for end in CLOSED.values():
        at = _if_any(told, f"date_{end}", _stamp)
        if at is not None:
            return at, source_of(_text(told, f"source_{end}"))
    return None, None


def _last_day(told: Object, field: str) -> date | None:
    """None without an end: unsaid, or put so far off (9999-12-31) that it stands for none."""
    return believed_end(
        _if_any(told, field, lambda text: _since_first(date.fromisoformat(text[:10])))
    )


def _kinds(told: Object, role: RightRole) -> frozenset[Kind]:
    """The flags; those of the holder itself may stay empty, and then cover everything."""
    found = {kind: _if_any(told, name, _flag) for kind, name in FLAGS.items()}
    unsaid = not role.authorised
    return frozenset(kind for kind, said in found.items() if (unsaid if said is None else said))


def _known(told: Object, field: str, read: Callable[[str], _T | None]) -> _T:
    found = _if_any(told, field, read)
    if found is None:
        raise _OddError(_LACKS, field)
    return found


def _if_any(told: Object, field: str, read: Callable[[str], _T | None]) -> _T | None:
    """None for what is empty; what is not empty and not known is odd."""
    text = _text(told, field)
    if not text:
        return None
    try:
        found = read(text)
    except (ValueError, OverflowError, Invalid):
        found = None
    if found is None:
        raise _OddError(_ODD, field)
    return found


def _text(told: Object, field: str) -> str:
    value = told.get(field)
    plain = isinstance(value, int) and (not isinstance(value, bool) or field in FLAGS.values())
    value = str(value) if plain else value
    return clean(value[:_LONGEST]) if isinstance(value, str) else _odd_unless_none(value, field)


def _odd_unless_none(value: object, field: str) -> str:
    if value is not None:
        raise _OddError(_ODD, field)
    return ""


def _uid(text: str) -> str | None:
    return text if len(text) <= _UID and text.isascii() and text.isprintable() else None


def _postal_code(text: str) -> str | None:
    return text if len(text) <= _POSTAL_CODE else None


def _flag(text: str) -> bool | None:
    word = folded(text)
    return word in _TRUE if word in _TRUE | _FALSE else None


def _day(text: str) -> date:
    """The day of a date, or of a stamp as it is written."""
    return _believed(date.fromisoformat(text[:10]))


def _stamp(text: str) -> datetime:
    """The instant of a stamp: a clock of Paris unless it says where, and a day its beginning.

    06:00 with `+00:00` is a clock of Paris too: that offset is a false one.
    """
    at = _believed(datetime.fromisoformat(text))
    false = at.tzinfo is not None and not at.utcoffset() and at.hour == _GAS_HOUR and not at.minute
    local = at.replace(tzinfo=PARIS) if at.tzinfo is None or false else at
    return local.astimezone(UTC)


def _believed(day: _Day) -> _Day:
    """ValueError for a year of no right: near the ends of the calendar, other clocks overflow."""
    if day.year > LAST:
        raise ValueError
    return _since_first(day)


def _since_first(day: _Day) -> _Day:
    if day.year < _FIRST:
        raise ValueError
    return day
