"""A report from its draft to the one that replaces it: every step once, in order, in the log, and frozen for good."""

import io
import json
import subprocess
import threading
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pdfplumber
import pikepdf
import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import func, select, update

from reports.province import MADE_UP
from reports.settings import Settings
from server.blobs import BlobStore
from server.models import Audit, Club, IssuingBody, Report, ReportText, UnitLink
from server.scope import Scope
from server.services import stored_file
from server.services.actor import SYSTEM_ID
from server.services.report import change, draft, page, paper, public, text
from server.services.report.issue import next_number, office
from server.services.report.paper import Basis
from server.services.report.problem import (
    AmendedAlready,
    ChangedMeanwhile,
    DraftExists,
    InventedFigures,
    NotIssuable,
    NumberTaken,
    ProvinceNotCovered,
    ReportNotFound,
    TextChanged,
    TextNotFound,
    TextTooLong,
    WrongState,
)
from tests.builders import seed_units
from tests.builders_paper import CUT_OFF, ISSUED_ON, NOW, TODAY, URL, Clerk, a_late_month, a_world, two_clubs

pytestmark = pytest.mark.database


@pytest.fixture
def clerk(database, blobs, units, standards) -> Clerk:
    two_clubs(database, units)
    return Clerk(database, blobs)


@pytest.fixture(scope="module")
def archive(shared_database, tmp_path_factory) -> tuple[Clerk, int]:
    """A clerk with one report that was issued; the tests change nothing of it."""
    with shared_database.transaction() as session:
        units = seed_units(session)
    a_world(shared_database, units)
    clerk = Clerk(shared_database, BlobStore(tmp_path_factory.mktemp("archive")))
    report_id = clerk.draft()
    clerk.write(report_id, "causes", "Thiếu vốn.")
    clerk.issue(report_id)
    return clerk, report_id


def acts(database) -> list[str]:
    with database.reading() as session:
        return list(
            session.scalars(select(Audit.action).where(Audit.actee_type == "report").order_by(Audit.id))
        )


def late_month(clerk: Clerk) -> None:
    """A report of December 2020 that came a day after the cut-off."""
    with clerk.database.transaction() as session:
        club = session.scalars(select(Club).order_by(Club.code)).first()
        a_late_month(session, club, date(2020, 12, 1), datetime(2021, 1, 11, 3, tzinfo=UTC))


def merged(clerk: Clerk, units: dict[str, int]) -> None:
    """Ninh Thuận went into Khánh Hòa whole."""
    old, new = units["58@2004-01-01"], units["56@2025-07-01"]
    with clerk.database.transaction() as session:
        session.add(UnitLink(old_id=old, new_id=new, is_partial=False))


class TestDraft:
    def test_a_second_draft_of_the_same_report_is_refused(self, clerk):
        first = clerk.draft()

        with pytest.raises(DraftExists) as refused:
            clerk.draft()

        assert refused.value.details == {"report_id": first}
        assert clerk.draft("2020") != first

    def test_new_figures_keep_the_texts(self, clerk):
        report_id = clerk.draft()
        clerk.write(report_id, "causes", "Thiếu vốn.\r\nThiếu cán bộ. \n\n")
        before = clerk.get(report_id).row.content_sha256
        late_month(clerk)

        clerk.refresh(report_id, date(2021, 1, 31))

        of = clerk.get(report_id)
        assert of.row.content_sha256 != before
        assert of.basis.cut_off == date(2021, 1, 31)
        with clerk.database.reading() as session:
            assert text.printed(text.current(session, report_id)) == {"causes": "Thiếu vốn.\nThiếu cán bộ."}

    def test_the_checker_is_warned_of_what_is_missing(self, clerk):
        report_id = clerk.draft()

        assert clerk.cautions(report_id) == {"silent": 2, "late": 2, "unwritten": 8}

    def test_a_draft_before_the_period_is_over_is_warned_of(self, clerk):
        report_id = clerk.draft("2021")

        assert "period_open" in clerk.cautions(report_id)

    def test_a_draft_can_be_thrown_away_and_begun_again(self, clerk):
        report_id = clerk.draft()
        clerk.write(report_id, "causes", "Thiếu vốn.")

        with clerk.database.transaction() as session:
            of = paper.get(session, clerk.scope, 1, report_id)
            draft.delete(session, of, of.row.revision, SYSTEM_ID)

        with pytest.raises(ReportNotFound):
            clerk.get(report_id)
        with clerk.database.reading() as session:
            assert session.scalar(select(func.count()).select_from(ReportText)) == 0
        assert acts(clerk.database) == ["report.create", "report.text", "report.delete"]
        clerk.draft()

    def test_its_stored_figures_are_not_swept_away(self, clerk):
        report_id = clerk.draft()

        with clerk.database.reading() as session:
            assert clerk.get(report_id).row.content_sha256 in stored_file.named(session)


