from django.urls import path

from crisis import api

urlpatterns = [
    path("escalations/", api.EscalationList.as_view(), name="api-escalations"),
    path("escalations/<int:escalation_id>/", api.EscalationDetail.as_view(), name="api-escalation"),
    path("escalations/<int:escalation_id>/acknowledge/", api.acknowledge, name="api-acknowledge"),
    path("escalations/<int:escalation_id>/resolve/", api.resolve, name="api-resolve"),
    path("escalations/<int:escalation_id>/cancel/", api.cancel, name="api-cancel"),
]
