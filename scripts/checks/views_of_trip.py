"""Every view of a page with a large trip, by day and by night, on small and on very large screens."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, Request, expect

SCREENS: dict[str, dict[str, Any]] = {
    "desk": {"viewport": {"width": 1280, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
    "360 px": {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True},
    "4K": {"viewport": {"width": 3840, "height": 2160}},
}
# What there is at each address, once it is shown.
OF_TRIP = {
    "": ".tile",
    "/check": ".check-one",
    "/days": ".scrubber",
    "/map": ".map circle",
    "/photos": ".card",
    "/photos?by=list": ".line",
}
OTHERS = {
    "#/": ".batches li",
    "#/life": "h1",
    "#/models": ".models li",
    "#/search?q=img": ".found li",
}
DIALOGS = ("Where and when", "Model", "Share", "Delete")
SERIOUS = ("serious", "critical")


async def looked_at(
    visit: Callable[..., AbstractAsyncContextManager[Page]], stack: dict[str, Any], batch: str
) -> int:
    """How much was wrong, which is told."""
    faults: list[str] = []
    ours = {urlsplit(stack["url"]).netloc, urlsplit(stack["s3_endpoint"]).netloc}

    def asked(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob") and address.netloc not in ours:
            faults.append(f"another host is asked: {request.url}")

    looks = 0
    for screen, size in SCREENS.items():
        for colours in ("light", "dark"):
            async with visit(**size, color_scheme=colours) as page:
                page.on("request", asked)
                async for where in _views(page, stack["url"], batch):
                    looks += 1
                    faults += [f"{screen}, {colours}, {where}: {fault}" for fault in await _faults(page)]
    print(f"{looks} looks at views, {len(faults)} faults", *faults, sep="\n", flush=True)
    return len(faults)


async def _views(page: Page, url: str, batch: str) -> AsyncIterator[str]:
    for path, shown in OF_TRIP.items():
        await page.goto(f"{url}/#/batches/{batch}{path}")
        await expect(page.locator(shown).first).to_be_visible()
        yield path or "/species"
    await page.goto(f"{url}/#/batches/{batch}/photos")
    await page.locator(".card a").first.click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    yield "one photo"
    await page.keyboard.press("Escape")
    for name in DIALOGS:
        await page.get_by_role("button", name=name, exact=True).click()
        await expect(page.get_by_role("dialog")).to_be_visible()
        yield name
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)
    for path, shown in OTHERS.items():
        await page.goto(f"{url}/{path}")
        await expect(page.locator(shown).first).to_be_visible()
        yield path


async def _faults(page: Page) -> list[str]:
    width = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    faults = [f"sticks out by {width} px"] if width > 0 else []
    for element in await page.locator("dialog[open], dialog[open] .facts").all():
        overhang = await element.evaluate("(element) => element.scrollWidth - element.clientWidth")
        faults += [f"its dialog sticks out by {overhang} px"] if overhang > 1 else []
    found: dict[str, Any] = (await Axe().run(page)).response
    return faults + [
        f"{rule['id']}: {node['html'][:120]}"
        for rule in found["violations"]
        if rule["impact"] in SERIOUS
        for node in rule["nodes"]
    ]