class TestTexts:
    def test_every_version_stays_and_an_old_one_can_come_back(self, clerk):
        report_id = clerk.draft()
        clerk.write(report_id, "direction", "Mở 10 CLB.")
        with clerk.database.reading() as session:
            first = text.current(session, report_id)["direction"].id
        clerk.write(report_id, "direction", "Mở 12 CLB.", first)

        with clerk.database.transaction() as session:
            second = text.current(session, report_id)["direction"].id
            text.restore(
                session, paper.get(session, clerk.scope, 1, report_id), first, second, SYSTEM_ID, NOW
            )

        with clerk.database.reading() as session:
            versions = text.history(session, report_id, "direction")
        assert [one.text for one in versions] == ["Mở 10 CLB.", "Mở 12 CLB.", "Mở 10 CLB."]
        assert {one.who for one in versions} == {"CLB"}

    def test_saving_the_same_text_again_makes_no_version(self, clerk):
        report_id = clerk.draft()
        clerk.write(report_id, "causes", "Thiếu vốn.")
        clerk.write(report_id, "causes", "Thiếu vốn.\n")

        with clerk.database.reading() as session:
            assert len(text.history(session, report_id, "causes")) == 1

    def test_two_people_do_not_write_over_each_other(self, clerk):
        report_id = clerk.draft()
        clerk.write(report_id, "causes", "Thiếu vốn.")

        with pytest.raises(TextChanged, match="CLB saved this part"):
            clerk.write(report_id, "causes", "Thiếu cán bộ.", None)

    @pytest.mark.parametrize(
        ("key", "words", "problem"), [("poem", "…", TextNotFound), ("causes", "ạ" * 6001, TextTooLong)]
    )
    def test_what_is_no_part_or_too_long_is_refused(self, clerk, key, words, problem):
        report_id = clerk.draft()

        with pytest.raises(problem):
            clerk.write(report_id, key, words)

    def test_a_checked_report_takes_no_text(self, clerk):
        report_id = clerk.draft()
        clerk.check(report_id)

        with pytest.raises(WrongState, match="is checked; this step needs one that is a draft"):
            clerk.write(report_id, "causes", "Thiếu vốn.")


