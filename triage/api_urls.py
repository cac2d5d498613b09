"""The addresses of the API of mentions, below /api/v1/."""

from django.urls import path

from triage import api

urlpatterns = [
    path("mentions/", api.Mentions.as_view(), name="api-mentions"),
    path("mentions/<int:mention_id>/", api.OneMention.as_view(), name="api-mention"),
    path("mentions/<int:mention_id>/decision/", api.Decide.as_view(), name="api-decision"),
    path("mentions/<int:mention_id>/reply/", api.AddReply.as_view(), name="api-reply"),
]
