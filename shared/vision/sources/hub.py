"""Files of the Hugging Face hub, and why one can't be had, in a sentence for each reason. Needs no torch."""

from pathlib import Path
from typing import Any, Final

import yaml
from huggingface_hub import hf_hub_download, metadata_load
from huggingface_hub.errors import (
    EntryNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    LocalEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from shared.errors import BirdsError, Code
from shared.vision.bundle import weights_digest

_CARD: Final = "README.md"
_VERSION_DIGITS: Final = 12  # of the weights' digest: the hub has no versions of its own
_LICENSE_LENGTH: Final = 200


class MissingFileError(BirdsError):
    """The repository is there and has no such file."""


def fetch(repository: str, file: str, revision: str | None, asked: str) -> Path:
    """The file in the hub's cache (HF_HOME), downloaded if it is not there, in a folder named by its commit.

    `asked` names the model in errors. Raises BirdsError (no-model), MissingFileError among them.
    """
    try:
        return Path(hf_hub_download(repository, file, revision=revision))
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
    except LocalEntryNotFoundError as error:
        if isinstance(error.__cause__, RevisionNotFoundError | EntryNotFoundError):
            raise _refused(f"{asked} has no {file}.") from error
        raise _refused(
            f"The hub with the weights of {asked} is out of reach from this machine. Run once where there is"
            " internet and copy its cache (HF_HOME), use `starter`, or give the folder of a bundle."
        ) from error
    except EntryNotFoundError as error:
        raise MissingFileError(Code.NO_MODEL, f"{asked} has no {file}.") from error
    except HFValidationError as error:
        raise _refused(f"{repository} is no name of a repository: {error}.") from error
    except (HfHubHTTPError, OSError) as error:
        raise _refused(f"{file} of {asked} cannot be fetched: {_first_line(error)}.") from error


def license_of(repository: str, revision: str | None, asked: str) -> str | None:
    """As the repository's card (README.md) states it; None where it does not. Raises as `fetch` does."""
    try:
        card = fetch(repository, _CARD, revision, asked)
    except MissingFileError:
        return None
    return license_in(card)


def license_in(card: Path) -> str | None:
    """Of a card's YAML front matter; a license of its own kind (`other`) by the name that it is given."""
    try:
        stated: dict[str, Any] = metadata_load(card) or {}
    except (ValueError, yaml.YAMLError):  # a card that nobody can read states nothing
        return None
    found = stated.get("license")
    if found == "other":
        found = stated.get("license_name") or found
    names = found if isinstance(found, list) else [found]
    return ", ".join(str(name) for name in names if name)[:_LICENSE_LENGTH] or None


def version_of(weights: Path) -> str:
    """What tells a model of the hub from another of its name."""
    return weights_digest(weights)[:_VERSION_DIGITS]


def _refused(detail: str) -> BirdsError:
    return BirdsError(Code.NO_MODEL, detail)


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0].rstrip(".") or type(error).__name__
