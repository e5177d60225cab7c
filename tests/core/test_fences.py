"""Promises about the library that a machine keeps: what it loads, what it reads, its messages, sizes and docstrings."""

from __future__ import annotations

import ast
import re
import string
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from shuping.errors import catalogue
from tools import sizes

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "src" / "shuping"
SOURCES = sorted(LIBRARY.rglob("*.py"))
TREES = {path.relative_to(LIBRARY).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES}

HEAVY = (
    *("django", "docx", "docxtpl", "jinja2", "altair", "vl_convert", "xlsxwriter", "pyspark"),
    *("duckdb", "polars", "sqlglot", "python_calamine", "matplotlib", "pandas", "scipy"),
)


def loaded_by(statement: str) -> set[str]:
    """Return the top-level modules that a fresh interpreter holds after ``statement``."""
    program = f"{statement}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in done.stdout.split()}


def test_the_probe_sees_a_heavy_module() -> None:
    assert "altair" in loaded_by("import altair")


@pytest.mark.parametrize("statement", ["import shuping", "import shuping.cli"])
def test_import_loads_nothing_heavy(statement: str) -> None:
    assert loaded_by(statement) & set(HEAVY) == set()


@pytest.mark.parametrize("room", ["formula", "methods", "rulebook", "records", "measures", "scoring", "documents"])
def test_a_room_loads_no_document_library(room: str) -> None:
    documents = {"django", "docx", "docxtpl", "jinja2", "altair", "vl_convert", "xlsxwriter", "pyspark", "pandas"}
    assert loaded_by(f"import shuping.{room}") & documents == set()


# --- no clock, no environment, no random state, no gettext --------------------------------------------------------

FORBIDDEN_MODULES = {"random", "secrets", "uuid", "time", "locale", "gettext"}
FORBIDDEN_CALLS = {
    *("os.environ", "os.getenv", "os.getcwd", "os.urandom", "os.getpid", "Path.cwd", "Path.home"),
    *(
        "datetime.now",
        "datetime.utcnow",
        "datetime.today",
        "date.today",
        "datetime.datetime.now",
        "datetime.date.today",
    ),
    *("np.random", "numpy.random"),
}
ALLOWED = {
    ("cli.py", "os.environ"): "the command line passes the environment on as an argument",
    ("cli.py", "locale"): "the language of the terminal",
    ("cli.py", "time"): "shows how long a command took",
    ("demo/", "random"): "only random.Random(seed), see test_random_is_always_seeded",
}


SEEDED = ("default_rng", "SeedSequence")
"""Of numpy's random numbers only generators made from a seed are used, and the type that they are of."""


def seeded(tree: ast.AST) -> set[int]:
    """Return the nodes ``np.random`` that stand in ``np.random.Generator`` or in a call that is given a seed."""
    found = set()
    for node in ast.walk(tree):
        named = node.func if isinstance(node, ast.Call) and (node.args or node.keywords) else node
        if not isinstance(named, ast.Attribute) or ast.unparse(named.value) not in ("np.random", "numpy.random"):
            continue
        if named.attr == "Generator" or (named is not node and named.attr in SEEDED):
            found.add(id(named.value))
    return found


def forbidden(tree: ast.AST) -> Iterator[str]:
    """Yield what a module imports or names of the forbidden things."""
    harmless = seeded(tree)
    for node in ast.walk(tree):
        if id(node) in harmless:
            continue
        if isinstance(node, ast.Import):
            yield from (item.name for item in node.names if item.name.partition(".")[0] in FORBIDDEN_MODULES)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in FORBIDDEN_MODULES:
            yield str(node.module)
        elif isinstance(node, ast.Attribute) and ast.unparse(node) in FORBIDDEN_CALLS:
            yield ast.unparse(node)


def is_allowed(path: str, name: str) -> bool:
    return any(path.startswith(place) and name == what for place, what in ALLOWED)


def test_the_forbidden_things_are_seen() -> None:
    text = "import random\nfrom time import sleep\nx = os.environ['A']\ny = datetime.now()\nz = np.random.rand()"
    assert sorted(forbidden(ast.parse(text))) == ["datetime.now", "np.random", "os.environ", "random", "time"]
    assert list(forbidden(ast.parse("z = np.random.default_rng()"))) == ["np.random"]
    text = "def draw(by: np.random.Generator): ...\ndraw(np.random.default_rng(np.random.SeedSequence([seed, 1])))"
    assert list(forbidden(ast.parse(text))) == []


