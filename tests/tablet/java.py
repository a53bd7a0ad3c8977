"""Java for the virtual tablet: compiled once, and started with what its first run had to load."""

import functools
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyxform

SOURCES = sorted(Path(__file__).parent.glob("*.java"))
BUILD = Path(__file__).parents[2] / "build" / "tablet"
JAR = Path(pyxform.__file__).parent / "validators" / "odk_validate" / "bin" / "ODK_Validate.jar"
ZONE = "Asia/Ho_Chi_Minh"
TIMEOUT_SECONDS = 900
SHORT_RUNS = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xlog:disable")
"""A command runs for a second or two: compiling thoroughly would take half of it. Java itself says nothing, for the
last line printed is the report."""


class TabletError(Exception):
    """The tablet could not be compiled or did not answer; what it wrote is the message."""


@contextmanager
def ready() -> Iterator[list[str]]:
    """The command line up to what the tablet is to do, while the block runs it.

    The first run leaves behind what Java made of the classes it loaded, and later ones begin there: most of a short
    run is loading.
    """
    jar = compiled()
    loaded = jar.with_suffix(".jsa")
    last = ["-cp", os.pathsep.join([str(JAR), str(jar)]), "Tablet"]
    java = ["java", *SHORT_RUNS, f"-Duser.timezone={ZONE}"]
    if loaded.exists():
        yield [*java, f"-XX:SharedArchiveFile={loaded}", *last]
        return
    with tempfile.TemporaryDirectory(dir=BUILD) as folder:
        fresh = Path(folder, loaded.name)
        yield [*java, f"-XX:ArchiveClassesAtExit={fresh}", *last]
        if fresh.exists():
            fresh.replace(loaded)


@functools.cache
def compiled() -> Path:
    """The compiled tablet, in a jar; compiled anew only when its source or the engine has changed."""
    if shutil.which("javac") is None:
        raise TabletError("The virtual tablet needs a JDK (17 or newer): javac was not found.")
    content = b"".join(source.read_bytes() for source in SOURCES)
    mark = hashlib.sha256(content + JAR.read_bytes()).hexdigest()[:16]
    target = BUILD / f"{mark}.jar"
    if not target.exists():
        BUILD.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=BUILD) as folder:
            fresh = Path(folder)
            classes = fresh / "classes"
            _make(["javac", "-nowarn", "-cp", str(JAR), "-d", str(classes), *map(str, SOURCES)])
            _make(["jar", "--create", "--file", str(fresh / target.name), "-C", str(classes), "."])
            (fresh / target.name).replace(target)  # Another test process may be doing the same.
    return target


def _make(command: list[str]) -> None:
    done = run(command)
    if done.returncode != 0:
        raise TabletError(done.stderr)


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run to the end; what it printed is UTF-8."""
    # In a C locale Java reads file names as ASCII.
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        command, env=environment, capture_output=True, encoding="utf-8", timeout=TIMEOUT_SECONDS, check=False
    )
