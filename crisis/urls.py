from django.urls import path

from crisis import views
from crisis.roster import views as roster

app_name = "crisis"
urlpatterns = [
    path("escalations/", views.escalations, name="escalations"),
    path("escalations/<int:escalation_id>/", views.escalation, name="escalation"),
    path("escalations/<int:escalation_id>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("escalations/<int:escalation_id>/resolve/", views.resolve, name="resolve"),
    path("escalations/<int:escalation_id>/cancel/", views.cancel, name="cancel"),
    path("p/<str:token>/", views.link, name="link"),
    path("roster/", roster.roster, name="roster"),
    path("roster/<slug:slug>/", roster.role, name="role"),
    path("roster/<slug:slug>/stand-in/", roster.take_shift, name="stand-in"),
    path("roster/<slug:slug>/rotations/", roster.begin, name="begin-rotation"),
    path("roster/stand-ins/<int:override_id>/call-off/", roster.call_shift_off, name="call-off-stand-in"),
    path("roster/rotations/<int:version_id>/change/", roster.change, name="change-rotation"),
    path("engine/", views.engine, name="engine"),
]
