"""What holds the house together and no other gate looks at: packaging, portability, the reasons in the configuration.

The order of the rooms is import-linter's (`tox -e lint`); this file checks that import-linter is told of every room.
"""

from __future__ import annotations

import ast
import importlib
import importlib.resources
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

from duicheck.formats.schemas import schema_names

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SOURCES = sorted([*(ROOT / "src").rglob("*.py"), *(ROOT / "plugins").glob("duicheck_*/**/*.py")])
SHIPPED = sorted(path.parent.name for path in (ROOT / "plugins").glob("duicheck_*/__init__.py"))

PUBLIC_ROOMS = {
    "deprecation",
    "discretion",
    "errors",
    "findings",
    "hookspecs",
    "langue",
    "model",
    "rulebook",
    "rules",
    "testing",
}
"""What a plugin may import from, besides `duicheck` itself."""

POSIX_ONLY = {
    "crypt",
    "fcntl",
    "grp",
    "nis",
    "posix",
    "pty",
    "pwd",
    "readline",
    "resource",
    "spwd",
    "syslog",
    "termios",
    "tty",
}
POSIX_ONLY_OF_OS = {
    "chown",
    "chroot",
    "fork",
    "forkpty",
    "geteuid",
    "getgid",
    "getloadavg",
    "getuid",
    "killpg",
    "lchown",
    "mkfifo",
    "mknod",
    "nice",
    "pread",
    "pwrite",
    "sched_getaffinity",
    "sendfile",
    "setsid",
    "statvfs",
    "uname",
    "wait3",
    "wait4",
}
SIGNALS_OF_WINDOWS = {"SIGINT", "SIGTERM", "SIGABRT", "SIGBREAK", "SIG_DFL", "SIG_IGN"}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), name_of(path))


def public_modules() -> list[str]:
    names = []
    for path in (ROOT / "src").rglob("*.py"):
        parts = path.relative_to(ROOT / "src").with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        if not any(part.startswith("_") for part in name.split(".")):
            names.append(name)
    return sorted(names)


# Packaging


def test_every_plugin_of_the_wheel_is_packed_registered_and_held_to_the_contracts():
    wheel = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert sorted(path.removeprefix("plugins/") for path in wheel if path.startswith("plugins/")) == SHIPPED
    points = PROJECT["project"]["entry-points"]["duicheck"]
    assert points == {name.removeprefix("duicheck_"): name for name in points.values()}
    assert sorted(points.values()) == SHIPPED
    linter = PROJECT["tool"]["importlinter"]
    assert sorted(linter["root_packages"]) == sorted(["duicheck", *SHIPPED])
    for contract in linter["contracts"]:
        for key in ("source_modules", "modules"):
            if key in contract and contract[key] != ["duicheck"]:
                assert sorted(contract[key]) == SHIPPED, contract["name"]


def test_the_page_of_the_architecture_has_the_layers_that_the_linter_holds():
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    table = page.partition("| layer | its noun |")[2].partition("\n\n")[0]
    told = [set(re.findall(r"`(\w+)`", row.split("|")[1])) for row in table.splitlines() if row.startswith("| `")]
    (held,) = (each["layers"] for each in PROJECT["tool"]["importlinter"]["contracts"] if each["type"] == "layers")
    assert told == [set(layer.split(" | ")) for layer in held]
    plugins = page.partition("| plugin | what it checks, or brings |")[2].partition("\n\n")[0]
    assert sorted(f"duicheck_{name}" for name in re.findall(r"^\| `(\w+)`", plugins, re.MULTILINE)) == SHIPPED
    allowed = page.partition("A plugin imports `duicheck` and, below it,")[2].partition(": nothing else")[0]
    assert set(re.findall(r"`(\w+)`", allowed)) == PUBLIC_ROOMS


def test_what_a_plugin_may_import_is_a_decision_for_each_room():
    """A room is either public (a plugin may import it) or named in the contract that forbids it."""
    rooms = {
        path.name.removesuffix(".py") for path in (ROOT / "src" / "duicheck").iterdir() if path.suffix in {".py", ""}
    }
    rooms = {room for room in rooms if not room.startswith("_") and room not in {"langues", "rulebooks", "py.typed"}}
    (contract,) = (
        contract for contract in PROJECT["tool"]["importlinter"]["contracts"] if "public surface" in contract["name"]
    )
    forbidden = {name.removeprefix("duicheck.") for name in contract["forbidden_modules"]}
    assert forbidden | PUBLIC_ROOMS == rooms
    assert not forbidden & PUBLIC_ROOMS


def test_schemas_and_texts_and_queries_reach_the_installed_package():
    assert sorted(schema_names()) == sorted(
        path.name.removesuffix(".schema.json") for path in (ROOT / "schemas").glob("*.schema.json")
    )
    shipped = importlib.resources.files("duicheck") / "rulebooks"
    in_tree = sorted(path.name for path in (ROOT / "src" / "duicheck" / "rulebooks").glob("*.toml"))
    assert sorted(item.name for item in shipped.iterdir() if item.name.endswith(".toml")) == in_tree
    for query in (ROOT / "plugins").glob("duicheck_*/**/*.sql"):
        package, *rest = query.relative_to(ROOT / "plugins").parts
        assert importlib.resources.files(package).joinpath(*rest).read_text(encoding="utf-8")


