"""Standards and plans as data: read from Excel workbooks, asked for by reports.

The workbooks are described in xlsforms/plans/ (sheet huong_dan of each).
"""

from server.services.plan.history import ImportNotFound, NewerImport, take, undo
from server.services.plan.lookup import UnitPlan, as_fact, phase_at, plan_by_unit, plan_of, standards, targets
from server.services.plan.store import ImportResult, NoPhases, NoUnits, PlanInvalid, import_workbook
from server.services.plan.workbook import CellError, NotAWorkbook

__all__ = [
    "CellError",
    "ImportNotFound",
    "ImportResult",
    "NewerImport",
    "NoPhases",
    "NoUnits",
    "NotAWorkbook",
    "PlanInvalid",
    "UnitPlan",
    "as_fact",
    "import_workbook",
    "phase_at",
    "plan_by_unit",
    "plan_of",
    "standards",
    "take",
    "targets",
    "undo",
]
