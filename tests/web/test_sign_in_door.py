"""The way in: the same answer to names that nobody has, locks, codes once each, slips and invitations once each."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from shuping_web.ledger.models import Event
from shuping_web.people.account_actions import change_account, erase_account, set_active
from shuping_web.people.models import Account
from shuping_web.sign_in.codes import kept, new_code, read, secret_of, step_of
from shuping_web.sign_in.factor_actions import switch_on, take_code
from shuping_web.sign_in.models import Factor, Pass, RecoveryCode, Visit
from shuping_web.sign_in.pass_actions import make_passes, use_pass
from tests.web.conftest import NOW, PASSWORD, World

NEW = "another good staple 7"
VARYING = re.compile(r'value="\w{64}"')


def browser(language: str = "en", **meta: str) -> Client:
    return Client(headers={"host": "localhost", "accept-language": language}, **meta)


def attempt(client: Client, username: str, password: str = "wrong") -> object:
    return client.post("/sign-in/", {"username": username, "password": password, "next": ""})


def with_factor(world: World, username: str) -> tuple[str, list[str]]:
    """Switch the second factor on with the code of an hour ago; return its secret and the recovery codes."""
    account, nonce = world.people[username], "ab" * 20
    before = timezone.now() - timedelta(hours=1)
    secret = secret_of(account.label, nonce)
    codes = switch_on(account=account, nonce=nonce, code=pyotp.TOTP(secret).at(before), by=account, at=before)
    return secret, codes


def actions(*names: str) -> list[tuple[str, str]]:
    return list(Event.objects.filter(action__in=names).values_list("action", "subject"))


def test_codes_agree_with_the_vectors_of_rfc_6238() -> None:
    # appendix B, SHA-1: eight figures there, of which the site takes the last six
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for second, code in (
        (59, "94287082"),
        (1111111109, "07081804"),
        (1234567890, "89005924"),
        (20000000000, "65353130"),
    ):
        at = datetime.fromtimestamp(second, UTC)
        assert step_of(secret, code[-6:], at) == second // 30
        assert step_of(secret, code[-6:], at + timedelta(seconds=90)) is None


def test_a_code_is_read_as_it_was_meant() -> None:
    code = new_code()
    assert re.fullmatch(r"([0-9a-hjkmnp-tv-z]{4}-){2}[0-9a-hjkmnp-tv-z]{4}", code)
    assert read(code.upper().replace("-", " ").replace("0", "O").replace("1", "l")) == read(code)
    assert len({new_code() for _ in range(200)}) == 200
    assert kept("slip", "a") != kept("recovery", "a")


def test_signing_in_is_an_event_without_an_address(world: World) -> None:
    client = browser(REMOTE_ADDR="203.0.113.9")
    assert attempt(client, "east", PASSWORD).status_code == 302
    event = Event.objects.get(action="signed_in")
    assert (event.actor, event.subject, event.data) == (
        world.people["east"].label, world.people["east"].label, {"second_factor": "none"},
    )  # fmt: skip
    assert "203.0.113.9" not in str(list(Event.objects.values()))


def test_the_answer_is_the_same_for_a_name_that_nobody_has(world: World) -> None:
    set_active(account=world.people["west"], active=False, by=world.people["admin"], at=NOW)
    pages = []
    for username, password in (("east", "wrong"), ("nobody", "wrong"), ("west", PASSWORD)):
        page = attempt(browser(), username, password)
        assert page.status_code == 200
        pages.append(VARYING.sub("", page.content.decode()).replace(username, "NAME"))
    assert pages[0] == pages[1] == pages[2]


def test_the_same_work_is_done_for_a_name_that_nobody_has(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.contrib.auth.hashers import MD5PasswordHasher

    hashed: list[int] = []
    plain = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda self, password, salt: (hashed.append(1), plain(self, password, salt))[1]
    )
    counts = []
    world.people["head"].set_unusable_password()
    world.people["head"].save()
    for username in ("east", "nobody", "head"):
        hashed.clear()
        attempt(browser(), username)
        counts.append(len(hashed))
    assert counts == [1, 1, 1]


@pytest.mark.parametrize("username", ["east", "nobody"])
def test_five_failures_lock_a_name_from_an_address_and_no_other(username: str, world: World) -> None:
    client = browser()
    for _ in range(4):
        assert attempt(client, username).status_code == 200
    locked = attempt(client, username)
    assert locked.status_code == 429
    right = attempt(browser(), username, PASSWORD)
    assert right.status_code == 429
    assert "15 minutes" in right.content.decode()
    assert "15 分钟" in attempt(browser("zh-hans"), username, PASSWORD).content.decode()
    assert attempt(browser(), "west", PASSWORD).status_code == 302
    assert attempt(browser(REMOTE_ADDR="198.51.100.7"), "east", PASSWORD).status_code == 302
    subject = world.people["east"].label if username == "east" else "sign-in"
    assert actions("sign_in_locked") == [("sign_in_locked", subject)]  # once, however often it is tried


def test_the_lock_opens_after_a_quarter_of_an_hour(world: World) -> None:
    for _ in range(5):
        attempt(browser(), "east")
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=14))
    assert attempt(browser(), "east", PASSWORD).status_code == 429
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert attempt(browser(), "east", PASSWORD).status_code == 302
    assert not AccessAttempt.objects.exists()


def test_nothing_that_was_typed_reaches_the_table_of_failures(world: World) -> None:
    attempt(browser(), "east", "a secret 123")
    typed = {"username": "east", "code": "1234-5678-9abc", "new": NEW, "again": NEW}
    browser().post("/slip/", typed)
    text = str(list(AccessAttempt.objects.values()))
    for word in ("a secret 123", "1234-5678-9abc", NEW):
        assert word not in text


def test_the_second_step_takes_a_code_once(world: World) -> None:
    secret, _codes = with_factor(world, "office")
    first, second = browser(), browser()
    for client in (first, second):
        found = client.post("/sign-in/", {"username": "office", "password": PASSWORD, "next": "/standing/"})
        assert found.url == "/sign-in/code/"
        assert client.get("/standing/").url.startswith("/sign-in/")  # the password alone lets nobody in
    code = pyotp.TOTP(secret).now()
    assert first.post("/sign-in/code/", {"code": f"{code[:3]} {code[3:]}"}).url == "/standing/"
    again = second.post("/sign-in/code/", {"code": code})
    assert again.status_code == 200
    assert list(again.context["form"].errors) == ["code"]
    assert Event.objects.get(action="signed_in").data == {"second_factor": "code"}


def test_an_earlier_code_is_refused_after_a_later_one(world: World) -> None:
    secret, _codes = with_factor(world, "office")
    account, now = world.people["office"], timezone.now()
    totp = pyotp.TOTP(secret)
    assert take_code(account=account, code=totp.at(now), by=account, at=now) == "code"
    assert take_code(account=account, code=totp.at(now - timedelta(seconds=30)), by=account, at=now) is None
    later = now + timedelta(seconds=30)
    assert take_code(account=account, code=totp.at(later), by=account, at=later) == "code"


def test_wrong_codes_lock_like_wrong_passwords(world: World) -> None:
    secret, _codes = with_factor(world, "office")
    client = browser()
    attempt(client, "office", PASSWORD)
    found = [client.post("/sign-in/code/", {"code": "000000"}).status_code for _ in range(5)]
    assert found == [200, 200, 200, 200, 429]
    assert client.post("/sign-in/code/", {"code": pyotp.TOTP(secret).now()}).status_code == 429
    assert actions("sign_in_locked") == [("sign_in_locked", world.people["office"].label)]


def test_the_second_step_waits_five_minutes_and_dies_with_the_password(world: World) -> None:
    secret, _codes = with_factor(world, "office")
    client = browser()
    attempt(client, "office", PASSWORD)
    session = client.session
    session["password_was_right"] = {**session["password_was_right"], "at": timezone.now().timestamp() - 301}
    session.save()
    assert client.post("/sign-in/code/", {"code": pyotp.TOTP(secret).now()}).url == "/sign-in/"
    attempt(client, "office", PASSWORD)
    world.people["office"].set_password(NEW)
    world.people["office"].save()
    assert client.post("/sign-in/code/", {"code": pyotp.TOTP(secret).now()}).url == "/sign-in/"


def test_a_recovery_code_stands_in_once(world: World) -> None:
    _secret, codes = with_factor(world, "office")
    assert len(set(codes)) == 10
    client = browser()
    attempt(client, "office", PASSWORD)
    assert client.post("/sign-in/code/", {"code": codes[3].upper()}).status_code == 302
    other = browser()
    attempt(other, "office", PASSWORD)
    assert other.post("/sign-in/code/", {"code": codes[3]}).status_code == 200
    assert other.post("/sign-in/code/", {"code": codes[4]}).status_code == 302
    assert len(actions("recovery_code_used")) == 2


def test_neither_secret_nor_code_nor_token_is_kept(world: World) -> None:
    secret, codes = with_factor(world, "office")
    slip, link = (
        make_passes(kind=kind, accounts=[world.people[name]], days=7, by=world.people["admin"], at=NOW)[0][1]
        for kind, name in ((Pass.Kind.SLIP, "east"), (Pass.Kind.INVITATION, "west"))
    )
    text = "".join(str(list(table.objects.values())) for table in (Factor, RecoveryCode, Pass, Event, Session))
    for word in (secret, slip, read(slip), link, *codes, *map(read, codes)):
        assert word not in text


def slip_for(world: World, username: str, at: datetime | None = None) -> str:
    at = at or timezone.now()
    [(_account, code, _until)] = make_passes(
        kind=Pass.Kind.SLIP, accounts=[world.people[username]], days=7, by=world.people["admin"], at=at
    )
    return code


def use_slip(username: str, code: str, new: str = NEW, again: str = "") -> object:
    return browser().post("/slip/", {"username": username, "code": code, "new": new, "again": again or new})


def test_a_slip_sets_a_password_once_and_ends_sessions(world: World) -> None:
    signed_in = browser()
    attempt(signed_in, "east", PASSWORD)
    assert signed_in.get("/").status_code == 200
    code = slip_for(world, "east")
    assert list(use_slip("west", code).context["form"].errors) == ["code"]
    assert list(use_slip("east", code, again="other").context["form"].errors) == ["again"]
    assert list(use_slip("east", code, new="12345678901").context["form"].errors) == ["new"]
    alike = use_slip("observer", slip_for(world, "observer"), new="observer12")
    assert list(alike.context["form"].errors) == ["new"]
    assert use_slip("east", code.upper()).status_code == 302
    assert signed_in.get("/").status_code == 302
    assert list(use_slip("east", code).context["form"].errors) == ["code"]
    assert attempt(browser(), "east", PASSWORD).status_code == 200
    assert attempt(browser(), "east", NEW).status_code == 302
    assert [name for name, _subject in actions("slip_made", "slip_used")] == ["slip_made", "slip_made", "slip_used"]


def test_a_slip_expires_and_a_newer_one_withdraws_it(world: World) -> None:
    old = slip_for(world, "east", timezone.now() - timedelta(days=8))
    assert list(use_slip("east", old).context["form"].errors) == ["code"]
    first, second = slip_for(world, "east"), slip_for(world, "east")
    assert list(use_slip("east", first).context["form"].errors) == ["code"]
    assert use_slip("east", second).status_code == 302


def test_a_slip_leaves_the_second_factor_alone(world: World) -> None:
    with_factor(world, "office")
    assert use_slip("office", slip_for(world, "office")).status_code == 302
    assert attempt(browser(), "office", NEW).url == "/sign-in/code/"


def test_guessing_slips_locks_alike_for_a_name_that_nobody_has(world: World) -> None:
    for username in ("east", "nobody"):
        found = [use_slip(username, "0000-0000-0000").status_code for _ in range(5)]
        assert found == [200, 200, 200, 200, 429]


def invited(world: World, username: str) -> str:
    made = make_passes(
        kind=Pass.Kind.INVITATION, accounts=[world.people[username]], days=14, by=world.people["admin"],
        at=timezone.now(),
    )  # fmt: skip
    return made[0][1]


def test_a_mail_scanner_uses_no_invitation_up(world: World) -> None:
    token = invited(world, "east")
    for _ in range(3):
        scanner = browser()
        page = scanner.get(f"/invitation/{token}/")
        assert page.status_code == 200
        assert scanner.head(f"/invitation/{token}/").status_code == 200
        assert page.headers["Referrer-Policy"] == "strict-origin"
        assert scanner.post(f"/invitation/{token}/", {"new": NEW, "again": NEW}).status_code == 405
    empty = browser().post("/invitation/", {"token": token})  # a scanner that sends the form it finds
    assert list(empty.context["form"].errors) == ["new", "again"]
    assert Pass.objects.get().used_at is None
    assert browser().post("/invitation/", {"token": token, "new": NEW, "again": NEW}).status_code == 302
    late = browser().post("/invitation/", {"token": token, "new": NEW, "again": NEW})
    assert "does not work" in late.content.decode()
    assert "does not work" in browser().get(f"/invitation/{token}/").content.decode()
    assert attempt(browser(), "east", NEW).status_code == 302
    assert [name for name, _ in actions("invitation_made", "invitation_used")] == ["invitation_made", "invitation_used"]


def test_of_two_who_use_one_invitation_one_is_refused(world: World) -> None:
    from django.core.exceptions import ValidationError

    invited(world, "east")
    opened = Pass.objects.get()
    use_pass(opened=opened, password=NEW, at=timezone.now())
    with pytest.raises(ValidationError):
        use_pass(opened=opened, password="something else 9", at=timezone.now())
    assert Account.objects.get(username="east").check_password(NEW)


def test_tokens_stay_out_of_the_log(world: World, caplog: pytest.LogCaptureFixture) -> None:
    token = invited(world, "east")
    with caplog.at_level(logging.DEBUG):
        browser().put(f"/invitation/{token}/")
        browser().get(f"/invitation/{token}/nothing/")
        Client(headers={"host": "localhost"}, enforce_csrf_checks=True).post(f"/invitation/{token}/")
    assert any("/invitation/..." in record.getMessage() for record in caplog.records)
    assert not any(token in record.getMessage() for record in caplog.records)


def test_after_signing_in_the_page_speaks_the_language_of_the_account(world: World) -> None:
    east = world.people["east"]
    for language, other, word in (("zh-hans", "en", '<html lang="zh-hans">'), ("en", "zh-hans", '<html lang="en">')):
        change_account(account=east, name=east.name, email="", language=language, by=east, at=NOW)
        client = browser(other)
        attempt(client, "east", PASSWORD)
        assert word in client.get("/").content.decode()


def test_an_erased_person_leaves_no_secrets(world: World) -> None:
    with_factor(world, "east")
    slip_for(world, "east")
    attempt(browser(), "west", PASSWORD)
    erase_account(account=world.people["east"], by=world.people["admin"], at=NOW)
    assert [table.objects.count() for table in (Factor, RecoveryCode, Pass)] == [0, 0, 0]
    assert Visit.objects.count() == 1


def test_a_form_with_an_old_key_gets_a_page_that_says_what_to_do(client_of: Callable[[str], Client]) -> None:
    client = Client(headers={"host": "localhost", "accept-language": "en"}, enforce_csrf_checks=True)
    page = client.post("/sign-in/", {"username": "east", "password": PASSWORD})
    assert page.status_code == 403
    assert "Nothing was saved" in page.content.decode()
