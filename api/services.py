"""What handlers work with; opened by the composition root, handed to every handler that asks for it."""

import asyncio
from concurrent.futures import Executor
from dataclasses import dataclass, field

from aiohttp import web

from api.backlog import Backlog
from api.draining import OpenRequests
from api.feed import Feed
from api.intake.budget import ByteBudget
from api.intake.storing import Store
from api.relay import Relay
from api.settings import ApiSettings
from api.sweeper import Sweeper
from api.thumbnails.maker import Thumbnails
from shared.ledger.database import Pool
from shared.objects import ObjectStore


@dataclass(frozen=True, slots=True)
class Services:
    settings: ApiSettings
    pool: Pool
    objects: ObjectStore
    relay: Relay
    feed: Feed
    sweeper: Sweeper
    store: Store
    backlog: Backlog
    budget: ByteBudget
    unpacking: Executor
    """Threads for zip archives only: they wait for the network, and must not keep others waiting."""
    thumbnails: Thumbnails
    requests: OpenRequests = field(default_factory=OpenRequests)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the process is to stop: whoever waits for news answers with what there is."""


SERVICES = web.AppKey("services", Services)
