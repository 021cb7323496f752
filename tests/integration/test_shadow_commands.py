"""`birds models shadow | swap | back`, as an operator types them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.cli.operator.shadow import told
from shared.ledger.database import Pool
from shared.ledger.models import note_good, promote
from shared.ledger.shadow import ShadowCandidate, Trial
from shared.records import ModelId, new_id
from shared.scoring.verdict import PairedSighting, standing
from tests.support.command import Birds
from tests.support.stack import Stack

BOTH, CANDIDATE = PairedSighting(2, 2, 0, 0), PairedSighting(1, 0, 0, 1)


async def test_a_candidate_is_set_and_ended_and_nothing_is_swapped_by_guess(
    stack: Stack, pool: Pool, tmp_path: Path
) -> None:
    operator = Birds(tmp_path, BIRDS_POSTGRES_URL=stack.postgres_url)
    for source in ("folder:/first", "starter"):
        await promote(pool, source)
        await note_good(pool, source)
    none = await operator("models", "shadow")
    assert (none.status, "no candidate is set" in none.err) == (2, True)
    end = await operator("models", "shadow", "birds525", "--every", "3")
    assert (end.status, "birds525 answers one photo of 3, too" in end.err) == (0, True)
    end = await operator("models", "shadow")
    assert (end.status, "no worker has loaded it yet" in end.out) == (0, True)
    end = await operator("models", "swap")
    assert (end.status, "has answered no photo that a person has named" in end.err) == (1, True)
    end = await operator("models", "shadow", "--off")
    assert (end.status, await pool.fetchval("select count(*) from shadow")) == (0, 0)
    end = await operator("models", "back", "--no-wait")
    assert (end.status, "promoted folder:/first" in end.err) == (0, True)
    assert await pool.fetchval("select source from active_model") == "folder:/first"


@pytest.mark.parametrize(
    ("sightings", "lines"),
    [
        ([], ["no photo that both answered was reviewed yet, in a batch of which there are sightings"]),
        (
            [BOTH] * 20 + [CANDIDATE] * 12,
            [
                "on 52 reviewed photos of 32 sightings, right: active model 76.9%, candidate 100.0%",
                "difference +23.1% (95 %: +9.7% to +37.9%): better; `birds models swap` promotes it",
            ],
        ),
        (
            [BOTH] * 20 + [CANDIDATE] * 4,
            [
                "on 44 reviewed photos of 24 sightings, right: active model 90.9%, candidate 100.0%",
                "difference +9.1% (95 %: -1.6% to +22.2%): "
                "undecided (needs about 12 more reviewed sightings)",
            ],
        ),
    ],
    ids=["nothing", "better", "undecided"],
)
def test_what_is_known_of_it_is_told_in_lines(sightings: list[PairedSighting], lines: list[str]) -> None:
    candidate = ShadowCandidate(
        "new@2", 10, datetime.now(UTC), "its process died", ModelId(new_id()), "new@2"
    )
    found = list(told(Trial(candidate, 1234, standing(sightings))))
    assert found[0] == "new@2 answers one photo of 10, too: 1,234 photos until now"
    assert found[1] == "a worker gave it up: its process died"
    assert found[2:] == lines
