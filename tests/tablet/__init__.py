"""A virtual tablet for tests: the form engine of ODK Collect behind a command.

The Java beside this downloads forms, fills them with JavaRosa and sends them, as Collect does. Here it is compiled
once, called, and its output turned into values. What it finalised stands in its ledger; a test compares that
with what the server holds.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from tests.tablet import java, paths
from tests.tablet.java import TabletError


@dataclass(frozen=True)
class Outcome:
    """What one command did, over all tablets of the fleet.

    counts: such as finalised, sent, posts, entity_lists_downloaded, answers_500; a name that is absent counts 0.
    post_ms: how long posts took in milliseconds, by p50, p95 and max; empty when nothing was posted.
    refused: answers given by the test that the engine did not take, with path, reason and the form's message.
    problems: one sentence each; empty when all went well.
    log: what was printed on the way, such as the trace of questions.
    """

    counts: Mapping[str, int]
    post_ms: Mapping[str, int]
    refused: list[dict[str, str]]
    problems: list[str]
    log: str


@dataclass(frozen=True)
class Finalised:
    """One line of the ledger: a submission as it left the engine.

    media: file name -> MD5 (hex), audit.csv among them.
    deprecated_id: the instance that this one is an edit of, or None.
    plain: of an encrypted submission, the MD5 of each file before it was encrypted, submission.xml among them.
    """

    tablet: str
    form_id: str
    version: str
    instance_id: str
    xml_md5: str
    media: dict[str, str]
    deprecated_id: str | None
    plain: dict[str, str]


@dataclass(frozen=True)
class Patience:
    """How often pull and send are tried again, and how long they wait before: doubled each time, up to longest_ms."""

    retries: int
    back_off_ms: int
    longest_ms: int = 3000

    def options(self) -> list[object]:
        """As the command takes them."""
        first = ["--retries", self.retries, "--back-off", self.back_off_ms]
        return [*first, "--longest-back-off", self.longest_ms]


AT_ONCE = Patience(0, 0)
"""One try, as when a person taps the button."""


class Tablet:
    """A tablet, or several that act alike, with their state in a folder of their own.

    server: base URL, for an app user the one that holds the token; or one for each tablet. Commands may be called
    one by one, with the server stopped or changed in between; filling, drafts and edits never use the network.
    code: the text of a settings QR code, which then says the server, how forms are updated and what is sent by itself.
    """

    def __init__(
        self, server: str | Sequence[str], home: Path, tablets: int = 1, code: str | None = None
    ) -> None:
        self.server = server
        self.home = home
        self.tablets = tablets
        self.code = code
        home.mkdir(parents=True, exist_ok=True)

    @classmethod
    def scanning(cls, code: str, home: Path) -> "Tablet":
        """A tablet set up by a QR code: all it knows of the server is in the text of the code."""
        return cls("", home, code=code)

    def install(self, xform: bytes, attachments: Mapping[str, bytes] | None = None) -> None:
        """Put a form and its plain attachments onto every tablet without a server."""
        root = etree.fromstring(xform)
        data = root.find(".//{*}instance/{*}data")
        title = root.findtext(".//{*}title")
        for folder in self._folders():
            form = folder / "forms" / data.get("id")
            (form / "media").mkdir(parents=True, exist_ok=True)
            (form / "form.xml").write_bytes(xform)
            listing = {"formId": data.get("id"), "version": data.get("version"), "name": title, "hash": ""}
            (form / "form.json").write_text(json.dumps(listing), encoding="utf-8")
            for name, content in (attachments or {}).items():
                (form / "media" / name).write_bytes(content)

    def carry(self, list_name: str, entities: Mapping[str, Mapping[str, str]]) -> None:
        """Give every tablet an entity list without a server: UUID -> its properties, label among them."""
        rows = {uuid: _downloaded(uuid, dict(properties)) for uuid, properties in entities.items()}
        for folder in self._folders():
            file = folder / "entities.json"
            lists = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
            lists[list_name] = {"hash": "", "needsApproval": False, "entities": rows}
            file.write_text(json.dumps(lists, ensure_ascii=False), encoding="utf-8")

    def pull(
        self,
        *forms: str,
        mode: str | None = None,
        trusting: bool = False,
        patience: Patience = AT_ONCE,
        user: tuple[str, str] | None = None,
    ) -> Outcome:
        """Bring forms, attachments and entity lists from the server.

        mode: match_exactly (what a tablet without a code does), previously_downloaded, or manual, which takes the
        forms named. trusting: take files whose MD5 is not the announced one, as Collect does. user: name and
        password for Digest.
        """
        options = [*self._to_server(), *patience.options(), *_each("--form", forms)]
        options += ["--mode", mode] if mode else []
        options += ["--trusting"] if trusting else []
        options += ["--user", user[0], "--password", user[1]] if user else []
        return self._call("pull", *options)

    def fill(
        self,
        *forms: str,
        answers: Mapping[str, Any] | None = None,
        submissions: int = 1,
        seed: int = 1,
        media_bytes: int = 20_000,
        max_repeats: int = 3,
        encrypted_namespace: str | None = None,
    ) -> Outcome:
        """Fill and finalise offline: so many submissions of each form named, or of every form on the tablet.

        answers: question name -> value as in a submission, or a list to pick from; see tests.tablet.paths for
        repeats. All else is made up from the seed. encrypted_namespace: of an encrypted submission, that of the
        specification if none is given. Raises NoSuchQuestion.
        """
        options = ["--submissions", submissions, "--seed", seed, "--media-bytes", media_bytes]
        options += ["--max-repeats", max_repeats, *_each("--form", forms), *self._answers(forms, answers)]
        options += ["--encrypted-namespace", encrypted_namespace] if encrypted_namespace else []
        return self._call("fill", *options)

    def draft(
        self,
        *forms: str,
        questions: int,
        answers: Mapping[str, Any] | None = None,
        submissions: int = 1,
        seed: int = 1,
    ) -> Outcome:
        """Answer the first questions of so many of each form, and save them as drafts."""
        options = ["--submissions", submissions, "--seed", seed, "--questions", questions]
        return self._call("draft", *options, *_each("--form", forms), *self._answers(forms, answers))

    def finalise(self, *forms: str, answers: Mapping[str, Any] | None = None) -> Outcome:
        """Resume every draft, or those of the forms named, answer what is still blank, and finalise it."""
        return self._call("finalise", *_each("--form", forms), *self._answers(forms, answers))

    def edit(
        self,
        *instance_ids: str,
        answers: Mapping[str, Any],
        forms: Sequence[str] = (),
        share: float = 1.0,
        seed: int = 1,
        reason: str = "Sửa lỗi",
    ) -> Outcome:
        """Edit finalised submissions, sent or not, and finalise the edits: only the answers given change.

        Those named, which is a problem for one that may not be edited; or a share of all that may be.
        """
        options = ["--share", share, "--seed", seed, "--reason", reason]
        options += [*_each("--form", forms), *_each("--instance", instance_ids)]
        return self._call("edit", *options, *self._answers(forms, answers))

    def send(
        self,
        resend: float = 0.0,
        race: float = 0.0,
        seed: int = 1,
        auto: bool = False,
        patience: Patience = AT_ONCE,
    ) -> Outcome:
        """Send what is finalised and not sent; all tablets start at the same moment.

        resend: share sent once more, as after a lost answer; race: share sent twice at the same time.
        auto: as auto-send does it, which passes over forms that do not want it or are no longer on the tablet.
        """
        options = [
            *self._to_server(),
            "--resend",
            resend,
            "--race",
            race,
            "--seed",
            seed,
            *patience.options(),
        ]
        return self._call("send", *options, *(["--auto"] if auto else []))

    def forms(self, tablet: int = 1) -> list[tuple[str, str]]:
        """The forms to fill on one tablet: form ID and the version offered, sorted."""
        newest: dict[str, dict[str, Any]] = {}
        for form in self._stored(tablet):
            if not form.get("deleted") and form.get("date", 0) >= newest.get(form["formId"], {}).get(
                "date", 0
            ):
                newest[form["formId"]] = form
        return sorted((form["formId"], form["version"]) for form in newest.values())

    def versions(self, form_id: str, tablet: int = 1) -> list[str]:
        """Every version of a form on one tablet, those kept only for their instances among them; sorted."""
        return sorted(form["version"] for form in self._stored(tablet) if form["formId"] == form_id)

    def ledger(self) -> list[Finalised]:
        """Everything finalised so far, in the order it was."""
        file = self.home / "ledger.jsonl"
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        return [_finalised(json.loads(line)) for line in lines]

    def xml(self, instance_id: str) -> bytes:
        """The submission as it stands on the tablet, sent or not. Raises KeyError for one never finalised."""
        folder = self._folder(instance_id)
        return (folder / f"{folder.name}.xml").read_bytes()

    def entities(self, list_name: str, tablet: int = 1) -> dict[str, dict[str, Any]]:
        """A list as one tablet knows it, its own offline changes included: UUID -> entity.

        An entity has label, version, offline and properties. Empty for a list the tablet never got.
        """
        file = self.home / f"tablet-{tablet:03d}" / "entities.json"
        lists = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        entities: dict[str, dict[str, Any]] = lists.get(list_name, {}).get("entities", {})
        return entities

    def answers(self, instance_id: str) -> dict[str, str]:
        """A submission's answers: question name -> value; a question not asked is absent.

        Of a question inside a repeat, the last instance.
        """
        tree = etree.fromstring(self.xml(instance_id))
        return {etree.QName(node).localname: node.text or "" for node in tree.iter() if len(node) == 0}

    def file(self, instance_id: str, name: str) -> bytes:
        """A media file of a submission. Raises KeyError for a submission the tablet does not have."""
        return (self._folder(instance_id) / name).read_bytes()

    def _folder(self, instance_id: str) -> Path:
        for metadata in self.home.glob("tablet-*/*/*/.instance.json"):
            if json.loads(metadata.read_text(encoding="utf-8"))["instanceId"] == instance_id:
                return metadata.parent
        raise KeyError(instance_id)

    def _stored(self, tablet: int) -> list[dict[str, Any]]:
        folder = self.home / f"tablet-{tablet:03d}" / "forms"
        return [json.loads(form.read_text(encoding="utf-8")) for form in sorted(folder.glob("*/form.json"))]

    def _answers(self, forms: Iterable[str], answers: Mapping[str, Any] | None) -> list[object]:
        if answers is None:
            return []
        file = self.home / "answers.json"
        given = paths.by_path(self._forms(forms), answers)
        file.write_text(json.dumps(given, ensure_ascii=False), encoding="utf-8")
        return ["--answers", file]

    def _to_server(self) -> list[object]:
        if self.code is not None:
            return ["--settings", self.code]
        if isinstance(self.server, str):
            return ["--server", self.server]
        file = self.home / "servers"
        file.write_text("\n".join(self.server), encoding="utf-8")
        return ["--servers", file]

    def _forms(self, names: Iterable[str]) -> list[bytes]:
        listings = sorted(self.home.glob("tablet-001/forms/*/form.json"))
        wanted = [
            file for file in listings if not names or json.loads(file.read_text("utf-8"))["formId"] in names
        ]
        return [file.with_name("form.xml").read_bytes() for file in wanted]

    def _folders(self) -> list[Path]:
        folders = [self.home / f"tablet-{number:03d}" for number in range(1, self.tablets + 1)]
        for folder in folders:
            folder.mkdir(exist_ok=True)
        return folders

    def _call(self, command: str, *options: object) -> Outcome:
        fleet = ["--home", str(self.home), "--tablets", str(self.tablets)]
        with java.ready() as start:
            done = java.run([*start, command, *fleet, *map(str, options)])
        last = done.stdout.strip().rpartition("\n")[2]
        if done.returncode not in (0, 1) or not last.startswith("{"):
            raise TabletError(done.stderr)
        report = json.loads(last)
        counts = {name: value for name, value in report.items() if type(value) is int}
        return Outcome(counts, report.get("post_ms", {}), report["refused"], report["problems"], done.stderr)


def _each(name: str, values: Iterable[str]) -> list[object]:
    return [part for value in values for part in (name, value)]


def _downloaded(uuid: str, row: dict[str, str]) -> dict[str, Any]:
    label = row.pop("label")
    return {"id": uuid, "label": label, "version": 1, "trunkVersion": 1, "properties": row}


def _finalised(line: dict[str, Any]) -> Finalised:
    return Finalised(
        tablet=line["tablet"],
        form_id=line["formId"],
        version=line["version"],
        instance_id=line["instanceId"],
        xml_md5=line["xmlMd5"],
        media=line["media"],
        deprecated_id=line["deprecatedId"],
        plain=line.get("plain", {}),
    )
