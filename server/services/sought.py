"""Names as they are searched: small letters without marks, so that “nguyen” finds Nguyễn."""

import unicodedata

LONGEST = 500


def plain(text: str) -> str:
    """Small letters without marks, one space between words."""
    apart = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return " ".join("".join(letter for letter in apart if not unicodedata.combining(letter)).split())


def sought(name: str, email: str) -> str:
    """What a person is found and sorted by: the given name, which in Vietnamese stands last, then all of it."""
    words = name.split()
    return plain(f"{words[-1] if words else ''} {name} {email}")[:LONGEST]
