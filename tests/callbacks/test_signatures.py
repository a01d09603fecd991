"""The page of a signature over HTTP: who may read the PCE, and what the address may say."""

import pytest

from tests.data.analysis.signatures.test_portrait import burn
from tests.factories import PCE, make_pce

PATH = "/consommations/signature"


def shown(web, user, query=f"?pce={PCE}"):
    return web.browser(user).open(PATH, query).text


@pytest.fixture
def burnt(web):
    with web.database.transaction() as db:
        burn(db, make_pce(db, holder_id=1), base=15.0, noise=0.02)


def test_its_holder_sees_why_the_year_differs(web, burnt):
    answer = shown(web, 1)

    assert "signatures-cloud" in answer
    assert "Lycée des Tilleuls" in answer
    assert "Calendrier" in answer


@pytest.mark.parametrize("query", ["&x=dju&base=17", "&x=dju&base=nan", "&x=other&base=1e9"])
def test_whatever_the_address_says_there_is_a_page(web, burnt, query):
    assert "signatures-cloud" in shown(web, 1, f"?pce={PCE}{query}")


def test_who_may_not_read_the_pce_sees_nothing_of_it(web, burnt):
    answer = shown(web, 3)

    assert "Lycée des Tilleuls" not in answer
    assert "signatures-cloud" not in answer


def test_who_has_no_pce_is_told(web):
    assert "signatures-cloud" not in shown(web, 1, "")
