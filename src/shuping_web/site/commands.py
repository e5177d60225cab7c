"""Commands that the site adds to ``shuping`` (entry point ``shuping.commands``). Django is imported inside them."""

from __future__ import annotations

import os
import secrets
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer

PASSWORD_WORDS = 4
NOT_INSTALLED = 5
WORKERS = min(4, os.cpu_count() or 1)
"""Processes that answer: Python computes in one thread of each at a time. Each holds about a third of a gigabyte."""
Data = Annotated[
    Path, typer.Option("--data", metavar="DIR", help="数据目录，第一次启动时建立 / the folder for its data")
]


def prepare(data: Path) -> None:
    """Make data folder, secret and database where they are not there yet; end with code 5 where the site is not
    installed, with code 2 and a sentence where settings or database do not do.
    """
    wanted = ("django", "csp", "whitenoise", "granian", "axes", "pyotp", "segno", "pypdf")
    lacking = [name for name in wanted if find_spec(name) is None]
    if lacking:
        typer.echo(f"缺少 {', '.join(lacking)}，请安装 / please install: pip install 'shuping[web]'", err=True)
        raise typer.Exit(NOT_INSTALLED)
    from shuping_web.site.opening import open_database, told

    with told():
        data.mkdir(parents=True, exist_ok=True)
        os.environ["SHUPING_DATA"] = str(data.resolve())
        os.environ.setdefault("SHUPING_SECRET_KEY", secret(data))
        os.environ["DJANGO_SETTINGS_MODULE"] = "shuping_web.site.settings"
        import django

        django.setup()
        open_database()


def secret(data: Path) -> str:
    """Return the site's own random secret, made at the first start and readable by its owner alone."""
    file = data / "secret.key"
    if not file.exists():
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as out:
            out.write(secrets.token_urlsafe(64))
    return file.read_text(encoding="ascii").strip()


def serve(
    data: Data = Path("shuping-data"),
    demo: Annotated[bool, typer.Option("--demo", help="填入示范县 / fill it with the demonstration county")] = False,
    host: Annotated[str, typer.Option("--host", help="监听地址 / the address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535)] = 8000,
    workers: Annotated[
        int, typer.Option("--workers", min=1, max=64, help="应答网页的进程数 / processes that answer")
    ] = WORKERS,
) -> None:
    """启动网站，第一次启动时建好数据库 / Start the site; the first time it makes its database."""
    if demo:
        os.environ.setdefault("EMAIL_URL", f"file://{quote(str((data / 'mail').resolve()))}")
        os.environ.setdefault("SHUPING_MAIL_FROM", "office@county.example")
    os.environ.setdefault("SHUPING_ADDRESS", f"http://{host}:{port}")
    prepare(data)
    address = f"http://{host}:{port}"
    if demo:
        _demo(address)
    else:
        from shuping_web.people.actions import make_start_token

        token = make_start_token()
        if token is not None:
            typer.echo("建立第一个管理员，链接只能用一次 / make the first administrator; the link works once:")
            typer.echo(f"  {address}/start/?token={token}")
    typer.echo(f"网站地址 / the site: {address}   (Ctrl-C)")
    import multiprocessing

    from granian import Granian
    from granian.constants import Interfaces

    from shuping_web.notices.worker import Worker
    from shuping_web.site.database import THREADS

    worker = Worker()  # a thread beside the server's processes: mails and long work
    worker.start()
    multiprocessing.set_start_method("spawn", force=True)  # the locks of Polars' threads do not survive a fork
    try:
        Granian(
            "shuping_web.site.wsgi:application", address=host, port=port, interface=Interfaces.WSGI,
            workers=workers, blocking_threads=THREADS, respawn_failed_workers=True, websockets=False, log_access=False,
        ).serve()  # fmt: skip
    finally:
        worker.stop()


def _demo(address: str) -> None:
    """Fill an empty database with the demonstration county, and print a sign-in for each role."""
    from django.utils import timezone

    from shuping_web.people.models import Account
    from shuping_web.site.demonstration import fill

    if Account.objects.exists():
        typer.echo(f"已有数据，照原样启动 / there are data already: {address}")
        return
    typer.echo("正在填入示范县 / filling in the demonstration county ...")
    password = "-".join(secrets.token_hex(2) for _ in range(PASSWORD_WORDS))
    people = fill(password=password, at=timezone.now())
    typer.echo(f"密码都是 / the password of all: {password}")
    for username, what in people:
        typer.echo(f"  {username:<10} {what}")
