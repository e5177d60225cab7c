"""Accounts: made, closed, imported from a list with a dry run, exported and erased."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch
from uuid import uuid4

import pytest
import xlsxwriter
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from shuping_web.filing.actions import file_record
from shuping_web.filing.models import Draft
from shuping_web.ledger.models import ActorName, Event
from shuping_web.ledger.queries import verify
from shuping_web.people import account_actions, account_import
from shuping_web.people.account_actions import add_account, erase_account, set_active
from shuping_web.people.models import Account, Membership
from shuping_web.people.permissions import Role
from shuping_web.people.personal_data import about
from shuping_web.people.queries import roles_of
from shuping_web.people.role_actions import hand_over
from tests.web.conftest import NOW, PASSWORD, World

SignedIn = Callable[[str], Client]
HEADINGS = ["用户名", "姓名", "电子邮箱", "语言", "角色", "单位", "开始日期", "截止日期"]


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def xlsx(*rows: list[str], headings: list[str] = HEADINGS) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    for at, row in enumerate([headings, *rows]):
        for column, text in enumerate(row):
            if text.startswith("=!"):
                sheet.write_formula(at, column, text.replace("!", ""), None, "computed")
            else:
                sheet.write_string(at, column, text)
    book.close()
    return out.getvalue()


def send(client: Client, content: bytes, name: str = "list.xlsx") -> object:
    return client.post("/accounts/import/", {"file": SimpleUploadedFile(name, content)})


def both(world: World) -> None:
    """Let the administrator give roles too, as a small organisation would."""
    Membership.objects.create(account=world.people["admin"], role=Role.SECURITY.value)


def test_a_list_is_looked_at_then_confirmed(world: World, client_of: SignedIn) -> None:
    both(world)
    admin = client_of("admin")
    content = xlsx(
        ["wang", "王某", "wang@example.org", "zh", "填报人", "东镇", "2025-01-01", ""],
        ["li", "李某", "", "English", "checker", "", "", "2099/12/31"],
    )
    before = Account.objects.count()
    looked = send(admin, content)
    assert "2 accounts would be made" in looked.content.decode()  # type: ignore[attr-defined]
    assert Account.objects.count() == before  # nothing is made by looking
    sealed = looked.context["sealed"]  # type: ignore[attr-defined]
    assert admin.post("/accounts/import/confirm/", {"list": sealed}).url == "/accounts/"
    wang, li = Account.objects.get(username="wang"), Account.objects.get(username="li")
    assert (wang.name, wang.email, wang.language, wang.has_usable_password()) == (
        "王某",
        "wang@example.org",
        "zh-hans",
        False,
    )
    held = Membership.objects.get(account=wang)
    assert (held.role, held.unit, held.valid_from) == (
        "filer",
        world.units["east"],
        timezone.datetime(2025, 1, 1).date(),
    )
    assert (li.language, roles_of(li, timezone.localdate())) == ("en", [Role.CHECKER])
    again = admin.post("/accounts/import/confirm/", {"list": sealed})
    assert "This user name is taken" in again.content.decode()  # sent twice: told, not doubled
    assert Account.objects.count() == before + 2


def test_each_wrong_cell_is_marked_and_nothing_is_made(world: World, client_of: SignedIn) -> None:
    both(world)
    rows = [
        ["east", "王某", "not an address", "klingon", "king", "nowhere", "31.12.2025", "never"],
        ["twice", "=1+1", "", "", "", "east", "", ""],
        ["Twice", "", "", "", "filer", "", "2025-02-01", "2025-01-01"],
        ["no good", "李某", "", "", "", "", "", ""],
        ["fine", "张某", "", "", "", "", "", ""],
    ]
    before = Account.objects.count()
    page = send(client_of("admin"), xlsx(*rows))
    looked = page.context["looked"]  # type: ignore[attr-defined]
    assert [(row.number, sorted(row.wrong)) for row in looked.rows] == [
        (2, ["email", "language", "role", "unit", "until", "username", "valid_from"]),
        (3, ["name", "unit", "username"]),
        (4, ["name", "unit", "until", "username"]),
        (5, ["username"]),
        (6, []),
    ]
    text = page.content.decode()  # type: ignore[attr-defined]
    assert text.count('class="fault"') == 15
    assert "4 rows have mistakes" in text
    assert page.context["sealed"] == ""  # type: ignore[attr-defined]
    assert Account.objects.count() == before


def test_who_does_not_give_roles_imports_none(world: World, client_of: SignedIn) -> None:
    page = send(client_of("admin"), xlsx(["wang", "王某", "", "", "filer", "east", "", ""]))
    assert "Roles are given by the security administrator" in page.content.decode()  # type: ignore[attr-defined]
    with pytest.raises(ValidationError, match="security administrator"):
        account_actions.import_accounts(
            rows=[account_actions.NewAccount("wang", "王某", role=Role.CHECKER)], gives_roles=False,
            by=world.people["admin"], at=NOW,
        )  # fmt: skip
    assert not Account.objects.filter(username="wang").exists()


def test_a_confirmed_list_cannot_be_changed_borrowed_or_kept_for_later(world: World, client_of: SignedIn) -> None:
    admin = client_of("admin")
    sealed = send(admin, xlsx(["wang", "王某", "", "", "", "", "", ""])).context["sealed"]  # type: ignore[attr-defined]
    before = Account.objects.count()
    admin.post("/accounts/import/confirm/", {"list": sealed[:-3] + "abc"})
    Membership.objects.create(account=world.people["observer"], role=Role.ADMINISTRATOR.value)
    client_of("observer").post("/accounts/import/confirm/", {"list": sealed})
    with patch.object(account_import, "FOR_SECONDS", -1):
        told = admin.post("/accounts/import/confirm/", {"list": sealed}, follow=True)
    assert "upload it once more" in told.content.decode()
    assert Account.objects.count() == before
    assert admin.post("/accounts/import/confirm/", {"list": sealed}).url == "/accounts/"
    assert Account.objects.count() == before + 1


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "list.csv", "The submitted file is empty"),
        (b"x" * 5_000_001, "list.csv", "larger than 5 MB"),
        (bomb(), "list.xlsx", "unpack to too much"),
        (b"PK\x03\x04 broken", "list.xlsx", "list.xlsx"),
        (b"\xff\xfe\x00\x01\x02", "list.csv", "list.csv"),
        ("用户名,姓名,工资\nwang,王某,1\n".encode(), "list.csv", "The heading “工资” is not known"),
        ("用户名\nwang\n".encode(), "list.csv", "The column “name” is missing"),
        ("用户名,姓名,user name\nwang,王某,li\n".encode(), "list.csv", "stands there twice"),
        ("用户名,姓名\n".encode(), "list.csv", "no rows below its headings"),
        ("用户名,姓名\n".encode() + b"u,n\n" * 1_001, "list.csv", "1001 rows; at most 1000"),
        ('用户名,姓名\nwang,"王某\n'.encode(), "list.csv", "quot"),
    ],
)
def test_a_file_that_cannot_be_read_is_said(
    content: bytes, name: str, said: str, world: World, client_of: SignedIn
) -> None:
    before = Account.objects.count()
    page = send(client_of("admin"), content, name)
    assert page.status_code == 200  # type: ignore[attr-defined]
    assert said in page.content.decode()  # type: ignore[attr-defined]
    assert Account.objects.count() == before


def test_a_formula_counts_as_the_value_that_was_saved_with_it(world: World, client_of: SignedIn) -> None:
    page = send(client_of("admin"), xlsx(["wang", '=!HYPERLINK("http://example.org","x")', "", "", "", "", "", ""]))
    looked = page.context["looked"]  # type: ignore[attr-defined]
    assert looked.rows[0].cells["name"] == "computed"
    assert looked.ready


def test_the_empty_list_that_is_handed_out_is_understood(world: World, client_of: SignedIn) -> None:
    handed = client_of("admin").get("/accounts/import/template/").getvalue()
    row = "zhao,赵某,,,,,,\n".encode()
    assert send(client_of("admin"), handed + row, "accounts.csv").context["looked"].ready  # type: ignore[attr-defined]


def test_the_list_in_the_manual_can_be_imported(world: World, client_of: SignedIn) -> None:
    both(world)
    page = Path("docs/howto/site-people.md").read_text(encoding="utf-8")
    example = page.split("```csv\n")[1].split("```")[0]
    looked = send(client_of("admin"), example.encode(), "list.csv").context["looked"]  # type: ignore[attr-defined]
    assert [(row.account.role, row.account.unit) for row in looked.rows] == [
        (Role.FILER, world.units["east"]), (Role.CHECKER, None),
    ]  # fmt: skip


def test_an_account_is_closed_and_opened_and_nobody_closes_their_own(world: World, client_of: SignedIn) -> None:
    admin, west = client_of("admin"), world.people["west"]
    signed_in = client_of("west")
    assert admin.post(f"/account/{west.key}/switch/", {"active": "0"}).status_code == 302
    assert signed_in.get("/records/").url.startswith("/sign-in/")  # out at once
    admin.post(f"/account/{west.key}/switch/", {"active": "1"})
    assert roles_of(west, timezone.localdate()) == [Role.FILER]
    with pytest.raises(ValidationError, match="own account"):
        set_active(account=world.people["admin"], active=False, by=world.people["admin"], at=NOW)
    assert list(Event.objects.filter(subject=west.label).values_list("action", flat=True))[-2:] == [
        "account_closed", "account_opened",
    ]  # fmt: skip


def test_a_user_name_is_taken_whatever_its_case(world: World, client_of: SignedIn) -> None:
    page = client_of("admin").post("/accounts/new/", {"username": "EAST", "name": "Somebody"})
    assert list(page.context["form"].errors) == ["username"]
    assert 'value="Somebody"' in page.content.decode()


def drafted(world: World, who: str, place: str = "activity", content: dict[str, str] | None = None) -> Draft:
    return Draft.objects.create(
        account=world.people[who], place=place, dataset="activity", unit=world.units["east"], submission=uuid4(),
        content=content or {}, kept_at=NOW,
    )  # fmt: skip


def filed(world: World) -> None:
    file_record(
        cycle=world.cycle, dataset="activity", unit=world.units["east"], period="",
        values={"date": "2025-03-01", "form": "talk", "people": "317"}, submission=uuid4(), by=world.people["east"],
        at=NOW,
    )  # fmt: skip


def test_everything_kept_about_a_person_is_handed_out_and_no_records_with_it(world: World, client_of: SignedIn) -> None:
    filed(world)
    client_of("east").get("/me/")
    own = client_of("east").get("/me/data/")
    assert own["Content-Disposition"].startswith("attachment")
    given = json.loads(own.content)
    tables = given["tables"]
    assert tables["people.Account"][0]["name"] == "East"
    assert tables["people.Account"][0]["password"] == "(kept, not shown)"
    assert tables["people.Membership"][0]["role"] == "filer"
    assert [row["filed_by"] for row in tables["filing.Record"]] == [world.people["east"].label]
    assert {row["actor"] for row in tables["ledger.Event"]} >= {world.people["east"].label}
    text = own.content.decode()
    assert "317" not in text
    for other in ("West", "Checker", "Auditor"):
        assert other not in text
    drafted(world, "east", content={"f_people": "4711"})
    assert "4711" in client_of("east").get("/me/data/").content.decode()
    by_admin = client_of("admin").get(f"/account/{world.people['east'].key}/data/").content.decode()
    assert "4711" not in by_admin
    assert json.loads(by_admin)["tables"]["people.Membership"] == tables["people.Membership"]


def test_an_erased_person_is_gone_everywhere_and_every_event_still_verifies(world: World, client_of: SignedIn) -> None:
    east = world.people["east"]
    east.name, east.email = "Ostap Bender", "ostap@example.org"
    east.save()
    filed(world)
    client_of("east").get("/me/")
    head = Event.objects.order_by("-number").values_list("number", "hash").first()
    admin = client_of("admin")
    wrong = admin.post(f"/account/{east.key}/erase/", {"username": "west"})
    assert list(wrong.context["form"].errors) == ["username"]
    assert admin.post(f"/account/{east.key}/erase/", {"username": "east"}).status_code == 302
    assert verify(head) == []
    east.refresh_from_db()
    assert (east.is_active, east.has_usable_password(), east.email) == (False, False, "")
    assert east.username.startswith("erased-")
    assert not Membership.objects.filter(account=east, ended_at__isnull=True).exists()
    assert ActorName.objects.get(label=east.label).name == east.username
    assert [event.actor_name for event in Event.objects.filter(action="record_filed")] == [east.username]
    assert "Ostap" not in dump()
    assert "ostap@example.org" not in dump()
    assert not east.check_password(PASSWORD)
    assert "Erased" in admin.get(f"/account/{east.key}/").content.decode()
    with pytest.raises(ValidationError, match="was erased"):
        erase_account(account=east, by=world.people["admin"], at=NOW)
    assert not any(
        data.get("_auth_user_id") == str(east.pk) for data in (one.get_decoded() for one in Session.objects.all())
    )


def dump() -> str:
    """Return the whole database as text."""
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found.append(str(cursor.fetchall()))
    return "\n".join(found)


def test_drafts_go_with_the_role_and_are_let_go_of_with_the_person(world: World) -> None:
    drafted(world, "east", "one")
    drafted(world, "east", "two")
    drafted(world, "head", "two")
    held = Membership.objects.get(account=world.people["east"])
    hand_over(membership=held, taker=world.people["head"], by=world.people["east"], at=NOW)
    kept = Draft.objects.order_by("place", "account__username").values_list("place", "account__username")
    assert list(kept) == [("one", "head"), ("two", "east"), ("two", "head")]
    assert Event.objects.get(action="role_handed_over").data["moved"] == 1
    erase_account(account=world.people["head"], by=world.people["admin"], at=NOW)
    assert list(Draft.objects.values_list("account__username", flat=True)) == ["east"]


def test_names_and_user_names_are_in_no_event(world: World, client_of: SignedIn) -> None:
    made = add_account(
        username="rare-user",
        name="Rare Name",
        password=None,
        email="rare@example.org",
        by=world.people["admin"],
        at=NOW,
    )
    admin = client_of("admin")
    admin.post(f"/account/{made.key}/change/", {"name": "Rarer Name", "email": "rarer@example.org", "language": "en"})
    kept = str(list(Event.objects.values_list("actor", "subject", "unit", "data")))
    assert Event.objects.filter(subject=made.label).count() == 2
    for text in ("rare-user", "Rare", "rare@"):
        assert text not in kept


def test_nobody_erases_their_own_account_or_the_last_that_gives_roles(world: World) -> None:
    with pytest.raises(ValidationError, match="own account"):
        erase_account(account=world.people["admin"], by=world.people["admin"], at=NOW)
    with pytest.raises(ValidationError, match="last account"):
        erase_account(account=world.people["security"], by=world.people["admin"], at=NOW)


def test_an_erasure_whose_event_fails_leaves_the_person(world: World) -> None:
    with patch.object(account_actions, "record", side_effect=RuntimeError), pytest.raises(RuntimeError):
        erase_account(account=world.people["east"], by=world.people["admin"], at=NOW)
    assert Account.objects.get(pk=world.people["east"].pk).name == "East"


@pytest.mark.broken_ledger
@pytest.mark.parametrize("path", ["/accounts/", "/units/", "/me/"])
def test_a_list_of_people_asks_no_more_for_more_rows(path: str, world: World, client_of: SignedIn) -> None:
    client = client_of("admin")

    def queries(rows: int, name: str) -> int:
        for number in range(rows):
            made = Account.objects.create_user(f"{name}{number}", None, name=name)
            Membership.objects.create(account=made, role="filer", unit=world.units["east"])
            type(world.units["east"]).objects.create(
                code=f"{name}{number}", name=name, kind="town", parent=world.units["east"]
            )
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    assert queries(1, "a") == queries(49, "b")


def test_accounts_are_found_by_words_role_unit_and_state(world: World, client_of: SignedIn) -> None:
    admin = client_of("admin")
    set_active(account=world.people["west"], active=False, by=world.people["admin"], at=timezone.now())

    def found(query: str) -> list[str]:
        return [account.username for account, _held in admin.get(f"/accounts/?{query}").context["rows"]]

    assert found("q=EAS") == ["east"]
    assert found("role=filer") == ["east"]  # a closed account's roles rest
    assert found("unit=east") == ["east", "head"]
    assert found("state=inactive") == ["west"]
    assert found("order=name&q=e")[0] == "checker"
    assert found("q=nobody-is-called-this") == []
    east = world.people["east"]
    east.last_login = timezone.now() - timedelta(days=1)
    east.save()
    assert found("order=last&q=eas") == ["east"]


def test_what_is_handed_out_names_no_other_person(world: World) -> None:
    other = str(world.people["west"].key)
    assert other not in json.dumps(about(world.people["east"], to_the_person=True))
