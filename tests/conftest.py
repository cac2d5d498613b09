"""Fixtures for every test; the services they need are started by tests.services."""

pytest_plugins = ["tests.cast", "tests.chromium", "tests.emptying"]
