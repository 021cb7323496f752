"""Files of the Hugging Face hub, and why one can't be had, in a sentence for each reason. Needs no torch."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import yaml
from huggingface_hub import HfApi, hf_hub_download, metadata_load
from huggingface_hub.errors import (
    EntryNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    HTTPError,
    LocalEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from shared.errors import BirdsError, Code
from shared.vision.bundle import file_digest
from shared.vision.refs import HubRef

_CARD: Final = "README.md"
_VERSION_DIGITS: Final = 12  # of the weights' digest: the hub has no versions of its own
_LICENSE_LENGTH: Final = 200  # as much as a bundle holds of it
_LOOK_UP_S: Final = 5.0  # a person waits for it


class MissingFileError(BirdsError):
    """The repository is there and has no such file."""


def fetch(repository: str, file: str, revision: str | None, asked: str) -> Path:
    """The file in the hub's cache (HF_HOME), downloaded if it is not there, in a folder named by its commit.

    `asked` names the model in errors. Raises BirdsError (no-model), MissingFileError among them.
    """
    with _explained(repository, file, revision, asked):
        return Path(hf_hub_download(repository, file, revision=revision))


def license_of(repository: str, revision: str | None, asked: str) -> str | None:
    """As the repository's card (README.md) states it; None where it does not, or where there is no card.

    Weights copied from elsewhere without their card are as good.
    """
    try:
        return license_in(fetch(repository, _CARD, revision, asked))
    except BirdsError:
        return None


def look_up(ref: HubRef) -> tuple[HubRef, str | None]:
    """The commit that `ref` means now, and its license; asks the hub, once. Raises BirdsError (no-model)."""
    with _explained(ref.repository, _CARD, ref.revision, str(ref)):
        found = HfApi().model_info(ref.repository, revision=ref.revision, timeout=_LOOK_UP_S)
    stated = found.card_data.to_dict() if found.card_data is not None else {}
    return HubRef(ref.repository, found.sha), _license(stated)


@contextmanager
def _explained(repository: str, file: str, revision: str | None, asked: str) -> Iterator[None]:
    """Turns what the hub's client raises into BirdsError (no-model), with what to do about it."""
    try:
        yield
    except GatedRepoError as error:
        raise _refused(
            f"{asked} is open only to those who have accepted its terms: do so on its page of the hub, and"
            " set HF_TOKEN to a token of yours where the worker runs."
        ) from error
    except RepositoryNotFoundError as error:
        raise _refused(
            f"The hub has no repository {repository}, or it is private: then set HF_TOKEN to a token that may"
            " read it where the worker runs."
        ) from error
    except RevisionNotFoundError as error:
        raise _refused(f"{repository} has no revision {revision}.") from error
    except LocalEntryNotFoundError as error:  # before EntryNotFoundError, of which it is one
        raise _out_of_reach(asked) from error
    except EntryNotFoundError as error:
        raise MissingFileError(Code.NO_MODEL, f"{asked} has no {file}.") from error
    except HFValidationError as error:
        raise _refused(f"{repository} is no name of a repository: {_first_line(error)}.") from error
    except HfHubHTTPError as error:
        raise _refused(f"{file} of {asked} cannot be fetched: {_first_line(error)}.") from error
    except (HTTPError, ConnectionError) as error:
        raise _out_of_reach(asked) from error
    except OSError as error:
        raise _refused(f"{file} of {asked} cannot be kept: {_first_line(error)}.") from error


def license_in(card: Path) -> str | None:
    """Of a card's YAML front matter; a license of its own kind (`other`) by the name that it is given."""
    try:
        stated: dict[str, Any] = metadata_load(card) or {}
    except (ValueError, yaml.YAMLError):  # a card that nobody can read states nothing
        return None
    return _license(stated)


def _license(stated: dict[str, Any]) -> str | None:
    found = stated.get("license")
    if found == "other":
        found = stated.get("license_name") or found
    names = found if isinstance(found, list) else [found]
    return ", ".join(str(name) for name in names if name)[:_LICENSE_LENGTH] or None


def version_of(weights: Path) -> str:
    """What tells a model of the hub from another of its name."""
    return file_digest(weights)[:_VERSION_DIGITS]


def _out_of_reach(asked: str) -> BirdsError:
    return _refused(
        f"The hub with the weights of {asked} is out of reach from this machine. Run once where there is"
        " internet and copy its cache (HF_HOME), use `starter`, or give the folder of a bundle."
    )


def _refused(detail: str) -> BirdsError:
    return BirdsError(Code.NO_MODEL, detail)


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0].rstrip(".") or type(error).__name__
