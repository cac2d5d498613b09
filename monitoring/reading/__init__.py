"""Plain Python that reads a text: no Django, no Celery, no clock."""

from monitoring.reading.brand import Topic
from monitoring.reading.reader import Context, ReadingResult, read_text
from monitoring.reading.word_lists import as_lists

__all__ = ["Context", "ReadingResult", "Topic", "as_lists", "read_text"]
