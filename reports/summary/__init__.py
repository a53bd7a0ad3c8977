"""The one-page summary of a province report: what it prints (model), how it is chosen (build, told)."""

from reports.summary.build import build
from reports.summary.model import Headline, Summary

__all__ = ["Headline", "Summary", "build"]
