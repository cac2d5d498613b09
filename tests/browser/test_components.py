"""The shared components and the pages around them, in both themes and sizes."""

import pytest

from tests.browser.conftest import DESK, PHONE

pytestmark = pytest.mark.browser

SIZES = {"desk": DESK, "phone": PHONE, "narrow": (320, 640)}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("name", "size"), SIZES.items())
def test_the_components_are_well(name, size, theme, open_page, picture, ada):
    page = open_page("/scene/components/", ada, size=size, theme=theme, language="de")
    faults = page.watch.faults("x")
    picture(page, f"components-{name}-{theme}", whole=True)
    assert not faults, "\n".join(faults)


ERRORS = {"missing": 404, "forbidden": 403, "broken": 500}


@pytest.mark.parametrize(("name", "status"), ERRORS.items())
@pytest.mark.parametrize(("size", "theme"), [("desk", "light"), ("phone", "dark")])
def test_an_error_page_says_what_happened(name, status, size, theme, open_page, picture, maya):
    page = open_page(f"/scene/{name}/", maya, size=SIZES[size], theme=theme)
    assert page.get_by_role("heading", level=1).count() == 1
    page.watch.assert_well(expecting_status=status)
    picture(page, f"error-{status}-{size}")
