"""Which clubs the sample data holds: how many in which unit and year, how their people and funds are made up.

Ninh Thuận and Lai Châu follow the programme's stated figures (NT-01, NT-04 … NT-10; LC-12 … LC-23, with one district
a year late); years of Ninh Thuận's first clubs are not stated and are chosen here. Thái Bình is invented: no figure
of it is known.
"""

from dataclasses import dataclass
from datetime import date

from server.demo.people import Mix

LAST_MONTH = date(2021, 12, 1)
EPIDEMIC = (date(2020, 4, 1), date(2021, 8, 1), date(2021, 9, 1))
"""Months in which clubs stopped meeting because of COVID-19."""


@dataclass(frozen=True)
class Province:
    """One province of the sample data. years: district code → clubs founded by year."""

    code: str
    name: str
    years: dict[str, dict[int, int]]
    first: dict[str, tuple[str, ...]]
    """Communes to be taken first, by district: those the programme names, and those the 2025 reform split or moved."""
    mix: Mix
    fund: tuple[float, float, float]
    """First income fund in million VND: lowest, usual, highest."""
    harvest: tuple[int, ...]
    """Months in which fewer people come."""
    cold: tuple[int, ...]
    storms: tuple[int, ...]
    villages: tuple[str, ...]
    rural_kind: str
    lat_step: float = 0.004


NINH_THUAN = Province(
    "58",
    "Ninh Thuận",
    {
        "582": {2017: 1, 2018: 2, 2019: 1, 2020: 1, 2021: 3, 2022: 1},
        "585": {2017: 1, 2018: 1, 2019: 1, 2020: 1},
        "586": {2017: 1, 2018: 1, 2019: 1, 2020: 1, 2021: 3},
        "587": {2017: 1, 2019: 1, 2021: 3},
        "588": {2018: 1, 2019: 1},
        "589": {2018: 1, 2019: 1, 2020: 1},
    },
    {"582": ("22768",), "585": ("22831",)},
    Mix({"kinh": 75, "cham": 14, "raglai": 10, "other": 1}, 56, 5, (45, 75), 0, 0.7),
    (15, 22, 60),
    (4, 8),
    (),
    (11,),
    (
        "An Hòa",
        "Mỹ Tân",
        "Khánh Hội",
        "Phú Thọ",
        "Tân An",
        "Hòa Thạnh",
        "Vĩnh Trường",
        "Sơn Hải",
        "Phước Lập",
        "Tri Thủy",
    ),
    "thon",
)
LAI_CHAU = Province(
    "12",
    "Lai Châu",
    {
        "105": {2017: 1, 2018: 1, 2019: 1},
        "106": {2017: 1, 2018: 1, 2019: 1, 2020: 1},
        "107": {2019: 2, 2020: 1},
        "108": {2018: 1, 2020: 1},
        "109": {2017: 1, 2018: 1, 2019: 1, 2020: 1},
        "110": {2018: 1, 2019: 1, 2020: 1},
        "111": {2017: 1, 2018: 1, 2019: 1, 2020: 1},
        "112": {2019: 1, 2020: 1},
    },
    {"105": ("03388",), "106": ("03390",), "109": ("03589",), "111": ("03598",)},
    Mix(
        {"thai": 33, "hmong": 23, "kinh": 16, "dao": 13, "ha_nhi": 4, "giay": 3, "other": 8},
        44,
        9,
        (25, 65),
        15,
        0.5,
    ),
    (25, 28, 35),
    (5, 6, 9, 10),
    (12, 1),
    (),
    (
        "Nà Khiết",
        "Tả Chải",
        "Nậm Thẳm",
        "Nậm Loỏng",
        "Huổi Cáy",
        "Phiêng Pảng",
        "Nà Củng",
        "Hua Bó",
        "Tân Hợp",
        "Noong Luống",
    ),
    "ban",
)
THAI_BINH = Province(
    "34",
    "Thái Bình",
    {
        code: {2018: 1, year: 1}
        for code, year in zip(
            ("336", "338", "339", "340", "341", "342", "343", "344"), (2019, 2020) * 4, strict=True
        )
    },
    {},
    Mix({"kinh": 100}, 58, 5, (50, 75), -6, 0.7),
    (20, 24, 30),
    (6, 10),
    (),
    (),
    (
        "Đông Hòa",
        "Tây Sơn",
        "Trung Tiến",
        "Nam Hưng",
        "Bắc Lịch",
        "Thượng Phúc",
        "Lộc Thọ",
        "Đoài Thôn",
        "Phú Lạc",
        "Vĩnh Gia",
    ),
    "thon",
)
PROVINCES = (NINH_THUAN, LAI_CHAU, THAI_BINH)


@dataclass(frozen=True)
class Place:
    """A commune as the register holds it: key is code@valid_from."""

    code: str
    key: str
    name: str
    """Without its kind: Đông Hải."""
    is_urban: bool
    district_key: str
    province_key: str
    lat: float
    lon: float


@dataclass(frozen=True)
class Faults:
    """What is wrong on purpose with one club, so that checks have something to find."""

    gps_swapped: bool = False
    names_decomposed: bool = False
    member_twice: bool = False
    month_twice: bool = False
    in_thousands: bool = False
    opening_differs: bool = False


@dataclass(frozen=True)
class Club:
    """A club to be lived: where, from when, how well run, with which faults."""

    number: int
    province: Province
    place: Place
    village_kind: str
    village: str
    founded_on: date
    is_weak: bool
    faults: Faults


FAULTS = {
    3: Faults(gps_swapped=True),
    5: Faults(names_decomposed=True),
    8: Faults(member_twice=True),
    11: Faults(month_twice=True),
    13: Faults(in_thousands=True),
    15: Faults(opening_differs=True),
}


def clubs(province: Province, places: dict[str, list[Place]]) -> list[Club]:
    """All clubs of a province in order of founding. places: district code → its communes in order of code."""
    planned = []
    for district, years in province.years.items():
        order = _communes(places[district], province.first.get(district, ()))
        founded = [year for year, count in sorted(years.items()) for _ in range(count)]
        planned += [(year, district, order[index % len(order)], index) for index, year in enumerate(founded)]
    planned.sort(key=lambda item: (item[0], item[1], item[3]))
    return [_club(province, number, *item) for number, item in enumerate(planned, 1)]


def _communes(given: list[Place], first: tuple[str, ...]) -> list[Place]:
    return sorted(given, key=lambda place: (place.code not in first, place.code))


def _club(province: Province, number: int, year: int, district: str, place: Place, index: int) -> Club:
    month = 1 if year == 2022 else 3 + (number * 5 + index) % 8
    kind = ("khu_pho" if province.code == "58" else "to_dan_pho") if place.is_urban else province.rural_kind
    village = f"{number % 9 + 1}" if place.is_urban else province.villages[number % len(province.villages)]
    return Club(
        number,
        province,
        place,
        kind,
        village,
        date(year, month, 5 + number * 7 % 20),
        number % 10 == 7,
        FAULTS.get(number, Faults()),
    )
