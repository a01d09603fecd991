"""An evidence pack of a small control, with every kind of thing in it."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from data.controls.files.portal_signature import signer_of
from data.controls.types.pieces import (
    ControlEvidence,
    PackedLink,
    PackedMessage,
    PackedPiece,
    PackedStep,
    PieceKind,
)
from tests.data.controls.files.pieces import image, pdf

MADE = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


SIGNER = signer_of("a secret of tests")
SENT = {place: timedelta(days=days) for place, days in ((1, 3), (2, 2), (0, 1))}  # before
DUE = date(2026, 12, 8)


def chained(said, previous="ab" * 32):
    """Entries of the journal, each with the digest of the one before."""
    made = []
    for one in said:
        text = json.dumps(
            one | {"previous": previous}, sort_keys=True, separators=(",", ":"), ensure_ascii=False
        )
        previous = digest(text.encode())
        made.append(PackedLink(text, previous))
    return tuple(made)


def digest(content):
    return hashlib.sha256(content).hexdigest()


def entry(step, **detail):
    return {"at": step.at.isoformat(), "fact": step.fact, "detail": detail, "numbers": "cd" * 32}


def links(steps, messages, pieces):
    """What the journal says of them."""
    asked, first, second, written, refused = steps
    sent = [[{"sha256": one.sha256}] for one in pieces if one.deposit]
    return chained(
        [
            entry(asked, pce="09999999910042", control="c-42", due=DUE.isoformat()),
            entry(first, pieces=sent[0]),
            entry(second, pieces=sent[1]),
            entry(written, sha256=digest(messages[0].text.encode()), pieces=[pieces[2].sha256]),
            entry(refused, motive="signature", sha256=digest(refused.text.encode())),
        ]
    )


def piece(name, kind, content, deposit=1):
    digest = hashlib.sha256(content).hexdigest()
    return PackedPiece(deposit, name, kind, digest, MADE - SENT[deposit], content)


def evidence(**changes):
    ago = [MADE - timedelta(days=days) for days in (9, 3, 2, 1, 0)]
    steps = (
        PackedStep(ago[0], "Preuve en attente", "Réseau Gaz", fact="asked"),
        PackedStep(ago[1], "Preuve envoyée", "Bob", fact="sent"),
        PackedStep(ago[2], "Preuve envoyée", "Bob", fact="sent"),
        PackedStep(ago[3], "Message écrit", "Bob", fact="written"),
        PackedStep(
            ago[4],
            "Preuve refusée",
            "Claire Martin",
            "Signature",
            "Page 2 <vide>",
            fact="rejected",
            why="signature",
        ),
    )
    messages = (PackedMessage(ago[3], "Bob", "Voici <b>le</b> mandat\n& l’annexe"),)
    pieces = (
        piece("Mandat signé <1>.pdf", PieceKind.PDF, pdf("Mandat")),
        piece("../photo.JPEG", PieceKind.JPEG, image("JPEG", size=(16, 10)), deposit=2),
        piece("écran.png", PieceKind.PNG, image("PNG", size=(16, 10)), deposit=0),
    )
    made = ControlEvidence(
        uid="c-42",
        number="09999999910042",
        holder="Lycée des Tilleuls",
        third_party="Thermia Conseil",
        operator="Réseau Gaz",
        deadline=DUE,
        as_of=MADE,
        steps=steps,
        messages=messages,
        pieces=pieces,
        links=links(steps, messages, pieces),
    )
    return replace(made, **changes)
