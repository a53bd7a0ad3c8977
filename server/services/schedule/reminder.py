"""Reminders by mail: who asked for them, whose turn it is, what the mail says, and what became of it.

Plain text in the reader's language, about their own units. Telephones and names of people stay on the page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server import scope
from server.clock import VIETNAM
from server.i18n import choose
from server.models import Actor, Reminder, ReminderMail, User
from server.services import actor, audit
from server.services.schedule.coming import Coming, coming
from server.services.schedule.missing import Missing, look

VERB = "report.read"
DAYS_BEFORE = 10
"""Days before a cut-off from which on people are reminded."""
EVERY_DAYS = 3
"""Days between two mails, but for the last two before the cut-off."""
FIRST_HOUR = 7
"""In Vietnam: nobody is reminded by night."""
ATTEMPTS = 5
RETRY_AFTER = timedelta(minutes=15)
CLUBS_NAMED = 40
SENDING, SENT, FAILED = "sending", "sent", "failed"


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to be sent. to: an e-mail address."""

    actor_id: int
    to: str
    subject: str
    text: str
    language: str


def wants(session: Session, actor_id: int, project_id: int) -> bool:
    """Whether somebody asked to be reminded."""
    return session.get(Reminder, (actor_id, project_id)) is not None


def ask(session: Session, actor_id: int, project_id: int, language: str) -> None:
    """Remind somebody from now on, in a language."""
    session.merge(Reminder(actor_id=actor_id, project_id=project_id, language=language))
    audit.log(session, actor_id, "reminder.create", "actor", actor_id)


def stop(session: Session, actor_id: int, project_id: int) -> None:
    """Remind somebody no more."""
    row = session.get(Reminder, (actor_id, project_id))
    if row is not None:
        session.delete(row)
        audit.log(session, actor_id, "reminder.delete", "actor", actor_id)


def newest(session: Session, actor_id: int) -> ReminderMail | None:
    """The newest mail to somebody, with what became of it."""
    mails = select(ReminderMail).where(ReminderMail.actor_id == actor_id)
    return session.scalar(mails.order_by(ReminderMail.day.desc()).limit(1))


def due(session: Session, today: date, at: datetime, base: str) -> list[Letter]:
    """The mails that should go out now. base: address of the server, empty when it is not known."""
    if at.astimezone(VIETNAM).hour < FIRST_HOUR:
        return []
    rows = session.execute(
        select(Reminder, User.email)
        .join(User, User.actor_id == Reminder.actor_id)
        .join(Actor, Actor.id == User.actor_id)
        .where(Actor.deleted_at.is_(None), User.disabled_at.is_(None))
        .order_by(Reminder.actor_id, Reminder.project_id)
    )
    letters: dict[int, Letter] = {}
    for row, email in rows:
        if row.actor_id not in letters and not _had_one(session, row.actor_id, today, at):
            letter = _letter(session, row, email, today, base)
            if letter is not None:
                letters[row.actor_id] = letter
    return list(letters.values())


def begin(session: Session, actor_id: int, day: date, at: datetime) -> bool:
    """Take a person's mail of the day upon oneself. False when another worker has done so, or it is out."""
    row = session.get(ReminderMail, (actor_id, day), with_for_update=True)
    if row is None:
        try:
            with session.begin_nested():
                session.add(ReminderMail(actor_id=actor_id, day=day, state=SENDING, attempts=1, tried_at=at))
        except IntegrityError:
            return False
        return True
    if not _may_try(row, at):
        return False
    row.state, row.attempts, row.tried_at = SENDING, row.attempts + 1, at
    return True


def ended(session: Session, actor_id: int, day: date, problem: str) -> None:
    """Write what became of a mail. problem: why it failed; empty when it is out."""
    row = session.get_one(ReminderMail, (actor_id, day))
    row.state, row.problem = FAILED if problem else SENT, problem[:200]


def _had_one(session: Session, actor_id: int, today: date, at: datetime) -> bool:
    row = session.get(ReminderMail, (actor_id, today))
    return row is not None and not _may_try(row, at)


def _may_try(row: ReminderMail, at: datetime) -> bool:
    return row.state == FAILED and row.attempts < ATTEMPTS and row.tried_at <= at - RETRY_AFTER


