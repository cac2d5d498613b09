"""The one way in which the launcher says no."""


class Refusal(Exception):
    """Ends the start. Its text is one sentence for the person at the terminal; no traceback is shown."""
