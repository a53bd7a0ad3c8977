"""Units as people write them: a code, or a name with what lies above it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from difflib import get_close_matches
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports import language
from server.models import Unit
from server.services import unit as units

CODE = re.compile(r"(\d{2,8}|VN)(?:@(\S+))?", re.IGNORECASE)
PARTS = re.compile(r"\s*,\s*|\s+[-–]\s+")
SHORT_WORDS = {
    "tp": "thành phố",
    "tx": "thị xã",
    "tt": "thị trấn",
    "h": "huyện",
    "p": "phường",
    "x": "xã",
    "t": "tỉnh",
}
SHORT = re.compile(rf"^({'|'.join(SHORT_WORDS)})\.\s*|^(tp|tx|tt)\s+", re.IGNORECASE)
SHOWN = 5
"""Units that a sentence names; of more, people read none."""

Key = tuple[object, object]


class NotOneUnit(Exception):
    """A text that names no unit, or several; the sentences say what to write instead."""

    def __init__(self, vi: str, en: str) -> None:
        self.vi, self.en = vi, en
        super().__init__(en)


class Gazetteer:
    """All units of the register, read once for a list of many rows."""

    def __init__(self, session: Session, today: date) -> None:
        self._session = session
        self._today = today
        self._units = {unit.id: unit for unit in session.scalars(select(Unit).order_by(Unit.code, Unit.id))}

    def find(self, text: str) -> Unit:
        """The unit a text means. Raises NotOneUnit."""
        text = text.strip()
        if code := CODE.fullmatch(text):
            return self._by_code(code[1].upper(), code[2])
        own, *above = [name_key(part) for part in PARTS.split(text) if part] or [name_key("")]
        named = [
            unit for unit in self._by_name.get(own, ()) if all(self._is_below(unit, key) for key in above)
        ]
        standing = [unit for unit in named if self._stands(unit)]
        if len(standing) == 1:
            return standing[0]
        if standing:
            listed_vi = self._listed(standing)
            raise NotOneUnit(
                f"có {len(standing)} đơn vị tên này: {listed_vi}. Hãy ghi mã, hoặc ghi thêm tỉnh.",
                f"{len(standing)} units have this name: {listed_vi}. Write the code, or add the province.",
            )
        raise self._gone(named) if named else self._unknown(text)

    def label(self, unit_id: int) -> str:
        """A unit with all above it: Xã Lợi Hải, huyện Thuận Bắc, tỉnh Ninh Thuận (đến 30/06/2025)."""
        unit = self._units[unit_id]
        above = [one for one in self.lineage(unit)[1:] if one.level != "n"]
        names = [unit.full_name, *(one.full_name[:1].lower() + one.full_name[1:] for one in above)]
        ended = f" (đến {unit.valid_to:%d/%m/%Y})" if unit.valid_to and unit.valid_to < self._today else ""
        return ", ".join(names) + ended

    def lineage(self, unit: Unit) -> list[Unit]:
        """The unit and all above it, upwards."""
        chain = [unit]
        while chain[-1].parent_id is not None:
            chain.append(self._units[chain[-1].parent_id])
        return chain

    def provinces(self, unit_ids: Iterable[int]) -> list[Unit]:
        """The provinces that units lie in, as they stood with them; the nation lies in none."""
        found = {
            above.id: above
            for unit_id in sorted(unit_ids)
            for above in self.lineage(self._units[unit_id])
            if above.level == "p"
        }
        return list(found.values())

    def present(self, province: Unit) -> Unit:
        """What a province is part of today: itself while it stands, or where the register knows no more."""
        became = units.became(self._session, province, self._today)
        return became[0].unit if len(became) == 1 else province

    @cached_property
    def _by_name(self) -> dict[Key, list[Unit]]:
        found: dict[Key, list[Unit]] = defaultdict(list)
        for unit in self._units.values():
            for key in {name_key(unit.name), name_key(unit.full_name)}:
                found[key].append(unit)
        return found

    def _by_code(self, code: str, day: str | None) -> Unit:
        same = [unit for unit in self._units.values() if unit.code == code]
        found = [unit for unit in same if (unit.valid_from.isoformat() == day if day else self._stands(unit))]
        if found:
            return found[0]
        raise (
            self._gone(same)
            if same
            else NotOneUnit(
                "không có đơn vị nào mang mã này. Nếu mã bị mất số 0 ở đầu, hãy định dạng ô là chữ (Text) rồi ghi lại.",
                "no unit has this code. If it lost a leading 0, format the cell as text and write it again.",
            )
        )

    def _stands(self, unit: Unit) -> bool:
        return unit.valid_from <= self._today and (unit.valid_to is None or unit.valid_to >= self._today)

    def _is_below(self, unit: Unit, key: Key) -> bool:
        return any(key in (name_key(one.name), name_key(one.full_name)) for one in self.lineage(unit)[1:])

    def _gone(self, named: Sequence[Unit]) -> NotOneUnit:
        """The text names units that no longer stand: what they are part of now, and how to mean the old one."""
        now = {
            successor.unit.id: successor.unit
            for unit in named
            for successor in units.became(self._session, unit, self._today)
        }
        old = ", ".join(units.key_of(unit) for unit in named[:SHOWN])
        if not now:
            return NotOneUnit(
                f"đơn vị này không còn. Nếu vẫn muốn ghi đơn vị cũ, hãy ghi: {old}.",
                f"this unit stands no more. To name the old one all the same, write: {old}.",
            )
        today = self._listed(list(now.values()))
        return NotOneUnit(
            f"đơn vị này không còn, nay thuộc: {today}. Hãy ghi mã mới; nếu đúng là đơn vị cũ, hãy ghi: {old}.",
            f"this unit stands no more; it is now part of: {today}. Write that code, or {old} for the old one.",
        )

    def _unknown(self, text: str) -> NotOneUnit:
        names = {
            unit.full_name: unit
            for unit in self._units.values()
            if self._stands(unit) and unit.level in ("c", "p")
        }
        first = PARTS.split(text)[0]
        near = [names[name] for name in get_close_matches(first, names, n=3, cutoff=0.7)]
        hint_vi = f" Có phải: {self._listed(near)}?" if near else ""
        hint_en = f" Did you mean: {self._listed(near)}?" if near else ""
        return NotOneUnit(
            f"không có đơn vị nào tên này.{hint_vi} Hãy ghi mã, hoặc tên kèm tỉnh như “Xã Thuận Bắc, Khánh Hòa”.",
            f"no unit has this name.{hint_en} Write a code, or a name with its province: “Xã Thuận Bắc, Khánh Hòa”.",
        )

    def _listed(self, found: Sequence[Unit]) -> str:
        shown = "; ".join(f"{self.label(unit.id)}: {unit.code}" for unit in found[:SHOWN])
        return shown + ("; …" if len(found) > SHOWN else "")


def name_key(text: str) -> Key:
    """What a name is compared by: whatever the case, the place of the tone (hòa, hoà), or TP. for Thành phố."""
    spelled = SHORT.sub(
        lambda match: SHORT_WORDS[(match[1] or match[2]).lower()] + " ", " ".join(text.split())
    )
    return language.text_key(spelled)
