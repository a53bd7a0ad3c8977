"""The shape of what lint says."""

from ...errors import Severity

Sentence = tuple[Severity, str, str]
"""How grave it is; what is wrong and the way out, in Vietnamese and in English."""
