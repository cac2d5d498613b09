"""What we agreed beforehand, for everyone who works by it. What is not a playbook comes first."""

from django.urls import path

from playbooks import scenario_views, views

app_name = "playbooks"
urlpatterns = [
    path("playbooks/", views.playbooks, name="playbooks"),
    path("playbooks/scenarios/", scenario_views.scenario_list, name="scenarios"),
    path("playbooks/scenarios/<slug:slug>/", scenario_views.scenario, name="scenario"),
    path("playbooks/<slug:slug>/", views.playbook, name="playbook"),
    path("playbooks/<slug:slug>/versions/<int:number>/", views.version, name="version"),
    path("playbooks/<slug:slug>/versions/<int:number>/changes/", views.changes, name="changes"),
    path("playbooks/<slug:slug>/versions/<int:number>/publish/", views.publish, name="publish"),
    path("playbooks/<slug:slug>/versions/<int:number>/give-back/", views.give_back, name="give-back"),
    path("playbooks/<slug:slug>/versions/<int:number>/know/", views.know, name="know"),
]
