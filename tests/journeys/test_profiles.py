"""A browser profile is lent again without a trace of who had it."""

import pytest

from tests.journeys.profiles import Kind

KIND = Kind(phone=False, language="fr")


@pytest.mark.daily
def test_who_comes_next_finds_nothing_of_who_came_before(profiles):
    first = profiles.lend(KIND)
    context = first.context
    first.arrive("camille@tilleuls.example")
    page = first.open("/compte")
    page.evaluate("() => { localStorage.mine = '1'; sessionStorage.mine = '1'; }")
    context.set_offline(offline=True)
    profiles.take_back(KIND, first)

    second = profiles.lend(KIND)
    assert second.context is context
    assert context.cookies() == []
    page = second.open("/compte")
    assert "/connexion" in page.url
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    profiles.take_back(KIND, second)
    page.close()
    assert not first.problems
    assert not second.problems