class TestIssue:
    def test_its_pdf_holds_the_figures_and_the_tables_it_was_made_from(self, archive):
        clerk, report_id = archive
        row = clerk.get(report_id).row

        with pikepdf.open(io.BytesIO(clerk.blobs.read(row.pdf_sha256))) as opened:
            held = {name: file.get_file().read_bytes() for name, file in opened.attachments.items()}

        assert held == {
            "so-lieu.json": clerk.blobs.read(row.content_sha256),
            "bang-bieu.xlsx": clerk.blobs.read(row.workbook_sha256),
        }

    def test_it_gets_its_number_date_and_signatory_and_is_frozen(self, archive):
        clerk, report_id = archive

        row = clerk.get(report_id).row

        assert (row.state, row.number, row.symbol, row.year) == ("issued", 5, "BC-SLĐTBXH", 2021)
        assert (row.issued_on, row.signer_name) == (ISSUED_ON, "Nguyễn Văn Bình")
        kept = paper.content(clerk.blobs, row)
        assert kept.written == {"causes": "Thiếu vốn."}
        assert (kept.header.number, kept.header.is_draft) == ("05", False)
        assert kept.header.verify_url == f"{URL}/r/{row.token}"
        words = _words(clerk.blobs.read(row.pdf_sha256))
        assert "Số: 05/BC-SLĐTBXH" in words
        assert "ngày 05 tháng 02 năm 2021" in words
        assert "DỰ THẢO" not in words
        assert acts(clerk.database) == ["report.create", "report.text", "report.check", "report.issue"]

    def test_the_code_on_the_paper_leads_to_its_public_page(self, archive, tmp_path):
        clerk, report_id = archive
        row = clerk.get(report_id).row
        (tmp_path / "paper.pdf").write_bytes(clerk.blobs.read(row.pdf_sha256))

        subprocess.run(
            ["pdftoppm", "-r", "150", "-gray", "-png", "paper.pdf", "page"], cwd=tmp_path, check=True
        )

        codes = [
            code.text
            for path in sorted(tmp_path.glob("page*.png"))
            for code in zxingcpp.read_barcodes(Image.open(path))
        ]
        assert codes == [f"{URL}/r/{row.token}"]

    def test_it_is_made_again_to_the_byte(self, archive):
        clerk, report_id = archive
        row = clerk.get(report_id).row

        again = page.remake(clerk.blobs, row)

        assert (again.is_same, again.changed) == (True, ())
        assert again.pdf == clerk.blobs.read(row.pdf_sha256)

    def test_making_it_again_says_which_library_has_changed(self, archive):
        clerk, report_id = archive
        row = clerk.get(report_id).row
        row.made_with = row.made_with | {"weasyprint": "60.0", "templates": "of another day"}

        again = page.remake(clerk.blobs, row)

        assert [(part, then) for part, then, _ in again.changed] == [("weasyprint", "60.0")]

    def test_what_was_issued_cannot_be_issued_checked_or_written_again(self, archive):
        clerk, report_id = archive

        for step in (
            lambda: clerk.check(report_id),
            lambda: clerk.ready(report_id),
            lambda: clerk.write(report_id, "causes", "…"),
        ):
            with pytest.raises(WrongState, match="is issued"):
                step()

    def test_a_draft_is_checked_before_it_is_issued(self, clerk):
        report_id = clerk.draft()

        with pytest.raises(WrongState, match="needs one that is checked"):
            clerk.ready(report_id)

    def test_a_number_is_given_once_a_year_by_one_office(self, archive):
        clerk, issued = archive
        second = clerk.draft("2020")
        clerk.check(second)

        with pytest.raises(NumberTaken) as refused:
            clerk.ready(second)

        assert refused.value.details == {"number": "05", "symbol": "BC-SLĐTBXH", "year": 2021, "next": 6}
        with clerk.database.reading() as session:
            by = office(session, clerk.get(issued), ISSUED_ON)
            assert (next_number(session, by, 2021), next_number(session, by, 2022)) == (6, 1)

    @pytest.mark.parametrize(
        ("changes", "says"),
        [
            ({"number": 0}, "from 1 to"),
            ({"issued_on": date(2021, 1, 9)}, "between the cut-off, 10/01/2021, and today, 10/02/2021"),
            ({"issued_on": date(2021, 2, 11)}, "between the cut-off"),
            ({"signer_name": ""}, "title and name"),
            ({"signer_title": "G" * 121}, "at most 120"),
            ({"signed_by": "order", "signer_title": "G" * 118}, "lines above the signature"),
        ],
    )
    def test_what_cannot_stand_on_a_paper_is_refused(self, clerk, changes, says):
        report_id = clerk.draft()
        clerk.check(report_id)

        with pytest.raises(NotIssuable, match=says):
            clerk.ready(report_id, **changes)

    def test_a_head_too_long_to_be_kept_is_refused_before_the_pages_are_drawn(self, clerk):
        report_id = clerk.draft()
        clerk.check(report_id)
        with clerk.database.transaction() as session:
            session.execute(update(IssuingBody).values(parent="Ủy ban " * 16, name="Sở Lao động " * 16))

        with pytest.raises(NotIssuable, match="the one above it"):
            clerk.ready(report_id)

    def test_after_the_reform_the_office_of_the_new_province_issues_it(self, clerk, units):
        report_id = clerk.draft()
        merged(clerk, units)

        with clerk.database.reading() as session:
            before = office(session, clerk.get(report_id), date(2021, 2, 5))
            after = office(session, clerk.get(report_id), date(2025, 8, 1))

        assert (before.body.place, before.body.symbol) == ("Ninh Thuận", "BC-SLĐTBXH")
        assert (after.body.place, after.key) == ("Khánh Hòa", "UBND tỉnh Khánh Hòa · Sở Y tế")

    def test_made_up_figures_go_out_under_their_mark_only(self, clerk):
        report_id = clerk.draft()
        of = clerk.get(report_id)
        invented = paper.content(clerk.blobs, of.row)
        invented = replace(invented, scope=replace(invented.scope, has_invented=True))
        with clerk.database.transaction() as session:
            session.get_one(Report, report_id).content_sha256 = draft.keep(clerk.blobs, invented)
        drafted = page.preview(clerk.get(report_id), invented, {}, TODAY)
        with pdfplumber.open(io.BytesIO(drafted)) as opened:
            assert all(f"DỰ THẢO · {MADE_UP}" in (one.extract_text() or "") for one in opened.pages)
        clerk.check(report_id)

        with pytest.raises(InventedFigures):
            clerk.ready(report_id)

        clerk.record(*clerk.ready(report_id, is_marked=True))
        row = clerk.get(report_id).row
        with pdfplumber.open(io.BytesIO(clerk.blobs.read(row.pdf_sha256))) as opened:
            assert all(MADE_UP in (one.extract_text() or "") for one in opened.pages)


