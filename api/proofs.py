"""Receive proofs and messages about a control; pieces are screened before storage."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from itertools import chain
from uuid import UUID

from flask import Blueprint, Response, g, jsonify
from flask.typing import ResponseReturnValue

from api.context import open_reading, open_writing, portal, viewer_now
from api.uploads import check_kept, free, read_form, stored
from core.access import Permission
from core.errors import Conflict, Invalid, NotFound
from core.i18n import N_, _
from data.controls import actions, queries
from data.controls.files.storage import read_piece
from data.controls.files.text_layer import pages_of
from data.controls.rules.precheck import precheck, sought_in
from data.controls.types import (
    ControlFilter,
    ExpectedProof,
    NewPiece,
    PieceKind,
    PieceRow,
    StoredPiece,
)
from data.controls.types.pieces import Findings, TextCheck
from data.metering.pces.rules import storable

routes = Blueprint("proofs", __name__)
Read = Sequence[tuple[bytes, PieceKind]]
Told = dict[str, list[Mapping[str, object]]]


@routes.after_app_request
def erase_dropped(response: Response) -> Response:
    """Delete the content of removed deposits, so that repeated deposits do not fill the disk.

    Only content without a row is deleted, after the request's transaction has ended.
    """
    keys: set[str] = g.get("dropped_files", set())
    if keys:
        with portal().database.reading() as db:
            known_storage_keys = queries.list_stored_keys(db, keys)
        free(iter(keys - known_storage_keys))
    return response


@routes.post("/api/controles/preuves")
def receive() -> ResponseReturnValue:
    """Store one to three pieces for controls, and return what is missing in them.

    Nothing is sent: the page sends it once its reader has seen the result.
    """
    viewer_now().require(Permission.CONTROLS_ANSWER)
    fields, files = read_form()
    uids = list(dict.fromkeys(map(storable, fields.getlist("controle"))))
    if not uids:
        raise Invalid(N_("Choisissez au moins un contrôle."))
    with open_writing() as context:  # as it locks what it looks at
        actions.check_deposit(context.db, context.viewer, uids)
        expected_by_control = queries.load_expected_proofs(context.db, context.viewer, uids)
    if not files:
        raise Conflict(N_("Joignez au moins un fichier."))
    with stored(files) as pieces:
        kinds = [piece.kind for piece in pieces]
        read = [(content, kind) for (_name, content), kind in zip(files, kinds, strict=True)]
        findings = _coverage_json(
            [piece.sha256 for piece in pieces], lambda: read, expected_by_control
        )
        deposit_uid, rows = _staged(uids, pieces)
    return jsonify(_answer(deposit_uid, rows, findings)), 201


@routes.get("/api/controles/preuves/<uuid:deposit>")
def read_again(deposit: UUID) -> ResponseReturnValue:
    """Return the same for a staged deposit, at each visit."""
    deposit_uid = str(deposit)
    with open_reading(Permission.CONTROLS_ANSWER) as context:
        db, viewer = context.db, context.viewer
        covered = ControlFilter(deposit=deposit_uid)
        uids = queries.find_uids(db, viewer, covered)
        ready = queries.get_control(db, viewer, uids[0], now=context.now).staged if uids else None
        if ready is None or ready.uid != deposit_uid:
            raise NotFound(N_("Ce dépôt est introuvable, ou déjà envoyé."))
        expected_by_control = queries.load_expected_proofs(db, viewer, uids)
        stored_pieces = [queries.get_piece(db, viewer, piece.uid) for piece in ready.pieces]

    def read() -> Read:
        storage = portal().storage
        return [
            (read_piece(storage, *_place(stored_piece)), stored_piece.row.kind)
            for stored_piece in stored_pieces
        ]

    findings = _coverage_json(
        [stored_piece.row.sha256 for stored_piece in stored_pieces], read, expected_by_control
    )
    return jsonify(_answer(deposit_uid, ready.pieces, findings))


def _place(stored: StoredPiece) -> tuple[str, str]:
    return stored.storage_key, stored.row.sha256


def _answer(deposit_uid: str, rows: Sequence[PieceRow], findings: Told) -> Mapping[str, object]:
    return {
        "deposit": deposit_uid,
        "pieces": [
            {"uid": row.uid, "name": row.name, "kind": row.kind.value, "size": row.size}
            for row in rows
        ],
    } | findings


def _coverage_json(
    digests: Sequence[str],
    read: Callable[[], Read],
    expected_by_control: Mapping[str, ExpectedProof],
) -> Told:
    """Return the findings about the controls of the pieces, and about others they name."""
    once = cache(read)
    findings = _findings(digests, once, expected_by_control)
    others = _others(list(expected_by_control), findings.numbers)
    beside = _findings(digests, once, others) if others else None
    return {
        "checks": _each(expected_by_control, findings),
        "others": _each(others, beside) if beside else [],
    }


def _each(
    expected_by_control: Mapping[str, ExpectedProof], findings: Findings
) -> list[Mapping[str, object]]:
    checks_by_control = zip(expected_by_control.items(), findings.checks, strict=True)
    return [_checks(uid, expected, checks) for (uid, expected), checks in checks_by_control]


def _staged(uids: Sequence[str], pieces: Sequence[NewPiece]) -> tuple[str, Sequence[PieceRow]]:
    with open_writing() as context:
        db, viewer = context.db, context.viewer
        staged = actions.stage(db, viewer, uids, pieces, now=context.now)
        check_kept(db, pieces)
        ready = queries.get_control(db, viewer, uids[0], now=context.now).staged
        return staged.uid, ready.pieces if ready else ()


def _findings(
    digests: Sequence[str],
    read: Callable[[], Read],
    expected_by_control: Mapping[str, ExpectedProof],
) -> Findings:
    """Return the findings of the pieces' text, read together, about each control; cached."""
    here, viewer = portal(), viewer_now()
    sought = tuple(sought_in(expected, viewer.today) for expected in expected_by_control.values())
    key = tuple(digests), sought
    findings = here.findings.get(key)
    if findings is None:
        with here.running.one_more(viewer.user_id):
            pages = [pages_of(kind, content) for content, kind in read()]
            findings = precheck(tuple(chain.from_iterable(pages)), sought)
        here.findings.remember(key, findings)
    return findings


