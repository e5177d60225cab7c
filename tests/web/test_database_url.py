"""The database that the site is pointed at: what is wrong is told in words, and two roles keep the ledger as it is."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from tools import postgres

ROOT = Path(__file__).resolve().parents[2]
URL = os.environ.get("DATABASE_URL", "")
on_postgresql = pytest.mark.skipif(not URL, reason="no PostgreSQL beside these tests: tools/postgres.py brings one")


def shuping(data: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    clean = {key: text for key, text in os.environ.items() if not key.startswith(("SHUPING_", "DJANGO_", "DATABASE_"))}
    command = [sys.executable, "-m", "shuping.cli", "audit", *(arguments or ("head",)), "--data", str(data)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**clean, **env}, timeout=120)


def told(done: subprocess.CompletedProcess[str], zh: str, en: str) -> None:
    assert done.returncode == 2, done.stderr
    assert zh in done.stderr
    assert en in done.stderr
    assert "Traceback" not in done.stderr
    assert "very-secret" not in done.stderr + done.stdout


@pytest.mark.parametrize(
    ("url", "zh", "en"),
    [
        ("mysql://u:very-secret@h/name", "给出的开头是“mysql:”", "the one given starts with 'mysql:'"),
        ("shuping", "给出的开头是“?:”", "the one given starts with '?:'"),
        ("postgresql:///name", "没有写主机", "the host is missing"),
        ("postgresql://u:very-secret@h", "没有写数据库名", "the name of the database is missing"),
        ("postgresql://u:very-secret@h:port/name", "端口不是数字", "its port is no number"),
    ],
)
@pytest.mark.parametrize("variable", ["DATABASE_URL", "DATABASE_OWNER_URL"])
def test_a_url_that_is_none(tmp_path: Path, variable: str, url: str, zh: str, en: str) -> None:
    other = {"DATABASE_URL": "postgresql://u@127.0.0.1:1/name"} if variable == "DATABASE_OWNER_URL" else {}
    if other:
        from django.core.exceptions import ImproperlyConfigured

        from shuping_web.site.database import settings_of

        with pytest.raises(ImproperlyConfigured) as caught:
            settings_of(url, tmp_path, name=variable)
        said = str(caught.value)
        assert zh in said
        assert en in said
        assert variable in said
        assert "very-secret" not in said
        return
    done = shuping(tmp_path / "data", **{variable: url})
    told(done, zh, en)
    assert variable in done.stderr
    assert "whoever starts the site puts it right" in done.stderr


def test_an_owner_without_a_site(tmp_path: Path) -> None:
    done = shuping(tmp_path / "data", DATABASE_OWNER_URL="postgresql://o:very-secret@127.0.0.1/name")
    told(done, "但没有设置 DATABASE_URL", "DATABASE_OWNER_URL is set and DATABASE_URL is not")


def test_no_server_answers(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    done = shuping(tmp_path / "data", DATABASE_URL=f"postgresql://u:very-secret@127.0.0.1:{port}/name")
    told(done, f"127.0.0.1:{port} 没有数据库应答", "whoever runs the server whether PostgreSQL is up")


def test_an_option_that_nobody_knows(tmp_path: Path) -> None:
    done = shuping(tmp_path / "data", DATABASE_URL="postgresql://u:very-secret@127.0.0.1/name?speed=9")
    told(done, "有 PostgreSQL 不认识的选项", "has an option that PostgreSQL does not know")


def test_a_folder_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    told(shuping(tmp_path / "file"), "数据目录不能使用", "the folder for the site's data cannot be used")


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "shuping.sqlite3").write_text("no database, but text " * 200, encoding="utf-8")
    done = shuping(tmp_path)
    told(done, "打不开数据库文件", "whether the folder can be written to and the file is whole")
    assert "file is not a database" in done.stderr


# ---------------------------------------------------------------- on a real server


@pytest.fixture
def database() -> Iterator[dict[str, str]]:
    """A new database that the role ``owner`` owns, with a URL for each of the two roles."""
    import psycopg

    parts, name = urlsplit(URL), f"two_roles_{uuid4().hex}"
    owner = f"postgresql://owner:{parts.password}@{parts.hostname}:{parts.port}"
    with psycopg.connect(f"{owner}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        yield {
            "DATABASE_URL": f"postgresql://site:{parts.password}@{parts.hostname}:{parts.port}/{name}",
            "DATABASE_OWNER_URL": f"{owner}/{name}",
        }
        for left in range(50, -1, -1):  # the server may still be ending the sessions of processes that are gone
            try:
                connection.execute(f'DROP DATABASE "{name}"')
                break
            except psycopg.errors.ObjectInUse:
                if not left:
                    raise
                time.sleep(0.1)


@on_postgresql
def test_a_wrong_password(tmp_path: Path, database: dict[str, str]) -> None:
    wrong = database["DATABASE_URL"].replace(str(urlsplit(URL).password), "very-secret")
    done = shuping(tmp_path, DATABASE_URL=wrong)
    told(done, "数据库服务器拒绝用户“site”", "the server refuses the user 'site'")
    assert "password authentication failed" in done.stderr  # the server's own words stand below ours


@on_postgresql
def test_no_such_database(tmp_path: Path) -> None:
    done = shuping(tmp_path, DATABASE_URL=URL.rsplit("/", 1)[0] + "/nowhere")
    told(done, "进不了数据库“nowhere”", "its administrator makes it (CREATE DATABASE)")


@on_postgresql
def test_two_different_databases(tmp_path: Path, database: dict[str, str]) -> None:
    elsewhere = database["DATABASE_OWNER_URL"].rsplit("/", 1)[0] + "/postgres"
    done = shuping(tmp_path, **{**database, "DATABASE_OWNER_URL": elsewhere})
    told(done, "须指向同一台服务器上的同一个数据库", "name the same database of the same server")


@on_postgresql
def test_tables_are_made_by_their_owner_alone(tmp_path: Path, database: dict[str, str]) -> None:
    site_alone = {"DATABASE_URL": database["DATABASE_URL"]}
    told(
        shuping(tmp_path, **site_alone), "请启动网站的人这一次用 DATABASE_OWNER_URL 写明表的所有者",
        "whoever starts the site names their owner in DATABASE_OWNER_URL for this start",
    )  # fmt: skip
    assert shuping(tmp_path, **database).returncode == 0
    # from then on the site's role does without the owner, until a new version brings new tables
    for what in ("verify", "invariants", "head"):
        done = shuping(tmp_path, what, **site_alone)
        assert done.returncode == 0, done.stderr


WORK = """
import sys
from pathlib import Path
from shuping_web.site.commands import prepare
prepare(Path(sys.argv[1]))
from uuid import uuid4
from tests.web import conftest as small
from shuping_web.filing.actions import file_record, check_record, freeze
from shuping_web.people.models import Unit
small.add_units(small.UNITS, by=small.System(), at=small.NOW)
book = small.add_rulebook(text=small.BOOK, reason="", by=small.System(), at=small.NOW)
until = small.date(2099, 12, 20)
cycle = small.open_cycle(rulebook=book, period="2025", filing_until=until, by=small.System(), at=small.NOW)
world = small.World(cycle, {}, {unit.code: unit for unit in Unit.objects.all()})
for name, role, unit in (("east", "filer", "east"), ("checker", "checker", None), ("office", "office", None)):
    small.person(world, name, small.Role(role), unit)
