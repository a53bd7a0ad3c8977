"""Workbooks of plans as imports: what they would change, what they took the place of, and the way back."""

from decimal import Decimal

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.cli import main, shell
from server.models import Audit, Phase, PhaseRule, PlanImport, Target
from server.services import plan, stored_file
from server.services.actor import SYSTEM_ID
from server.services.plan import change, history, store
from tests.test_plan import LAI_CHAU, PLANS, changed, edited

pytestmark = pytest.mark.database
STANDARDS = PLANS / "tieu_chuan.xlsx"


@pytest.fixture
def office(session: Session, blobs, programme_published) -> Session:
    """The register, the standards and the plan of Lai Châu, each imported."""
    for path in (STANDARDS, LAI_CHAU):
        plan.take(session, blobs, path.read_bytes(), path.name, SYSTEM_ID)
    return session


def rows(session: Session, *tables) -> list[tuple[object, ...]]:
    """Everything that stands in some tables, without numbers of rows."""
    found = []
    for table in tables:
        columns = [column for column in table.__table__.c if column.name != "id"]
        found += sorted((tuple(row) for row in session.execute(select(*columns))), key=str)
    return found


def without_row(number: int):
    return lambda book: book["chi_tieu"].delete_rows(number)


def test_a_workbook_that_stands_already_changes_nothing(office):
    for path in sorted(PLANS.glob("*.xlsx")):
        plan.import_workbook(office, path)
        content = store.read(office, path.read_bytes(), path.name)
        assert change.compare(office, content) == []


def test_a_row_that_reads_otherwise_is_told_by_its_values(office):
    workbook = edited(LAI_CHAU, "chi_tieu", K2=26, R2="Đến năm 2020 toàn tỉnh xây dựng 26 CLB.")

    found = change.preview(office, workbook, LAI_CHAU.name).changes

    (one,) = found
    assert (one.kind, one.sheet, one.unit, one.what) == (
        "changed",
        "chi_tieu",
        "Tỉnh Lai Châu",
        "A01 clubs_new_target",
    )
    assert [(cell.column, cell.before, cell.after) for cell in one.cells] == [
        ("value", Decimal(25), Decimal(26)),
        ("note", "Đến năm 2020 toàn tỉnh xây dựng 25 CLB.", "Đến năm 2020 toàn tỉnh xây dựng 26 CLB."),
    ]


def test_a_row_left_out_is_told_as_gone_and_one_of_another_unit_as_new(office):
    gone = change.preview(office, changed(LAI_CHAU, without_row(3)), LAI_CHAU.name).changes
    moved = change.preview(office, edited(LAI_CHAU, "chi_tieu", A3=None, F3=None, F4=None), LAI_CHAU.name)

    assert [(one.kind, one.what, one.first.year, one.last.year) for one in gone] == [
        ("removed", "A01 clubs_new_target", 2017, 2017)
    ]
    assert moved.changes == ()
    assert [error.cell for error in moved.errors] == ["F3", "F4"]


def test_what_an_import_took_the_place_of_comes_back_when_it_is_undone(office, blobs):
    before = rows(office, Phase, PhaseRule, Target)
    workbook = edited(LAI_CHAU, "chi_tieu", K2=26)
    taken = plan.take(office, blobs, workbook, LAI_CHAU.name, SYSTEM_ID)
    assert (taken.added, taken.changed, taken.removed) == (0, 1, 0)
    assert rows(office, Phase, PhaseRule, Target) != before

    plan.undo(office, taken.id, SYSTEM_ID)
    plan.undo(office, taken.id, SYSTEM_ID)

    office.expire_all()
    assert rows(office, Phase, PhaseRule, Target) == before
    acts = office.scalars(select(Audit.action).where(Audit.action.startswith("plan.import")))
    assert sorted(acts) == ["plan.import"] * 3 + ["plan.import.undo"]


def test_standards_come_back_too_with_a_phase_that_was_new(office, blobs):
    before = rows(office, Phase, PhaseRule)

    def another(book):
        book["giai_doan"].append(["p9", "Giai đoạn thử", "Trial", "2036-01-01", "2040-12-31", 60, "", ""])
        book["quy_dinh"]["D2"] = 55
        book["quy_dinh"].append(["p9", None, "size", 40, 70, "person", "", ""])

    taken = plan.take(office, blobs, changed(STANDARDS, another), STANDARDS.name, SYSTEM_ID)
    assert office.get(Phase, "p9").name_vi == "Giai đoạn thử"

    plan.undo(office, taken.id, SYSTEM_ID)

    office.expire_all()
    assert office.get(Phase, "p9") is None
    assert rows(office, Phase, PhaseRule) == before


def test_undoing_every_import_leaves_nothing(office):
    for one in history.listed(office):
        plan.undo(office, one.row.id, SYSTEM_ID)

    assert rows(office, Phase, PhaseRule, Target) == []
    assert [one.can_undo for one in history.listed(office)] == [False, False]


def test_only_the_newest_import_can_be_undone(office):
    newest, older = history.listed(office)
    assert (newest.row.workbook, newest.can_undo, older.can_undo) == (LAI_CHAU.name, True, False)

    with pytest.raises(plan.NewerImport, match=r"tieu_chuan\.xlsx"):
        plan.undo(office, older.row.id, SYSTEM_ID)


def test_the_same_workbook_sent_twice_is_imported_once_and_its_file_is_kept(office, blobs):
    assert plan.take(office, blobs, LAI_CHAU.read_bytes(), LAI_CHAU.name, SYSTEM_ID) is None

    assert office.scalar(select(func.count()).select_from(PlanImport)) == 2
    kept = history.listed(office)[0].row.workbook_sha256
    assert blobs.read(kept) == LAI_CHAU.read_bytes()
    assert kept in stored_file.named(office)


@pytest.fixture
def clb(database_url, monkeypatch, tmp_path):
    """The command on this test's database, as somebody types it."""
    monkeypatch.setenv("CLB_DATABASE_URL", database_url)
    monkeypatch.setenv("CLB_DATA", str(tmp_path))
    for kept in (shell.settings, shell.database, shell.blobs):
        kept.cache_clear()
    yield lambda *words: CliRunner().invoke(main, ["plan", *words])
    shell.database().close()
    for kept in (shell.settings, shell.database, shell.blobs):
        kept.cache_clear()


def test_the_command_says_what_an_import_changed_and_undoes_it(clb, database, programme_published):
    first, again = clb("import", str(STANDARDS)), clb("import", str(STANDARDS))
    undone, missing = clb("undo", "1"), clb("undo", "7")

    assert "tieu_chuan.xlsx: thêm " in first.output
    assert "không có gì thay đổi" in again.output
    assert "đã hoàn tác lần nhập số 1" in undone.output
    assert missing.exit_code != 0
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Phase)) == 0
