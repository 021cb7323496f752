"""Audits in the ledger: what is drawn of a batch, checked by labels, and drawn anew."""

from shared.final_name import NameRank
from shared.ledger.audits import Audit, Order, draw_audit, read_audit
from shared.ledger.database import Pool
from shared.ledger.keys import create_key, find_access
from shared.ledger.labels import Word, begin_label, label_listed
from shared.records import BatchId, KeyId, OwnerId, PhotoId
from tests.integration.test_sightings import HALF, JAY, MALLARD, TREE, a_trip

SHOTS = [(100.0 * n, (JAY, MALLARD)[n % 2], 0) for n in range(40)]


async def a_key(pool: Pool, name: str = "alice") -> KeyId:
    access = await find_access(pool, (await create_key(pool, name)).secret)
    assert access is not None
    return access.key_id


async def say(
    pool: Pool, owner: OwnerId, batch: BatchId, key: KeyId, photos: list[PhotoId], word: Word
) -> None:
    act = await begin_label(pool, owner, batch, key)
    async for _ in label_listed(pool, owner, batch, act, word, photos):
        pass


def drawn(audit: Audit) -> set[PhotoId]:
    return {PhotoId(one.drawn.photo) for one in audit.sample}


async def test_what_is_checked_by_labels_tells_of_all(pool: Pool) -> None:
    owner, batch, _ = await a_trip(pool, *SHOTS, (5000, TREE, 0), (6000, HALF, 0))
    key = await a_key(pool)
    await draw_audit(pool, owner, batch, Order(threshold=0.8, target=0.98, margin=0.02, checks=20, seed=1))
    audit = await read_audit(pool, owner, batch, key)
    assert audit.statement.overall.photos == 40
    assert 18 <= len(audit.sample) <= 22
    assert audit.statement.overall.checked == 0
    assert (audit.left_photos, audit.left_sightings) == (42, 42)
    wrong, *right = [PhotoId(one.drawn.photo) for one in audit.sample]
    await say(pool, owner, batch, key, right, Word(accept=True))
    await say(pool, owner, batch, key, [wrong], Word("Ostrich", "Struthio camelus", NameRank.SPECIES))
    said = await read_audit(pool, owner, batch, key)
    assert said.statement.complete
    assert (said.statement.overall.checked, said.statement.overall.wrong) == (len(audit.sample), 1)
    assert [one.is_right for one in said.sample] == [False] + [True] * len(right)
    by_species = said.statement.species
    assert set(by_species) == {"Blue Jay", "Mallard"}
    assert sum(one.wrong for one in by_species.values()) == 1
    assert said.drawn_at == audit.drawn_at
    assert said.left_photos == 42 - len(audit.sample)


async def test_more_are_drawn_beside_those_of_before(pool: Pool) -> None:
    owner, batch, _ = await a_trip(pool, *SHOTS)
    key = await a_key(pool)
    await draw_audit(pool, owner, batch, Order(0.5, 0.98, 0.02, checks=10))
    first = await read_audit(pool, owner, batch, key)
    await draw_audit(pool, owner, batch, Order(0.5, 0.98, 0.02, checks=30))
    more = await read_audit(pool, owner, batch, key)
    assert more.seed == first.seed
    assert drawn(first) < drawn(more)
    await draw_audit(pool, owner, batch, Order(0.5, 0.98, 0.001))
    assert len(drawn(await read_audit(pool, owner, batch, key))) == 40


async def test_it_is_drawn_anew_when_the_answers_are_others(pool: Pool) -> None:
    owner, batch, photos = await a_trip(pool, *SHOTS)
    key = await a_key(pool)
    await draw_audit(pool, owner, batch, Order(0.5, 0.98, 0.02, checks=20, seed=5))
    before = await read_audit(pool, owner, batch, key)
    kept, gone = [one for one in photos if one.photo_id in drawn(before)][:2]
    await say(pool, owner, batch, key, [kept.photo_id, gone.photo_id], Word(accept=True))
    assert (await read_audit(pool, owner, batch, key)).drawn_at == before.drawn_at  # labels change no answer
    await pool.execute("update photos set rolled_probability = 0.3 where id = $1", gone.photo_id)
    after = await read_audit(pool, owner, batch, key)
    assert after.drawn_at > before.drawn_at
    assert (after.seed, after.statement.overall.photos) == (5, 39)
    assert gone.photo_id not in drawn(after)
    assert len(drawn(after) & drawn(before)) >= len(drawn(before)) - 3
    assert [one.is_right for one in after.sample if one.drawn.photo == kept.photo_id] == [True]
