"""Build an evidence pack: a control in one ZIP, verifiable without the portal."""

import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from core.errors import Unreadable
from core.i18n import N_
from data.controls.files import read_me, standalone_verifier
from data.controls.files.archive import INDEX, archive, seal_of
from data.controls.files.packed_page import page
from data.controls.files.portal_signature import Signer, public_key
from data.controls.files.storage import digest_of
from data.controls.types.pieces import SUFFIXES, ControlEvidence, PackedPiece

FORM = 2  # version of the index
PAGE = "index.html"
READ_ME, VERIFIER = "LISEZ-MOI.txt", "verify.py"
_NAMED = 16  # characters of the seal in the file name
_STEM = 60


def pack(evidence: ControlEvidence, signer: Signer) -> bytes:
    """Return the bytes of the pack, equal for equal evidence and language.

    Raise Unreadable for a piece that differs from what was sent.
    """
    pieces = dict(_pieces(evidence))
    names = {name: piece.name for name, piece in pieces.items()}
    page_html = page(evidence, names, public_key(signer)).encode()
    members = {
        PAGE: page_html,
        READ_ME: read_me.TEXT.encode(),
        VERIFIER: Path(standalone_verifier.__file__).read_bytes(),
        **{name: piece.content for name, piece in pieces.items()},
    }
    index = _index(evidence, members, pieces)
    return archive({INDEX: index.encode(), **members}, signer)


def pack_name(evidence: ControlEvidence, packed: bytes) -> str:
    """Return the file name, which starts with the number and contains the start of the seal."""
    return f"preuves-{evidence.number}-{seal_of(packed)[:_NAMED]}.zip"


def _pieces(evidence: ControlEvidence) -> Iterator[tuple[str, PackedPiece]]:
    for place, piece in enumerate(evidence.pieces, start=1):
        if digest_of(piece.content) != piece.sha256:
            raise Unreadable(
                N_("« {name} » a été abîmé dans le stockage : le dossier ne peut pas être fait."),
                name=piece.name,
            )
        yield f"pieces/{place:02}-{_plain(piece)}", piece


def _plain(piece: PackedPiece) -> str:
    """Return a portable file name: letters, digits and dashes, with the extension of its kind."""
    text = unicodedata.normalize("NFKD", PurePosixPath(piece.name.replace("\\", "/")).stem)
    stem = re.sub(r"[^A-Za-z0-9]+", "-", text.encode("ascii", "ignore").decode()).strip("-")
    return (stem[:_STEM] or "piece") + SUFFIXES[piece.kind][0]


def _index(
    evidence: ControlEvidence, members: dict[str, bytes], pieces: dict[str, PackedPiece]
) -> str:
    index = {
        "form": FORM,
        "control": evidence.uid,
        "pce": evidence.number,
        "holder": evidence.holder,
        "third_party": evidence.third_party,
        "operator": evidence.operator,
        "deadline": evidence.deadline.isoformat(),
        "as_of": evidence.as_of.isoformat(),
        "steps": [
            {
                "at": s.at.isoformat(),
                "fact": s.fact,
                "why": s.why,
                "state": s.state,
                "by": s.by,
                "motive": s.motive,
                "text": s.text,
            }
            for s in evidence.steps
        ],
        "messages": [
            {"at": m.at.isoformat(), "by": m.by, "text": m.text} for m in evidence.messages
        ],
        "members": [
            {
                "name": name,
                "size": len(content),
                "sha256": digest_of(content),
                **_sent(name, pieces),
            }
            for name, content in members.items()
        ],
        "journal": [{"text": link.text, "digest": link.digest} for link in evidence.links],
    }
    return json.dumps(index, ensure_ascii=False, indent=1) + "\n"


def _sent(name: str, pieces: dict[str, PackedPiece]) -> dict[str, object]:
    if name not in pieces:
        return {}
    piece = pieces[name]
    return {
        "deposit": piece.deposit,
        "sent_as": piece.name,
        "sent_at": piece.sent_at.isoformat(),
        "kind": piece.kind,
    }
