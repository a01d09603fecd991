"""The other side: the distributor's ADICT, asked in a transaction of nobody's."""

from data.mirror.channels.upstream import Upstream, open_upstream

__all__ = ["Upstream", "open_upstream"]
