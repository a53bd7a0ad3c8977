"""A second calculation of the reports of provinces and of the country, from the submissions' own XML, by another road
than the reports'.

`server/services/verify.py` writes a folder (docs/doi-chieu.md says what is in it); `load` parses it into DuckDB,
`compute` works every figure out in SQL, `compare` holds it against what the report prints. Nothing here imports forms,
reports or server, so that a mistake in those cannot hide itself.
"""

from verify.compare import Comparison, Difference, Printed, compare
from verify.computed import Computed
from verify.read import Case, load
from verify.report import compute

__all__ = ["Case", "Comparison", "Computed", "Difference", "Printed", "compare", "compute", "load"]
