"""The commune page: what it prints (model) and how that is computed from facts (build)."""

from reports.commune.build import build
from reports.commune.model import ClubLine, CommunePage, Health, Sums

__all__ = ["ClubLine", "CommunePage", "Health", "Sums", "build"]
