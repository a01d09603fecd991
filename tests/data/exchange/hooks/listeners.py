"""Webhooks for tests, and what each was to be told."""

from sqlalchemy import select

from data.exchange.hooks import actions
from data.exchange.hooks.models import Hook, HookDelivery, HookMark
from data.exchange.hooks.types import CHOSEN, Topic, WantedHook
from tests.factories import NOW

KEY = b"k" * 32
URL = "https://hooks.thermia.example/espace?jeton=secret"


def added(db, viewer, *, topics=CHOSEN, name="Supervision", url=URL, now=NOW):
    return actions.add_hook(db, viewer, WantedHook(name, url, topics), key=KEY, now=now)


def told(db, viewer, topic=None, now=NOW):
    """The bodies of all that the webhooks of an organisation were to hear, pings aside."""
    while actions.queue_state_events(db, now):
        pass
    while actions.queue_data_events(db, now):
        pass
    query = (
        select(HookDelivery.body)
        .join(Hook, Hook.id == HookDelivery.hook_id)
        .where(Hook.organisation_id == viewer.organisation_id, HookDelivery.topic != Topic.PING)
        .order_by(HookDelivery.id)
    )
    if topic is not None:
        query = query.where(HookDelivery.topic == topic)
    return list(db.scalars(query))


def lines(bodies, name):
    return [line for body in bodies for line in body["data"][name]]


def marks(db):
    return len(db.scalars(select(HookMark.id)).all())


def deliveries(db, hook_id):
    db.expire_all()
    query = select(HookDelivery).where(HookDelivery.hook_id == hook_id)
    return list(db.scalars(query.order_by(HookDelivery.id)))
