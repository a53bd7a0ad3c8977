"""The names of figures in words: table, row and column, Vietnamese and English, and where to look when one differs."""

from decimal import Decimal
from fractions import Fraction

from verify.cell import Cell
from verify.compare import Difference, Printed

TABLES = {
    "pham_vi": ("Phần I.3, phạm vi số liệu", "part I.3, what the figures cover"),
    "boi_canh": ("Phần I.1, đặc điểm tình hình", "part I.1, the situation"),
    "chi_dao": ("Phần I.2, chỉ đạo, triển khai", "part I.2, steering"),
    "bang1": ("Bảng 1", "table 1"),
    "bang2": ("Bảng 2", "table 2"),
    "bang3": ("Bảng 3", "table 3"),
    "bieu1": ("Biểu đồ 1", "chart 1"),
    "bieu2": ("Biểu đồ 2", "chart 2"),
    "bieu3": ("Biểu đồ 3", "chart 3"),
    "nhom_quy": ("Nhóm mức quỹ", "fund bands"),
    "so_lech": ("CLB có sổ quỹ lệch", "books that do not balance"),
    "pl1": ("Phụ lục I", "annex I"),
    "pl2": ("Phụ lục II", "annex II"),
    "pl3": ("Phụ lục III", "annex III"),
    "phan6": ("Phần VI, hoạt động", "part VI, activities"),
    "bang4": ("Bảng 4", "table 4"),
    "bieu4": ("Biểu đồ 4", "chart 4"),
    "khong_hop": ("Lý do không sinh hoạt", "why no meeting was held"),
    "chuyen_can": ("Chuyên cần từng tháng", "attendance month by month"),
    "cham_soc": ("Chăm sóc tại nhà", "home care"),
    "suc_khoe": ("Theo dõi sức khỏe", "health checks"),
    "nguon_luc": ("Nguồn lực vận động", "who gave resources"),
    "khao_sat": ("Khảo sát thành viên", "member survey"),
    "thanh_vien": ("Thành viên", "members"),
    "thap_tuoi": ("Tháp tuổi", "members by age and sex"),
    "dan_toc": ("Dân tộc", "members by ethnicity"),
    "khuyet_tat": ("Khuyết tật", "members by disability"),
    "bang6": ("Bảng 6", "table 6"),
    "ban_do": ("Bản đồ, sơ đồ", "map"),
    "chua_dat": ("Nội dung chưa đạt", "items not reached"),
    "kho_khan": ("Khó khăn", "difficulties"),
}
COLUMNS = {
    "chi_tieu": "chỉ tiêu giao|goal",
    "chi_tieu_den": "chỉ tiêu giao, mức trên|goal, upper end",
    "nguong": "ngưỡng quỹ|fund threshold",
    "thuc_hien": "thực hiện kỳ|actual",
    "tu_so": "tử số|numerator",
    "mau_so": "mẫu số|denominator",
    "thieu": "CLB chưa có số liệu|clubs without data",
    "luy_ke": "lũy kế|cumulative",
    "ky_truoc": "cùng kỳ năm trước|year before",
    "so_cung_ky": "so cùng kỳ|change",
    "danh_gia": "đánh giá|verdict",
    "ty_le": "tỷ lệ (%)|rate (%)",
    "vuot": "vượt (%)|surplus (%)",
    "gia_tri": "giá trị|value",
    "ke_hoach": "kế hoạch|plan",
    "thanh_lap": "thành lập|founded",
    "hien_co": "hiện có|standing",
    "hoat_dong": "đang hoạt động|active",
    "thanh_vien": "thành viên|members",
    "nu": "nữ (%)|women (%)",
    "cao_tuoi": "người cao tuổi (%)|older (%)",
    "duoc_vay": "được vay (%)|borrowed (%)",
    "quy": "Quỹ tăng thu nhập|income fund",
    "d07": "đủ hoạt động, quản lý tốt (%)|D07 (%)",
    "chua_den_ky": "chưa đến kỳ đánh giá|not assessed yet",
    "khong_bao_cao": "không báo cáo|silent clubs",
    "cham": "chưa có báo cáo tháng cuối|without the last month",
    "chua_xac_dinh": "chưa xác định xã, phường|undecided",
    "dau_ky": "vốn đầu kỳ|opening",
    "bo_sung": "bổ sung|added",
    "cho_vay": "cho vay|disbursed",
    "thu_goc": "thu gốc|repaid",
    "du_no": "dư nợ|outstanding",
    "qua_han": "quá hạn|overdue",
    "lai": "lãi thu|interest",
    "cuoi_ky": "vốn cuối kỳ|closing",
    "rut": "rút vốn|withdrawn",
    "xoa_no": "xóa nợ|written off",
    "dieu_chinh": "điều chỉnh|adjusted",
    "duoi": "khung, mức dưới|band, lower end",
    "tren": "khung, mức trên|band, upper end",
    "dat_tat_ca": "CLB đạt mọi tiêu chí|clubs within all bands",
    "don_vi": "địa bàn|unit",
    "ngay_thanh_lap": "ngày thành lập|founded on",
    "so_quyet_dinh": "số quyết định|decision",
    "chu_nhiem": "Chủ nhiệm|chair",
    "von": "vốn|capital",
    "clb": "số CLB|clubs",
    "xep_loai": "xếp loại|grade",
    "chua_dat": "nội dung chưa đạt|items not reached",
    "nguoi": "số người|persons",
    "tong": "tổng số|all",
    "khong_xep": "chưa rõ giới tính hoặc năm sinh|sex or year of birth not known",
    "nam": "nam hoặc năm|men, or year",
    "lan": "lượt|times",
    "hop": "đã sinh hoạt|meetings held",
    "phai_hop": "phải sinh hoạt|meetings due",
    "trang_thai": "tình trạng|state",
    "ly_do": "lý do|reason",
    "den": "đến|until",
    "thang_mot_cot": "số tháng một cột|months in a column",
    "co_mat": "có mặt|present",
    "danh_sach": "trong danh sách|on the list",
    "luot": "lượt thăm|visits",
    "nguoi_thang": "người × tháng|persons and months",
    "tinh_nguyen_vien": "tình nguyện viên|volunteers",
    "clb_neu": "CLB nêu số tình nguyện viên|clubs that told volunteers",
    "do": "được đo|measured",
    "ngoai": "ngoài ngưỡng|out of range",
    "kham": "lượt khám|clinic checks",
    "tien": "tiền|cash",
    "hien_vat": "hiện vật|in kind",
    "ngay_cong": "ngày công|days of work",
    "vao": "thu|came in",
    "ra": "chi|went out",
    "lech": "chênh lệch kiểm quỹ|difference at the count",
    "chua_ro": "chưa rõ nguồn|unexplained",
    "phai_nop": "số tháng phải báo cáo|months due",
    "thang_thieu": "tháng chưa báo cáo|months not reported",
    "duy_tri": "số CLB phải duy trì|clubs to be kept up",
    "con_lai": "còn phải thành lập|still to be founded",
    "chi_so": "mã chỉ tiêu|indicator",
    "tu": "từ|since",
    "khao_sat": "người vay được khảo sát|borrowers asked",
    "ngay": "ngày của số thời điểm|day of stock figures",
    "ngay_chot": "ngày chốt|cut-off",
    "tinh": "số tỉnh, thành phố|provinces",
    "tinh_co_clb": "số tỉnh, thành phố có CLB|provinces with a club",
    "so_lieu": "số liệu|figure",
    "khong_vi_tri": "CLB chưa rõ vị trí|clubs without a place",
}
GOAL = ("chi_tieu", "chi_tieu_den", "nguong", "ke_hoach")


