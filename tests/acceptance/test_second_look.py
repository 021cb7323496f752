"""A bird that is small in its photo is looked at twice, by the real worker; its neighbours are not."""

import io
from pathlib import Path

from PIL import Image

from scripts.embedded.servers.choice import Servers
from shared.vision.bundle import SecondLook
from tests.support.colour_model import FAR_AT, FAR_SIZE, bird, saved_by_colour
from tests.support.http import signed_in
from tests.support.pictures import truncated
from tests.support.processes import system
from tests.support.stack import private_stack


async def test_a_far_bird_is_answered_with_the_box_that_it_was_found_in(
    servers: Servers, tmp_path: Path
) -> None:
    saved_by_colour(tmp_path / "model", second_look=SecondLook(below=0.9, side=0.5))
    far = bird("Cardinal", FAR_SIZE, FAR_AT)
    files = [
        ("near.png", bird("Bluebird")),
        ("far.png", far),
        ("turned.jpg", lying(far)),
        ("broken.jpg", truncated()),
        *((f"more-{seed}.png", bird("Cardinal", seed=seed)) for seed in range(8)),
    ]
    async with (
        private_stack(servers) as stack,
        system(stack, tmp_path, workers=1, BIRDS_MODEL=f"folder:{tmp_path / 'model'}") as running,
        signed_in(running.url, await running.key("alice")) as http,
    ):
        batch = await http.batch()
        await http.send(batch, files)
        await http.close(batch)
        results = {one["name"]: one for one in await http.finished(batch)}
        alone = await http.call("POST", "/v1/classify?wait=30", data=far)
    assert results.pop("broken.jpg")["state"] == "failed"
    assert {one["predictions"][0]["species"] for name, one in results.items() if name != "near.png"} == {
        "Cardinal"
    }
    assert results["near.png"]["predictions"][0]["species"] == "Bluebird"
    boxes = {name: one["box"] for name, one in results.items() if one["box"] is not None}
    assert boxes.keys() == {"far.png", "turned.jpg"}
    for box in (*boxes.values(), alone.body["box"]):
        assert box["x"] <= FAR_AT[0] <= box["x"] + box["width"]
        assert box["y"] <= FAR_AT[1] <= box["y"] + box["height"]
        assert (box["width"], box["height"]) == (0.5, 0.5)


def lying(data: bytes) -> bytes:
    """The same picture as a camera held upright stores it: turned, with a word about that in its EXIF."""
    image = Image.open(io.BytesIO(data)).transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    image.save(out, "JPEG", quality=95, exif=exif)
    return out.getvalue()
