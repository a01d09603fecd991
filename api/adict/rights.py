"""Stream an organisation's rights, declare one and revoke one (domain.md §4.3)."""

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, TypeVar

import orjson
from flask import Blueprint, Response, request, stream_with_context

from api.adict.errors import BASE, FAILED, TEXT, answered, last_line, media_type
from api.adict.right_serializer import declared_told, right_told
from api.context import now, portal, viewer_now
from api.errors import log_bug
from core.access import Permission
from core.errors import Invalid, NotFound, PortalError, TooMany
from core.i18n import N_, _
from data.identity.programs.rules import until_tomorrow
from data.metering.pces.rules import normalised, storable
from data.rights import actions
from data.rights.queries.program_rights import get_right_state, iter_rights
from data.rights.rules.adict import FALSE, FLAGS, PROOFS, TRUE, proof_of, role_of, state_of
from data.rights.rules.fields import NO_DAY, NO_FLAG, WRONG_DAY, WRONG_FLAG
from data.rights.rules.outcomes import CREATED, EXISTS
from data.rights.types import DeclarationForm, DeclarationOutcome, ProgramRightFilter, RightState

T = TypeVar("T")
Json = Mapping[str, Any]
routes = Blueprint("adict_rights", __name__, url_prefix=BASE)
MOST_PCE, MANY = 1000, "2000000009"
NO_RIGHT = "1000000001"  # also for an ended right: there is nothing to revoke
_WRONG = "9000000040"
_DONE = N_("Opération réussie.")
_MARKS = (BOM_UTF8, BOM_UTF16_LE, BOM_UTF16_BE)
_NO_UTF8 = N_("Le corps de la demande doit être en UTF-8, sans marque d’ordre des octets (BOM).")
_NO_JSON = N_(
    "Le corps de la demande n’est pas du JSON valide : voyez la ligne {line}, colonne {column}."
)
_ASKED = N_("Demande enregistrée, en attente du titulaire.")
_CHECKED = N_("Demande enregistrée, en attente que le distributeur vérifie le titulaire.")
_RELAYED = N_("Demande enregistrée, en attente du distributeur.")
_KNOWN = N_("Un droit existe déjà sur ce PCE.")
_FIELDS = frozenset(DeclarationForm.__dataclass_fields__) - {
    *("id_pce", "libelle_site", "date_consentement", "finalite")
}
# the messages of files and forms, which use OUI and JJ/MM/AAAA, do not fit here
_TOLD: Mapping[str, str] = {
    NO_DAY: N_("« {name} » est obligatoire : il faut AAAA-MM-JJ."),
    WRONG_DAY: N_(
        "« {name} » : « {found} » n’est pas une date ; il faut AAAA-MM-JJ, un jour qui existe."
    ),
    NO_FLAG: N_("« {name} » est obligatoire : il faut « {yes} » ou « {no} »."),
    WRONG_FLAG: N_("« {name} » : « {found} » ne convient pas ; il faut « {yes} » ou « {no} »."),
}
_FILTERS = ("id_pce", "role_tiers", "etat_droit_acces", "statut_controle_preuve")
_NAMES = {"yes": TRUE, "no": FALSE}
_LINES = 100  # per piece of a stream


@routes.get("/droits_acces")
def list_all() -> Response:
    viewer_now().require(Permission.RIGHTS_READ)
    return _streamed(ProgramRightFilter())


@routes.post("/droits_acces")
def list_some() -> Response:
    viewer_now().require(Permission.RIGHTS_READ)
    return _streamed(wanted_in(body()))


@routes.put("/pce/<number>/droit_acces")
def declare(number: str) -> Response:
    """Declare a right: answer 201 when created, else the first problem."""
    viewer = viewer_now()
    declaration = asked_in(number, body())
    with portal().database.transaction() as db:
        outcome = actions.declare(db, viewer, declaration, delays=portal().delays, now=now())
        row = (
            get_right_state(db, viewer, outcome.uid)
            if outcome.state and not outcome.is_duplicate
            else None
        )
    if row is None:
        answer = answered(_refused(outcome), outcome.http)
        if outcome.http == TooMany.status:  # the daily limit is reached: until tomorrow
            answer.headers["Retry-After"] = str(until_tomorrow(now()))
        return answer
    checked = outcome.state is RightState.RECHECK
    waits = _RELAYED if outcome.relayed else _CHECKED if checked else _ASKED
    status_fields = last_line(outcome.code, _(_DONE if outcome.code == CREATED else waits))
    return answered(declared_told(row) | status_fields, 201)


@routes.patch("/droit_acces/<uid>")
def revoke(uid: str) -> Response:
    """End an active right for good, or cancel one that its holder has not answered."""
    viewer = viewer_now()
    viewer.require(Permission.RIGHTS_RENEW)
    with portal().database.transaction() as db:
        try:
            right = get_right_state(db, viewer, storable(uid))
        except NotFound as error:
            raise NotFound(error.message, code=NO_RIGHT) from None
        if right.state.final:
            raise NotFound(
                N_("Ce droit a déjà pris fin : il n’y a rien à révoquer."), code=NO_RIGHT
            )
        end = actions.cancel if right.state.waiting else actions.revoke
        end(db, viewer, [right.uid], now=now())
    return answered(last_line(CREATED, _(_DONE)))


