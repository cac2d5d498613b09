"""Addresses of the demo; config.urls mounts them where mails are kept."""

from django.urls import path

from config.demo import views

urlpatterns = [
    path("demo/mail/", views.mail_list, name="demo-mail"),
    path("demo/mail/<str:name>/", views.mail, name="demo-mail-one"),
]
