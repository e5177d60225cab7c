"""Accounts from a spreadsheet, looked at before anything is made: every cell that is wrong is marked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import translation
from django.utils.translation import gettext as _

from shuping_web.people.account_actions import NewAccount
from shuping_web.people.adapters import Grid
from shuping_web.people.models import Account, Unit
from shuping_web.people.permissions import ROLES, Role

MAX_BYTES = 5_000_000
MAX_ROWS = 1_000
HEADINGS: Mapping[str, tuple[str, str]] = {
    "username": ("用户名", "user name"),
    "name": ("姓名", "name"),
    "email": ("电子邮箱", "e-mail"),
    "language": ("语言", "language"),
    "role": ("角色", "role"),
    "unit": ("单位", "unit"),
    "valid_from": ("开始日期", "first day"),
    "until": ("截止日期", "last day"),
}
"""The columns of a list: its Chinese and its English heading. Only user name and name are needed."""
_NAME = re.compile(r"\w[\w.@\-]{0,63}\Z")
_SALT = "shuping.accounts.import"
FOR_SECONDS = 3600
"""How long a list that was looked at can be confirmed."""


@dataclass
class Row:
    """A row of the list: its number in the file, its texts, and what is wrong by column."""

    number: int
    cells: dict[str, str]
    wrong: dict[str, list[str]] = field(default_factory=dict)
    account: NewAccount | None = None

    def shown(self, columns: list[str]) -> list[tuple[str, list[str]]]:
        """Return text and faults of each column."""
        return [(self.cells.get(column, ""), self.wrong.get(column, [])) for column in columns]


@dataclass
class Looked:
    """A list that was looked at. ``faults`` are those of the list as a whole."""

    columns: list[str]
    rows: list[Row]
    faults: list[str]

    @property
    def wrong(self) -> list[Row]:
        """The rows with something wrong."""
        return [row for row in self.rows if row.wrong]

    @property
    def ready(self) -> bool:
        """Whether it can be confirmed."""
        return bool(self.rows) and not self.faults and not self.wrong


def columns_of(grid: Grid) -> tuple[dict[str, str], list[str]]:
    """Return the column behind each heading, and what is wrong with the headings."""
    by_heading = {text.casefold(): column for column, texts in HEADINGS.items() for text in (*texts, column)}
    found: dict[str, str] = {}
    faults = []
    for heading in grid.headings:
        column = by_heading.get(heading.strip().casefold())
        if column is None:
            known = ", ".join(heading_of(one) for one in HEADINGS)
            faults.append(
                _("The heading “%(given)s” is not known. Known are: %(known)s.") % {"given": heading, "known": known}
            )
        elif column in found.values():
            faults.append(_("The column “%s” stands there twice.") % heading_of(column))
        else:
            found[heading] = column
    faults += [
        _("The column “%s” is missing.") % heading_of(column)
        for column in ("username", "name")
        if column not in found.values()
    ]
    return found, faults


def heading_of(column: str) -> str:
    """Return a column's heading in the language of the page."""
    return HEADINGS[column][1 if (translation.get_language() or "").startswith("en") else 0]


def look(grid: Grid, *, gives_roles: bool) -> Looked:
    """Look at a list: every fault, nothing made. ``gives_roles``: whether the person may give roles."""
    found, faults = columns_of(grid)
    if len(grid.rows) > MAX_ROWS:
        faults.append(
            _("The list has %(given)d rows; at most %(most)d at once.") % {"given": len(grid.rows), "most": MAX_ROWS}
        )
        return Looked(list(found.values()), [], faults)
    if not grid.rows:
        faults.append(_("The list has no rows below its headings."))
    if faults:
        return Looked(list(found.values()), [], faults)
    rows = [Row(number, {column: cells[heading] for heading, column in found.items()}) for number, cells in grid.rows]
    return Looked(list(found.values()), judged(rows, gives_roles=gives_roles), [])


def judged(rows: list[Row], *, gives_roles: bool) -> list[Row]:
    """Mark what is wrong in each row; give the sound ones their account."""
    taken = {name.casefold() for name in Account.objects.values_list("username", flat=True)}
    times = Counter(row.cells.get("username", "").casefold() for row in rows)
    units = _Units([row.cells.get("unit", "") for row in rows])
    for row in rows:
        judge = _Judge(row, units, gives_roles)
        username = judge.username(taken, times)
        values: dict[str, Any] = {
            "name": judge.name(), "email": judge.email(), "language": judge.language(), "role": judge.role(),
            "unit": judge.unit(), "valid_from": judge.day("valid_from"), "until": judge.day("until"),
        }  # fmt: skip
        judge.together(values)
        row.account = None if row.wrong else NewAccount(username, **values)
    return rows


def sealed(looked: Looked, account: Account) -> str:
    """Return the list as a signed text for the page: nothing is kept on the server before it is confirmed."""
    rows = [[row.number, row.cells] for row in looked.rows]
    return signing.dumps({"for": account.label, "columns": looked.columns, "rows": rows}, salt=_SALT, compress=True)