def place(difference: Difference) -> tuple[str, str]:
    """Table, row and column of a figure, in Vietnamese and in English, such as “Bảng 2, dòng 582, cột thành viên”."""
    table, *rest = difference.cell.split("/")
    vi, en = TABLES.get(table, (table, table))
    row, column = "/".join(rest[:-1]), rest[-1] if rest else ""
    column_vi, _, column_en = COLUMNS.get(column, f"{column}|{column}").partition("|")
    if not row:
        return f"{vi}, cột {column_vi}", f"{en}, column {column_en}"
    return f"{vi}, dòng {row}, cột {column_vi}", f"{en}, row {row}, column {column_en}"


def figures(difference: Difference) -> tuple[str, str]:
    """What is printed and what was recomputed, in Vietnamese and in English."""
    printed = written(difference.printed) if difference.is_printed else None
    computed = written(difference.computed) if difference.is_computed else None
    return (
        f"in {printed or 'không có ô này'}, tính lại {computed or 'không có ô này'}",
        f"printed {printed or 'no such figure'}, recomputed {computed or 'no such figure'}",
    )


def written(value: Printed | Cell) -> str:
    """A figure as the command prints it: decimals of a share to six places; – where it is not known."""
    if value is None:
        return "–"
    if isinstance(value, Decimal | Fraction):
        exact = Fraction(value)
        return str(exact.numerator) if exact.denominator == 1 else f"{float(exact):.6f}".rstrip("0")
    return str(value) or "(trống)"


OF_PAPERS = (
    "xem target.csv, context_fact.csv; nhập lại tệp kế hoạch bằng clb plan import",
    "see target.csv, context_fact.csv; import the workbooks again with clb plan import",
)


def advice(difference: Difference) -> tuple[str, str]:
    """How to look further, in Vietnamese and in English."""
    table = difference.cell.split("/")[0]
    if _is_of_papers(difference):
        return OF_PAPERS
    if table == "pl1":
        code = difference.cell.split("/")[1]
        return (
            f"xem các phiếu của {code} trong answers.csv; chạy clb rebuild rồi đối chiếu lại",
            f"see the submissions of {code} in answers.csv; run clb rebuild and verify again",
        )
    return (
        "so Phụ lục I từng CLB (dòng pl1/…), xem answers.csv; chạy clb rebuild rồi đối chiếu lại",
        "compare annex I club by club (rows pl1/…), see answers.csv; run clb rebuild and verify again",
    )


def advice_of_nation(difference: Difference) -> tuple[str, str]:
    """The same for a figure of the country: a row of table 3 is a province's own report, which tells the clubs."""
    if _is_of_papers(difference):
        return OF_PAPERS
    table, row, *_ = [*difference.cell.split("/"), ""]
    if table in ("bang3", "ban_do") and row.isdigit():
        return (
            f"đối chiếu báo cáo của tỉnh (clb verify {row}); nếu khớp thì chạy clb rollup clear rồi đối chiếu lại",
            f"verify the report of the province (clb verify {row}); if it agrees, run clb rollup clear, verify again",
        )
    return (
        "xem tỉnh nào khác ở Bảng 3; chạy clb rebuild, clb rollup clear rồi đối chiếu lại",
        "see which provinces differ in table 3; run clb rebuild, clb rollup clear and verify again",
    )


def _is_of_papers(difference: Difference) -> bool:
    table, column = difference.cell.split("/")[0], difference.cell.split("/")[-1]
    return column in GOAL or table == "boi_canh"
