"""One's own password, second factor and sessions; what was typed when a session ended; who makes slips for whom."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pyotp
import pytest
from django.contrib.sessions.models import Session
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shuping_web.filing.models import Record
from shuping_web.ledger.models import Event
from shuping_web.people.models import Account
from shuping_web.people.permissions import Role
from shuping_web.sign_in.apps import refuse_unknown
from shuping_web.sign_in.models import Factor, Pass, Visit
from tests.web.conftest import PASSWORD, World
from tests.web.matrix.filing import filed
from tests.web.test_sign_in_door import NEW, actions, attempt, browser, use_slip, with_factor

LONG = "31415926"
"""Typed as a number of people; no number of a row happens to hold it."""
TYPED = {"date": "2025-03-01", "form": "talk", "people": "many"}


def signed_in(username: str) -> Client:
    client = browser()
    found = attempt(client, username, PASSWORD)
    assert found.status_code == 302
    return client


def let_end(client: Client) -> None:
    """Let the session of a browser end by time."""
    Session.objects.filter(session_key=client.session.session_key).update(expire_date=timezone.now())


def form_sent(people: str = "many") -> dict[str, str]:
    return {"unit": "", "f_date": "2025-03-01", "f_form": "talk", "f_people": people, "submission": str(uuid4())}


def test_a_new_password_ends_every_other_session(world: World) -> None:
    here, there = signed_in("east"), signed_in("east")
    wrong = here.post("/me/password/", {"old": "wrong", "new": NEW, "again": NEW})
    assert list(wrong.context["form"].errors) == ["old"]
    same = here.post("/me/password/", {"old": PASSWORD, "new": PASSWORD, "again": PASSWORD})
    assert list(same.context["form"].errors) == ["new"]
    weak = here.post("/me/password/", {"old": PASSWORD, "new": "1234567890", "again": "1234567890"})
    assert list(weak.context["form"].errors) == ["new"]
    assert there.get("/").status_code == 200
    assert here.post("/me/password/", {"old": PASSWORD, "new": NEW, "again": NEW}).url == "/me/"
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 302
    assert "since" in here.get("/me/sessions/").content.decode()
    assert Visit.objects.count() == 1
    assert actions("password_changed") == [("password_changed", world.people["east"].label)]


def test_the_rules_for_passwords_are_shown_in_both_languages(world: World) -> None:
    for language, words in (("en", "at least 10 characters"), ("zh-hans", "10 个字符")):
        client = browser(language)
        client.force_login(world.people["east"])
        assert words in client.get("/me/password/").content.decode()
        assert words in browser(language).get("/slip/").content.decode()


def test_guessing_the_password_in_a_session_that_was_left_open_locks(world: World) -> None:
    client = signed_in("east")
    typed = {"old": "wrong", "new": NEW, "again": NEW}
    assert [client.post("/me/password/", typed).status_code for _ in range(5)] == [200, 200, 200, 200, 429]
    assert client.post("/me/password/", {**typed, "old": PASSWORD}).status_code == 429
    assert Account.objects.get(username="east").check_password(PASSWORD)


def test_sessions_are_listed_and_ended_elsewhere(world: World) -> None:
    here, there, other = signed_in("east"), signed_in("east"), signed_in("west")
    assert here.get("/me/sessions/").content.decode().count("<time") == 2
    assert here.post("/me/sessions/").status_code == 302
    assert [client.get("/").status_code for client in (here, there, other)] == [200, 302, 200]
    assert Event.objects.get(action="sessions_ended").data == {"sessions": 1}


def secret_on(page: str) -> str:
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert found is not None
    return found[1].replace(" ", "")


def test_the_second_factor_is_switched_on_used_and_switched_off(world: World) -> None:
    client = signed_in("office")
    page = client.get("/me/second-factor/").content.decode()
    secret = secret_on(page)
    assert "<svg width=" in page
    assert 'style="' not in page  # the policy allows no styles in the page
    assert secret_on(client.get("/me/second-factor/").content.decode()) == secret
    wrong = client.post("/me/second-factor/", {"code": "000000"})
    assert list(wrong.context["form"].errors) == ["code"]
    assert not Factor.objects.exists()
    shown = client.post("/me/second-factor/", {"code": pyotp.TOTP(secret).now()})
    assert "no-store" in shown.headers["Cache-Control"]
    codes = shown.context["codes"]
    assert attempt(browser(), "office", PASSWORD).url == "/sign-in/code/"
    assert "10 recovery codes are left" in client.get("/me/second-factor/").content.decode()
    new = client.post("/me/second-factor/", {"old": PASSWORD, "codes": "1"}).context["codes"]
    assert not set(new) & set(codes)
    assert list(client.post("/me/second-factor/", {"old": "x", "off": "1"}).context["form"].errors) == ["old"]
    assert client.post("/me/second-factor/", {"old": PASSWORD, "off": "1"}).status_code == 302
    assert attempt(browser(), "office", PASSWORD).url == "/"
    names = [name for name, _ in actions("second_factor_on", "recovery_codes_made", "second_factor_off")]
    assert names == ["second_factor_on", "recovery_codes_made", "second_factor_off"]


def test_a_role_can_oblige_to_a_second_factor(world: World, settings: object) -> None:
    settings.SECOND_FACTOR_ROLES = [Role.OFFICE.value]  # type: ignore[attr-defined]
    assert signed_in("east").get("/").status_code == 200
    client = signed_in("office")
    for path in ("/", "/standing/", "/freeze/", "/me/data/"):
        assert client.get(path).url == "/me/second-factor/"
    assert client.post("/freeze/").url == "/me/second-factor/"
    secret = secret_on(client.get("/me/second-factor/").content.decode())
    client.post("/me/second-factor/", {"code": pyotp.TOTP(secret).now()})
    assert client.get("/standing/").status_code == 200
    off = client.post("/me/second-factor/", {"old": PASSWORD, "off": "1"})
    assert off.context["form"].non_field_errors()
    assert Factor.objects.count() == 1


def test_a_role_that_is_not_there_stops_the_start() -> None:
    refuse_unknown(["office", "auditor"])
    with pytest.raises(ImproperlyConfigured, match=r"boss.*可用的有.*boss; there are: administrator"):
        refuse_unknown(["office", "boss"])


def test_a_lost_phone_is_for_another_person_than_the_slip(world: World, client_of: Callable[[str], Client]) -> None:
    with_factor(world, "office")
    path = f"/account/{world.people['office'].key}/second-factor/off/"
    assert client_of("admin").post(path).status_code == 404
    assert client_of("security").post(path).status_code == 302
    assert not Factor.objects.exists()
    with_factor(world, "security")
    client_of("security").post(f"/account/{world.people['security'].key}/second-factor/off/")
    assert Factor.objects.count() == 1


def test_slips_are_made_in_a_batch_and_shown_once(world: World, client_of: Callable[[str], Client]) -> None:
    admin = client_of("admin")
    assert list(admin.post("/accounts/passes/", {"days": "7"}).context["form"].errors) == ["account"]
    late = admin.post("/accounts/passes/", {"days": "99", "account": ["east"], "kind": "slip"})
    assert list(late.context["form"].errors) == ["days"]
    assert "checked" in late.content.decode()  # what was chosen is still there
    made = admin.post("/accounts/passes/", {"days": "7", "account": ["east", "west"], "kind": "slip"})
    rows = {row["account"].username: row["code"] for row in made.context["rows"]}
    assert list(rows) == ["east", "west"]
    assert "no-store" in made.headers["Cache-Control"]
    for username, code in rows.items():
        assert code in made.content.decode()
        assert use_slip(username, code).status_code == 302
    own = admin.post("/accounts/passes/", {"days": "7", "account": ["admin"], "kind": "slip"})
    assert own.context["form"].non_field_errors()


def test_all_who_were_found_get_an_invitation(world: World, client_of: Callable[[str], Client]) -> None:
    Account.objects.bulk_create(
        Account(username=f"new{number:03}", name="New", password="!", email="new@example.org") for number in range(60)
    )
    admin = client_of("admin")
    page = admin.get("/accounts/passes/?new=1")
    assert len(page.context["page"].object_list) == 50
    made = admin.post("/accounts/passes/?new=1", {"days": "14", "all": "1", "kind": "invitation"})
    assert len(made.context["rows"]) == 60
    assert Pass.objects.filter(kind="invitation").count() == 60
    assert "mailto:new%40example.org?subject=" in made.content.decode()
    link = made.context["rows"][0]["link"]
    assert browser().get(link.removeprefix("http://localhost")).context["opened"].account.username == "new000"


def test_the_list_asks_no_more_for_more_rows(world: World, client_of: Callable[[str], Client]) -> None:
    admin = client_of("admin")

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert admin.get("/accounts/passes/").status_code == 200
        return len(captured)

    before = queries()
    Account.objects.bulk_create(Account(username=f"new{number:03}", name="New", password="!") for number in range(60))
    assert queries() == before


def test_what_was_typed_when_the_session_ended_comes_back(world: World) -> None:
    client = signed_in("east")
    let_end(client)
    script = {"accept": "application/json"}
    assert client.post("/records/activity/new/", form_sent(), headers=script).status_code == 302  # keeps nothing
    assert client.get("/").status_code == 302  # the session's cookie goes, and still:
    sent = client.post("/records/activity/new/", form_sent())
    assert sent.url == "/sign-in/?next=/records/activity/new/"
    assert "What you typed is kept" in client.get(sent.url).content.decode()
    back = client.post(sent.url, {"username": "east", "password": PASSWORD, "next": "/records/activity/new/"})
    assert back.url == "/records/activity/new/"
    page = client.get(back.url)
    assert page.context["form"]["f_people"].value() == "many"
    assert "not sent yet" in page.content.decode()
    assert 'value="many"' in page.content.decode()
    assert not Record.objects.exists()  # showing it again writes nothing
    assert client.get(back.url).context["form"]["f_people"].value() is None  # once
    assert "typed" not in client.session


def test_what_was_typed_is_given_to_nobody_else(world: World) -> None:
    client = signed_in("east")
    let_end(client)
    client.post("/records/activity/new/", form_sent(LONG))
    assert LONG in str(client.session["typed"])
    attempt(client, "west", PASSWORD)
    assert LONG not in client.get("/records/activity/new/").content.decode()
    attempt(client, "east", PASSWORD)
    assert LONG not in client.get("/records/activity/new/").content.decode()


@pytest.mark.parametrize("who", ["nobody", "signed out"])
def test_a_browser_that_was_nobodys_leaves_nothing_behind(who: str, world: World) -> None:
    client = browser()
    if who == "signed out":
        client = signed_in("east")
        client.post("/sign-out/")
    else:
        client.cookies["sessionid"] = "a" * 32
    client.post("/records/activity/new/", form_sent())
    assert Session.objects.count() == 0


def test_after_half_an_hour_it_is_gone(world: World) -> None:
    client = signed_in("east")
    let_end(client)
    client.post("/records/activity/new/", form_sent(LONG))
    session = client.session
    session["typed"] = {**session["typed"], "at": timezone.now().timestamp() - timedelta(minutes=31).total_seconds()}
    session.save()
    attempt(client, "east", PASSWORD)
    assert LONG not in client.get("/records/activity/new/").content.decode()
    assert "typed" not in client.session


def test_an_address_that_only_takes_post_gets_a_button(world: World) -> None:
    number = filed(world)
    client = signed_in("checker")
    let_end(client)
    path = f"/record/{number}/check/"
    client.post(path, {"reason": "please look again", "do": "return"})
    attempt(client, "checker", PASSWORD)
    page = client.get(path)
    assert page.status_code == 200
    assert "please look again" in page.content.decode()
    assert f'action="{path}"' in page.content.decode()
    assert client.get(path).status_code == 405


def test_passwords_are_never_kept(world: World) -> None:
    client = signed_in("east")
    let_end(client)
    client.post("/me/password/", {"old": PASSWORD, "new": NEW, "again": NEW})
    client.post("/me/second-factor/", {"code": "123456"})
    kept = "".join(str(one.get_decoded()) for one in Session.objects.all())
    assert NEW not in kept
    assert "123456" not in kept
