"""``shuping audit``: what must always hold is stated in words, looked at, and found when it does not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from shuping_web.filing.models import Record, RecordSet
from shuping_web.site.audit import EVERY, WORDS, invariants
from tests.web.conftest import World
from tests.web.matrix.filing import filed


def shuping(*arguments: str) -> subprocess.CompletedProcess[str]:
    clean = {
        key: value for key, value in os.environ.items() if not key.startswith(("SHUPING_", "DJANGO_", "DATABASE_"))
    }
    command = [sys.executable, "-m", "shuping.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=clean)


def test_every_invariant_is_a_sentence_in_both_languages() -> None:
    assert {look.__name__ for look in EVERY} == set(WORDS)
    assert len(EVERY) == len(WORDS)
    assert all(zh.endswith("。") and en.endswith(".") for zh, en in WORDS.values())


def test_all_hold_in_a_small_world(world: World) -> None:
    filed(world)
    assert [finding.en for finding in invariants() if finding.wrong] == []


@pytest.mark.broken_ledger
def test_a_record_changed_behind_the_ledger_is_found(world: World) -> None:
    number = filed(world)
    Record.objects.filter(pk=number).update(values={"date": "2025-03-01", "form": "talk", "people": "400"})
    wrong = {finding.en: finding.wrong for finding in invariants() if finding.wrong}
    assert [text for texts in wrong.values() for text in texts if str(number) in text] != []
    assert RecordSet.objects.count() == 0


def test_the_command_on_a_fresh_site(tmp_path: Path) -> None:
    data = ["--data", str(tmp_path / "data")]
    found = shuping("audit", "invariants", *data)
    assert (found.returncode, found.stdout.count("✓")) == (0, len(EVERY) + 1), found.stderr
    assert shuping("audit", "verify", *data).returncode == 0
    against = shuping("audit", "verify", "--head", f"7:{'a' * 64}", *data)
    assert against.returncode == 1
    assert "tail was removed" in against.stderr
    wrong = shuping("audit", "verify", "--head", "seven", *data)
    assert wrong.returncode == 2
    assert "Traceback" not in wrong.stderr