def unsealed(text: str, account: Account, *, gives_roles: bool) -> Looked:
    """Return a confirmed list, looked at anew. Raises ValidationError for one that was changed, is of somebody else, or
    too old.
    """
    try:
        kept = signing.loads(text, salt=_SALT, max_age=FOR_SECONDS)
    except signing.BadSignature:
        kept = {}
    if kept.get("for") != account.label:
        raise ValidationError(_("The list was looked at too long ago; upload it once more."))
    rows = [Row(number, dict(cells)) for number, cells in kept["rows"]]
    return Looked(kept["columns"], judged(rows, gives_roles=gives_roles), [])


class _Units:
    """The units that a list names, asked of the database a few hundred names at a time."""

    def __init__(self, texts: list[str]) -> None:
        self.by_text: dict[str, list[Unit]] = {}
        wanted = sorted({text for text in texts if text})
        for at in range(0, len(wanted), 300):
            some = wanted[at : at + 300]
            for unit in Unit.objects.filter(code__in=some):
                self.by_text[unit.code] = [unit]
            for unit in Unit.objects.filter(name__in=some) | Unit.objects.filter(name_en__in=some):
                for text in {unit.name, unit.name_en} & set(some):
                    known = self.by_text.setdefault(text, [])
                    if unit not in known and not (known and known[0].code == text):
                        known.append(unit)


class _Judge:
    """Looks at the cells of one row, and marks what is wrong."""

    def __init__(self, row: Row, units: _Units, gives_roles: bool) -> None:
        self.row, self.units, self.gives_roles = row, units, gives_roles

    def text(self, column: str) -> str:
        return self.row.cells.get(column, "").strip()

    def wrong(self, column: str, sentence: str) -> None:
        self.row.wrong.setdefault(column, []).append(sentence)

    def username(self, taken: set[str], times: Mapping[str, int]) -> str:
        text = self.text("username")
        if not _NAME.match(text):
            self.wrong("username", _("Letters, digits, dot, @, hyphen and underscore, up to 64."))
        elif text.casefold() in taken:
            self.wrong("username", _("This user name is taken."))
        elif times[text.casefold()] > 1:
            self.wrong("username", _("This user name stands in the list more than once."))
        return text

    def name(self) -> str:
        text = self.text("name")
        if not text:
            self.wrong("name", _("The name is missing."))
        elif len(text) > 120:
            self.wrong("name", _("The name is too long: 120 characters at most."))
        elif not any(letter.isalpha() for letter in text):
            self.wrong("name", _("A name has letters; is this the result of a formula?"))
        elif text[0] in "=+-@":
            self.wrong("name", _("A name does not begin with =, +, - or @: a spreadsheet would take it for a formula."))
        return text

    def email(self) -> str:
        text = self.text("email")
        if text:
            try:
                validate_email(text)
            except ValidationError:
                self.wrong("email", _("This is not an e-mail address."))
        return text

    def language(self) -> str:
        text = self.text("language").casefold()
        names = {"": "", "zh": "zh-hans", "中文": "zh-hans", "chinese": "zh-hans", "英文": "en"}
        names |= {key.casefold(): code for code, name in settings.LANGUAGES for key in (code, name)}
        if text not in names:
            self.wrong("language", _("Known languages are zh and en."))
        return names.get(text, "")

    def role(self) -> Role | None:
        text = self.text("role")
        if not text:
            return None
        if not self.gives_roles:
            self.wrong("role", _("Roles are given by the security administrator; leave this empty."))
        names = _role_names()
        if text.casefold() not in names:
            known = ", ".join(str(described.name) for described in ROLES.values())
            self.wrong("role", _("This role is not known. Known are: %s.") % known)
        return names.get(text.casefold())

    def unit(self) -> Unit | None:
        text = self.text("unit")
        if not text:
            return None
        found = self.units.by_text.get(text, [])
        if not found:
            self.wrong("unit", _("There is no unit “%s”.") % text)
        elif len(found) > 1:
            codes = ", ".join(sorted(unit.code for unit in found))
            self.wrong("unit", _("Several units have this name; give the code: %s.") % codes)
        return found[0] if len(found) == 1 else None

    def day(self, column: str) -> date | None:
        text = self.text(column)
        if not text:
            return None
        try:
            return date.fromisoformat(text.replace("/", "-"))
        except ValueError:
            self.wrong(column, _("A day is written 2026-01-31."))
            return None

    def together(self, values: Mapping[str, Any]) -> None:
        """Look at what only several cells together can tell."""
        if values["role"] in (Role.FILER, Role.UNIT_HEAD) and not self.text("unit"):
            self.wrong("unit", _("This role belongs to a unit; say which."))
        if not self.text("role"):
            for column in ("unit", "valid_from", "until"):
                if self.text(column):
                    self.wrong(column, _("This belongs to a role, and no role is given."))
        start, end = values["valid_from"], values["until"]
        if start is not None and end is not None and end < start:
            self.wrong("until", _("The last day lies before the first."))


def _role_names() -> dict[str, Role]:
    """Return the roles by code and by their name in both languages."""
    names = {role.value: role for role in ROLES}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            names |= {str(described.name).casefold(): role for role, described in ROLES.items()}
    return names
