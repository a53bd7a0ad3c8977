"""What `make` promises: locked libraries, no trace of one machine, steps that say what is missing."""

import os
import re
import shutil
import subprocess
import sys
from configparser import ConfigParser
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import sqlalchemy as sa

from server.config import Config
from tests.test_layers import PACKAGES, imports_of

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock")
LINK = re.compile(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)")
PIN = re.compile(r"^([a-z0-9-]+)==\S+")

# Addresses of package registries, and folders that exist on one machine only.
REGISTRY = re.compile(
    r"pypi\.org|pythonhosted\.org|registry\.npmjs|deb\.debian\.org|--(extra-)?index-url|--find-links"
)
MACHINE_PATH = re.compile(r"(?<![\w./<-])/(work|home|Users|root/\.|opt|tmp)[/\w.-]+")
MAY_NAME_THEM = {"tests/test_setup.py", "scripts/lock"}


def test_the_lock_pins_every_library_that_setup_cfg_names():
    assert names(options()["install_requires"]) <= pins("requirements.lock").keys()


def test_the_lock_for_development_pins_every_extra_and_everything_that_runs():
    extras = {name for text in config()["options.extras_require"].values() for name in names(text)}
    run, dev = pins("requirements.lock"), pins("requirements-dev.lock")

    assert extras <= dev.keys()
    assert run.items() <= dev.items()


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_hashes(lock):
    blocks = re.split(r"\n(?=\S)", (ROOT / lock).read_text(encoding="utf-8").strip())

    assert len(blocks) > 20
    assert [block.split()[0] for block in blocks if not re.search(r"--hash=sha256:[0-9a-f]{64}", block)] == []


def test_every_library_the_code_imports_is_named_in_setup_cfg():
    wanted = {one.target.split(".")[0] for one in imports_of(ROOT)} - set(PACKAGES) - sys.stdlib_module_names
    owners = packages_distributions()
    declared = names(options()["install_requires"])

    assert {
        name for name in wanted if not declared & {normal(owner) for owner in owners.get(name, [])}
    } == set()


def test_no_tracked_file_names_a_registry_or_a_folder_of_one_machine():
    found = [
        f"{path}:{number}: {match.group()}"
        for path in tracked_text()
        for number, line in enumerate((ROOT / path).read_text(encoding="utf-8").splitlines(), 1)
        if (match := REGISTRY.search(line) or MACHINE_PATH.search(line))
    ]

    assert found == []


def test_the_readme_lists_every_setting():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    settings = {"PORT" if name == "port" else f"CLB_{name.upper()}" for name in Config.__dataclass_fields__}

    assert {name for name in settings if f"| `{name}` |" not in readme} == set()


def test_every_link_between_documents_leads_somewhere():
    documents = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
    links = [(page, link) for page in documents for link in LINK.findall(page.read_text(encoding="utf-8"))]

    assert len(links) > 5
    assert [f"{page.name}: {link}" for page, link in links if not (page.parent / link).exists()] == []


def test_every_decision_stands_in_the_index():
    folder = ROOT / "docs/decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")

    assert [
        page.name
        for page in folder.glob("*.md")
        if page.name != "README.md" and f"({page.name})" not in index
    ] == []


def test_make_help_lists_every_command_in_both_languages():
    listed = help_of(run(["make"], ROOT))

    assert listed.keys() >= {"help", "demo", "run", "test", "lint", "bench", "lock", "clean"}
    assert all(vi and en and vi != en for vi, en in listed.values())
    for target in listed:
        assert run(["make", "--dry-run", target], ROOT).returncode == 0


def test_the_second_run_does_no_set_up_work(checkout):
    set_up(checkout)

    done = run(["make", "demo", "PORT=8123", "CLB_DATA=elsewhere", "SYSTEM_CHECK=no"], checkout)

    assert done.returncode == 0
    assert done.stdout == "clb demo port=8123 data=elsewhere\n"
    assert done.stderr == ""


@pytest.mark.parametrize("changed", ["requirements.lock", "setup.cfg", "pyproject.toml"])
def test_a_changed_lock_or_setup_is_installed_again(checkout, changed):
    set_up(checkout)
    os.utime(checkout / changed, (2**31, 2**31))

    done = run(["make", "demo", "SYSTEM_CHECK=no"], checkout)

    assert "requirements.lock" in done.stderr
    assert done.returncode != 0  # the stand-in for .venv has no pip


