"""`birds models shadow | swap | back`: a candidate beside the active model. Needs the ledger, not the api."""

from collections.abc import Iterator
from pathlib import Path

from rich.markup import escape

from api.cli.operator.ledger import open_ledger
from api.cli.operator.promotion import existing, outcome
from api.cli.output import report_console
from api.cli.running import EXIT_ALL_DONE, EXIT_SOME_FAILED, CouldNotRunError, counted, say
from shared.errors import BirdsError, Code
from shared.ledger import shadow as ledger
from shared.ledger.database import Pool
from shared.ledger.models import go_back
from shared.ledger.shadow import Trial
from shared.scoring.truth import RightOf
from shared.scoring.verdict import CandidateStanding, CandidateVerdict
from shared.vision.refs import parse_ref


async def set_candidate(data: Path | None, text: str, every: int) -> None:
    """Have workers answer one photo of `every` with the model of reference `text`, too.

    Raises `CouldNotRunError` where there is no such model, or it is the active one.
    """
    try:
        reference, _ = await existing(parse_ref(text), data)
        async with open_ledger(data) as pool:
            await ledger.set_candidate(pool, str(reference), every)
    except BirdsError as error:
        raise CouldNotRunError(error.detail) from None
    say(f"{reference} answers one photo of {every:,}, too; `birds models shadow` tells how it does")


async def end_candidate(data: Path | None) -> None:
    async with open_ledger(data) as pool:
        await ledger.end_candidate(pool)
    say("the active model answers alone")


async def print_trial(data: Path | None) -> None:
    """Raises `CouldNotRunError` where no candidate is set."""
    async with open_ledger(data) as pool:
        trial = await ledger.trial(pool)
    if trial is None:
        raise CouldNotRunError("no candidate is set; `birds models shadow REF` does that")
    console = report_console()
    for line in told(trial):
        console.print(escape(line), highlight=False)


async def swap(data: Path | None, *, wait: bool) -> int:
    """Promote the candidate if it is better, and `wait` as a promotion does; 1 where it is not."""
    async with open_ledger(data) as pool:
        try:
            trial = await ledger.swap(pool)
        except BirdsError as error:
            if error.code is not Code.NOT_BETTER:
                raise CouldNotRunError(error.detail) from None
            say(f"birds: {error.detail}")
            return EXIT_SOME_FAILED
        return await _switched(pool, trial.candidate.source, wait=wait)


async def back(data: Path | None, *, wait: bool) -> int:
    """Make active what served before, and `wait`. Raises `CouldNotRunError` where nothing did."""
    async with open_ledger(data) as pool:
        try:
            source = await go_back(pool)
        except BirdsError as error:
            raise CouldNotRunError(error.detail) from None
        return await _switched(pool, source, wait=wait)


async def _switched(pool: Pool, source: str, *, wait: bool) -> int:
    say(f"promoted {source}; workers switch to it, and `birds models back` takes that back")
    return await outcome(pool, source) if wait else EXIT_ALL_DONE


def told(trial: Trial) -> Iterator[str]:
    """Lines: what the candidate is, how right both models are, and what follows."""
    candidate, standing = trial.candidate, trial.standing
    name = candidate.model or candidate.source
    yield f"{name} answers one photo of {candidate.every:,}, too: {_state(trial)}"
    if candidate.failure is not None:
        yield f"a worker gave it up: {candidate.failure}"
    if standing.difference is None or standing.interval is None:
        yield "no photo that both answered was reviewed yet, in a batch of which there are sightings"
        return
    low, high = standing.interval
    seen = f"{counted(standing.active.of, 'reviewed photo')} of {counted(standing.sightings, 'sighting')}"
    yield f"on {seen}, right: active model {_share(standing.active)}, candidate {_share(standing.candidate)}"
    yield f"difference {standing.difference:+.1%} (95 %: {low:+.1%} to {high:+.1%}): {_verdict(standing)}"


def _state(trial: Trial) -> str:
    if trial.candidate.model is None:
        return "no worker has loaded it yet"
    return f"{counted(trial.answered, 'photo')} until now"


def _share(right: RightOf) -> str:
    return f"{right.value or 0:.1%}"


def _verdict(standing: CandidateStanding) -> str:
    if standing.verdict is CandidateVerdict.BETTER:
        return "better; `birds models swap` promotes it"
    if standing.verdict is CandidateVerdict.WORSE:
        return "worse"
    more = "" if standing.more is None else f" (needs about {standing.more:,} more reviewed sightings)"
    return f"undecided{more}"
