"""The programs of the system that the tests use: look for them, install them where that is possible, else name them.

Nothing of this is needed to use Shuping: the tests open its documents in a real browser and a real word processor.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Tool:
    """A Debian package and how to see that it is there: any of ``programs``, or a font that fontconfig finds."""

    package: str
    programs: tuple[str, ...] = ()
    font: str = ""

    def present(self) -> bool:
        """Tell whether it can be used now."""
        if self.font:
            return self.font in _fonts()
        return any(shutil.which(program) for program in self.programs) and self._companion()

    def _companion(self) -> bool:
        # Writer and Calc share one launcher, so a program on the path does not tell which of the two is there.
        if not self.package.startswith("libreoffice-"):
            return True
        launcher = shutil.which("soffice") or shutil.which("libreoffice")
        if not shutil.which("dpkg-query"):
            return launcher is not None
        return _dpkg_installed(self.package)


TOOLS = (
    Tool("chromium", ("chromium", "chromium-browser", "google-chrome")),
    Tool("libreoffice-writer", ("soffice", "libreoffice")),
    Tool("libreoffice-calc", ("soffice", "libreoffice")),
    Tool("poppler-utils", ("pdftoppm",)),
    Tool("fonts-noto-cjk", font="Noto Sans CJK SC"),
    Tool("gettext", ("msgfmt",)),
    Tool("postgresql", ("pg_ctlcluster", "initdb")),
)


def missing() -> list[str]:
    """Return the packages that are not there, in the order of ``TOOLS``."""
    return [tool.package for tool in TOOLS if not tool.present()]


def ensure() -> list[str]:
    """Install what is missing where this is a Debian and we are root; return what is still missing afterwards."""
    lacking = missing()
    if lacking and shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        print(f"正在安装 / installing: {' '.join(lacking)}", flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-q"], env=quiet, check=False, stdout=subprocess.DEVNULL)
        install = ["apt-get", "install", "-q", "-y", "--no-install-recommends", *lacking]
        subprocess.run(install, env=quiet, check=False, stdout=subprocess.DEVNULL)
        lacking = missing()
    return lacking


def main() -> int:
    """Ensure the tools; name what is missing. Exit status 1 when something is missing and this is CI."""
    lacking = ensure()
    if not lacking:
        print(f"{len(TOOLS)} of {len(TOOLS)} programs there")
        return 0
    print(
        f"缺少下列程序，用到它们的测试不运行 / missing, tests that need them do not run: {' '.join(lacking)}\n"
        f"Debian, Ubuntu: sudo apt-get install {' '.join(lacking)}"
    )
    return 1 if os.environ.get("CI") else 0


def _fonts() -> str:
    lister = shutil.which("fc-list")
    if lister is None:
        return ""
    return subprocess.run([lister], capture_output=True, text=True, check=False).stdout


def _dpkg_installed(package: str) -> bool:
    query = ["dpkg-query", "--show", "--showformat=${db:Status-Status}", package]
    return subprocess.run(query, capture_output=True, text=True, check=False).stdout == "installed"


if __name__ == "__main__":
    sys.exit(main())
