"""What `clb worker` does about invitations: the mails that wait, each taken, sent and written down."""

from datetime import datetime

from server import clock, log, mail
from server.cli.shell import database, settings
from server.services import invitation

speak = log.logger("invitation")


def send_due(at: datetime) -> int:
    """Send the mails that wait; how many went out. None without a mail server, or an address for the link."""
    if not mail.can_invite(settings()):
        return 0
    with database().reading() as session:
        waiting = invitation.due(session, at)
    return sum(_send(one, at) for one in waiting)


def _send(invitation_id: int, at: datetime) -> bool:
    with database().transaction() as session:
        letter = invitation.begin(session, invitation_id, at, settings().public_url)
    if letter is None:
        return False
    problem = ""
    try:
        mail.send(settings(), letter.to, letter.subject, letter.text, letter.language)
    except mail.MailFailed as failed:
        problem = str(failed)
    with database().transaction() as session:
        invitation.ended(session, invitation_id, problem, clock.now())
    speak.info("mail", actor=letter.actor_id, problem=problem or None)
    return not problem
