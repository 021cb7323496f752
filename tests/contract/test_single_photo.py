"""One photo at a time: classify, look, correct."""

import io

import aiohttp
from PIL import Image

from shared.ledger.database import open_pool
from shared.ledger.models import register_model
from tests.support.http import Http
from tests.support.pictures import a_photo, truncated
from tests.support.processes import System


async def test_classify_answers_in_one_call(alice: Http) -> None:
    answer = await alice.call("POST", "/v1/classify?wait=30", data=a_photo(3))
    assert answer.status == 200, answer
    assert answer.body["state"] == "done"
    assert len(answer.body["predictions"]) == 5
    form = aiohttp.FormData()
    form.add_field("photo", a_photo(3), filename="bird.jpg")
    named = await alice.call("POST", "/v1/classify?wait=30", data=form)
    assert named.body["name"] == "bird.jpg"
    assert named.body["predictions"] == answer.body["predictions"]
    assert (await alice.call("GET", "/v1/batches")).body["batches"] == []


async def test_classify_that_may_not_wait_says_where_to_look(alice: Http) -> None:
    answer = await alice.call("POST", "/v1/classify?wait=0", data=a_photo(4))
    assert answer.status == 202
    photo = await alice.call("GET", answer.headers["Location"])
    assert photo.status == 200
    assert photo.body["state"] in ("queued", "done")


async def test_classify_refuses_what_is_no_photo(alice: Http) -> None:
    answer = await alice.call("POST", "/v1/classify", data=b"no photo")
    assert (answer.status, answer.code) == (415, "unsupported-type")
    assert (await alice.call("POST", "/v1/classify", data=b"")).code == "empty-file"
    failed = await alice.call("POST", "/v1/classify", data=truncated())
    assert failed.body["error"]["code"] == "truncated-image"


async def test_image_and_thumbnail(alice: Http) -> None:
    batch = await alice.batch()
    large = a_photo(6, (1200, 800))
    photo = (await alice.send(batch, [("large.jpg", large)])).body["accepted"][0]["photo_id"]
    image = await alice.call("GET", f"/v1/photos/{photo}/image")
    assert image.body == large
    assert image.headers["Content-Type"] == "image/jpeg"
    for _ in range(2):  # the second one comes from object storage
        thumbnail = await alice.call("GET", f"/v1/photos/{photo}/thumbnail")
        assert thumbnail.headers["Content-Type"] == "image/jpeg"
        assert Image.open(io.BytesIO(thumbnail.body)).size == (320, 213)


async def test_correction_stands_beside_the_prediction(alice: Http) -> None:
    batch = await alice.batch()
    await alice.send(batch, [("a.jpg", a_photo(7))])
    await alice.close(batch)
    (result,) = await alice.finished(batch)
    photo = result["photo_id"]
    species = (await alice.call("GET", "/v1/species")).body["species"]
    name = species[0]["species"]
    answer = await alice.call("PUT", f"/v1/photos/{photo}/label", json={"species": name})
    assert answer.status < 300
    wrong = await alice.call("PUT", f"/v1/photos/{photo}/label", json={"species": "Dodo of the Moon"})
    assert (wrong.status, wrong.code) == (422, "unknown-species")
    table = (await alice.call("GET", f"/v1/batches/{batch}/export?format=csv")).body.decode()
    header, row = table.splitlines()
    cells = dict(zip(header.split(","), row.split(","), strict=True))
    assert cells["corrected_species"] == name
    assert cells["species"] == result["predictions"][0]["species"]


async def test_species_and_models_out_of_the_box(alice: Http) -> None:
    species = (await alice.call("GET", "/v1/species")).body["species"]
    assert len(species) == 525
    (eagle,) = [one for one in species if one["species"] == "Bald Eagle"]
    assert eagle == {
        "species": "Bald Eagle",
        "scientific_name": "Haliaeetus leucocephalus",
        "ebird_code": "baleag",
        "family": "Accipitridae",
        "order": "Accipitriformes",
    }
    assert all(one["family"] for one in species if one["ebird_code"])
    [model] = [one for one in (await alice.call("GET", "/v1/models")).body["models"] if one["active"]]
    assert model["name"] == "birds525"
    assert model["card"] is None
    assert [engine["told_at"] for engine in model["engines"]]
    with_cards = (await alice.call("GET", "/v1/models?cards=true")).body["models"]
    [model] = [one for one in with_cards if one["active"]]
    assert model["card"].startswith("# birds525@1")


async def test_a_model_that_another_version_wrote_does_not_hide_the_others(live: System, alice: Http) -> None:
    async with open_pool(live.stack.postgres_url, 1) as pool:
        await register_model(
            pool, name="later", version="9", digest="00", source="later@9", bundle={"classes": "none"}
        )
        try:
            answer = await alice.call("GET", "/v1/models")
        finally:
            await pool.execute("delete from models where name = 'later'")
    assert answer.status == 200
    found = {model["name"]: model["problem"] for model in answer.body["models"]}
    assert found["birds525"] is None
    assert "later@9" in found["later"]


async def test_a_single_classification_can_be_deleted(alice: Http, bob: Http) -> None:
    photo = (await alice.call("POST", "/v1/classify?wait=30", data=a_photo(77))).body["photo_id"]
    assert (await bob.call("DELETE", f"/v1/photos/{photo}")).status == 404
    assert (await alice.call("DELETE", f"/v1/photos/{photo}")).status == 204
    for path in ("", "/image"):
        assert (await alice.call("GET", f"/v1/photos/{photo}{path}")).status == 404
    assert (await alice.call("DELETE", f"/v1/photos/{photo}")).status == 404


async def test_a_photo_of_a_batch_is_deleted_with_its_batch_alone(alice: Http) -> None:
    batch = await alice.batch()
    [photo] = (await alice.send(batch, [("a.jpg", a_photo(78))])).body["accepted"]
    refused = await alice.call("DELETE", f"/v1/photos/{photo['photo_id']}")
    assert (refused.status, refused.code) == (409, "part-of-batch")
    assert batch in refused.body["detail"]
