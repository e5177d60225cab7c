"""Every address of the site. The permission matrix is generated from this list."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.i18n import set_language

from shuping_web.checking.urls import urlpatterns as checking
from shuping_web.claims.urls import urlpatterns as claims
from shuping_web.cycles.urls import urlpatterns as cycles
from shuping_web.filing.urls import urlpatterns as filing
from shuping_web.folders.urls import urlpatterns as folders
from shuping_web.history.urls import urlpatterns as history
from shuping_web.notices.urls import urlpatterns as notices
from shuping_web.people.urls import urlpatterns as people
from shuping_web.reminding.urls import urlpatterns as reminding
from shuping_web.results.urls import urlpatterns as results
from shuping_web.sign_in.urls import urlpatterns as sign_in
from shuping_web.site import views

handler400 = "shuping_web.site.faults.unreadable"
urlpatterns = [
    path("", views.home, name="home"),
    path("start/", views.first_start, name="start"),
    *sign_in,
    path("language/", login_not_required(set_language), name="language"),
    *cycles,
    *folders,
    *filing,
    *claims,
    *checking,
    *results,
    *people,
    *notices,
    *reminding,
    *history,
]