values = {"date": "2025-03-01", "form": "talk", "people": "40"}
one = file_record(cycle=cycle, dataset="activity", unit=world.units["east"], period="", values=values,
                  submission=uuid4(), by=world.people["east"], at=small.NOW)
check_record(cycle=cycle, record=one, accept=True, reason="", version=1, by=world.people["checker"], at=small.NOW)
freeze(cycle=cycle, by=world.people["office"], at=small.NOW)
from shuping_web.site.audit import invariants
assert [text for finding in invariants() for text in finding.wrong] == []
"""


def worked_in(data: Path, url: str) -> None:
    clean = {key: text for key, text in os.environ.items() if not key.startswith(("SHUPING_", "DJANGO_", "DATABASE_"))}
    env = {**clean, "DATABASE_URL": url, "PYTHONPATH": "."}
    done = subprocess.run(
        [sys.executable, "-c", WORK, str(data)], env=env, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture
def worked(tmp_path: Path, database: dict[str, str]) -> dict[str, str]:
    """The database once a cycle was filed, checked and frozen in it by the site's role alone."""
    assert shuping(tmp_path, **database).returncode == 0
    worked_in(tmp_path, database["DATABASE_URL"])
    return database


@on_postgresql
def test_the_sites_role_adds_and_reads_and_is_refused_the_rest(worked: dict[str, str]) -> None:
    import psycopg
    from psycopg.errors import InsufficientPrivilege

    from shuping_web.ledger.protection import TABLES

    refused = [
        words.format(table)
        for table in TABLES
        for words in (
            "UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE", "SELECT * FROM {} FOR UPDATE",
            "ALTER TABLE {} DISABLE TRIGGER ALL", "DROP TRIGGER {0}_append_only ON {0}", "DROP TABLE {} CASCADE",
            "ALTER TABLE {} ADD COLUMN more integer", "GRANT UPDATE ON {} TO site",
        )
    ]  # fmt: skip
    refused += [
        "CREATE TABLE mine (one integer)", "DELETE FROM django_migrations", "SET ROLE owner",
        "SET session_replication_role = replica",
    ]  # fmt: skip
    with psycopg.connect(worked["DATABASE_URL"], autocommit=True) as connection:
        for table in TABLES:
            found = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
            assert found is not None
            assert found[0] > 0, table
        for words in refused:
            if words.startswith("GRANT"):  # PostgreSQL grants nothing, with a warning where one has any right at all
                connection.execute(words)
                rights = connection.execute(
                    "SELECT has_table_privilege('site', %s, 'UPDATE')", [words.split()[3]]
                ).fetchone()
                assert rights == (False,)
                continue
            with pytest.raises(InsufficientPrivilege):
                connection.execute(words)
        connection.execute("UPDATE filing_record SET reason = reason")  # other tables it may change


