"""Calls to the distributor's ADICT, outside any transaction."""

from data.exchange.mirror.channels.upstream import Upstream, open_upstream

__all__ = ["Upstream", "open_upstream"]
