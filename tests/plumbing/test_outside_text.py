"""What strangers write must neither run, nor reorder, nor hide."""

import pytest

from plumbing.templatetags.outside_text import visible, web_address

HIDDEN = {
    "right-to-left override": ("file\u202egpj.exe", "U+202E"),
    "isolate": ("a\u2066b\u2069", "U+2066"),
    "zero width space": ("pay\u200bpal", "U+200B"),
    "joiner between Latin letters": ("pay\u200dpal", "U+200D"),
    "soft hyphen": ("Ver\u00adsand", "U+00AD"),
    "byte order mark": ("\ufeffHallo", "U+FEFF"),
    "invisible letter": ("a\u3164b", "U+3164"),
    "smuggled tags": ("hi\U000e0041\U000e0042", "U+E0041"),
    "smuggled selectors": ("hi\U000e0100", "U+E0100"),
    "second selector in a row": ("😀\ufe0f\ufe0f", "U+FE0F"),
    "escape sequence": ("\x1b[31mred", "U+001B"),
}
NEEDED = {
    "family": "👨\u200d👩\u200d👧",
    "rainbow flag": "🏳\ufe0f\u200d🌈",
    "flag of Wales": "🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f",
    "heart": "❤\ufe0f",
    "keycap": "1\ufe0f\u20e3",
    "Persian": "می\u200cخواهم",
    "Hindi": "क्\u200dष",
    "tab and line feed": "a\tb\nc",
}

NOT_OF_THE_WEB = [
    "javascript:alert(1)",
    "data:text/html,x",
    " JaVaScRiPt:1",
    "//evil",
    "http:",
    "http://[",
    None,
]


@pytest.mark.parametrize(("text", "shown"), HIDDEN.values(), ids=HIDDEN)
def test_a_hidden_sign_is_spelled_out(text: str, shown: str) -> None:
    assert f">{shown}</span>" in visible(text)


@pytest.mark.parametrize("text", NEEDED.values(), ids=NEEDED)
def test_a_sign_that_its_script_needs_stays(text: str) -> None:
    assert visible(text) == text


def test_markup_is_escaped_around_hidden_signs() -> None:
    shown = visible("<script>\u202e</script>&")
    assert "<script" not in shown
    assert shown.startswith("&lt;script&gt;<span")
    assert shown.endswith("&lt;/script&gt;&amp;")


def test_line_and_paragraph_separators_become_line_ends() -> None:
    assert visible("a\u2028b\u2029c\r\nd") == "a\nb\n\nc\nd"


@pytest.mark.parametrize("nothing", [None, ""])
def test_nothing_stays_nothing(nothing: str | None) -> None:
    assert visible(nothing) == ""


@pytest.mark.parametrize("url", NOT_OF_THE_WEB)
def test_an_address_that_is_not_of_the_web_is_no_link(url: str | None) -> None:
    assert web_address(url) == ""


@pytest.mark.parametrize("url", ["https://a.example/x?y=1#z", "http://a.example"])
def test_a_web_address_stays(url: str) -> None:
    assert web_address(url) == url
