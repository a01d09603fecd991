"""Restrict impersonation to pages, some documents and reading callbacks."""

from flask import request

from api.dispatch import DISPATCH
from core.access import Viewer
from core.errors import Forbidden
from core.i18n import N_

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# pages of one's own account, of downloads, and of other people
_SECRETS = ("/compte", "/export", "/admin")
_DOCUMENTS = frozenset(
    {
        "pieces.piece",
        "pieces.page",
        "pieces.marks",
        "contracts.pdf",
        "contracts.page",
        "contracts.power",
        "contracts.power_page",
    }
)  # by endpoint: documents shown in the pages, whose reads impersonation records
_NO_FILE = N_(
    "Vous voyez le portail à la place de {name} : aucun export ni dossier de preuve ne peut y"
    " être téléchargé."
)


def check_looking(viewer: Viewer, public: frozenset[str]) -> None:
    """Refuse any request under impersonation except pages and callbacks that read.

    A route is refused unless it is `public` or a listed document, so a new route is refused until
    it is listed.
    """
    if not viewer.behind:
        return
    reads = request.method in SAFE_METHODS or request.path == DISPATCH
    if not reads or request.path.startswith(_SECRETS):
        viewer.require_self()
    if request.blueprint and request.endpoint not in _DOCUMENTS | public:
        raise Forbidden(_NO_FILE, name=viewer.name)