def _letter(session: Session, row: Reminder, email: str, today: date, base: str) -> Letter | None:
    who = actor.get(session, row.actor_id)
    if not who.may(VERB, row.project_id):
        return None
    seen = scope.of(session, who, row.project_id, today)
    told = [
        (one, found)
        for one in coming(session, seen, row.project_id, today)
        if _is_near(session, row.actor_id, one, today)
        and not (found := look(session, seen, row.project_id, one.period, today)).is_nothing
    ]
    if not told:
        return None
    subject, text = write(told, today, row.language, base)
    return Letter(row.actor_id, email, subject, text, row.language)


def _is_near(session: Session, actor_id: int, one: Coming, today: date) -> bool:
    """Whether a cut-off is near enough, and the last mail long enough ago."""
    left = one.days_left(today)
    if left is None or left > DAYS_BEFORE:
        return False
    sent = select(ReminderMail.day).where(ReminderMail.actor_id == actor_id, ReminderMail.state != FAILED)
    day = session.scalar(sent.order_by(ReminderMail.day.desc()).limit(1))
    return left <= 1 or day is None or (today - day).days >= EVERY_DAYS


def write(told: Sequence[tuple[Coming, Missing]], today: date, language: str, base: str) -> tuple[str, str]:
    """Subject and text of a mail about what is missing for each period."""
    first = told[0][0]
    assert first.cut_off is not None  # Only such are told of.
    subject = choose(
        language,
        f"CLB: còn thiếu số liệu trước ngày chốt {first.cut_off:%d/%m/%Y}",
        f"CLB: still missing before the cut-off of {first.cut_off:%d/%m/%Y}",
    )
    parts = [_part(one, found, today, language) for one, found in told]
    end = choose(
        language,
        "Danh sách đầy đủ và người cần hỏi ở trang “Còn thiếu” của máy chủ CLB"
        + (f": {base}/missing" if base else ".")
        + "\nThư này do máy chủ gửi theo yêu cầu của anh/chị; tắt ở chính trang đó.",
        "The whole list, and whom to ask, stand on the page “Missing” of the CLB server"
        + (f": {base}/missing" if base else ".")
        + "\nThe server sends this because you asked for it; stop it on that page.",
    )
    return subject, "\n\n".join((*parts, end)) + "\n"


def _part(one: Coming, found: Missing, today: date, language: str) -> str:
    assert one.cut_off is not None
    left = one.days_left(today)
    lines = [
        choose(
            language,
            f"Báo cáo {one.period.name_vi}, chốt số liệu hết ngày {one.cut_off:%d/%m/%Y} (còn {left} ngày):",
            f"Report of {one.period.name_en}, cut-off at the end of {one.cut_off:%d/%m/%Y} ({left} days left):",
        )
    ]
    counted = (
        (
            found.reports,
            f"{found.reports} báo cáo tháng của {found.clubs} câu lạc bộ chưa gửi",
            f"{found.reports} monthly reports of {found.clubs} clubs have not come",
        ),
        (
            len(found.unbalanced),
            f"{len(found.unbalanced)} câu lạc bộ có số kiểm quỹ chênh với sổ",
            f"{len(found.unbalanced)} clubs whose counted money differs from their books",
        ),
        (
            len(found.undecided),
            f"{len(found.undecided)} câu lạc bộ chưa xác định xã, phường mới",
            f"{len(found.undecided)} clubs whose new commune is not decided",
        ),
        (
            found.held,
            f"{found.held} phiếu đang giữ riêng, chờ người xem xét",
            f"{found.held} submissions held aside for somebody to decide on",
        ),
    )
    lines += [f"- {choose(language, vi, en)}" for number, vi, en in counted if number]
    return "\n".join([*lines, *_clubs(found, language)])


def _clubs(found: Missing, language: str) -> list[str]:
    named, lines = 0, []
    for commune in found.communes:
        place = ", ".join(filter(None, (commune.name, commune.above)))
        lines.append(f"  {place}:")
        for club in commune.clubs:
            if named == CLUBS_NAMED:
                rest = found.clubs - named
                return [
                    *lines,
                    "  " + choose(language, f"… và {rest} câu lạc bộ khác.", f"… and {rest} more clubs."),
                ]
            spans = ", ".join(
                f"{first:%m/%Y}" + (f"–{last:%m/%Y}" if last > first else "") for first, last in club.spans
            )
            lines.append(f"    {club.code} {club.name}: {spans}")
            named += 1
    return lines
