"""The site's settings for the type check alone: it must import them, and they refuse without these two."""

import os

os.environ.setdefault("SHUPING_DATA", "out/typed")
os.environ.setdefault("SHUPING_SECRET_KEY", "x" * 60)

from shuping_web.site.settings import *  # noqa: F403  (the variables come first)
