"""The words of a submission, by which people find it: small letters without marks, so that “nguyen” finds Nguyễn.

Kept apart from the text, one row a word: a search then reads the rows of its words and no text at all, and costs the
same on both databases. They are those of the current text.
"""

import re
from collections.abc import Iterable
from itertools import islice

from lxml import etree
from sqlalchemy import bindparam, delete
from sqlalchemy.orm import Session

from forms.schema import Field
from forms.texts import written
from forms.xml import parse
from server import db
from server.models import Submission, SubmissionVersion, SubmissionWord
from server.services.sought import plain
from server.services.submission import text

WORD = re.compile(r"[^\W_]+")
LONGEST = 40
"""Letters kept of a word."""
MOST = 400
"""Words kept of a submission: a founding form with seventy members has some two hundred."""
words = SubmissionWord.__table__
FORGET = delete(words).where(words.c.submission_id == bindparam("submission"))


def of(said: str) -> list[str]:
    """The words of a text as they are kept and sought, each once."""
    return list(dict.fromkeys(word[:LONGEST] for word in WORD.findall(plain(said)) if len(word) > 1))


def keep(session: Session, submission_id: int, texts: Iterable[str | None], *, is_new: bool = False) -> None:
    """Make these texts the ones that a submission is found by. is_new: it had none before."""
    found = dict.fromkeys(word for said in texts if said for word in of(said))
    conn = session.connection()
    if not is_new:
        conn.execute(FORGET, {"submission": submission_id})
    db.add_rows(conn, words, [{"word": word, "submission_id": submission_id} for word in islice(found, MOST)])


def read(root: etree._Element, fields: tuple[Field, ...], instance_name: str | None) -> list[str | None]:
    """The texts that a submission is found by."""
    return [instance_name, *written(root, fields)]


def keep_current(session: Session, submission: Submission, version: SubmissionVersion) -> None:
    """Find a submission by what a text of it says from now on. An encrypted one is found by its name."""
    texts = [version.instance_name]
    if not version.is_encrypted:
        texts = read(parse(version.xml), text.fields_of(session, version), version.instance_name)
    keep(session, submission.id, texts)