def test_what_a_report_is_computed_with_comes_back_from_its_row():
    rules = {"women": (Decimal("60.5"), None), "m3_max_overdue_share": (None, Decimal(10))}
    basis = Basis(Settings("p1", 58, rules, date(2020, 12, 31), "decree"), CUT_OFF, "en")

    assert Basis.of(json.loads(json.dumps(basis.to_json()))) == basis


class TestRaces:
    def test_a_double_click_issues_once(self, clerk):
        report_id = clerk.draft()
        clerk.check(report_id)
        first, second = clerk.ready(report_id), clerk.ready(report_id, number=6)
        clerk.record(*first)

        with pytest.raises(WrongState, match="is issued"):
            clerk.record(*second)

        assert clerk.get(report_id).row.number == 5

    def test_two_reports_do_not_get_one_number(self, clerk):
        first, second = clerk.draft(), clerk.draft("2020")
        clerk.check(first)
        clerk.check(second)
        one, other = clerk.ready(first), clerk.ready(second)
        clerk.record(*one)

        with pytest.raises(NumberTaken):
            clerk.record(*other)

        assert clerk.get(second).row.state == "checked"

    def test_what_was_changed_after_the_page_was_opened_is_not_checked(self, clerk):
        report_id = clerk.draft()
        seen = clerk.get(report_id).row.revision
        clerk.write(report_id, "causes", "Thiếu vốn.")

        with pytest.raises(ChangedMeanwhile):
            clerk.check(report_id, seen)

    def test_of_many_at_once_one_checks(self, clerk):
        report_id = clerk.draft()
        seen = clerk.get(report_id).row.revision
        refused = []

        def check() -> None:
            try:
                clerk.check(report_id, seen)
            except WrongState as problem:
                refused.append(problem)

        threads = [threading.Thread(target=check) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len(refused) == 3
        assert acts(clerk.database).count("report.check") == 1


class TestReplacing:
    def test_a_late_form_shows_in_what_changed_and_not_in_the_report(self, clerk):
        row = clerk.issue(clerk.draft())
        late_month(clerk)

        with clerk.database.reading() as session:
            found = change.since(session, clerk.scope, clerk.blobs, clerk.get(row.id), TODAY, "vi")

        silent = next(one for one in found.changes if one.row == "CLB không gửi báo cáo tháng nào trong kỳ")
        assert (silent.was, silent.now) == ("2", "1")
        assert (found.was_on, found.now_on) == (CUT_OFF, TODAY)
        assert page.remake(clerk.blobs, clerk.get(row.id).row).is_same

    def test_without_late_forms_nothing_changed(self, archive):
        clerk, report_id = archive

        with clerk.database.reading() as session:
            found = change.since(session, clerk.scope, clerk.blobs, clerk.get(report_id), TODAY, "en")

        assert found.changes == ()

    def test_the_amended_report_names_what_it_replaces_and_takes_its_place_once(self, clerk):
        first = clerk.draft()
        clerk.write(first, "causes", "Thiếu vốn.")
        old = clerk.issue(first)

        second = clerk.amend(first, date(2021, 1, 31))
        with pytest.raises(DraftExists):
            clerk.amend(first, TODAY)
        new = clerk.issue(second, number=9)

        was = clerk.get(first)
        assert (was.row.state, was.row.pdf_sha256, was.replaced_by.id) == ("replaced", old.pdf_sha256, second)
        kept = paper.content(clerk.blobs, new)
        assert kept.written == {"causes": "Thiếu vốn."}
        assert kept.header.replaces.number == "05"
        words = _words(clerk.blobs.read(new.pdf_sha256))
        assert "thay thế Báo cáo số 05/BC-SLĐTBXH ngày 05/02/2021" in words
        assert acts(clerk.database)[-2:] == ["report.replace", "report.issue"]
        with clerk.database.reading() as session:
            told = public.find(session, old.token)
        assert (told.replaced_by.number, told.replaced_by.token) == ("09/BC-SLĐTBXH", new.token)
        with pytest.raises(AmendedAlready, match="09/BC-SLĐTBXH"):
            clerk.amend(first, TODAY)

    def test_a_draft_is_not_amended(self, clerk):
        report_id = clerk.draft()

        with pytest.raises(WrongState, match="needs one that is issued"):
            clerk.amend(report_id, TODAY)


class TestScope:
    def test_another_province_sees_nothing_of_it(self, clerk, units):
        report_id = clerk.draft()

        for unit in ("12@2004-01-01", "582@2004-01-01"):
            elsewhere = replace(clerk, scope=Scope(frozenset({units[unit]}), SYSTEM_ID, TODAY))
            with pytest.raises(ReportNotFound):
                elsewhere.get(report_id)
            with clerk.database.reading() as session:
                assert paper.listed(session, elsewhere.scope, 1) == []

    @pytest.mark.parametrize("unit", ["58@2004-01-01", "56@2025-07-01", "VN@2004-01-01"])
    def test_its_own_province_and_those_above_and_after_it_see_it(self, clerk, units, unit):
        report_id = clerk.draft()
        merged(clerk, units)

        own = replace(clerk, scope=Scope(frozenset({units[unit]}), SYSTEM_ID, TODAY))

        assert own.get(report_id).unit.code == "58"

    def test_a_district_drafts_no_report_of_its_province(self, clerk, units):
        district = replace(clerk, scope=Scope(frozenset({units["582@2004-01-01"]}), SYSTEM_ID, TODAY))

        with pytest.raises(ProvinceNotCovered):
            district.draft()


def _words(pdf: bytes) -> str:
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        return " ".join(" ".join((one.extract_text() or "").split()) for one in opened.pages)
