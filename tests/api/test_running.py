"""One person has few costly things running at once; nobody else waits for them."""

import threading

import pytest

from api.concurrency_limit import Running
from components.sheets import Ids
from core.errors import TooMany


def test_a_third_one_is_told_to_wait_and_another_person_is_not():
    running = Running()
    with running.one_more(1), running.one_more(1):
        with pytest.raises(TooMany, match="en cours"), running.one_more(1, patience=0.0):
            raise AssertionError
        with running.one_more(2, patience=0.0):
            pass
    with running.one_more(1, patience=0.0), running.one_more(1, patience=0.0):
        pass


def test_one_that_ends_in_time_lets_the_next_begin():
    running = Running()
    began, end = threading.Event(), threading.Event()

    def busy():
        with running.one_more(1):
            began.set()
            end.wait(20)

    thread = threading.Thread(target=busy)
    thread.start()
    assert began.wait(20)
    with running.one_more(1):
        threading.Timer(0.05, end.set).start()
        with running.one_more(1, patience=20.0):
            thread.join()


def test_one_that_fails_is_over():
    running = Running()
    for _time in range(5):
        with pytest.raises(KeyError), running.one_more(1, patience=0.0):
            raise KeyError


@pytest.fixture
def busy(web):
    """A portal where Alice has as much running as she may."""
    running = web.server.extensions["portal"].running
    with running.one_more(1), running.one_more(1):
        yield web


def test_a_costly_callback_is_refused_with_a_sentence(busy):
    outputs = [
        {"id": Ids.PREVIEW, "property": "children"},
        {"id": Ids.ACTIONS, "property": "hidden"},
        {"id": Ids.CONFIRM, "property": "children"},
        {"id": Ids.CONFIRM, "property": "disabled"},
        {"id": Ids.REJECTS, "property": "hidden"},
        {"id": Ids.PREVIEWED, "property": "data"},
    ]
    named = "...".join(f"{one['id']}.{one['property']}" for one in outputs)
    body = {
        "output": f"..{named}..",
        "outputs": outputs,
        "inputs": [{"id": Ids.SENT, "property": "data", "value": None}],
        "state": [{"id": one, "property": "data", "value": None} for one in (Ids.KIND, Ids.PLACE)],
        "changedPropIds": [f"{Ids.SENT}.data"],
    }
    assert "en cours" in busy.browser(1).dispatch(body).get_data(as_text=True)
    assert "en cours" not in busy.browser(3).dispatch(body).get_data(as_text=True)


def test_a_sheet_is_not_read_meanwhile(busy):
    answer = busy.browser(1).send("/feuilles/seuils", [("x.csv", b"PCE")])
    assert (answer.status_code, "en cours" in answer.json["error"]) == (429, True)
