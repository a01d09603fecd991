"""The French literals of ADICT v2 that the API alone writes (domain.md §2.1)."""

from collections.abc import Mapping

from data.rights.types import Origin

ORIGINS: Mapping[Origin, str] = {
    Origin.DIRECT: "TIERS_DIRECT",
    Origin.FILE: "PORTAIL_MASSE",
    Origin.CONNECT: "CLIENT_CONNECT",
    Origin.MIRROR: "MIROIR",
}
