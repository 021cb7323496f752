"""A handover: several formats of one snapshot, with a manifest that says of what it is made, and adds up.

Files of a format that has several lie in a folder of its name.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from importlib.metadata import version
from typing import Any

from pydantic_core import to_json

from api.http.export.formats import Content, Package, SurveyedExport
from api.http.export.kinds import FormatKind, kind_of
from api.http.export.row import ExportRow, utc
from api.http.schemas.exports import ExportFormat, License
from api.snapshots import About
from shared.records import LEFT_OUT, Photo, PhotoState, RefusedFile
from shared.vision.no_bird import NO_BIRD_BELOW

MANIFEST = "manifest.json"
VERSION = 1
_NOBODY = ""
_NO_SOURCE = "no-data"


class Handover:
    def __init__(
        self, formats: Sequence[ExportFormat], photo_url: str, license: License | None = None
    ) -> None:
        """`photo_url`: where a photo is fetched, with `{}` for its id."""
        self._photo_url = photo_url
        kinds = [kind_of(name) for name in formats]
        self._surveys: dict[ExportFormat, SurveyedExport] = {
            kind.name: kind.survey(license) for kind in kinds if kind.surveyed
        }
        self._kinds = sorted(kinds, key=lambda kind: not self._begins_at_once(kind))
        self._tally = _Tally()
        self._formats: dict[str, tuple[list[str], Package | None]] = {}

    @property
    def begins_at_once(self) -> bool:
        """The first file goes through all photos, so that they were looked at before the others are made."""
        return self._begins_at_once(self._kinds[0])

    def _begins_at_once(self, kind: FormatKind) -> bool:
        return kind.name not in self._surveys or self._surveys[kind.name].begins_at_once

    @property
    def tells_sightings(self) -> bool:
        return any(survey.tells_sightings for survey in self._surveys.values())

    def survey(self, photos: Sequence[Photo]) -> None:
        for survey in self._surveys.values():
            survey.survey(photos)
        for photo in photos:
            self._tally.note(ExportRow.of(photo))

    def survey_refused(self, files: Sequence[RefusedFile]) -> None:
        for survey in self._surveys.values():
            survey.survey_refused(files)
        for file in files:
            self._tally.listed["left_out" if file.state == LEFT_OUT else "refused"] += 1

    def files(self, about: About) -> Iterator[tuple[str, Content]]:
        """Each is to be asked for when those before have been read."""
        for kind in self._kinds:
            survey = self._surveys.get(kind.name)
            if survey is None:
                name = f"results.{kind.suffix}" if kind.suffix == kind.name else kind.suffix
                files: list[tuple[str, Content]] = [(name, kind.exports(about.batch, self._photo_url))]
                self._formats[kind.name] = [name], None
            else:
                package = survey.package(about)
                within = "" if len(package.files) == 1 else f"{kind.name}/"
                files = [(within + name, content) for name, content in package.files]
                self._formats[kind.name] = [name for name, _ in files], package
            yield from files

    def manifest(self, about: About, files: dict[str, tuple[int, str]]) -> bytes:
        """`files`: size in bytes and SHA-256 of each."""
        batch, counts = about.batch, about.batch.counts
        return to_json(
            {
                "handover": VERSION,
                "made_by": f"Birds {version('birds')}",
                "read_at": utc(about.read_at),
                "batch": {"id": batch.id, "name": batch.name, "owner": about.owner, "state": batch.state},
                "counts": {
                    "accepted": counts.accepted,
                    "queued": counts.queued,
                    "done": counts.done,
                    "failed": counts.failed,
                    "refused": batch.refused,
                    "left_out": batch.left_out,
                },
                **self._tally.told(),
                "models": [
                    {"model": used.model, "sha256": used.digest, "photos": used.photos}
                    for used in about.models
                ],
                "scoring": asdict(batch.scoring),
                "no_bird_below": NO_BIRD_BELOW,
                "formats": {
                    format: {"files": names, "left_out": {} if package is None else package.left_out}
                    for format, (names, package) in self._formats.items()
                },
                "files": {name: {"bytes": size, "sha256": digest} for name, (size, digest) in files.items()},
            },
            indent=2,
        )


class _Tally:
    """What the rows say, to be held against the ledger's counts."""

    def __init__(self) -> None:
        self._states: Counter[str] = Counter()
        self._ranks: Counter[str] = Counter()
        self._reviewers: Counter[str] = Counter()
        self._ranges: Counter[str] = Counter()
        self.listed: Counter[str] = Counter(refused=0, left_out=0)

    def note(self, row: ExportRow) -> None:
        self._states["failed" if row.photo.state is PhotoState.FAILED else "done"] += 1
        if row.name is not None:
            self._ranks[row.name.rank] += 1
        if row.reviewed:
            self._reviewers[row.reviewed_by or _NOBODY] += 1
        if row.photo.range is not None:
            self._ranges[row.photo.range.get("source") or _NO_SOURCE] += 1

    def told(self) -> dict[str, Any]:
        return {
            "rows": {"done": self._states["done"], "failed": self._states["failed"], **self.listed},
            "names": dict(self._ranks),
            "reviewed": self._reviewers.total(),
            "reviewers": [
                {"by": by or None, "photos": number} for by, number in self._reviewers.most_common()
            ],
            "range_sources": dict(self._ranges),
        }
