"""Bytes to people: every line is taken, or refused with what was found, and where."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeVar

from data.access import Role
from data.accounts.rules import address_in, folded
from data.errors import Invalid, PortalError, TooBig, Unreadable
from data.people.files import columns as c
from data.people.rules import MOST_LINES, MOST_TAGS, person_in
from data.people.types import Line, NewInvitation, Problem, Sheet
from data.runs.files.book import sheets
from data.runs.files.refused import clean, shown
from data.runs.files.sniff import refuse_known, refuse_markup, text_of
from data.runs.files.texts import csv_rows, unguarded
from i18n import N_

_ZIP = b"PK\x03\x04"
_T = TypeVar("_T")
_Cells = Mapping[str, str]


class _Wrong(Exception):
    """A cell that cannot be taken: its column, a sentence and its blanks."""

    def __init__(self, column: str, message: str, **params: object) -> None:
        super().__init__(message)
        self.column, self.message, self.params = column, message, params


def read(content: bytes, roles: Sequence[Role]) -> Sheet:
    """The sheet *content*, CSV or XLSX as it shows itself, for an organisation with these *roles*.

    Raises Unreadable when it is not such a sheet, TooBig beyond as many lines as leave at once.
    """
    try:
        return _read(content, roles)
    except PortalError:
        raise
    except Exception as error:  # whatever a parser lets through is a fault of the file
        raise Unreadable(
            N_("Cette feuille ne peut pas être lue. Repartez du modèle à télécharger.")
        ) from error


def _read(content: bytes, roles: Sequence[Role]) -> Sheet:
    said = ((line, row) for line, row in _rows(content) if any(map(_text, row)))
    rows = list(islice(said, MOST_LINES + 2))  # the header, and the first line too many
    if not rows:
        raise Unreadable(N_("Cette feuille est vide : repartez du modèle à télécharger."))
    if len(rows) - 1 > MOST_LINES:
        raise TooBig(N_("Cette feuille a plus de {most} lignes : découpez-la."), most=MOST_LINES)
    places = _places(rows[0][1])
    if len(rows) == 1:
        raise Unreadable(
            N_("La feuille n’a aucune ligne sous son en-tête : ajoutez-y des personnes.")
        )
    lines: dict[str, Line] = {}
    problems: list[Problem] = []
    for line, row in rows[1:]:
        cells = {column: _cell(row, place) for column, place in places.items()}
        try:
            new = _invitation(cells, roles, lines)
        except _Wrong as wrong:
            params = {"line": line, "column": wrong.column, **wrong.params}
            problems.append(Problem(line, wrong.column, wrong.message, params))
        else:
            lines[new.email] = Line(line, new)
    return Sheet(tuple(lines.values()), tuple(problems))


def _rows(content: bytes) -> Iterator[tuple[int, Sequence[object]]]:
    refuse_known(content)
    if content.startswith(_ZIP):
        cells = next((sheet for sheet in sheets(content) if sheet), [])
        yield from enumerate(cells, start=1)
    else:
        text = text_of(content)
        if text.lstrip()[:1] == "<":
            refuse_markup(text)
        yield from csv_rows(text)


def _text(value: object) -> str:
    return "" if value is None else clean(str(unguarded(value))).strip()


def _cell(row: Sequence[object], place: int) -> str:
    return _text(row[place]) if place < len(row) else ""


def _places(header: Sequence[object]) -> dict[str, int]:
    known = {folded(column): column for column in c.HEADER}
    places: dict[str, int] = {}
    for place, cell in enumerate(header):
        column = known.get(folded(_text(cell)))
        if column is not None:
            places.setdefault(column, place)
    for column in (c.NAME, c.EMAIL):
        if column not in places:
            raise Unreadable(
                N_(
                    "Ligne {line} : il manque la colonne « {column} ». Repartez du modèle à"
                    " télécharger."
                ),
                line=1,
                column=column,
            )
    return places


def _invitation(cells: _Cells, roles: Sequence[Role], taken: Mapping[str, Line]) -> NewInvitation:
    try:
        name = person_in(cells[c.NAME])
    except Invalid:
        raise _Wrong(
            c.NAME,
            N_(
                "Ligne {line}, colonne « {column} » : indiquez un nom de 80 signes au plus, sur"
                " une ligne et sans adresse."
            ),
        ) from None
    if not cells[c.EMAIL]:
        raise _Wrong(c.EMAIL, N_("Ligne {line}, colonne « {column} » : indiquez une adresse."))
    email = address_in(cells[c.EMAIL], anywhere=False)
    if email is None:
        raise _Wrong(
            c.EMAIL,
            N_(
                "Ligne {line}, colonne « {column} » : « {found} » n’est pas une adresse."
                " Écrivez-la nom@domaine.fr."
            ),
            found=shown(cells[c.EMAIL]),
        )
    if email in taken:
        raise _Wrong(
            c.EMAIL,
            N_("Ligne {line}, colonne « {column} » : cette adresse est déjà ligne {first}."),
            first=taken[email].line,
        )
    role = _role(cells, roles)
    return NewInvitation(email, name, role, _language(cells), tags=_tags(cells, role))


def _tags(cells: _Cells, role: Role) -> tuple[str, ...]:
    """Those named in the cell, as they are written there."""
    named = (" ".join(tag.split()) for tag in cells.get(c.TAGS, "").split(","))
    tags = tuple(dict.fromkeys(filter(None, named)))
    if tags and role is Role.ADMINISTRATOR:
        raise _Wrong(
            c.TAGS,
            N_(
                "Ligne {line}, colonne « {column} » : un administrateur voit tous les PCE. Ôtez"
                " ces étiquettes, ou changez le rôle."
            ),
        )
    if len(tags) > MOST_TAGS:
        raise _Wrong(
            c.TAGS,
            N_("Ligne {line}, colonne « {column} » : {most} étiquettes au plus."),
            most=MOST_TAGS,
        )
    return tags


def _role(cells: _Cells, roles: Sequence[Role]) -> Role:
    words = {role: c.ROLE_WORDS[role] for role in roles}
    return _word(cells.get(c.ROLE, ""), c.ROLE, words, roles[0])


def _language(cells: _Cells) -> str:
    return _word(cells.get(c.LANGUAGE, ""), c.LANGUAGE, c.LANGUAGE_WORDS, "fr")


def _word(text: str, column: str, words: Mapping[_T, str], usual: _T) -> _T:
    if not text:
        return usual
    for value, word in words.items():
        if folded(text) in {folded(word), str(value)}:
            return value
    raise _Wrong(
        column,
        N_("Ligne {line}, colonne « {column} » : « {found} » n’est pas connu. Écrivez {expected}."),
        found=shown(text),
        expected=" / ".join(words.values()),
    )
