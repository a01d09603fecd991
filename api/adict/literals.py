"""French literals of ADICT v2 that only the API writes (domain.md §2.1)."""

from collections.abc import Mapping

from data.rights.types import DeclarationOrigin

ORIGINS: Mapping[DeclarationOrigin, str] = {
    DeclarationOrigin.DIRECT: "TIERS_DIRECT",
    DeclarationOrigin.FILE: "PORTAIL_MASSE",
    DeclarationOrigin.CONNECT: "CLIENT_CONNECT",
    DeclarationOrigin.MIRROR: "MIROIR",
}
