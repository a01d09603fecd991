"""The form of a surface and its card on the page of the site: what is wrong is said by field."""

import pytest
from dash import no_update

from callbacks import surfaces as callbacks
from core.errors import NotFound
from pages.pces import PAGE
from tests.factories import PCE, make_pce
from tests.web import request_of

GOOD = {"area": "1 250,5 m²", "use": "teaching", "first": "", "last": "", "source": "Bail"}


def save(request, seen=None, **typed):
    return callbacks.save(fields=GOOD | typed, seen=seen, pce=PCE, request=request)


def shown(request, **query):
    return str(PAGE.layout(request, pce=PCE, **query).to_plotly_json())


def test_the_page_of_a_site_states_changes_and_removes_a_surface(act, web, alice):
    with web.database.transaction() as db:
        make_pce(db, holder_id=1, alias="Lycée")
    with act() as db:
        request = request_of(db, alice)
        assert "Aucune surface connue" in shown(request)
        assert "Surface chauffée" in shown(request, surface="new")
        for field, typed in (("area", "grande"), ("use", "palace"), ("first", "2025-02-30")):
            place, _toast, fields = save(request, **{field: typed})
            assert (place, f"surfaces-{field}-error" in str(fields)) == (no_update, True)
        assert save(request)[0] == f"/pces?pce={PCE}"
        for words in ("250,50", "sans limite de dates", "Enseignement", "Bail"):
            assert words in shown(request)
        assert "ont déjà une surface" in str(save(request)[2])
        assert save(request, [1, 1], area="1300")[0] == f"/pces?pce={PCE}"
        assert "1300" in shown(request, surface="1")
        address, message = callbacks.remove([1, 2], request=request)
        assert (address, "Annuler" in str(message)) == (f"/pces?pce={PCE}", True)
        with pytest.raises(NotFound):
            shown(request, surface="1")
