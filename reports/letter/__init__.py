"""The letter that gives somebody a code to sign in with, where mail does not reach: one page of A4."""

from reports.letter.render import Letter, html, pdf

__all__ = ["Letter", "html", "pdf"]
