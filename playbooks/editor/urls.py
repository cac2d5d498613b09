"""The addresses of the editor below a version's page in the administration."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from playbooks.editor import views


def editor_urls(guarded: Callable[..., Any]) -> list[URLPattern]:
    """`guarded` is the admin site's own check: staff only."""
    pages = {
        "change/": (views.desk, "playbooks_playbookversion_change"),
        "frame/": (views.frame, "playbooks_editor_frame"),
        "questions/": (views.question, "playbooks_editor_new_question"),
        "questions/<slug:slug>/": (views.question, "playbooks_editor_question"),
        "outcomes/": (views.outcome, "playbooks_editor_new_outcome"),
        "outcomes/<slug:slug>/": (views.outcome, "playbooks_editor_outcome"),
        "move/<slug:slug>/": (views.move, "playbooks_editor_move"),
        "remove/<slug:slug>/": (views.remove, "playbooks_editor_remove"),
        "ask/": (views.ask, "playbooks_editor_ask"),
        "take-back/": (views.withdraw, "playbooks_editor_take_back"),
        "export/": (views.export, "playbooks_editor_export"),
        "upload/": (views.upload, "playbooks_editor_upload"),
        "begin/": (views.begin, "playbooks_editor_begin"),
    }
    return [path(f"<int:pk>/{way}", guarded(view), name=name) for way, (view, name) in pages.items()]
