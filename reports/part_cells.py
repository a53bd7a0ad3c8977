"""The figures of parts IV and VI–IX and of annexes II and III, named as in `cells`."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from reports.privacy import Count, Masked
from reports.province.activity_model import (
    Activities,
    AgeBand,
    Care,
    FundMove,
    Group,
    Heat,
    People,
    SurveyResult,
    SurveyRow,
)
from reports.province.model import ProvinceReport

MASKED = "(che)"
"""In the place of a share that is withheld because it is of few persons, or of a figure that would tell it."""
FEW = "(<5)"
"""In the place of a count of 1 to 4 persons."""
Cell = int | Decimal | str | None
Named = tuple[str, Cell]


def parts(report: ProvinceReport) -> Iterator[Named]:
    """The figures of these parts."""
    yield from _activities(report.activities)
    if report.activities.heat:
        yield from _heat(report.activities.heat, [club.code for club in report.clubs])
    if report.activities.care:
        yield from _under("cham_soc", _care(report.activities.care))
    if report.activities.survey:
        yield from _under("khao_sat", _survey(report.activities.survey))
    yield from _people(report.people)
    yield from _annexes(report)
    yield from _ahead(report)


def _under(name: str, named: Iterable[Named]) -> Iterator[Named]:
    for key, value in named:
        yield f"{name}/{key}", value


def _activities(of: Activities) -> Iterator[Named]:
    yield "phan6/clb", of.clubs
    for area in of.areas:
        yield f"bang4/{area.code}/clb", area.clubs
        yield f"bang4/{area.code}/lan", area.times
        for tally in area.tallies:
            yield f"bang4/{area.code}/{tally.key}", tally.value
    yield from _under("khong_hop", ((reason or "khong_neu", months) for reason, months in of.not_held))
    for point in of.attendance:
        pair: list[Named] = [
            ("co_mat", point.present),
            ("danh_sach", point.on_list),
            ("ty_le", point.percent),
        ]
        yield from _under(f"chuyen_can/{point.month:%Y-%m}", pair)
    for check in of.checks:
        yield from _under(
            f"suc_khoe/{check.key}", [("do", check.measured), ("ngoai", check.out), ("ty_le", check.percent)]
        )
    yield "phan6/kham", of.clinic_checks
    yield "phan6/tien", of.cash
    yield "phan6/hien_vat", of.kind_value
    yield "phan6/ngay_cong", of.days
    yield from _under("nguon_luc", of.sources)
    yield "phan6/hop", of.held
    yield "phan6/phai_hop", of.due


def _heat(heat: Heat, codes: list[str]) -> Iterator[Named]:
    """Clubs by their code, columns by their first month."""
    yield "bieu4/thang_mot_cot", heat.months_each
    for row in heat.rows:
        code = codes[row.number - 1] if 0 < row.number <= len(codes) else str(row.number)
        for (first, last), cell in zip(heat.columns, row.cells, strict=True):
            told: list[Named] = [("trang_thai", cell.state), ("hop", cell.held), ("phai_hop", cell.due)]
            told += [("ly_do", cell.reason), ("den", f"{last:%Y-%m}")]
            yield from _under(f"bieu4/{code}/{first:%Y-%m}", told)


def _care(care: Care) -> Iterator[Named]:
    yield "clb", care.clubs
    yield "nguoi", count(care.recipients)
    yield "luot", care.visits
    yield "nguoi_thang", care.person_months
    yield "tinh_nguyen_vien", care.volunteers
    yield "clb_neu", care.clubs_told


def _survey(survey: SurveyResult) -> Iterator[Named]:
    yield "dot", survey.round
    yield "tu", survey.first.isoformat()
    yield "den", survey.last.isoformat()
    yield "phong_van", survey.interviews
    yield "tu_choi", survey.refused
    yield "clb", survey.clubs
    for row in survey.rows:
        yield from _under(row.key, _answers(row))


def _answers(row: SurveyRow) -> Iterator[Named]:
    """A row withheld has a denominator alone."""
    is_masked = row.value is None and row.numerator is None and bool(row.denominator)
    yield "mau_so", row.denominator
    for key, value in (
        ("gia_tri", row.value),
        ("tu_so", row.numerator),
        ("duoi", row.low),
        ("tren", row.high),
    ):
        yield key, MASKED if is_masked else value


def count(value: Count) -> Cell:
    """A number of persons, or the mark in its place."""
    if isinstance(value, Masked):
        return MASKED if value.below is None else FEW
    return value


def _people(people: People) -> Iterator[Named]:
    yield "thanh_vien/tong", people.members
    yield "thanh_vien/khong_xep", people.unplaced
    for band in people.ages:
        yield from _under(f"thap_tuoi/{_band(band)}", [("nam", count(band.men)), ("nu", count(band.women))])
    yield from _under("thap_tuoi/tong", [("nam", count(people.men)), ("nu", count(people.women))])
    for group in people.ethnicity:
        yield from _under(f"dan_toc/{group.code or 'khong_neu'}", _group(group))
    for group in people.disability:
        yield from _under(f"khuyet_tat/{group.code}", _group(group))
    yield "khuyet_tat/tong/nguoi", count(people.disabled)


def _band(band: AgeBand) -> str:
    return f"{'' if band.low is None else band.low}-{'' if band.high is None else band.high}"


def _group(group: Group) -> Iterator[Named]:
    yield "nguoi", count(group.count)
    yield "ty_le", MASKED if isinstance(group.count, Masked) else group.percent


def _annexes(report: ProvinceReport) -> Iterator[Named]:
    for row in report.club_funds:
        for fund, move in (("qtt", row.income), ("qhd", row.operating)):
            yield from _under(f"pl2/{row.code or 'tong'}/{fund}", _move(move))
    for club in report.absent:
        yield f"pl3/{club.code}/phai_nop", club.due
        yield f"pl3/{club.code}/thang_thieu", " ".join(f"{month:%Y-%m}" for month in club.months)


def _move(move: FundMove) -> Iterator[Named]:
    yield "dau_ky", move.opening
    yield "vao", move.came
    yield "ra", move.went
    yield "cuoi_ky", move.closing
    yield "lech", move.difference
    yield "chua_ro", move.unexplained


def _ahead(report: ProvinceReport) -> Iterator[Named]:
    if report.outlook:
        yield "bang6/nam", report.outlook.year
        yield "bang6/duy_tri", report.outlook.kept
        for row in report.outlook.rows:
            name = f"bang6/{row.unit.code if row.unit else 'tong'}"
            yield from _under(
                name, [("ke_hoach", row.plan), ("thanh_lap", row.founded), ("con_lai", row.left)]
            )
    if report.sketch:
        codes = {unit.id: unit.code for unit, _ in report.sketch.rows}
        yield from ((f"ban_do/{unit.code}/clb", clubs) for unit, clubs in report.sketch.rows)
        yield "ban_do/tong/khong_vi_tri", report.sketch.unplaced
        for site in report.sketch.sites:
            if site.club:
                yield f"ban_do/{site.club}/don_vi", None if site.row_id is None else codes.get(site.row_id)
