"""The arrows between the packages: who may import whom. docs/decisions/layers.md says why."""

import ast
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("forms", "reports", "server", "verify", "migrations")

# Every part of the house, from the ground up. A part imports its own floor and those below, never above.
FLOORS = (
    ("forms", "reports", "verify"),
    (
        "server.clock",
        "server.collect_settings",
        "server.config",
        "server.db",
        "server.errors",
        "server.i18n",
        "server.log",
        "server.memory",
    ),
    ("server.models", "server.blobs", "server.jobs", "server.mail", "server.migrate", "server.oidc"),
    ("server.services", "server.projection", "server.scope", "server.demo"),
    (
        "server",
        "server.auth",
        "server.cli",
        "server.context",
        "server.edge",
        "server.openrosa",
        "server.routing",
        "server.v1",
        "server.web",
        "server.wsgi",
    ),
)
FLOOR_OF = {part: floor for floor, parts in enumerate(FLOORS) for part in parts}
PURE = ("forms", "reports", "verify")
DOORS = ("server.openrosa", "server.v1", "server.web")
TOP = len(FLOORS) - 1

HTTP = {"flask", "flask_babel", "granian", "werkzeug"}
SQL = {"alembic", "psycopg", "sqlalchemy", "sqlite3"}
MODELS_MAY_IMPORT = {"sqlalchemy"}
MIGRATIONS_MAY_IMPORT = {"alembic", "sqlalchemy"}
VERIFY_MAY_IMPORT = {"duckdb", "lxml"}


@dataclass(frozen=True)
class Import:
    """One import: the module it stands in, its line, and the full name of the module it asks for."""

    module: str
    line: int
    target: str

    def __str__(self) -> str:
        return f"{self.module}:{self.line} imports {self.target}"


def test_every_import_follows_the_arrows():
    imports = imports_of(ROOT)

    assert {one.module.split(".")[0] for one in imports} >= set(PACKAGES)
    assert faults(imports) == []


@pytest.mark.parametrize(
    ("module", "line", "why"),
    [
        ("forms/lint.py", "import flask", "HTTP"),
        ("forms/lint.py", "from sqlalchemy import select", "database"),
        ("forms/lint.py", "def f():\n    from reports import facts", "pure"),
        ("forms/deep/lint.py", "from server.models import Club", "pure"),
        ("reports/facts/unit.py", "from forms.schema import Field", "pure"),
        ("reports/facts/unit.py", "import sqlite3", "database"),
        ("verify/report.py", "from reports.period import parse", "pure"),
        ("verify/report.py", "from server.models import Club", "pure"),
        ("verify/read.py", "import openpyxl", "second calculation"),
        ("server/services/club.py", "from flask import request", "HTTP"),
        ("server/services/club.py", "from server.web import pages", "upward"),
        ("server/services/club.py", "from ..openrosa import forms", "upward"),
        ("server/services/club.py", "from server import cli", "upward"),
        ("server/services/club.py", "from server import create_app", "upward"),
        ("server/projection/club.py", "from werkzeug.exceptions import NotFound", "HTTP"),
        ("server/models/club.py", "from server.services import club", "upward"),
        ("server/models/club.py", "from forms.schema import Field", "models"),
        ("server/models/club.py", "import lxml.etree", "models"),
        ("server/db.py", "from . import models", "upward"),
        ("server/blobs.py", "from server.services.form import publish", "upward"),
        ("server/openrosa/forms.py", "from server.v1 import views", "door"),
        ("server/helpers.py", "import re", "floor"),
        ("migrations/env.py", "from server.models import Base", "migration"),
        ("migrations/versions/0002_x.py", "from server.db import now", "migration"),
        ("migrations/versions/0002_x.py", "import orjson", "migration"),
    ],
)
def test_a_broken_arrow_is_found(tmp_path, module, line, why):
    plant(tmp_path, {module: line})

    found = faults(imports_of(tmp_path))

    assert len(found) == 1
    assert why in found[0]


