"""What was found lately is found again, and never more than so much of it."""

from api.request_cache import RecentCache


def test_what_nobody_asks_for_is_forgotten_first():
    found: RecentCache[str, int] = RecentCache(2)
    assert found.get("a") is None
    found.remember("a", 1)
    found.remember("b", 2)
    assert found.get("a") == 1
    found.remember("c", 3)
    assert [found.get(key) for key in "abc"] == [1, None, 3]
