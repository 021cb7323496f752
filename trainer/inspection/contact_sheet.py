"""Every species in one PNG: whoever knows birds sees at a glance what is wrong with the labels."""

from pathlib import Path

from PIL import Image, ImageDraw, ImageOps, UnidentifiedImageError

from trainer.data.data_set import DataSet

TILE = 128  # pixels
CAPTION = 14
COLUMNS = 12
SHOWN = 3  # of each species, one below the other


def contact_sheet(data: DataSet, path: Path) -> None:
    """Write the sheet; photos that can't be read stay grey."""
    height = SHOWN * TILE + CAPTION
    rows = -(-len(data.species) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * TILE, rows * height), (128, 128, 128))
    pen = ImageDraw.Draw(sheet)
    for number, species in enumerate(data.species):
        left, top = number % COLUMNS * TILE, number // COLUMNS * height
        pen.text((left + 2, top + 1), species[:20], fill=(255, 255, 255))
        examples = [example.path for example in data.examples if example.species == species][:SHOWN]
        for place, photo in enumerate(examples):
            if tile := _tile(photo):
                sheet.paste(tile, (left, top + CAPTION + place * TILE))
    sheet.save(path)


def _tile(path: Path) -> Image.Image | None:
    try:
        with Image.open(path) as image:
            return ImageOps.fit(image.convert("RGB"), (TILE, TILE))
    except (OSError, UnidentifiedImageError, SyntaxError):
        return None