def _checks(uid: str, expected: ExpectedProof, checks: Sequence[TextCheck]) -> Mapping[str, object]:
    """Return what the text states and what it lacks, in sentences."""
    sentences: dict[bool, list[str]] = {True: [], False: []}
    for check in checks:
        sentences[check.is_present].append(_(check.sentence, **check.params))
    return {
        "controle": uid,
        "pce": expected.number,
        "found": sentences[True],
        "missing": sentences[False],
    }


def _others(uids: Sequence[str], numbers: Collection[str]) -> Mapping[str, ExpectedProof]:
    """Return other controls that wait for a proof and are named in this one."""
    if not numbers:
        return {}
    with open_reading() as context:
        db, viewer = context.db, context.viewer
        rows = queries.list_awaiting(db, viewer, numbers, beside=uids)
        return queries.load_expected_proofs(db, viewer, [uid for uid, _number, _site in rows])


@routes.post("/api/controles/<uuid:control>/messages")
def write(control: UUID) -> ResponseReturnValue:
    """Send a message to the other side, with up to three pieces; `note=1` for one's own side."""
    viewer, uid = viewer_now(), str(control)
    viewer.require(Permission.CONTROLS_DECIDE if viewer.staff else Permission.CONTROLS_ANSWER)
    fields, files = read_form()
    internal = fields.get("note") == "1"
    if internal:
        viewer.require(Permission.CONTROLS_DECIDE)
    with open_reading() as context:
        queries.load_expected_proofs(context.db, viewer, [uid])
    say = actions.write_note if internal else actions.write_message
    with stored(files) as pieces, open_writing() as context:
        text = storable(fields.get("texte", ""))
        message = say(context.db, viewer, uid, text, pieces=pieces, now=context.now)
        check_kept(context.db, pieces)
    return jsonify(message=message), 201
