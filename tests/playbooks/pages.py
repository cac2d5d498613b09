"""What a browser would send from a page of the administration when nobody touched it."""

from html.parser import HTMLParser
from typing import Any


class Fields(HTMLParser):
    """Collects the fields of the big form, as a browser does; patterns for scripts are not sent."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self.select, self.textarea, self.patterns = "", "", 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        name = said.get("name") or ""
        self.patterns += tag == "template"
        if self.patterns or "disabled" in said:
            return
        if tag == "input":
            self._input(name, said)
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in said:
            self._add(self.select, said.get("value"))
        elif tag == "textarea":
            self.textarea = name
            self._add(name, "")

    def _input(self, name: str, said: dict[str, str | None]) -> None:
        kind = said.get("type", "text")
        if kind in ("submit", "button", "file") or (kind in ("checkbox", "radio") and "checked" not in said):
            return
        self._add(name, said.get("value", "on" if kind == "checkbox" else ""))

    def _add(self, name: str, value: str | None) -> None:
        if name:
            self.values.setdefault(name, []).append(value or "")

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.values[self.textarea][-1] += data

    def handle_endtag(self, tag: str) -> None:
        self.patterns -= tag == "template"
        self.select = "" if tag == "select" else self.select
        self.textarea = "" if tag == "textarea" else self.textarea


def fields_of(page: Any) -> dict[str, Any]:
    """Name → value of every field, a list where several were sent; for `client.post`."""
    found = Fields()
    found.feed(page.content.decode())
    kept = {name: values for name, values in found.values.items() if name != "csrfmiddlewaretoken"}
    return {name: values if len(values) > 1 else values[0] for name, values in kept.items()}
