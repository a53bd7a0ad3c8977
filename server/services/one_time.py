"""Codes that are good once: letters and digits that cannot be mistaken for each other on paper."""

import hashlib
import hmac
import secrets

ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that look alike: l and 1, o and 0, i."""
LETTERS = 16
"""79 random bits: so many that a hash of them can be kept instead of a slow one."""
MAIL_LETTERS = 32
GROUP = 4


def random(letters: int = LETTERS) -> str:
    """A code nobody can guess."""
    return "".join(secrets.choice(ALPHABET) for _ in range(letters))


def derived(word: str, about: str, letters: int = LETTERS) -> str:
    """The code that the word of a form leads to: the same form sent twice leads to the same code.

    word: random, made by the server for one form; whoever knows it knows the code. about: what the code is for.
    """
    number = int.from_bytes(hmac.digest(word.encode(), about.encode(), hashlib.sha512))
    code = ""
    for _ in range(letters):
        number, rest = divmod(number, len(ALPHABET))
        code += ALPHABET[rest]
    return code


def plain(typed: str) -> str:
    """A code as typed from paper, without case, spaces and hyphens."""
    return "".join(letter for letter in typed.casefold() if letter.isalnum())


def grouped(code: str) -> str:
    """A code as it is printed: abcd-efgh-jkmn-pqrs."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def hashed(code: str) -> str:
    """What is kept of a code."""
    return hashlib.sha256(code.encode()).hexdigest()
