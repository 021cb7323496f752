"""Makes sightings of finished batches, beside requests: reads their answers, groups them, writes what they
are."""

import asyncio

import structlog

from api.duties.portions import Portions
from api.metrics import SIGHTINGS
from shared.ledger import sightings as ledger
from shared.ledger.batches import scoring_of
from shared.ledger.database import LedgerRefused, Pool
from shared.ledger.scorers import scorer_of
from shared.ledger.sightings import Claim, SupersededError
from shared.metrics import timed
from shared.records import ModelId
from shared.scoring.scorer import Scorer
from shared.sightings.arranging import Arranged, arranged, portions
from shared.sightings.frames import Frames
from shared.sightings.gathering import Gathering
from shared.sightings.grouping import group
from shared.sightings.telling import Sighting, tell

POLL_S = 2.0  # between looks for batches that others have finished
READ = 5000  # photos a statement: 4 MB with their embeddings
WRITTEN = 2000  # photos a transaction, some 100 ms: then it is the turn of who changes the batch


class Sightings:
    """Each api replica runs one; no two are at the same batch, and one that died is followed by another."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._portions = Portions("sightings", self.make_all, POLL_S)
        self._log = structlog.get_logger().bind(service="sightings")

    def wake(self) -> None:
        """There is something to do now."""
        self._portions.wake()

    async def run(self) -> None:
        await self._portions.run()

    async def make_all(self) -> None:
        """Of all batches that want it and that nobody else is at. Raises Away."""
        while (claimed := await ledger.claim(self._pool)) is not None:
            try:
                with timed(SIGHTINGS):
                    await self.make(claimed)
            except SupersededError:
                continue
            except LedgerRefused as error:  # it harms no other batch; tried again later
                self._log.error("no sightings", batch=str(claimed.batch_id), error=repr(error))

    async def make(self, claimed: Claim) -> None:
        """All sightings of a batch; nothing is lost or doubled by doing it again. Raises Away,
        LedgerRefused."""
        gathered = await self._gather(claimed)
        frames = gathered.frames()
        found = await asyncio.to_thread(_grouped, frames, gathered, claimed.gap_s)
        scorers: dict[ModelId, Scorer | None] = {}
        for portion in portions(found, WRITTEN):
            told = await self._tell(claimed, gathered, frames, portion, scorers)
            if told:
                await ledger.keep_sightings(self._pool, claimed, gathered.ids, told)
        await ledger.end_sightings(self._pool, claimed)
        self._log.info(
            "sightings made", batch=str(claimed.batch_id), photos=len(frames), sightings=len(found)
        )

    async def _gather(self, claimed: Claim) -> Gathering:
        gathering, after = Gathering(), 0
        while rows := await ledger.frames_after(self._pool, claimed.batch_id, after, READ):
            await asyncio.to_thread(gathering.add, rows)
            after = rows[-1]["seq"]
        return gathering

    async def _tell(
        self,
        claimed: Claim,
        gathered: Gathering,
        frames: Frames,
        portion: list[Arranged],
        scorers: dict[ModelId, Scorer | None],
    ) -> list[tuple[Arranged, Sighting]]:
        places = {gathered.ids[place]: place for one in portion for place in one.places.tolist()}
        for model_id in await ledger.models_of(self._pool, list(places)):
            if model_id not in scorers:
                scorers[model_id] = await scorer_of(self._pool, model_id)
        known = {model_id: scorer for model_id, scorer in scorers.items() if scorer is not None}
        embeddings = {photo_id: frames.embedding[place] for photo_id, place in places.items()}
        classes = {model_id: scorer.classes for model_id, scorer in known.items()}
        rows = await ledger.told_of(self._pool, list(places), embeddings, classes)
        settings = await scoring_of(self._pool, claimed.batch_id)
        # A photo that is tried again meanwhile has no answer now: its batch will want sightings once more.
        groups = [
            (one, [rows[gathered.ids[place]] for place in one.places.tolist() if gathered.ids[place] in rows])
            for one in portion
        ]
        groups = [(one, some) for one, some in groups if some]
        told = await asyncio.to_thread(tell, [some for _, some in groups], known, settings)
        return [(one, sighting) for (one, _), sighting in zip(groups, told, strict=True)]


def _grouped(frames: Frames, gathered: Gathering, gap_s: float) -> list[Arranged]:
    return arranged(frames, group(frames, gap_s), gathered.gradients)
