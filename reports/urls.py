"""What is going on, and whether all of it works."""

from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("monitoring/", views.show_channel_health, name="channel-health"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.metrics, name="metrics"),
]