def _refused(outcome: DeclarationOutcome) -> dict[str, object]:
    """Return the first problem; the next one is reported once it is corrected."""
    if outcome.is_duplicate:
        return last_line(EXISTS, _(_KNOWN))
    first = outcome.problems[0]
    sentence = _TOLD.get(first.sentence, first.sentence)
    return last_line(first.code, _(sentence, **{**_NAMES, **first.params, "name": first.field}))


def body() -> Json:
    """Return the JSON object in the body; raise Invalid without one."""
    sent = request.get_data()
    if sent.startswith(_MARKS):
        raise Invalid(_NO_UTF8, code=_WRONG)
    try:
        parsed_body = orjson.loads(sent)
    except orjson.JSONDecodeError as error:
        where = {"line": error.lineno, "column": error.colno}
        raise Invalid(_NO_JSON, **where, code=_WRONG) from None
    if not isinstance(parsed_body, dict):
        raise Invalid(N_("Le corps de la demande doit être un objet JSON."), code=_WRONG)
    return parsed_body


def asked_in(number: str, sent: Json) -> DeclarationForm:
    """Return the declaration in the body; null or absent fields are not given.

    Raise Invalid for a value that is not a string.
    """
    texts = {name: sent[name] for name in _FIELDS if sent.get(name) is not None}
    flags = ((name, texts.get(name)) for name in FLAGS.values())
    texts |= {name: TRUE if flag else FALSE for name, flag in flags if isinstance(flag, bool)}
    for name, text in texts.items():
        if not isinstance(text, str):
            raise Invalid(N_("« {name} » doit être une chaîne entre guillemets."), name=name)
        if "\0" in text:
            raise Invalid(N_("« {name} » contient un caractère nul : retirez-le."), name=name)
    return DeclarationForm(id_pce=number, **texts)


def wanted_in(sent: Json) -> ProgramRightFilter:
    """Return the filter in the body; empty filters keep every right and proof state.

    Raise Invalid for an unknown filter: a misspelt one would return everything.
    """
    odd = [name[:40] for name in sent if name not in _FILTERS]
    if odd:
        sentence = N_("« {found} » n’est pas un filtre : il y a {names}.")
        raise Invalid(sentence, found=odd[0], names=", ".join(_FILTERS))
    numbers = _words(sent, "id_pce")
    if len(numbers) > MOST_PCE:
        sentence = N_("Demandez au plus {most} PCE à la fois.")
        raise Invalid(sentence, most=MOST_PCE, code=MANY)
    proofs = _known_right(sent, "statut_controle_preuve", proof_of)
    return ProgramRightFilter(
        tuple(sorted({normalised(pce) for pce in numbers})),
        _known_right(sent, "role_tiers", role_of),
        _known_right(sent, "etat_droit_acces", state_of),
        () if set(proofs) == set(PROOFS) else proofs,
    )


def _words(sent: Json, name: str) -> Sequence[str]:
    raw_words = sent.get(name)
    words = [] if raw_words is None else raw_words
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise Invalid(N_("« {name} » doit être une liste de chaînes."), name=name)
    return [storable(word) for word in words]


def _known_right(sent: Json, name: str, read: Callable[[str], T | None]) -> tuple[T, ...]:
    words = _words(sent, name)
    values_by_word = {word: read(word) for word in words}
    odd = next((word for word, value in values_by_word.items() if value is None), None)
    if odd is not None:
        raise Invalid(
            N_("« {found} » n’est pas une valeur de « {name} »."), found=odd[:40], name=name
        )
    return tuple(dict.fromkeys(value for value in values_by_word.values() if value is not None))


def _streamed(right_filter: ProgramRightFilter) -> Response:
    """Return a streamed response of rights, with constant memory and cost per line."""
    lines = stream_with_context(_stream_rights(right_filter))
    first = next(lines)  # an immediate failure is answered as an error
    return Response(chain((first,), lines), mimetype=media_type(TEXT))


def _stream_rights(right_filter: ProgramRightFilter) -> Iterator[bytes]:
    """Yield the rights, then a line saying that none is missing, or that the stream broke off."""
    begun = False
    try:
        with portal().database.reading(streams=True) as db:
            for piece in pieces(map(right_told, iter_rights(db, viewer_now(), right_filter))):
                yield piece
                begun = True
        last = last_line(CREATED, _(_DONE))
    except PortalError as error:
        if not begun:
            raise
        last = last_line(FAILED, _(error.message, **error.params))
    except Exception as error:
        if not begun:
            raise
        sentence = N_("La liste s’est interrompue : redemandez-la. Référence {number}.")
        last = last_line(FAILED, _(sentence, number=log_bug(error)))
    yield line(last)


def pieces(
    told: Iterator[Mapping[str, object]] | Collection[Mapping[str, object]],
) -> Iterator[bytes]:
    """Yield the lines in blocks, each sent as soon as it is ready."""
    buffer: list[bytes] = []
    for row in told:
        buffer.append(line(row))
        if len(buffer) == _LINES:
            yield b"".join(buffer)
            buffer.clear()
    if buffer:
        yield b"".join(buffer)


def line(one: Mapping[str, object]) -> bytes:
    return orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE)
