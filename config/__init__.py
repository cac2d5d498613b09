"""Wiring only: settings, addresses, processes. Knows every app; no app knows it."""