@on_postgresql
def test_even_the_owner_is_stopped_by_a_trigger(worked: dict[str, str]) -> None:
    import psycopg

    with psycopg.connect(worked["DATABASE_OWNER_URL"], autocommit=True) as connection:
        connection.execute("GRANT UPDATE, DELETE, TRUNCATE ON ledger_event TO owner")  # what an owner can always do
        for words in ("UPDATE ledger_event SET action = 'x'", "DELETE FROM ledger_event", "TRUNCATE ledger_event"):
            with pytest.raises(psycopg.Error, match="never changed or removed"):
                connection.execute(words)


HOWTO = ROOT / "docs" / "howto" / "site-postgresql.md"


@on_postgresql
def test_the_howto_does_what_it_says(tmp_path: Path) -> None:
    """Its blocks are run as they stand, but for names and passwords: roles, start, backup, restored and verified."""
    import psycopg

    parts, mark = urlsplit(URL), uuid4().hex[:8]
    names = {
        "owner-password": str(parts.password), "site-password": str(parts.password), "appraisal": f"appraisal_{mark}",
        "shuping_owner": f"shuping_owner_{mark}", "shuping_site": f"shuping_site_{mark}", ":5432": f":{parts.port}",
    }  # fmt: skip
    text = HOWTO.read_text(encoding="utf-8")
    for name, mine in names.items():
        text = text.replace(name, mine)
    (statements,) = re.findall(r"```sql\n(.*?)```", text, re.DOTALL)
    start, backup, restore = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    admin = f"postgresql://postgres:{parts.password}@{parts.hostname}:{parts.port}/postgres"
    owner = f"postgresql://{names['shuping_owner']}:{parts.password}@{parts.hostname}:{parts.port}"
    restored = f"restored_{mark}"
    programs = f"{Path(sys.executable).parent}:{postgres.programs()}:{os.environ['PATH']}"
    env = {"PATH": programs, "HOME": str(tmp_path), "RESTORED_URL": f"{owner}/{restored}",
           "DATABASE_OWNER_URL": f"{owner}/{names['appraisal']}"}  # fmt: skip

    def run(commands: str, **more: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            ["/bin/sh", "-e", "-c", commands], env={**env, **more}, cwd=tmp_path, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done

    with psycopg.connect(admin, autocommit=True) as connection:
        for statement in filter(None, map(str.strip, statements.split(";"))):
            connection.execute(statement)
        assert "ledger has no event" in run(start).stdout
        site = f"postgresql://{names['shuping_site']}:{parts.password}@{parts.hostname}:{parts.port}"
        worked_in(tmp_path / "shuping-data", f"{site}/{names['appraisal']}")
        head = run("shuping audit head", DATABASE_URL=f"{site}/{names['appraisal']}").stdout.split()[-1]
        run(backup)
        connection.execute(f"CREATE DATABASE {restored} OWNER {names['shuping_owner']} TEMPLATE template0")
        done = run(restore, HEAD=head, DATABASE_URL=f"{site}/{restored}", DATABASE_OWNER_URL="")
        assert "unchanged" in done.stdout
        with (
            psycopg.connect(f"{site}/{restored}", autocommit=True) as back,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            back.execute("DELETE FROM ledger_event")  # the refusals came back with the rows


# ---------------------------------------------------------------- the throw-away server of the tests


def test_without_a_server_the_tool_fails_and_names_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(postgres, "INSTALLED", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CI", raising=False)
    ran = tmp_path / "ran"
    assert postgres.main([sys.executable, "-c", f"open({str(ran)!r}, 'w')"]) == 1
    assert "apt-get install postgresql" in capsys.readouterr().err
    assert not ran.exists()
