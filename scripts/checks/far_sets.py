"""Photos in which the bird is small, made from those in which it is large.

A photo of a bird becomes a part of another photo, of a landscape, a plant or a thing: a half or a third as
wide and high as that, at a place drawn at random. It keeps its own pixels, as the bird in a large photo has
them: the frame is two or three times as wide.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from trainer.data.errors import DataSetError

SIDE = 224  # pixels of a bird's photo, as the data set has them
_QUALITY = 92  # of the JPEG: no artefact that the original has not

# Of notbird/: nothing in them is an animal, nor drawn.
_BACKGROUNDS = """
    aerial_park alley budgie_beacon_street_sunset budgie_singaporean_cityscape budgie_tea_gardens
    cactus cameratrap_blank cameratrap_blank2 college_building daisy dandelion fern fir_twigs
    flowers forest_floor forest_road forest_stream hibiscus lake leaf leaf_on_snow
    lomiri_aitzgorri_by_aitzol_berasategi mate_dune mate_greenmeadow mate_storm mountain_steppe
    passion_flower picos_de_europa plasma_fallenleaf plasma_path potted_plant red_car rose roses
    snowy_forest snowy_mountains snowy_village stone_pile stonehenge sunset_clouds sunset_field
    sunset_sea tomatoes trailcam_blank_steppe trailcam_snow_blank trees_and_block valley
    white_blossom wildflowers yellow_blossom
"""


def write_far_set(photos: Sequence[Path], scenes: Sequence[Path], times: int, folder: Path) -> None:
    """Each of `photos` in a frame `times` as wide and high, as `folder`/test/<its own folder>/<its name>."""
    for path, picture in zip(photos, far_photos(photos, scenes, times), strict=True):
        target = folder / "test" / path.parent.name / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        picture.save(target, "JPEG", quality=_QUALITY)


def far_photos(photos: Sequence[Path], scenes: Sequence[Path], times: int) -> Iterator[Image.Image]:
    """The same for the same photos in the same order, whatever the machine."""
    random = np.random.default_rng(times)
    for path in photos:
        scene = scenes[int(random.integers(len(scenes)))]
        left, top = random.integers((times - 1) * SIDE + 1, size=2)
        frame = _square(scene, times * SIDE)
        frame.paste(_square(path, SIDE), (int(left), int(top)))
        yield frame


def scenes_of(no_birds: Path) -> list[Path]:
    """The photos of `no_birds` that serve as backgrounds. Raises `DataSetError` where one is missing."""
    found = [no_birds / f"{name}.jpg" for name in _BACKGROUNDS.split()]
    if missing := [path for path in found if not path.exists()]:
        raise DataSetError(f"{missing[0]} is missing")
    return found


def _square(path: Path, side: int) -> Image.Image:
    with Image.open(path) as image:
        return ImageOps.fit(image.convert("RGB"), (side, side), Image.Resampling.BICUBIC)
