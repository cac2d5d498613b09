"""The first visit to an empty console: the first administrator, and a checklist until it can be worked with."""
