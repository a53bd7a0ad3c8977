"""What `clb worker` does about reminders: the mails that are due, each taken, sent and written down."""

from datetime import date, datetime

from server import log, mail
from server.cli.shell import database, settings
from server.services.schedule import reminder
from server.services.schedule.reminder import Letter

speak = log.logger("reminder")


def send_due(today: date, at: datetime) -> int:
    """Send the mails that are due; how many went out. Without settings of mail none is due."""
    if not mail.is_set_up(settings()):
        return 0
    with database().reading() as session:
        letters = reminder.due(session, today, at, settings().public_url)
    return sum(_send(letter, today, at) for letter in letters)


def _send(letter: Letter, today: date, at: datetime) -> bool:
    with database().transaction() as session:
        if not reminder.begin(session, letter.actor_id, today, at):
            return False
    problem = ""
    try:
        mail.send(settings(), letter.to, letter.subject, letter.text, letter.language)
    except mail.MailFailed as failed:
        problem = str(failed)
    with database().transaction() as session:
        reminder.ended(session, letter.actor_id, today, problem)
    speak.info("mail", actor=letter.actor_id, problem=problem or None)
    return not problem
