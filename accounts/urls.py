"""A person's own pages."""

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("me/", views.me, name="me"),
    path("me/preferences/", views.preferences, name="preferences"),
    path("bell/", views.show_bell, name="bell"),
    path("bell/read/", views.read_bell, name="bell-read"),
]
