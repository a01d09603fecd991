"""Parse an upstream right, in any of its spellings (domain.md §2.3, §2.4)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import TypeVar

from core.errors import Invalid
from core.i18n import N_, PARIS
from data.exchange.mirror.channels.stream import sample_of
from data.exchange.mirror.rules.answers import check_faults, check_lines
from data.exchange.mirror.rules.sendings import LAST, believed_end
from data.exchange.mirror.types import LineFault, TheirRight
from data.metering.pces.rules import folded, number_of
from data.rights.rules.adict import CLOSED, FLAGS, proof_of, role_of, source_of, state_of
from data.rights.types import EndSource, RightDataKind, RightRole
from data.runs.files.refusals import clean

Object = Mapping[str, object]
_T = TypeVar("_T")
_Day = TypeVar("_Day", bound=date)
_LACKS = N_("Il manque « {field} » à ce droit d’accès : il est ignoré.")
_ODD = N_("« {field} » n’a pas de valeur connue dans ce droit d’accès : il est ignoré.")
MOST_LINES, OF_A_PCE = 1000, 50  # lines of an answer about some PCEs, plus so many per PCE
_LONGEST = 200  # characters of a name
_UID = 64
_POSTAL_CODE = 10  # characters; foreign ones are longer
_SPANS = (  # local fields, and the upstream name of the end
    ("starts_on", "ends_on", "date_fin_droit_acces"),
    ("supply_first", "supply_last", "perim_donnees_conso_fin"),
    ("injection_first", "injection_last", "perim_donnees_inj_fin"),
)
_TRUE, _FALSE = {"vrai", "true", "oui", "1"}, {"faux", "false", "non", "0"}
_GAS_HOUR = 6
_FIRST = 1990  # first accepted year, up to LAST


class _OddError(Exception):
    """A field that cannot be accepted."""

    def __init__(self, sentence: str, field: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


def right_in(line: int, record: Object) -> TheirRight | LineFault:
    """Return the right of an object; a LineFault when a required field is missing or unknown."""
    fields = {name.rstrip(": "): value for name, value in record.items()}
    try:
        return _right(fields)
    except _OddError as odd:
        sample = sample_of(str(sorted(fields)))
        uid = _readable(fields, "id_droit_acces", _uid)
        number = _readable(fields, "id_pce", number_of)
        return LineFault(line, odd.sentence, {"field": odd.field}, sample, uid, number)


def borne(
    upstream_lines: Iterable[TheirRight | LineFault], numbers: int
) -> Iterator[TheirRight | LineFault]:
    """Yield the lines, within the limits on faults and length."""
    faults = 0
    for lines, item in enumerate(upstream_lines, start=1):
        faults += isinstance(item, LineFault)
        check_faults(faults, lines - faults)
        if numbers:
            check_lines(lines, MOST_LINES + OF_A_PCE * numbers)
        yield item


def third_party_in(record: Object) -> str:
    """Return the third party's name in a line of the list; "" if missing."""
    listed = record.get("liste_acces")
    first = listed[0] if isinstance(listed, list) and listed else record
    return _readable(first, "raison_sociale_du_tiers", str) if isinstance(first, dict) else ""


def _right(record: Object) -> TheirRight:
    role = _known_answer(record, "role_tiers", role_of)
    closed, source = _end(record)
    right = TheirRight(
        uid=_known_answer(record, "id_droit_acces", _uid),
        number=_known_answer(record, "id_pce", number_of),
        role=role,
        state=_known_answer(record, "etat_droit_acces", state_of),
        created_at=_known_answer(record, "date_creation", _stamp),
        person=_text(record, "nom_titulaire"),
        company=_text(record, "raison_sociale_du_titulaire"),
        email=_text(record, "courriel_titulaire"),
        phone=_text(record, "numero_telephone_mobile_titulaire")
        or _text(record, "numero_telephone_titulaire"),
        postal_code=_if_any(record, "code_postal", _postal_code) or "",
        starts_on=_if_any(record, "date_debut_droit_acces", _day),
        ends_on=_last_day(record, "date_fin_droit_acces"),
        supply_first=_if_any(record, "perim_donnees_conso_debut", _day),
        supply_last=_last_day(record, "perim_donnees_conso_fin"),
        injection_first=_if_any(record, "perim_donnees_inj_debut", _day),
        injection_last=_last_day(record, "perim_donnees_inj_fin"),
        kinds=_kinds(record, role),
        closed_at=closed,
        source=source,
        proof_state=_if_any(record, "statut_controle_preuve", proof_of),
        proof_due=_if_any(record, "date_limite_transmission_preuve", _day),
    )
    _check_spans(right)
    return right


def _readable(record: Object, field: str, read: Callable[[str], str | None]) -> str:
    """Return a field of a faulty right; "" when it is faulty too."""
    try:
        return _if_any(record, field, read) or ""
    except _OddError:
        return ""


def _check_spans(right: TheirRight) -> None:
    """Raise for spans that end before they begin; ended rights open nothing, so are not checked."""
    for first, last, field in () if right.state.final else _SPANS:
        start, end = getattr(right, first), getattr(right, last)
        if start and end and start > end:
            raise _OddError(_ODD, field)


def _end(record: Object) -> tuple[datetime | None, EndSource | None]:
    """Return when the right ended and its source; None for an unknown source."""
    for end in CLOSED.values():
        at = _if_any(record, f"date_{end}", _stamp)
        if at is not None:
            return at, source_of(_text(record, f"source_{end}"))
    return None, None


def _last_day(record: Object, field: str) -> date | None:
    """Return the last day; None without an end, or one too far off (9999-12-31)."""
    return believed_end(
        _if_any(record, field, lambda text: _since_first(date.fromisoformat(text[:10])))
    )


def _kinds(record: Object, role: RightRole) -> frozenset[RightDataKind]:
    """Return the kinds of data; empty flags of the holder itself cover everything."""
    flags = {kind: _if_any(record, name, _flag) for kind, name in FLAGS.items()}
    unsaid = not role.authorised
    return frozenset(kind for kind, flag in flags.items() if (unsaid if flag is None else flag))


def _known_answer(record: Object, field: str, read: Callable[[str], _T | None]) -> _T:
    value = _if_any(record, field, read)
    if value is None:
        raise _OddError(_LACKS, field)
    return value


def _if_any(record: Object, field: str, read: Callable[[str], _T | None]) -> _T | None:
    """Return None for an empty field; raise for an unknown value."""
    text = _text(record, field)
    if not text:
        return None
    try:
        value = read(text)
    except (ValueError, OverflowError, Invalid):
        value = None
    if value is None:
        raise _OddError(_ODD, field)
    return value


def _text(record: Object, field: str) -> str:
    value = record.get(field)
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
    """Return the day of a date or a timestamp, as written."""
    return _believed(date.fromisoformat(text[:10]))


def _stamp(text: str) -> datetime:
    """Return the time of a timestamp: Paris time without an offset; a day is its start.

    06:00 with `+00:00` is Paris time too: that offset is wrong.
    """
    at = _believed(datetime.fromisoformat(text))
    false = at.tzinfo is not None and not at.utcoffset() and at.hour == _GAS_HOUR and not at.minute
    local = at.replace(tzinfo=PARIS) if at.tzinfo is None or false else at
    return local.astimezone(UTC)


def _believed(day: _Day) -> _Day:
    """Return the day; raise ValueError for years outside any right, which would overflow."""
    if day.year > LAST:
        raise ValueError
    return _since_first(day)


def _since_first(day: _Day) -> _Day:
    if day.year < _FIRST:
        raise ValueError
    return day