@pytest.mark.parametrize(("made_in", "needs_python"), [("elsewhere", True), ("", False)])
def test_a_checkout_that_was_moved_gets_its_environment_anew(checkout, commands, made_in, needs_python):
    set_up(checkout)
    (checkout / ".venv/.place").write_text(made_in or str(checkout), encoding="utf-8")

    done = run(["scripts/install-python", "requirements.lock"], checkout, path=commands)

    assert ("Cần Python 3.11 trở lên." in done.stderr) == needs_python


def test_continuous_integration_runs_make_test_and_passes_its_status_on(checkout, commands):
    commands.add("make", 'echo "make $* CI=$CI"; read -r line && echo "was given input"; exit 5')

    done = run([".ci/run"], checkout, path=commands)

    assert done.returncode == 5
    assert done.stdout == "make test CI=true\n"


def test_apt_is_left_alone_when_nothing_is_missing(checkout, commands):
    commands.add("dpkg-query", "echo installed")
    commands.add("apt-get", "echo called >&2; exit 1")

    done = run(["scripts/install-system", "tests"], checkout, path=commands)

    assert (done.returncode, done.stderr) == (0, "")


def test_apt_is_asked_for_what_is_missing_and_nothing_else(checkout, commands):
    commands.add("dpkg-query", '[ "$4" = fonts-liberation2 ] || echo installed')
    commands.add("id", "echo 0")
    commands.add("apt-get", 'echo "$*" >>apt.log')

    done = run(["scripts/install-system", "run"], checkout, path=commands)

    assert done.returncode == 0
    update, install = (checkout / "apt.log").read_text(encoding="utf-8").splitlines()
    assert update.endswith("update")
    assert install.endswith("install -y --no-install-recommends fonts-liberation2")


def test_without_apt_it_says_which_packages_are_missing(checkout, commands):
    done = run(["scripts/install-system", "run"], checkout, path=commands)

    assert done.returncode == 1
    assert "Máy này không có apt-get. Còn thiếu:" in done.stderr
    assert "This machine has no apt-get. Missing:" in done.stderr
    for package in ("python3-venv", "openjdk-17-jre-headless", "libpango-1.0-0", "fonts-liberation2"):
        assert package in done.stderr
    assert "SYSTEM_CHECK=no" in done.stderr


def test_without_root_or_sudo_it_says_how_root_installs_them(checkout, commands):
    commands.add("id", "echo 1000")
    commands.add("apt-get", "echo called; exit 1")

    done = run(["scripts/install-system", "run"], checkout, path=commands)

    assert done.returncode == 1
    assert done.stdout == ""
    assert "Cần quyền quản trị" in done.stderr
    assert "needs root or sudo" in done.stderr
    assert "su -c 'apt-get update && apt-get install" in done.stderr


def test_without_network_it_says_what_apt_could_not_get(checkout, commands):
    commands.add("id", "echo 0")
    commands.add("apt-get", "echo 'Temporary failure resolving' >&2; exit 100")

    done = run(["scripts/install-system", "tests"], checkout, path=commands)

    assert done.returncode == 1
    assert "Hãy kiểm tra kết nối mạng" in done.stderr
    assert "Check the network" in done.stderr
    assert "poppler-utils" in done.stderr


def test_without_a_recent_python_it_says_which_one_to_get(checkout, commands):
    commands.add("python3", "exit 1")  # what an older Python answers to the question for 3.11

    done = run(["scripts/install-python", "requirements.lock"], checkout, path=commands)

    assert done.returncode == 1
    assert "Cần Python 3.11 trở lên." in done.stderr
    assert "apt-get install -y python3 python3-venv" in done.stderr


def test_without_network_it_says_that_the_libraries_could_not_be_fetched(checkout, commands):
    commands.link(sys.base_prefix + "/bin/python3", "python3")

    offline = {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull}
    done = run(["scripts/install-python", "requirements.lock"], checkout, path=commands, **offline)

    assert done.returncode == 1
    assert "Không cài được thư viện Python theo requirements.lock." in done.stderr
    assert "Could not install the Python libraries of requirements.lock." in done.stderr


