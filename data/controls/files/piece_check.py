"""Check whether a piece of proof is acceptable: real type and hidden content."""

import re
import zipfile
from io import BytesIO
from typing import NoReturn

from core.errors import Invalid, TooBig
from core.i18n import N_, size, size_limit
from data.controls.files.active_content import EICAR
from data.controls.files.decoder_client import PieceProblem, problem_in
from data.controls.rules.pieces import MOST_OCTETS, is_unseen
from data.controls.types.pieces import SUFFIXES, PieceKind

MOST = MOST_OCTETS
LONGEST_NAME = 120
TYPE_CODE = "2000000002"  # of ADICT: invalid format of a proof (domain.md §4.9)
SIZE_CODE = "2000000005"

_MAGIC = {
    PieceKind.PDF: b"%PDF-",
    PieceKind.JPEG: b"\xff\xd8\xff",
    PieceKind.PNG: b"\x89PNG\r\n\x1a\n",
}
_HEIC = re.compile(rb"\A.{4}ftyp(?:hei[cfmsx]|hev[cx]|mif1|msf1)", re.DOTALL)
_PNG_END = b"\0\0\0\0IEND\xaeB`\x82"
_PDF_END = re.compile(rb"%%EOF[\s\0]*\Z")
_MARKUP = re.compile(rb"<(?:script|html|svg|iframe|object|\?php|!doctype)[\s>/]", re.IGNORECASE)
_ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")
_HIDDEN = N_(
    "« {name} » contient autre chose que ce qu’il montre (archive, page web ou autre document) :"
    " refaites le fichier et déposez-le à nouveau."
)
_DAMAGED = N_(
    "« {name} » est abîmé ou incomplet : refaites le fichier, au besoin en l’imprimant en PDF,"
    " et déposez-le à nouveau."
)
_SENTENCES = {
    PieceProblem.DAMAGED: _DAMAGED,
    PieceProblem.ENCRYPTED: N_(
        "« {name} » est protégé par un mot de passe ou par des restrictions : supprimez-les, ou"
        " imprimez-le en PDF."
    ),
    PieceProblem.NO_PAGE: N_("« {name} » n’a aucune page : il n’y a rien à lire."),
    PieceProblem.ACTIVE: N_(
        "« {name} » contient des scripts ou des actions automatiques : imprimez-le en PDF et"
        " déposez le nouveau fichier."
    ),
    PieceProblem.ATTACHED: N_(
        "« {name} » contient d’autres fichiers joints : retirez-les, ou imprimez-le en PDF."
    ),
    PieceProblem.VIRUS: N_("« {name} » porte la signature d’un virus : il n’a pas été gardé."),
    PieceProblem.TOO_LARGE: N_(
        "« {name} » a un contenu trop volumineux : réduisez sa définition et déposez-le à nouveau."
    ),
}


def checked(name: str, content: bytes) -> PieceKind:
    """Return the kind of piece `name`, after decoding it entirely in its own process.

    Raise Invalid, or TooBig past `MOST`; `params` have `name` and ADICT's `code`.
    """
    _check_name(name)
    _check_size(name, content)
    if EICAR in content:
        _refuse(name, _SENTENCES[PieceProblem.VIRUS])
    kind = _kind_of(name, content)
    if _hides(kind, content):
        _refuse(name, _HIDDEN)
    if not _ends(kind, content):
        _refuse(name, _DAMAGED)
    problem = problem_in(kind, content)
    if problem is not None:
        _refuse(name, _SENTENCES[problem])
    return kind


def _refuse(name: str, sentence: str, **params: object) -> NoReturn:
    raise Invalid(sentence, name=name, code=TYPE_CODE, **params)


def _check_name(name: str) -> None:
    plain = "".join(sign for sign in name if not is_unseen(sign))  # as the owner sees it
    if any(map(is_unseen, name)) or not name.strip(" .") or "/" in name or "\\" in name:
        _refuse(
            plain[:LONGEST_NAME],
            N_("Le nom « {name} » n’est pas valable : il faut un nom de fichier, sans dossier."),
        )
    if len(name) > LONGEST_NAME:
        _refuse(
            name[:LONGEST_NAME],
            N_("Le nom « {name}… » est trop long : {most} signes au plus."),
            most=LONGEST_NAME,
        )


def _check_size(name: str, content: bytes) -> None:
    if not content:
        _refuse(name, N_("« {name} » est vide : il n’y a rien à lire."))
    if len(content) > MOST:
        raise TooBig(
            N_(
                "« {name} » fait {size}, c’est trop : {most} au plus par fichier. Compressez-le,"
                " numérisez-le en noir et blanc, ou partagez-le en trois fichiers au plus."
            ),
            name=name,
            size=size(len(content)),
            most=size_limit(MOST),
            code=SIZE_CODE,
        )


def _kind_of(name: str, content: bytes) -> PieceKind:
    actual_kind = next((kind for kind, magic in _MAGIC.items() if content.startswith(magic)), None)
    named_kind = next((kind for kind in PieceKind if name.lower().endswith(SUFFIXES[kind])), None)
    if _HEIC.match(content):
        _refuse(name, N_("« {name} » est une photo HEIC : enregistrez-la en JPEG."))
    if actual_kind is None:
        _refuse(
            name,
            N_(
                "« {name} » n’est ni un PDF, ni une image JPEG ou PNG : enregistrez-le ou"
                " imprimez-le en PDF, puis déposez le PDF."
            ),
        )
    if actual_kind is not named_kind:
        _refuse(
            name,
            N_("« {name} » est en réalité un fichier {found} : donnez-lui la bonne extension."),
            found=actual_kind.value.upper(),
        )
    return actual_kind


def _hides(kind: PieceKind, content: bytes) -> bool:
    """Return whether a reader of another format would find content in it."""
    if kind is not PieceKind.PDF and _MAGIC[PieceKind.PDF] in content:
        return True
    return (
        _MARKUP.search(content) is not None
        or any(sign in content for sign in _ARCHIVES)
        or _is_archive(content)
    )


def _is_archive(content: bytes) -> bool:
    """Return whether an unzip program opens it: a similar signature is not enough."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return bool(archive.namelist()) or not content.startswith(tuple(_MAGIC.values()))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError):
        return False


def _ends(kind: PieceKind, content: bytes) -> bool:
    """Return whether its end marker is present and last; JPEGs may have more images after it."""
    if kind is PieceKind.PDF:
        return _PDF_END.search(content[-1024:]) is not None
    if kind is PieceKind.PNG:
        return content.endswith(_PNG_END)
    return b"\xff\xd9" in content
