"""Stories over a whole console, each played by people in browsers."""

from tests.browser.conftest import browser, picture, pictures

__all__ = ["browser", "picture", "pictures"]
