"""The addresses of the inbox."""

from django.urls import path

from triage import actions, check_views, post_actions, replay_views, text_actions, try_views, views

app_name = "triage"
urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/new-count/", views.new_count, name="new-count"),
    path("m/<int:mention_id>/", views.mention, name="mention"),
    path("m/<int:mention_id>/row/", views.row, name="row"),
    path("m/<int:mention_id>/notice/", views.notice, name="notice"),
    path("m/<int:mention_id>/decide/", actions.decide, name="decide"),
    path("m/<int:mention_id>/assign/", actions.assign_mention, name="assign"),
    path("m/<int:mention_id>/texts/", text_actions.texts, name="texts"),
    path("m/<int:mention_id>/texts/<int:entry_id>/outdated/", text_actions.outdated, name="outdated"),
    path("m/<int:mention_id>/reply/", actions.add_reply, name="reply"),
    path("m/<int:mention_id>/posted/<int:post_id>/", actions.posted, name="posted"),
    path("m/<int:mention_id>/posts/", post_actions.our_posts, name="our-posts"),
    path("m/<int:mention_id>/posts/<int:post_id>/take-back/", post_actions.take_back, name="take-back"),
    path("m/<int:mention_id>/posts/<int:post_id>/settle/", post_actions.settle, name="settle"),
    path("playbooks/try/", try_views.try_it, name="try"),
    path("playbooks/check/", check_views.check, name="check"),
    path("playbooks/check/<int:job_id>/", check_views.check, name="check-report"),
    path("playbooks/replay/", replay_views.replays, name="replay"),
    path("playbooks/replay/<int:job_id>/", replay_views.report, name="replay-report"),
]
