"""The two languages in which the server speaks outside its pages: to tablets and on the command line."""

from typing import Literal

Language = Literal["vi", "en"]


def choose(language: str, vi: str, en: str) -> str:
    """The sentence in the language asked for; Vietnamese unless that is English."""
    return en if language == "en" else vi


def both(vi: str, en: str) -> str:
    """Both sentences, Vietnamese first, for readers whose language is not known."""
    return f"{vi} | {en}"
