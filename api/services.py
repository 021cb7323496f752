"""What handlers work with; opened by the composition root, handed to every handler that asks for it."""

import asyncio
from dataclasses import dataclass, field

from api.duties.backlog import Backlog
from api.duties.deletions import Deletions
from api.duties.feed import Feed
from api.duties.key_limits import KeyLimits
from api.duties.looks import Looks
from api.duties.portions import BatchPortions
from api.duties.relay import Relay
from api.duties.sightings import Sightings
from api.duties.sweeper import Sweeper
from api.duties.webhooks import Webhooks
from api.intake.budget import ByteBudget
from api.intake.files import Unpacking
from api.intake.inspection import HeaderInspection
from api.intake.presigned import PresignedUploads
from api.intake.room import Room
from api.intake.storing import Store
from api.settings import ApiSettings
from api.snapshots import Snapshots
from api.taxa.taxa import Taxa
from api.thumbnails.maker import Thumbnails
from api.webhooks.addresses import Addresses
from shared.broker.hint_publisher import HintPublisher
from shared.disk import DataDisk
from shared.ledger.database import Pool
from shared.objects import ObjectStore


@dataclass(frozen=True, slots=True)
class Services:
    settings: ApiSettings
    pool: Pool
    objects: ObjectStore
    relay: Relay
    feed: Feed
    hints: HintPublisher
    looks: Looks
    sweeper: Sweeper
    deletions: Deletions
    retries: BatchPortions
    cancellations: BatchPortions
    sightings: Sightings
    webhooks: Webhooks
    addresses: Addresses
    limits: KeyLimits
    store: Store
    presigned: PresignedUploads
    backlog: Backlog
    disk: DataDisk
    room: Room
    budget: ByteBudget
    unpacking: Unpacking
    inspection: HeaderInspection
    thumbnails: Thumbnails
    snapshots: Snapshots
    taxa: Taxa
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the process is to stop: whoever waits for news answers with what there is."""
