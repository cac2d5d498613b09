"""What every page must be, whatever it shows: accessible, within its policy, quiet, and not wider than the screen."""

from pathlib import Path

from playwright.sync_api import Page

from tests.until import until

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
WATCH = """
window.policyReports = [];
document.addEventListener("securitypolicyviolation", (event) =>
    window.policyReports.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
"""
RUN_AXE = """async () => {
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const { violations } = await axe.run(document, { runOnly: { type: "tag", values: tags } });
    return violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 160)).join(" | ")}`);
}"""
REPEATED_IDS = """() => {
    const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
    return ids.filter((id, at) => ids.indexOf(id) !== at);
}"""
TOO_WIDE = """() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.querySelectorAll("body *")]
        .filter((element) => element.getBoundingClientRect().right > width + 1)
        .slice(-4).map((element) => element.outerHTML.slice(0, 120));
}"""
# A field's label is part of its target. Where a page is not ours (the admin), the exception of WCAG 2.5.8 holds: a
# small target may stand alone, with no other within the circle of the least size around its middle.
SMALL_TARGETS = """([least, spaced]) => {
    const shown = [...document.querySelectorAll("a[href], button, summary, input:not([type=hidden]), select")]
        .filter((element) => element.checkVisibility() && !element.closest("p, li > .outside-text, .skip"))
        .map((element) => [element, (element.closest("label") ?? element).getBoundingClientRect()])
        .filter(([, box]) => box.width > 1);
    const middle = ({ x, y, width, height }) => [x + width / 2, y + height / 2];
    const near = ([x, y], { left, right, top, bottom }) => left < x + least / 2 && right > x - least / 2
        && top < y + least / 2 && bottom > y - least / 2;
    const crowded = (one, box) => shown.some(([other, around]) =>
        other !== one && !other.contains(one) && !one.contains(other) && near(middle(box), around));
    return shown
        .filter(([element, { width, height }]) => width < least || height < least)
        .filter(([element, box]) => !spaced || crowded(element, box))
        .map(([element, { width, height }]) => `${width}x${height} ${element.outerHTML.slice(0, 120)}`);
}"""
LEAST_TARGET = 24
# True once nothing loads or is being replaced; from then on until `letGo()` what htmx would ask for waits.
HOLD_STILL = """() => {
    const loads = document.readyState !== "complete" || document.fonts.status !== "loaded";
    if (loads || document.querySelector("[aria-busy=true], .htmx-request")) return false;
    const held = [];
    const hold = (event) => (event.preventDefault(), held.push(event.detail.issueRequest));
    document.addEventListener("htmx:confirm", hold);
    window.letGo = () => {
        document.removeEventListener("htmx:confirm", hold);
        held.forEach((issue) => issue());
    };
    return true;
}"""


class Watch:
    """Collects what a page complains about from its first line on."""

    def __init__(self, page: Page, *, colours_are_ours: bool = True):
        self.page = page
        self.colours_are_ours = colours_are_ours  # else the system chooses them, and their contrast
        self.found: list[str] | None = None  # by the last check
        self.errors: list[str] = []
        page.add_init_script(WATCH)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)

    def assert_well(self, *, expecting_status: int | None = None) -> None:
        """Checks the page as it stands now; before any screenshot, which may itself touch the policy."""
        faults = self.faults(answered_with(expecting_status))
        assert not faults, "\n".join([self.page.url, *faults])

    def faults(self, expected: str | None = None) -> list[str]:
        """All that is wrong, apart from lines on the console that hold what is expected."""
        page = self.page
        until(lambda: page.evaluate(HOLD_STILL))
        if not page.evaluate("typeof axe === 'object'"):
            page.evaluate(AXE)
        found = {
            "policy": page.evaluate("window.policyReports"),
            "console": [text for text in self.errors if expected is None or expected not in text],
            "repeated id": page.evaluate(REPEATED_IDS),
            "too wide": page.evaluate(TOO_WIDE),
            "small target": page.evaluate(SMALL_TARGETS, [LEAST_TARGET, "/admin/" in page.url]),
            "axe": page.evaluate(RUN_AXE),
        }
        page.evaluate("window.letGo()")
        faults = [f"{kind}: {text}" for kind, texts in found.items() for text in texts]
        self.found = [fault for fault in faults if self.colours_are_ours or "color-contrast" not in fault]
        return self.found


def answered_with(status: int | None) -> str | None:
    """How the console says that a request was answered with this status."""
    return f"responded with a status of {status}" if status else None