def test_arrows_that_point_down_are_allowed(tmp_path):
    plant(
        tmp_path,
        {
            "forms/lint.py": "import re\nfrom lxml import etree\nfrom .schema import Field",
            "reports/pdf.py": "import jinja2\nfrom reports import facts",
            "server/db.py": "import sqlalchemy\nfrom server import config",
            "server/models/club.py": "import datetime\nimport sqlalchemy as sa\nfrom server.db import now",
            "server/projection/club.py": "from server.models import Club\nfrom forms.schema import Field",
            "server/services/club.py": "from server import models, projection\nfrom reports import facts",
            "server/web/pages.py": "from flask import request\nfrom server.services import club",
            "server/cli.py": "from server import create_app",
            "migrations/env.py": "from alembic import context\nfrom server.config import load",
            "migrations/versions/0001_first.py": "import sqlalchemy as sa\nfrom alembic import op",
        },
    )

    assert faults(imports_of(tmp_path)) == []


def imports_of(root: Path) -> list[Import]:
    """Every import below root's packages, wherever in a module it stands, in the order of the files."""
    files = [path for package in PACKAGES for path in sorted((root / package).rglob("*.py"))]
    modules = {module_name(root, path) for path in files}
    return [one for path in files for one in read_imports(root, path, modules)]


def read_imports(root: Path, path: Path, modules: set[str]) -> Iterator[Import]:
    """The imports of one file. `from a import b` asks for a.b when that is a module, else for a."""
    module = module_name(root, path)
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(module, node.lineno, alias.name)
        elif isinstance(node, ast.ImportFrom):
            origin = absolute(node, package)
            for target in {submodule(origin, alias.name, modules) for alias in node.names}:
                yield Import(module, node.lineno, target)


def module_name(root: Path, path: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def absolute(node: ast.ImportFrom, package: str) -> str:
    """The full name of the module that a `from … import` names, its leading dots resolved."""
    if not node.level:
        return node.module or ""
    above = package.split(".")[: len(package.split(".")) - node.level + 1]
    return ".".join([*above, *([node.module] if node.module else [])])


def submodule(origin: str, name: str, modules: set[str]) -> str:
    full = f"{origin}.{name}"
    is_module = (
        full in modules or full in FLOOR_OF or any(module.startswith(f"{full}.") for module in modules)
    )
    return full if is_module else origin


def faults(imports: Iterable[Import]) -> list[str]:
    """One sentence for each import that breaks a rule; empty when all follow the arrows."""
    return [f"{one}: {why}" for one in imports if (why := fault(one))]


def fault(one: Import) -> str | None:
    """Why this import may not stand, or None."""
    wanted = one.target.split(".")[0]
    if one.module.startswith("migrations"):
        return migration_fault(one, wanted)
    part = part_of(one.module)
    if part is None:
        return "a module of server/ needs a floor: name it in FLOORS"
    return arrow_fault(part, one) if wanted in PACKAGES else library_fault(part, wanted)


def migration_fault(one: Import, wanted: str) -> str | None:
    is_version = one.module.startswith("migrations.versions")
    if is_version and not (wanted in MIGRATIONS_MAY_IMPORT or wanted in sys.stdlib_module_names):
        return "a migration imports only SQLAlchemy, Alembic and the standard library"
    if wanted in PACKAGES[:4] and part_of(one.target) not in FLOORS[1]:
        return "migrations never import what moves on without them"
    return None


def library_fault(part: str, wanted: str) -> str | None:
    if wanted in HTTP and FLOOR_OF[part] < TOP:
        return "HTTP belongs to the edges"
    if wanted in SQL and part in PURE:
        return "the pure packages know no database"
    if part == "verify" and wanted not in VERIFY_MAY_IMPORT | sys.stdlib_module_names:
        return "the second calculation shares no library with the first but the parser of XML"
    if part == "server.models" and wanted not in MODELS_MAY_IMPORT | sys.stdlib_module_names:
        return "models import only SQLAlchemy, server.db and the standard library"
    return None


def arrow_fault(part: str, one: Import) -> str | None:
    wanted = part_of(one.target)
    if wanted == part:
        return None
    if part in PURE:
        return "the pure packages know only themselves"
    if wanted is None or FLOOR_OF[wanted] > FLOOR_OF[part]:
        return "this points upward"
    if part == "server.models" and wanted != "server.db":
        return "models import only SQLAlchemy, server.db and the standard library"
    if part in DOORS and wanted in DOORS:
        return "a door does not lead into another door"
    return None


def part_of(module: str) -> str | None:
    """The part of the house that a module belongs to; None for migrations and what FLOORS does not name."""
    names = module.split(".")
    part = names[0] if names[0] in PURE else ".".join(names[:2])
    return part if part in FLOOR_OF else None


def plant(root: Path, files: dict[str, str]) -> None:
    """Write a small tree of modules; every folder in it becomes a package."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
