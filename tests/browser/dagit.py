"""What a person does at Dagit, each step with the waits that it needs."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import expect

SECONDS = 1000
LOADED, DONE = 60 * SECONDS, 200 * SECONDS  # a page; a run, with its queue
expect.set_options(timeout=LOADED)


class Dagit:
    """A page of Dagit at `address`. `strangers` are addresses elsewhere that it asked for; they were refused."""

    def __init__(self, page, address, pictures=None):
        self.page, self.address, self.pictures, self.strangers = page, address, pictures, []
        page.set_default_timeout(LOADED)
        page.route(lambda url: urlsplit(url).scheme != "data" and not url.startswith(address), self._refuse)

    def _refuse(self, route):
        self.strangers.append(route.request.url)
        route.abort()

    def open(self, path):
        self.page.goto(f"{self.address}{path}")

    def text(self):
        return self.page.locator("body").inner_text()

    def see(self, text, within=LOADED):
        """Wait until the text (or pattern) is there; gives the last occurrence that can be seen (of a clipped label there are two)."""
        found = self.page.get_by_text(text).filter(visible=True).last
        expect(found).to_be_visible(timeout=within)
        return found

    def leave(self, folder):
        """Keep what the person sees in `folder`."""
        self.page.screenshot(path=folder / "page.png")
        (folder / "page.txt").write_text(self.text())

    def picture(self, name):
        """Of a page that has loaded and stands still: two pictures of it are alike."""
        if self.pictures:
            self.page.mouse.move(0, 0)
            expect(self.page.get_by_text("Loading").filter(visible=True)).to_have_count(0)
            self.page.wait_for_load_state("networkidle")
            before, taken = None, self.page.screenshot(animations="disabled")
            while before != taken:
                before, taken = taken, self.page.screenshot(animations="disabled")
            (self.pictures / f"dagit-{name}.png").write_bytes(taken)

    def launch(self, *partitions):
        """In the dialog that is open: choose partitions and launch. Gives the path that Dagit then links to."""
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_text("Select a partition or create one").click()
        for partition in partitions:
            self.page.get_by_placeholder("Filter partitions").fill(partition)
            self.page.locator("label").filter(has_text=partition).last.click()
        self.page.keyboard.press("Escape")
        expect(dialog.get_by_text(f"{len(partitions)} partition", exact=False).first).to_be_visible()
        dialog.get_by_role("button", name=re.compile("^Launch")).click()
        told = self.page.locator("a[href*='/runs/']").filter(has_text="View").last
        expect(told).to_be_visible()
        return urlsplit(told.get_attribute("href")).path

    def materialize(self, asset, *partitions):
        """Launch partitions of an asset from its page. Gives the path of the run or backfill."""
        self.open(f"/assets/{asset}?view=overview")
        self.page.get_by_role("button", name="Materialize").first.click()
        return self.launch(*partitions)

    def turn_on(self, sensor):
        """Turn a sensor on at its page, which stays open."""
        self.open(f"/locations/ggvd/sensors/{sensor}")
        switch = self.page.get_by_role("checkbox").first
        self.page.locator("label").filter(has=switch).click()
        expect(switch).to_be_checked()
