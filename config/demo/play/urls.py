"""Addresses of the play; config.urls mounts them only where the demo is on."""

from django.urls import path

from config.demo.play import views

urlpatterns = [
    path("demo/play/", views.intro, name="demo-play"),
    path("demo/play/start/", views.start, name="demo-play-start"),
    path("demo/play/go-on/", views.go_on, name="demo-play-go-on"),
    path("demo/play/phone/", views.phone, name="demo-play-phone"),
    path("demo/play/times/", views.times, name="demo-play-times"),
    path("demo/play/clear/", views.clear, name="demo-play-clear"),
    path("demo/play/dismiss/", views.dismiss, name="demo-play-dismiss"),
    path("demo/play/trickle/", views.trickle, name="demo-play-trickle"),
]
