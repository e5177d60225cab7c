"""Addresses of the room ``notices``."""

from django.urls import path

from shuping_web.notices import views

urlpatterns = [
    path("outbox/", views.outbox, name="outbox"),
    path("outbox/<int:number>/", views.batch, name="batch"),
    path("outbox/<int:number>/decide/", views.decide, name="decide-batch"),
    path("outbox/<int:number>/sheets/", views.sheets, name="sheets"),
    path("outbox/message/<int:number>/again/", views.again, name="send-again"),
    path("job/<uuid:key>/", views.job, name="job"),
    path("job/<uuid:key>/file/", views.job_file, name="job-file"),
    path("messages/", views.my_messages, name="my-messages"),
    path("me/notices/", views.my_notices, name="my-notices"),
    path("me/calendar/", views.calendar_link, name="calendar-link"),
]
