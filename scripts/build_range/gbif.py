"""Questions to GBIF's occurrence API, one at a time; each answer is kept, so that none is asked for twice."""

import json
import random
import time
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

API: Final = "https://api.gbif.org/v1"
BIRDS: Final = 212  # the class Aves in GBIF's backbone
LICENSES: Final = ("CC0_1_0", "CC_BY_4_0")
"""What may be counted for any purpose. CC BY-NC, the third there is, would bind whoever uses the table."""
PAGE: Final = 1200  # species in an answer: most countries have fewer
TIMEOUT_S: Final = 60.0
TRIES: Final = 6
FIRST_PAUSE_S: Final = 2.0  # doubled each time
_PASSING: Final = frozenset((HTTPStatus.TOO_MANY_REQUESTS, 500, 502, 503, 504))


class GbifAwayError(Exception):
    """It did not answer, however often it was asked."""


class Gbif:
    """`kept` is a folder for answers; `pause_s` passes between two questions."""

    def __init__(self, kept: Path, *, api: str = API, pause_s: float = 0.2, agent: str = "birds") -> None:
        self._kept = kept
        self._api = api
        self._pause_s = pause_s
        self._agent = agent
        self.asked = 0
        kept.mkdir(parents=True, exist_ok=True)

    def counts(self, country: str, month: int) -> dict[str, int]:
        """Records by GBIF's species key."""
        filters = [
            ("classKey", str(BIRDS)),
            ("country", country),
            ("month", str(month)),
            ("hasCoordinate", "true"),
            ("hasGeospatialIssue", "false"),
            ("occurrenceStatus", "PRESENT"),
            *(("license", one) for one in LICENSES),
            ("facet", "speciesKey"),
            ("facetLimit", str(PAGE)),
            ("limit", "0"),
        ]
        found: dict[str, int] = {}
        while True:
            page = [*filters, ("facetOffset", str(len(found)))]
            answer = self._answer(f"{country}-{month:02}-{len(found)}", "occurrence/search", page)
            counts = [one for facet in answer["facets"] for one in facet["counts"]]
            found |= {one["name"]: one["count"] for one in counts}
            if len(counts) < PAGE:
                return found

    def species(self, key: str) -> str | None:
        """Scientific name without its author; None of a key that is gone."""
        name: str | None = self._answer(f"species-{key}", f"species/{key}", []).get("canonicalName")
        return name

    def _answer(self, name: str, path: str, query: Sequence[tuple[str, str]]) -> Mapping[str, Any]:
        file = self._kept / f"{name}.json"
        if file.exists():
            kept: dict[str, Any] = json.loads(file.read_text())
            return kept
        answer = self._ask(f"{self._api}/{path}?{urlencode(query)}")
        part = file.with_suffix(".part")
        part.write_text(json.dumps(answer))
        part.replace(file)
        return answer

    def _ask(self, url: str) -> dict[str, Any]:
        """Raises GbifAwayError."""
        pause_s, reason = FIRST_PAUSE_S, ""
        request = Request(url, headers={"User-Agent": self._agent, "Accept": "application/json"})
        for _ in range(TRIES):
            self.asked += 1
            time.sleep(self._pause_s)
            try:
                with urlopen(request, timeout=TIMEOUT_S) as response:
                    answer: dict[str, Any] = json.loads(response.read())
                    return answer
            except HTTPError as error:
                if error.code == HTTPStatus.NOT_FOUND:
                    return {}
                if error.code not in _PASSING:
                    raise GbifAwayError(f"{url}: {error}") from None
                reason, wait = str(error), error.headers.get("Retry-After", "")
                pause_s = max(pause_s, float(wait)) if wait.isdigit() else pause_s
            except (URLError, TimeoutError, ConnectionError, ValueError) as error:
                reason = str(error)
            time.sleep(pause_s * random.uniform(0.5, 1.0) if self._pause_s else 0)
            pause_s *= 2
        raise GbifAwayError(f"{url}: {reason}")
