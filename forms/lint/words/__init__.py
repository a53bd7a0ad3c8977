"""What lint says, by code.

Words in braces come from the workbook; {value} is the text of the cell.
"""

from .sentence import Sentence
from .sheet import COLUMNS, FILES, SETTINGS, SHEETS
from .survey import CHOICES, EXPRESSIONS, NAMES, TYPES

SENTENCES: dict[str, Sentence] = {
    **SHEETS,
    **COLUMNS,
    **TYPES,
    **NAMES,
    **CHOICES,
    **EXPRESSIONS,
    **FILES,
    **SETTINGS,
}
