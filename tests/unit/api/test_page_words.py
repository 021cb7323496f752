"""What the page says about codes is complete, and agrees with the server."""

import re
from pathlib import Path

from api.http.schemas.photos import NOT_A_BIRD
from shared.errors import RETRYABLE_CODES, Code
from shared.vision.bundle import NO_BIRD_BELOW

STATIC = Path(__file__).parents[3] / "api" / "static"
WORDS = (STATIC / "js" / "words.js").read_text()
# Of a person who is not signed in, of our own page's mistakes, and of archives' entries: seen as they are.
ELSEWHERE = {
    Code.INVALID_REQUEST,
    Code.UNKNOWN_SPECIES,
    Code.UNAUTHORIZED,
    Code.NOT_FOUND,
    Code.METHOD_NOT_ALLOWED,
    Code.UNSUPPORTED_MEDIA_TYPE,
}


def test_every_reason_is_put_in_plain_words() -> None:
    said = set(re.findall(r'^  "?([a-z-]+)"?: "', WORDS, re.MULTILINE))
    assert {str(code) for code in Code} - said == {str(code) for code in ELSEWHERE}


def test_the_page_offers_a_retry_for_just_what_the_server_queues_again() -> None:
    [listed] = re.findall(r"PASSING = new Set\(\[(.*?)\]\)", WORDS, re.DOTALL)
    assert set(re.findall(r'"([a-z-]+)"', listed)) == {str(code) for code in RETRYABLE_CODES}


def test_nothing_in_the_page_is_loaded_from_elsewhere() -> None:
    for path in STATIC.rglob("*.*"):
        if "vendor" in path.parts or path.suffix not in (".js", ".css", ".html"):
            continue
        assert not re.findall(r"(?:src|href|import|url)\W{1,3}https?:", path.read_text()), path


def test_page_command_and_server_mean_the_same_by_no_bird() -> None:
    results = (STATIC / "js" / "results.js").read_text()
    assert f'NOT_A_BIRD = "{NOT_A_BIRD}"' in results
    assert f"const BIRD = {NO_BIRD_BELOW};" in results