def test_typed_is_announced():
    assert (importlib.resources.files("duicheck") / "py.typed").is_file()


@pytest.mark.parametrize("name", public_modules())
def test_a_module_says_what_is_public(name):
    """`__all__` names what exists; in the rooms open to plugins it misses no public function or class."""
    module = importlib.import_module(name)
    names = list(getattr(module, "__all__", []))
    assert len(set(names)) == len(names)
    assert [each for each in names if not hasattr(module, each)] == []
    if name.split(".")[1:2] not in [[room] for room in PUBLIC_ROOMS]:
        return
    source = tree(Path(module.__file__))
    defined = {
        node.name
        for node in source.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    }
    assert sorted(defined - set(names)) == [], f"{name}: public by name but not in __all__; add it, or name it _…"


# Portability


def of_posix(path):
    """What a module asks for that Windows does not have."""
    found = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if alias.name in POSIX_ONLY]
        elif isinstance(node, ast.ImportFrom):
            found += [node.module] if node.module in POSIX_ONLY else []
            found += [alias.name for alias in node.names if node.module == "os" and alias.name in POSIX_ONLY_OF_OS]
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id == "os" and node.attr in POSIX_ONLY_OF_OS:
                found.append(f"os.{node.attr}")
            if node.value.id == "signal" and node.attr.startswith("SIG") and node.attr not in SIGNALS_OF_WINDOWS:
                found.append(f"signal.{node.attr}")
    return found


def test_nothing_asks_for_a_posix_system():
    found = {name_of(path): names for path in SOURCES if (names := of_posix(path))}
    assert found == {}, "not on Windows; find the portable way, or ask for it with getattr and say what happens without"


def without_encoding(path):
    """The lines that open a text without saying how it is written."""
    bare = []
    for node in ast.walk(tree(path)):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        keywords = {keyword.arg for keyword in node.keywords}
        modes = [value.value for value in node.args if isinstance(value, ast.Constant) and isinstance(value.value, str)]
        modes += [
            keyword.value.value
            for keyword in node.keywords
            if keyword.arg == "mode" and isinstance(keyword.value, ast.Constant)
        ]
        if called in {"read_text", "write_text"} and "encoding" not in keywords:
            bare.append(node.lineno)
        if called in {"open", "TextIOWrapper", "NamedTemporaryFile"} and "encoding" not in keywords:
            receiver = node.func.value if isinstance(node.func, ast.Attribute) else None
            binary = any("b" in mode for mode in modes) or (called == "NamedTemporaryFile" and not modes)
            archive = isinstance(receiver, ast.Name) and receiver.id in {"archive", "gzip", "os"}
            if not binary and not archive:
                bare.append(node.lineno)
    return bare


def test_text_files_are_opened_with_an_encoding():
    """The default is the system's: cp1252 on a French Windows."""
    assert {name_of(path): lines for path in SOURCES if (lines := without_encoding(path))} == {}


def test_no_path_of_the_project_troubles_windows():
    reserved = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
    for path in [
        *ROOT.glob("*"),
        *(path for room in ("src", "plugins", "fixtures", "tests") for path in (ROOT / room).rglob("*")),
    ]:
        assert not reserved.fullmatch(path.name), path
        assert not set(path.name) & set('<>:"|?*\\'), path
        assert not path.name.endswith((" ", ".")), path
        assert len(name_of(path)) < 160, path


# The law stays in the texts


def dates_in(path):
    """The lines of a module that write a date of our years."""
    return [
        node.lineno
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"date", "datetime"}
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and 2019 <= node.args[0].value <= 2100
    ]


def test_no_date_of_a_text_is_in_the_code():
    """Invented deliveries have invented dates: their plugin is left out."""
    ours = [path for path in SOURCES if "duicheck_echantillon" not in path.parts]
    found = {name_of(path): lines for path in ours if (lines := dates_in(path))}
    assert found == {}, "a date of a text belongs in its rulebook"


# Reasons


def test_every_ignored_lint_rule_says_why():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    section = text.partition("[tool.ruff.lint]")[2].partition("[tool.ruff.lint.pydocstyle]")[0]
    entries = re.findall(r'^  "([A-Z]+\d*)",(.*)$', section, re.MULTILINE)
    assert len(entries) > 10
    unexplained = [code for code, rest in entries if not re.match(r"\s+# \w", rest)]
    assert unexplained == [], "say why, on the same line"


def test_every_suppression_in_the_code_names_its_rule():
    bare = re.compile(r"# (?:noqa(?!: [A-Z])|type: ignore(?!\[))")
    found = [
        f"{name_of(path)}:{number}"
        for path in SOURCES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if bare.search(line)
    ]
    assert found == []


# The two commands of the README


def readme_commands() -> list[str]:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.findall(r"^(?:python3|py) .*-m venv .*$", text, re.MULTILINE)


def test_the_build_server_runs_the_test_command_of_the_readme():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    commands = [line for line in script.splitlines() if "venv" in line]
    assert len(commands) == 1
    assert commands[0] in readme_commands()


def test_the_readme_has_both_commands_for_both_systems():
    commands = readme_commands()
    assert len(commands) == 4
    for command in commands:
        assert "duicheck check" in command or command.endswith("tox")
    folder = re.search(r"duicheck check (\S+)", commands[0])[1]
    assert (ROOT / folder / "livraison.toml").is_file()
