"""Addresses of the first visit."""

from django.urls import path

from config.first_run import views

urlpatterns = [
    path("", views.home, name="home"),
    path("first-run/", views.first_admin, name="first-run"),
    path("first-run/checklist/", views.show_checklist, name="first-run-checklist"),
    path("first-run/roles/", views.take_roles, name="first-run-roles"),
    path("first-run/page/", views.send_test_page, name="first-run-page"),
    path("first-run/dismiss/", views.dismiss, name="first-run-dismiss"),
]
