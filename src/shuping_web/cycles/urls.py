"""Addresses of the room ``cycles``."""

from django.urls import path

from shuping_web.cycles import calendar_views, cycle_views, rulebook_views

urlpatterns = [
    path("rulebooks/", rulebook_views.rulebooks, name="rulebooks"),
    path("rulebooks/add/", rulebook_views.add, name="add-rulebook"),
    path("rulebooks/<int:number>/", rulebook_views.rulebook, name="rulebook"),
    path("rulebooks/<int:number>/changes/", rulebook_views.rulebook_changes, name="rulebook-changes"),
    path("rulebooks/<int:number>/text/", rulebook_views.rulebook_text, name="rulebook-text"),
    path("rulebooks/<int:number>/open/", cycle_views.open_new, name="open-cycle"),
    path("cycles/", cycle_views.cycles, name="cycles"),
    path("cycles/<int:number>/", cycle_views.cycle, name="cycle"),
    path("cycles/<int:number>/choose/", cycle_views.choose, name="choose-cycle"),
    path("cycles/<int:number>/dates/", cycle_views.dates, name="cycle-dates"),
    path("cycles/<int:number>/move/", cycle_views.move, name="move-cycle"),
    path("cycles/<int:number>/later/", cycle_views.later, name="allow-later"),
    path("exceptions/<int:number>/end/", cycle_views.end_exception, name="end-later"),
    path("calendar/", calendar_views.calendar, name="calendar"),
    path("calendar/country/", calendar_views.country, name="set-country"),
    path("calendar/<int:number>/take-back/", calendar_views.take_back, name="take-back-day"),
]
