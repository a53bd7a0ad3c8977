"""The columns of the register's workbook: what each is called, where its value stands, and who may change it there."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from server.services.club.words import ISSUERS, PHASES, STATES, VILLAGES, Pair

SHEET = "cau_lac_bo"
CODE = "code"
"""The field of the code; a club that a workbook added is noted under it."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. field: of the club's row. question: of the founding form, "" for what no form asks.

    kind: text, choice, day or whole. longest: signs a text may have. is_fixed: of a club that is there it is corrected
    in the founding form itself, for members, months and units hang on it. is_needed: a new club cannot do without.
    """

    field: str
    name: str
    name_en: str
    question: str = ""
    kind: str = "text"
    choices: Mapping[str, Pair] = dataclasses.field(default_factory=dict)
    longest: int = 200
    is_fixed: bool = False
    is_needed: bool = False

    @property
    def names(self) -> Pair:
        """In Vietnamese, as the workbook has it, and in English."""
        return self.name, self.name_en


COLUMNS = (
    Column(CODE, "Mã câu lạc bộ", "Code"),
    Column("name", "Tên câu lạc bộ", "Name", "club_name", is_needed=True),
    Column(
        "village_kind", "Loại thôn", "Kind of village", "village_kind", "choice", VILLAGES, is_needed=True
    ),
    Column("village_name", "Tên thôn", "Name of the village", "village_name", is_needed=True),
    Column("commune", "Xã khi thành lập", "Commune at founding", "commune", is_fixed=True, is_needed=True),
    Column(
        "founding_date", "Ngày thành lập", "Founded", "founding_date", "day", is_fixed=True, is_needed=True
    ),
    Column("phase", "Giai đoạn", "Phase", "scheme_phase", "choice", PHASES, is_fixed=True, is_needed=True),
    Column("decision_no", "Số quyết định", "Decision", "decision_no", longest=80),
    Column("decision_date", "Ngày quyết định", "Day of the decision", "decision_date", "day"),
    Column("decision_issuer", "Cơ quan quyết định", "Who decided", "decision_issuer", "choice", ISSUERS),
    Column("meeting_day", "Ngày sinh hoạt", "Meets on day", "meeting_day", "whole"),
    Column("status", "Trạng thái", "State", kind="choice", choices=STATES),
    Column("closed_on", "Ngày giải thể", "Closed on", kind="day"),
)
BY_FIELD = {one.field: one for one in COLUMNS}
TO_LOOK_AT = ("Xã hiện nay (để xem)", "Thành viên (để xem)", "Tháng báo cáo gần nhất (để xem)")
"""Columns that help to find one's way in Excel; what is written there is not read."""
HEADER = (*(one.name for one in COLUMNS), *TO_LOOK_AT)


def shown(column: Column, value: str, vietnamese: bool = True) -> str:
    """A value as people write it: the word of a choice, a day as dd/MM/yyyy; "" for none."""
    if column.kind == "choice" and value in column.choices:
        return column.choices[value][0 if vietnamese else 1]
    if column.kind == "day" and value:
        return "/".join(reversed(value.split("-")))
    return value