@pytest.mark.parametrize("path", TREES)
def test_no_clock_environment_or_global_random(path: str) -> None:
    assert [name for name in forbidden(TREES[path]) if not is_allowed(path, name)] == []


def test_random_is_always_seeded() -> None:
    """Where ``random`` is allowed, only ``Random(<seed>)`` is used: no module-level function, no empty seed."""
    uses = [
        (path, ast.unparse(node))
        for path, tree in TREES.items()
        if "random" in forbidden(tree)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "random" and node.attr != "Random"
    ]
    unseeded = [
        (path, ast.unparse(node))
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("random.Random", "Random") and not node.args
    ]
    assert uses + unseeded == []


# --- the catalogue of messages ------------------------------------------------------------------------------------

ROOMS = sorted(path.stem for path in (LIBRARY / "messages").glob("*.toml"))
CODE = re.compile(rf"({'|'.join(ROOMS)})\.(?!yaml|csv|xlsx|toml|parquet)[a-z0-9]+(-[a-z0-9]+)*")
ANY = "\0"  # stands for {…} in an f-string


def texts(tree: ast.AST) -> Iterator[str]:
    """Yield the text constants below a node, f-strings with ``ANY`` in place of what is filled in."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else ANY for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def shorthands(tree: ast.AST) -> dict[str, tuple[str, int]]:
    """Return the functions that write ``f"<room>.{parameter}"``, as ``{name: (room, position of the parameter)}``."""
    found: dict[str, tuple[str, int]] = {}
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            names = [part.arg for part in function.args.args if part.arg != "self"]
            for node in ast.walk(function):
                if isinstance(node, ast.JoinedStr) and len(node.values) == 2:
                    head, tail = (ast.unparse(part) for part in node.values)
                    room, name = head.strip("'\".f"), tail.strip("f'\"{}")
                    if room in ROOMS and name in names:
                        found[function.name] = (room, names.index(name))
    return found


def codes_in_source() -> dict[str, str]:
    """Return ``{code: file}`` of every code that is written out, or given to a room's shorthand."""
    found: dict[str, str] = {}
    by_room: dict[str, dict[str, tuple[str, int]]] = {}
    for path, tree in TREES.items():
        by_room.setdefault(path.partition("/")[0], {}).update(shorthands(tree))
    for path, tree in TREES.items():
        known = by_room[path.partition("/")[0]]
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and CODE.fullmatch(str(node.value)):
                found.setdefault(str(node.value), path)
            if isinstance(node, ast.Call) and (name := ast.unparse(node.func).rpartition(".")[2]) in known:
                room, position = known[name]
                what = node.args[position] if len(node.args) > position else None
                if isinstance(what, ast.Constant):
                    found.setdefault(f"{room}.{what.value}", path)
    return found


def test_codes_are_found() -> None:
    assert len(codes_in_source()) > 100


def test_every_code_in_the_source_has_its_words() -> None:
    missing = {code: path for code, path in codes_in_source().items() if code not in catalogue()}
    assert missing == {}


def test_every_code_of_the_catalogue_is_used() -> None:
    """A code is used where it, or its part behind the room, stands as a text; pydantic's kinds have underscores."""
    written = {text.replace("_", "-") for tree in TREES.values() for text in texts(tree) if text}
    patterns = [
        re.escape(text).replace(re.escape(ANY), ".+")
        for text in written
        if len(text.strip(ANY + ".")) > 3 and ANY in text
    ]
    patterns = [text for text in patterns if not re.fullmatch(rf"({'|'.join(ROOMS)})\\\..\+", text)]
    shapes = re.compile("|".join(patterns) or "(?!)")
    unused = [
        code
        for code in catalogue()
        for what in (code.partition(".")[2],)
        if not ({code, what} & written or shapes.fullmatch(what) or shapes.fullmatch(code))
    ]
    assert unused == []


