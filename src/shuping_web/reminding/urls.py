"""Addresses of the room ``reminding``."""

from django.urls import path

from shuping_web.reminding import views

urlpatterns = [
    path("reminders/new/", views.new_reminders, name="new-reminders"),
    path("deadlines/<str:token>.ics", views.deadlines, name="deadlines"),
]
