"""Compare two versions of a contract, by part and word."""

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest

from core.i18n import N_, french_day
from data.contracts.types import Clause, Paper, TextChange, TextPiece

_WORD = re.compile(r"\s+|[^\s]+")
_SAME_TITLE = "{number}. {title}"
_NO_END = "–"


def differences(old: Paper, new: Paper) -> tuple[TextChange, ...]:
    """Return the parts that differ, in document order.

    Clause numbers are ignored, so that an inserted clause changes no other.
    """
    before, after = _parts(old), _parts(new)
    changed = [
        TextChange(part, "", words)
        for part in before
        if (words := words_between(before[part], after[part])) and _differ(words)
    ]
    return (*changed, *_clauses(old.clauses, new.clauses))


def words_between(old: str, new: str) -> tuple[tuple[TextPiece, str], ...]:
    """Return the words of both versions, each with its status."""
    old_words, other = _WORD.findall(old), _WORD.findall(new)
    matcher = SequenceMatcher(a=old_words, b=other, autojunk=False)
    return tuple(_pieces(matcher, old_words, other))


def _pieces(
    matcher: SequenceMatcher[str], old_words: Sequence[str], other: Sequence[str]
) -> Iterator[tuple[TextPiece, str]]:
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            yield TextPiece.SAME, "".join(old_words[a:b])
            continue
        if a < b:
            yield TextPiece.GONE, "".join(old_words[a:b])
        if c < d:
            yield TextPiece.NEW, "".join(other[c:d])


def _differ(words: Sequence[tuple[TextPiece, str]]) -> bool:
    return any(piece is not TextPiece.SAME for piece, _ in words)


def _parts(paper: Paper) -> Mapping[str, str]:
    ends = french_day(paper.ends_on) if paper.ends_on else _NO_END
    return {
        N_("Distributeur"): paper.operator,
        N_("Adresse du distributeur"): paper.operator_address,
        N_("Organisation"): paper.organisation,
        N_("Forme juridique"): paper.legal_form,
        N_("SIREN"): paper.siren,
        N_("SIRET"): paper.siret,
        N_("Numéro de TVA"): paper.vat,
        N_("Adresse"): ", ".join(paper.address),
        N_("Activité"): paper.sector,
        N_("Représentant"): paper.representative,
        N_("Délégation"): paper.delegation,
        N_("Fonction"): paper.function,
        N_("Adresse électronique"): paper.email,
        N_("Usages des données"): "\n".join(f"{use} : {months} mois" for use, months in paper.uses),
        N_("Début"): french_day(paper.starts_on),
        N_("Fin"): ends,
        N_("Version du modèle"): paper.template,
    }


def _clauses(old: Sequence[Clause], new: Sequence[Clause]) -> Iterator[TextChange]:
    """Yield changed clauses; they are matched by title, and those in between by position."""
    matcher = SequenceMatcher(a=[c.title for c in old], b=[c.title for c in new], autojunk=False)
    for _, a, b, c, d in matcher.get_opcodes():
        for before, after in zip_longest(old[a:b], new[c:d]):
            words = words_between(_text(before), _text(after))
            if _differ(words):
                clause = after or before
                yield TextChange(
                    "", _SAME_TITLE.format(number=clause.number, title=clause.title), words
                )


def _text(clause: Clause | None) -> str:
    return "\n".join((clause.title, *clause.text)) if clause else ""