def placeholders(text: str, lang: str) -> set[str]:
    """Return what a sentence asks for; ``hint_zh`` and ``hint_en`` are the same parameter in two languages."""
    found = {str(name) for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    return {name.removesuffix(f"_{lang}") for name in found}


QUOTED = re.compile(r"[\"“'‘][^\"”'’]*[\"”'’]|\([^)]*\)")  # an English sentence may quote Chinese, not speak it


@pytest.mark.parametrize("file", sorted((LIBRARY / "messages").glob("*.toml")), ids=lambda path: path.stem)
def test_both_languages_say_the_same(file: Path) -> None:
    for code, words in tomllib.loads(file.read_text(encoding="utf-8")).items():
        assert set(words) == {"zh", "en"}, code
        assert placeholders(words["zh"], "zh") == placeholders(words["en"], "en"), code
        assert re.search(r"[\u4e00-\u9fff]", words["zh"]), code
        assert not re.search(r"[\u4e00-\u9fff]", QUOTED.sub("", words["en"])), code


# --- sizes and docstrings -----------------------------------------------------------------------------------------


def test_sizes() -> None:
    assert sizes.breaches(ROOT / "src") == []


def test_sizes_see_a_breach(tmp_path: Path) -> None:
    body = "".join(f"    x = {number}\n" for number in range(70))
    (tmp_path / "long.py").write_text(f"def long():\n{body}", encoding="utf-8")
    assert [sentence.split(": ")[-1] for sentence in sizes.breaches(tmp_path)] == [
        "a function of 71 lines; the most is 60",
        "nine tenths of all functions stay within 71 lines; the budget is 25",
    ]
    with pytest.raises(ValueError, match="no Python file"):
        sizes.breaches(tmp_path / "empty")


def promised(room: str) -> set[str]:
    """Return the methods that a room documents once, as abstract: whoever fulfils them need not say it again."""
    return {
        part.name
        for path, tree in TREES.items()
        if path.partition("/")[0] == room
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for part in node.body
        if isinstance(part, ast.FunctionDef) and ast.get_docstring(part) and _is_abstract(node, part)
    }


def _is_abstract(owner: ast.ClassDef, part: ast.FunctionDef) -> bool:
    marks = [ast.unparse(mark) for mark in part.decorator_list]
    return "abstractmethod" in marks or "Protocol" in [ast.unparse(base) for base in owner.bases]


def public(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Yield the module and its public functions, classes and methods."""
    if tree.body:
        yield "module", tree
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node.name, node
            for part in node.body if isinstance(node, ast.ClassDef) else ():
                if isinstance(part, ast.FunctionDef) and not part.name.startswith("_"):
                    yield f"{node.name}.{part.name}", part


@pytest.mark.parametrize("path", TREES)
def test_public_names_have_docstrings(path: str) -> None:
    said = promised(path.partition("/")[0])
    silent = [name for name, node in public(TREES[path]) if not ast.get_docstring(node)]  # type: ignore[arg-type]
    assert [name for name in silent if name.rpartition(".")[2] not in said] == []


# --- the repository stands alone ----------------------------------------------------------------------------------


def tracked() -> list[Path]:
    """Return the tracked files that are text."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    binary = {".png", ".xlsx", ".docx", ".parquet"}
    paths = [ROOT / name for name in done.stdout.split("\0") if name]
    return [path for path in paths if path.is_file() and path.suffix not in binary]


MAY_NAME_THE_CASES = {".ci/run", "tests/conftest.py"}
OUTSIDE = re.compile(
    r"(?<![\w.])/(?:work|root|home|opt)/|\.\./"
    + r"shared|(?:pypi|pythonhosted|npmjs|debian)\."
    + r"(?:org|com)|index-"
    + "url [^-]"
)


def test_no_file_names_a_machine_or_a_registry() -> None:
    assert len(tracked()) > 40
    found = []
    for path in tracked():
        name = path.relative_to(ROOT).as_posix()
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            hits = OUTSIDE.findall(line)
            if hits and not (name in MAY_NAME_THE_CASES and set(hits) == {"../" + "shared"}):
                found.append(f"{name}:{number}: {hits}")
    assert found == []


def test_one_line_of_the_tests_knows_the_folder_beside_us() -> None:
    text = (ROOT / "tests" / "conftest.py").read_text(encoding="utf-8")
    assert text.count("../" + "shared") == 1
