"""A person's own pages."""

from django.urls import path

from accounts import sign_in_views, token_views, views

app_name = "accounts"
urlpatterns = [
    path("me/", views.me, name="me"),
    path("me/preferences/", views.preferences, name="preferences"),
    path("me/sessions/", sign_in_views.show_sessions, name="sessions"),
    path("me/sessions/<int:pk>/end/", sign_in_views.end_session, name="end-session"),
    path("me/sessions/end-others/", sign_in_views.end_other_sessions, name="end-other-sessions"),
    path("invitation/<str:token>/", sign_in_views.invitation, name="invitation"),
    path("me/tokens/", token_views.tokens, name="tokens"),
    path("me/tokens/<int:token_id>/revoke/", token_views.revoke_token, name="revoke-token"),
    path("bell/", views.show_bell, name="bell"),
    path("bell/read/", views.read_bell, name="bell-read"),
]
