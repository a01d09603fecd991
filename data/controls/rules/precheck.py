"""Warn of what a proof's text lacks before it is sent; a person decides."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from core.i18n import N_, short_day
from core.records import copy_fields
from data.controls.rules.proof_text import ProofText, plain_text
from data.controls.types.pieces import CheckCode, Findings, SearchTerms, TextCheck
from data.controls.types.screen import ExpectedProof
from data.rights.types import RightDataKind

KIND_WORDS: Mapping[RightDataKind, tuple[str, ...]] = {
    RightDataKind.INFORMATIVE: ("informative", "journali", "quotidien", "chaque jour", "daily"),
    RightDataKind.PUBLISHED: (
        "publie",
        "factur",
        "releve",
        "consommation",
        "consumption",
        "billing",
    ),
    RightDataKind.CONTRACTUAL: ("contractuel", "contractual", "donnees du contrat"),
    RightDataKind.TECHNICAL: ("technique", "technical", "donnees du compteur"),
}
_MISSING: Mapping[RightDataKind, str] = {
    RightDataKind.INFORMATIVE: N_(
        "Les données journalières ne sont pas citées, alors que le droit les couvre."
    ),
    RightDataKind.PUBLISHED: N_(
        "Les données publiées ne sont pas citées, alors que le droit les couvre."
    ),
    RightDataKind.CONTRACTUAL: N_(
        "Les données contractuelles ne sont pas citées, alors que le droit les couvre."
    ),
    RightDataKind.TECHNICAL: N_(
        "Les données techniques ne sont pas citées, alors que le droit les couvre."
    ),
}


def sought_in(expected: ExpectedProof, today: date) -> SearchTerms:
    """Return what the text of a proof should contain, from the right."""
    return copy_fields(SearchTerms, expected, today=today)


def precheck(pages: tuple[str, ...], sought: Sequence[SearchTerms]) -> Findings:
    """Return which expected items the text of a proof (all pieces together) contains.

    Without a text layer, only that is reported. Items that a right lacks (a name, a period) are not
    searched. Findings are warnings only.
    """
    text = ProofText(plain_text(pages))
    return Findings(tuple(tuple(_checks(text, target)) for target in sought), text.numbers)


def _checks(text: ProofText, sought: SearchTerms) -> Iterator[TextCheck]:
    if not text.is_text:
        sentence = N_("Aucun texte à lire (document numérisé ou photo) : relisez-le avant l’envoi.")
        yield TextCheck(CheckCode.TEXT, is_present=False, sentence=sentence)
        return
    yield TextCheck(CheckCode.TEXT, is_present=True, sentence=N_("Le texte du document a été lu."))
    yield _number(text, sought)
    yield _date(text, sought)
    yield from _names(text, sought)
    yield from _kinds(text, sought)
    yield from _period(text, sought)


def _number(text: ProofText, sought: SearchTerms) -> TextCheck:
    is_present = text.has_number(sought.number)
    sentence = (
        N_("Le PCE {number} est cité.") if is_present else N_("Le PCE {number} n’est pas cité.")
    )
    return TextCheck(CheckCode.PCE, is_present, sentence, {"number": sought.number})


def _date(text: ProofText, sought: SearchTerms) -> TextCheck:
    """Find a possible signature date: past, and not just an end of the period."""
    days = text.days
    past = [day for day in days if day <= sought.today]
    day = signing_day(days, text.signed_days, sought)
    if day is not None:
        return _dated(day, sought.signed_by)
    if days and not past:
        sentence = N_("Les seules dates lues sont à venir : datez le document du jour signé.")
    elif past:
        sentence = N_("Seules les dates de la période sont lues : vérifiez la date de signature.")
    else:
        sentence = N_("Aucune date n’est lue : le document doit être daté.")
    return TextCheck(CheckCode.DATE, is_present=False, sentence=sentence)


def _dated(day: date, signed_by: date | None) -> TextCheck:
    late = signed_by is not None and day > signed_by
    sentence = (
        N_("La date lue est le {day} : la preuve doit être signée au plus tard le {by}.")
        if late
        else N_("Une date est lue : {day}.")
    )
    params = {"day": short_day(day)} | ({"by": short_day(signed_by)} if signed_by else {})
    return TextCheck(CheckCode.DATE, not late, sentence, params)


def signing_day(days: Sequence[date], signed: Collection[date], sought: SearchTerms) -> date | None:
    """Return the signature date: the last one marked as such, else the last possible one."""
    own = own_days(days, sought)
    signed_days = [day for day in own if day in signed]
    return next(reversed(signed_days or own), None)


def own_days(days: Sequence[date], sought: SearchTerms) -> list[date]:
    """Return the possible signature dates, in order."""
    ends = {sought.first, sought.last}
    return [day for day in days if day <= sought.today and day not in ends]


def covers(days: Sequence[date], first: date, last: date) -> bool:
    """Return whether sorted days span a period."""
    return bool(days) and days[0] <= first and days[-1] >= last


def _names(text: ProofText, sought: SearchTerms) -> Iterator[TextCheck]:
    for code, name, presence_sentence, missing in (
        (
            CheckCode.HOLDER,
            sought.holder,
            N_("Le titulaire, {name}, est cité."),
            N_("Le titulaire, {name}, n’est pas cité."),
        ),
        (
            CheckCode.THIRD_PARTY,
            sought.third_party,
            N_("Le tiers, {name}, est cité."),
            N_("Le tiers, {name}, n’est pas cité."),
        ),
    ):
        if name.strip():
            is_present = text.has_name(name)
            yield TextCheck(
                code, is_present, presence_sentence if is_present else missing, {"name": name}
            )


def lacking_kinds(text: ProofText, sought: SearchTerms) -> list[RightDataKind]:
    """Return the right's kinds of data that the text does not name."""
    return [
        kind
        for kind in RightDataKind
        if kind in sought.kinds and not any(word in text.plain for word in KIND_WORDS[kind])
    ]


def lacks_period(text: ProofText, sought: SearchTerms) -> bool:
    """Return whether the text lacks the right's data period, as days or as a duration."""
    first, last = sought.first, sought.last
    if first is None or last is None:
        return False
    return not (covers(text.days, first, last) or text.has_duration)


def _kinds(text: ProofText, sought: SearchTerms) -> Iterator[TextCheck]:
    """Yield a warning for each missing kind, or one confirmation."""
    lacking = lacking_kinds(text, sought)
    for kind in lacking:
        yield TextCheck(CheckCode.KINDS, is_present=False, sentence=_MISSING[kind])
    if sought.kinds and not lacking:
        sentence = N_("Les données demandées sont citées.")
        yield TextCheck(CheckCode.KINDS, is_present=True, sentence=sentence)


def _period(text: ProofText, sought: SearchTerms) -> Iterator[TextCheck]:
    first, last = sought.first, sought.last
    if first is None or last is None:
        return
    is_present = not lacks_period(text, sought)
    sentence = (
        N_("La période est citée.")
        if is_present
        else N_("La période du {first} au {last} n’est pas citée.")
    )
    yield TextCheck(
        CheckCode.PERIOD, is_present, sentence, {"first": short_day(first), "last": short_day(last)}
    )
