"""What photos come to, over HTTP: the summary of a batch, the life list, a search."""

import csv
import io

from tests.support.http import Http, signed_in
from tests.support.pictures import photos
from tests.support.processes import System


async def test_summary_life_list_and_search_tell_of_the_same_photos(
    live: System, alice: Http, bob: Http
) -> None:
    batch = await alice.batch(name="=garden")
    await alice.send(batch, photos(2))
    await alice.close(batch)
    first, _ = await alice.finished(batch)
    path = f"/v1/batches/{batch}/summary"
    summary = (await alice.call("GET", path)).body
    assert summary["model"] == first["model"]
    assert summary["model_species"] == 525
    assert sum(one["photos"] for one in summary["names"]) == 2
    assert {one["new"] for one in summary["names"]} <= {True, False}
    assert (await alice.call("GET", "/v1/life")).body == {"species": []}
    await alice.call("PUT", f"/v1/photos/{first['photo_id']}/label", json={"species": "Mallard"})
    [mallard] = (await alice.call("GET", "/v1/life")).body["species"]
    assert (mallard["name"], mallard["photos"], mallard["first_batch_name"]) == ("Mallard", 1, "=garden")
    table = (await alice.call("GET", "/v1/life?format=csv")).body.decode()
    [row] = csv.DictReader(io.StringIO(table))
    assert (row["name"], row["first_batch_name"]) == ("Mallard", "'=garden")
    found = (await alice.call("GET", "/v1/search?q=mallard")).body
    assert [(one["name"], one["batch_id"]) for one in found["names"]] == [("Mallard", batch)]
    assert [one["id"] for one in (await alice.call("GET", "/v1/search?q=gard")).body["batches"]] == [batch]
    assert (await bob.call("GET", path)).code == "not-found"
    assert (await bob.call("GET", "/v1/search?q=mallard")).body == {"batches": [], "names": [], "files": []}
    share = (await alice.call("POST", f"/v1/batches/{batch}/shares", json={})).body["key"]
    async with signed_in(live.url, share) as guest:
        names = (await guest.call("GET", path)).body["names"]
        assert {one["new"] for one in names} == {None}
        assert (await guest.call("GET", "/v1/life")).code == "missing-scope"
