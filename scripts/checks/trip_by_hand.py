"""A made trip checked on the page from its first sighting to its last, by somebody who knows the truth.

    python -m scripts.checks.trip_by_hand TRIP [--photos N] [--phone] [--each]

TRIP is a folder that `scripts/made-trip` made, or where one is to be made. Sends it into a stack of its own,
presses the keys (on a phone: taps) that a person would, and counts them and the seconds: what is new and what
is less than 80 % sure one by one, then those that are drawn at random of the others, which are accepted
together. `--each`: all of them one by one. Compares the names on the page, by the command and in CSV with
each other, and with the truth.
"""

import argparse
import asyncio
import csv
import io
import json
import os
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Locator, Page, expect

from scripts.page_pictures.chromium import running_browser
from scripts.throwaway import ROOT, throwaway_stack

MOST_KEYS = 700
MOST_S = 15 * 60.0
PATIENCE_MS = 120_000
NOT_A_BIRD = "Not a bird"
SURE = 80  # percent: from there on a few are checked, and all accepted
DESK = {"viewport": {"width": 1280, "height": 860}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
# What a person sees of the sighting that is looked at.
SEEN = """() => {
  const one = document.querySelector(".check-one");
  if (!one) return null;
  const own = (element) => element && [...element.childNodes]
    .filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.textContent).join(" ").trim();
  return {
    photo: one.dataset.photo,
    file: one.dataset.file,
    name: own(one.querySelector("h2")),
    why: one.dataset.why,
    sure: parseInt(one.querySelector(".sure")?.textContent ?? "0"),
    candidates: [...one.querySelectorAll(".candidates span")].map(own),
    last: own(one.querySelector("[aria-keyshortcuts=r]")),
  };
}"""


ANOTHER = """([before, why]) => {
  const { dataset } = document.querySelector(".check-one") ?? {};
  if (!dataset) return Boolean(document.querySelector(".checked-all"));
  return dataset.photo !== before && (why === null || dataset.why === why);
}"""


@dataclass
class Person:
    """Presses one key after the other; on a phone, taps."""

    page: Page
    truth: dict[str, str]
    taps: bool
    pressed: int = 0
    said: Counter[str] = field(default_factory=Counter)

    async def check_each(self) -> None:
        before = None
        while (seen := await self._next(before)) is not None:
            before = seen["photo"]
            await self._answer(seen)

    async def check_some(self) -> None:
        """One by one for as long as the model is not sure; then those that are drawn, and accept the rest."""
        before = None
        while (seen := await self._next(before)) is not None and (
            seen["why"] == "new" or seen["sure"] < SURE
        ):
            before = seen["photo"]
            await self._answer(seen)
        if seen is None:
            return
        await self._many(f"{SURE} %")
        first = self.page.get_by_role("dialog").get_by_role("button", name="first")
        if await first.count():  # of a small trip all that were drawn may be checked by now
            await self._tap(first)
            await expect(self.page.get_by_role("dialog")).to_have_count(0)
            before = None
            while (drawn := await self._next(before, "drawn")) is not None:
                before = drawn["photo"]
                await self._answer(drawn)
            await self._many(f"{SURE} %")
        async with self.page.expect_response("**/check?*"):
            await self._tap(self.page.get_by_role("dialog").get_by_role("button", name="Accept all from"))
        await self.check_each()

    async def _many(self, percent: str) -> None:
        await self._tap(self.page.get_by_role("button", name="Accept many").first)
        field = self.page.get_by_role("dialog").get_by_role("combobox")
        async with self.page.expect_response("**/audit"):
            await field.select_option(label=percent)
        self.pressed += 2

    async def _tap(self, button: Locator) -> None:
        self.pressed += 1
        await button.click()

    async def _next(self, before: str | None, why: str | None = None) -> dict[str, Any] | None:
        """The sighting that comes after the one of that photo, looked at for that reason; None when there are
        no more."""
        await self.page.wait_for_function(ANOTHER, arg=[before, why])
        seen: dict[str, Any] | None = await self.page.evaluate(SEEN)
        return seen

    async def _answer(self, seen: dict[str, Any]) -> None:
        truth = self.truth[seen["file"]]
        if seen["name"] == truth:
            await self._press("a")
        elif truth == NOT_A_BIRD:
            await self._press("n")
        elif truth in seen["candidates"]:
            await self._press(str(seen["candidates"].index(truth) + 1))
        elif truth == seen["last"]:
            await self._press("r")
        else:
            await self._type(truth)

    async def _press(self, key: str) -> None:
        self.pressed += 1
        self.said[key if key in "anr" else "1-5"] += 1
        if not self.taps:
            await self.page.keyboard.press(key)
        elif key.isdigit():
            await self.page.locator(".candidates button").nth(int(key) - 1).tap()
        else:
            await self.page.locator(f"[aria-keyshortcuts={key}]").first.tap()

    async def _type(self, name: str) -> None:
        """Letter after letter until it stands first, then Enter."""
        self.said["c"] += 1
        field = self.page.locator(".check-one .change")
        if self.taps:
            await field.tap()
        else:
            await self.page.keyboard.press("c")
        self.pressed += 1
        first = self.page.locator(".check-one [role=option]").first
        for typed, letter in enumerate(name, 1):
            async with self.page.expect_response("**/v1/taxa?*"):
                await self.page.keyboard.type(letter)
            self.pressed += 1
            await expect(field).to_have_value(name[:typed])
            if await first.count() and (await first.inner_text()).strip().startswith(name):
                break
        await self.page.keyboard.press("Enter")
        self.pressed += 1


def read_truth(trip: Path) -> dict[str, str]:
    """Species by photo, as the file is called in the batch."""
    with (trip / "truth.csv").open() as file:
        return {f"photos/{row['photo']}": row["species"] for row in csv.DictReader(file)}


def birds(stack: dict[str, Any], *arguments: str) -> str:
    environment = {**os.environ, "BIRDS_URL": stack["url"], "BIRDS_KEY": stack["key"]}
    command = [str(ROOT / ".venv/bin/birds"), *arguments]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode not in (0, 1):  # 1: some photos failed, as they are meant to
        raise RuntimeError(done.stdout)
    return done.stdout


async def by_page(page: Page, url: str, batch: str) -> dict[str, int]:
    """Photos by name, as the tiles say."""
    await page.goto(f"{url}/#/batches/{batch}")
    await expect(page.locator(".tile").first).to_be_visible()
    await page.wait_for_load_state("networkidle")
    tiles = await page.locator(".tile").all()
    names = [((await tile.locator(".species").inner_text()).strip(), tile) for tile in tiles]
    return {name: await _photos(tile) for name, tile in names}


async def _photos(tile: Locator) -> int:
    count = (await tile.locator(".more").inner_text()).split()[0]
    return int(count.replace(",", ""))


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("trip", type=Path)
    options.add_argument("--photos", type=int, default=3000)
    options.add_argument("--phone", action="store_true")
    options.add_argument("--each", action="store_true")
    given = options.parse_args()
    if not (given.trip / "truth.csv").exists():
        made = [ROOT / "scripts/made-trip", given.trip, "--photos", str(given.photos)]
        subprocess.run(made, check=True, stdout=sys.stderr)
    expect.set_options(timeout=PATIENCE_MS)
    with throwaway_stack(ROOT / "var" / "by-hand", "--port", "0") as stack:
        return asyncio.run(checked(stack, given.trip, phone=given.phone, each=given.each))


async def checked(stack: dict[str, Any], trip: Path, *, phone: bool, each: bool) -> int:
    truth = read_truth(trip)
    batch = birds(stack, "classify", str(trip / "photos"), "--name", "Made trip").split()[-1]
    async with running_browser() as browser:
        context = await browser.new_context(**(PHONE if phone else DESK))
        page = await context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        await page.goto(f"{stack['url']}/#key={stack['key']}")
        await expect(page.locator(".batches li").first).to_be_visible()
        person = Person(page, truth, phone)
        began = time.monotonic()
        await page.goto(f"{stack['url']}/#/batches/{batch}/check")
        await (person.check_each() if each else person.check_some())
        seconds = time.monotonic() - began
        page_names = await by_page(page, stack["url"], batch)
    table = csv.DictReader(io.StringIO(birds(stack, "export", batch, "--format", "csv")))
    rows = {row["name"]: row["final_name"] for row in table if row["state"] == "done"}
    lines = map(json.loads, birds(stack, "export", batch, "--format", "jsonl").splitlines())
    told = Counter(line["final"]["name"] for line in lines if line.get("final"))
    same = page_names == dict(Counter(rows.values())) == dict(told)
    right = sum(truth[name] == final for name, final in rows.items())
    print(f"said: {sum(person.said.values())} {dict(person.said)}")
    print(f"keystrokes: {person.pressed} (at most {MOST_KEYS}); {seconds:.0f} s (at most {MOST_S:.0f})")
    print(f"photos named as the truth has it: {right} of {len(rows)}")
    print(f"page, command and CSV name the same: {same}")
    return int(person.pressed > MOST_KEYS or seconds > MOST_S or not same)


if __name__ == "__main__":
    sys.exit(main())
