"""Addresses of the room ``checking``."""

from django.urls import path

from shuping_web.checking import views

urlpatterns = [
    path("record/<int:number>/", views.record, name="record"),
    path("queue/", views.check_queue, name="queue"),
    path("record/<int:number>/check/", views.check, name="check-record"),
    path("freeze/", views.freeze_cycle, name="freeze"),
]
