"""Names as people of the three provinces bear them, and how members of a club are made up.

Distributions: the programme's notes on sample data (members, ages, poverty, ethnicity, disability).
"""

from dataclasses import dataclass, field
from datetime import date
from random import Random
from uuid import UUID

KINH: tuple[str, ...] = (
    ("Nguyễn",) * 31 + ("Trần",) * 11 + ("Lê",) * 9 + ("Phạm",) * 7 + ("Hoàng", "Huỳnh") * 3 + ("Phan",) * 4
)
KINH += ("Vũ", "Võ") * 2 + ("Đặng", "Bùi", "Đỗ") * 3 + ("Hồ", "Ngô", "Dương", "Lý", "Đinh", "Trương") * 2
FAMILIES = {
    "kinh": KINH,
    "cham": ("Thiên", "Đàng", "Quảng", "Từ", "Não", "Bá", "Lưu", "Châu"),
    "raglai": ("Chamaléa", "Katơr", "Pinăng", "Pupur", "Patâu Axá"),
    "thai": ("Lò", "Vàng", "Điêu", "Lường", "Hoàng", "Tòng"),
    "hmong": ("Giàng", "Sùng", "Vàng", "Thào", "Lý", "Mùa"),
    "dao": ("Tẩn", "Chẻo", "Phàn", "Lý", "Tẩn"),
    "ha_nhi": ("Pờ", "Lỳ", "Chu", "Sừng"),
    "giay": ("Lò", "Vàng", "Lù", "Nùng"),
    "other": ("Lò", "Vàng", "Hoàng", "Vì"),
}
MEN = (
    "An",
    "Bình",
    "Chính",
    "Dũng",
    "Đạt",
    "Đức",
    "Giang",
    "Hải",
    "Hiếu",
    "Hòa",
    "Hùng",
    "Khải",
    "Khánh",
    "Lâm",
    "Long",
    "Minh",
    "Nam",
    "Ngọc",
    "Phúc",
    "Quang",
    "Sơn",
    "Tâm",
    "Thành",
    "Thắng",
    "Thịnh",
    "Toàn",
    "Trung",
    "Tuấn",
    "Vinh",
)
WOMEN = (
    "Ánh",
    "Bích",
    "Chi",
    "Dung",
    "Duyên",
    "Hà",
    "Hạnh",
    "Hằng",
    "Hiền",
    "Hoa",
    "Hồng",
    "Huệ",
    "Hương",
    "Hường",
    "Lan",
    "Liên",
    "Loan",
    "Mai",
    "Nga",
    "Ngân",
    "Nguyệt",
    "Nhung",
    "Oanh",
    "Phượng",
    "Sen",
    "Thảo",
    "Thơm",
    "Thủy",
    "Tuyết",
)
MIDDLE_MEN = ("Văn", "Văn", "Văn", "Đức", "Hữu", "Công", "Quốc", "Xuân")
MIDDLE_WOMEN = ("Thị", "Ngọc", "Thu", "Kim", "Minh", "Thanh")
GROUPS = {"care": 0.12, "economic": 0.1, "health": 0.06, "arts": 0.12, "sport": 0.1}
"""Volunteer groups and the share of members in each."""
FOUNDING_BOARD = ("chair", "deputy", "secretary", "accountant", "treasurer")


@dataclass(frozen=True)
class Mix:
    """How the people of one province are made up; shares in percent, poverty shifted by so many points."""

    ethnicity: dict[str, int]
    size_mean: float
    size_spread: float
    size_range: tuple[int, int]
    poverty_shift: int
    phone: float


@dataclass
class Person:
    """A member through the years."""

    id: str
    full_name: str
    sex: str
    birth_year: int
    ethnicity: str
    poverty: str
    hardship: tuple[str, ...]
    disability: str
    phone: str | None
    insurance: str
    allowance: tuple[str, ...]
    groups: tuple[str, ...]
    joined_on: date
    role: str = "none"
    left_on: date | None = None
    version: int = field(default=1)


def uuid(rng: Random) -> str:
    """A version 4 UUID from the seed."""
    return str(UUID(int=rng.getrandbits(128), version=4))


def pick(rng: Random, weights: dict[str, int]) -> str:
    """One of the keys, by weight."""
    return rng.choices(tuple(weights), tuple(weights.values()))[0]


def person(rng: Random, mix: Mix, year: int, women: float, phase: str, joined_on: date) -> Person:
    """One member as of a year."""
    sex = "female" if rng.random() < women else "male"
    older = rng.random() < 0.68
    age = _between(rng.gauss(64, 7), 55, 92) if older else _between(rng.gauss(44, 8), 18, 54)
    ethnicity = pick(rng, mix.ethnicity)
    poverty = _poverty(rng, mix, phase)
    return Person(
        uuid(rng),
        _name(rng, sex, ethnicity, age),
        sex,
        year - age,
        ethnicity,
        poverty,
        _hardship(rng, phase),
        _disability(rng, age),
        f"0{rng.choice('3579')}{rng.randrange(10**8):08}" if rng.random() < mix.phone else None,
        "yes" if rng.random() < 0.97 else "no",
        _allowance(rng, age),
        _groups(rng),
        joined_on,
    )


def _between(value: float, low: int, high: int) -> int:
    return round(min(max(value, low), high))


def _name(rng: Random, sex: str, ethnicity: str, age: int) -> str:
    family = rng.choice(FAMILIES.get(ethnicity, FAMILIES["other"]))
    if sex == "female":
        middle = "Thị" if rng.random() < (0.7 if age > 50 else 0.35) else rng.choice(MIDDLE_WOMEN)
        return f"{family} {middle} {rng.choice(WOMEN)}"
    return f"{family} {rng.choice(MIDDLE_MEN)} {rng.choice(MEN)}"


def _poverty(rng: Random, mix: Mix, phase: str) -> str:
    poor, near = (20, 18) if phase == "p1" else (12, 14)
    poor = max(1, poor + mix.poverty_shift)
    return pick(
        rng, {"poor": poor, "near_poor": near, "escaped": 8, "average": 100 - poor - near - 18, "better": 10}
    )


def _hardship(rng: Random, phase: str) -> tuple[str, ...]:
    if rng.random() >= (0.25 if phase == "p1" else 0.22):
        return ("none",)
    kinds = (
        "lonely",
        "disabled_hh",
        "widow_single",
        "sick",
        "raising_grandchild",
        "flood_loss",
        "no_pension",
    )
    return tuple(sorted(rng.sample(kinds, 2 if rng.random() < 0.15 else 1)))


def _disability(rng: Random, age: int) -> str:
    if rng.random() >= (0.2 if age >= 80 else 0.08):
        return "none"
    return pick(rng, {"mild": 60, "severe": 32, "very_severe": 8})


def _allowance(rng: Random, age: int) -> tuple[str, ...]:
    if age >= 80:
        return ("social_allowance",)
    return (pick(rng, {"none": 78, "pension": 12, "merit": 6, "disability": 4}),)


def _groups(rng: Random) -> tuple[str, ...]:
    kinds = tuple(kind for kind, share in GROUPS.items() if rng.random() < share)
    return kinds or ("none",)