def test_a_temporary_postgres_serves_the_command_and_is_gone_after_it():
    if run(["scripts/with-postgres", "--find"], ROOT).returncode:
        pytest.skip("PostgreSQL is not installed")
    ask = (
        "import os, sqlalchemy as sa; u = os.environ['TEST_DATABASE_URL']; print(u)\n"
        "with sa.create_engine(u).connect() as c:\n"
        "    for name in ('server_encoding', 'data_directory'): print(c.scalar(sa.text('show ' + name)))\n"
        "raise SystemExit(7)"
    )

    done = run(["scripts/with-postgres", sys.executable, "-c", ask], ROOT)

    url, encoding, data = done.stdout.splitlines()
    assert (done.returncode, encoding) == (7, "UTF8")
    assert not Path(data).parent.exists()
    with pytest.raises(sa.exc.OperationalError):
        sa.create_engine(url).connect()


def test_a_database_that_is_given_is_used_as_it_is():
    url = "postgresql+psycopg://someone@db.example/x"

    done = run(["scripts/with-postgres", "sh", "-c", "echo $TEST_DATABASE_URL"], ROOT, TEST_DATABASE_URL=url)

    assert done.stdout.strip() == url


class Commands:
    """A folder to be the whole PATH: the plain tools of any machine, and what a test adds."""

    PLAIN = ("bash", "cat", "dirname", "env", "id", "rm", "sh", "sort", "tail")

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        for name in self.PLAIN:
            self.link(shutil.which(name), name)

    def link(self, target: str | None, name: str) -> None:
        assert target, f"this machine has no {name}"
        (self.folder / name).symlink_to(target)

    def add(self, name: str, script: str) -> None:
        path = self.folder / name
        path.unlink(missing_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)


@pytest.fixture
def commands(tmp_path):
    return Commands(tmp_path / "bin")


@pytest.fixture
def checkout(tmp_path):
    """A copy of what set-up works on, so that nothing here touches the real .venv."""
    copy = tmp_path / "checkout"
    copy.mkdir()
    for name in ("Makefile", "setup.cfg", "pyproject.toml", *LOCKS):
        shutil.copy(ROOT / name, copy)
    for name in ("scripts", ".ci"):
        shutil.copytree(ROOT / name, copy / name)
    return copy


def set_up(checkout: Path) -> None:
    """Leave the checkout as a finished set-up does, with a stand-in for the console command."""
    stamps = re.findall(
        r"\.venv/\.set-up-\w+-\d+", run(["make", "--print-data-base", "help"], checkout).stdout
    )
    (checkout / ".venv/bin").mkdir(parents=True)
    for stamp in stamps:
        (checkout / stamp).touch()
    for name, script in (("clb", 'echo "clb $* port=$PORT data=$CLB_DATA"'), ("python", 'test "$1" = -c')):
        path = checkout / ".venv/bin" / name
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)


def run(
    command: list[str], folder: Path, path: Commands | None = None, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run a command with an environment of our own: its PATH, a home and what the test names."""
    searched = str(path.folder) if path else os.environ["PATH"]
    environment = {"PATH": searched, "HOME": str(folder), "LC_ALL": "C.UTF-8", **more}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def help_of(done: subprocess.CompletedProcess[str]) -> dict[str, tuple[str, str]]:
    """The commands that `make` lists: target -> its line in Vietnamese and in English."""
    found = re.findall(r"^  make ([a-z-]+) +(.+)\n {4,}(.+)$", done.stdout, re.MULTILINE)
    return {target: (vi, en) for target, vi, en in found}


def config() -> ConfigParser:
    parser = ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser


def options() -> dict[str, str]:
    return dict(config()["options"])


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def names(requirements: str) -> set[str]:
    """The names of the distributions in a list of requirements, one a line, as package indexes write them."""
    return {
        normal(re.match(r"[\w.-]+", line.strip()).group())
        for line in requirements.splitlines()
        if line.strip()
    }


def pins(lock: str) -> dict[str, str]:
    """Distribution name -> the line that pins it."""
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    return {match.group(1): match.group() for line in lines if (match := PIN.match(line))}


def tracked_text() -> list[str]:
    """The files git knows, without those that are not text and those that must name what is forbidden."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\0")
    return [name for name in listed if name and name not in MAY_NAME_THEM and is_text(ROOT / name)]


def is_text(path: Path) -> bool:
    return path.is_file() and b"\0" not in path.read_bytes()[:8000]
