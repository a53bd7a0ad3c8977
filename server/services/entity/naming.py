"""The programme's lists and their properties as a person says them; those of other forms keep their own names."""

Pair = tuple[str, str]
"""In Vietnamese and in English."""

LISTS: dict[str, Pair] = {
    "clubs": ("Câu lạc bộ", "Clubs"),
    "members": ("Thành viên", "Members"),
    "loans": ("Khoản vay", "Loans"),
    "care_recipients": ("Người được chăm sóc", "People in care"),
}
PROPERTIES: dict[str, Pair] = {
    "label": ("Tên trong danh sách", "Name on the list"),
    "club_id": ("Câu lạc bộ", "Club"),
    "province_code": ("Tỉnh", "Province"),
    "commune_code": ("Xã, phường", "Commune"),
    "village": ("Thôn, bản, khu phố", "Village"),
    "phase": ("Giai đoạn", "Phase"),
    "geometry": ("Vị trí", "Place"),
    "meeting_day": ("Ngày sinh hoạt", "Day of the meeting"),
    "n_members": ("Số thành viên", "Members"),
    "chair_name": ("Chủ nhiệm", "Chair"),
    "open_cash": ("Quỹ tăng thu nhập: tiền còn", "Income fund: cash"),
    "open_outstanding": ("Quỹ tăng thu nhập: dư nợ", "Income fund: loans outstanding"),
    "open_operating": ("Quỹ hoạt động: tiền còn", "Operating fund: cash"),
    "loan_max": ("Mức vay cao nhất", "Largest loan"),
    "loan_rate_month": ("Lãi suất một tháng (%)", "Interest a month (%)"),
    "loan_term_max": ("Thời hạn vay dài nhất (tháng)", "Longest term (months)"),
    "last_report_month": ("Tháng báo cáo gần nhất", "Last month reported"),
    "founding_date": ("Ngày thành lập", "Day of founding"),
    "status": ("Tình trạng", "State"),
    "member_no": ("Số thứ tự thành viên", "Member's number"),
    "full_name": ("Họ và tên", "Full name"),
    "sex": ("Giới tính", "Sex"),
    "birth_year": ("Năm sinh", "Year of birth"),
    "ethnicity": ("Dân tộc", "Ethnicity"),
    "poverty_status": ("Hoàn cảnh kinh tế", "Poverty status"),
    "hardship": ("Khó khăn", "Hardship"),
    "disability": ("Khuyết tật", "Disability"),
    "groups": ("Tham gia tổ, đội", "Groups"),
    "volunteer": ("Tình nguyện viên", "Volunteer"),
    "joined_on": ("Ngày vào", "Joined on"),
    "left_on": ("Ngày ra", "Left on"),
    "member_id": ("Người vay", "Borrower"),
    "member_name": ("Tên người vay", "Borrower's name"),
    "amount": ("Số tiền vay", "Amount"),
    "disbursed_on": ("Ngày vay", "Lent on"),
    "rate_month": ("Lãi suất một tháng (%)", "Interest a month (%)"),
    "due_date": ("Ngày đến hạn", "Due on"),
    "outstanding": ("Còn nợ", "Outstanding"),
    "is_member": ("Là thành viên", "Is a member"),
    "need": ("Cần giúp gì", "Need"),
}
MONEY = frozenset({"open_cash", "open_outstanding", "open_operating", "loan_max", "amount", "outstanding"})
"""Properties that hold VND."""
CONFLICTS: dict[str, Pair] = {
    "hard": ("trái nhau", "values clash"),
    "soft": ("sửa song song, không trái nhau", "changed apart, nothing clashes"),
}


def of_list(name: str) -> Pair:
    """What a list is called."""
    return LISTS.get(name, (name, name))


def of_property(name: str) -> Pair:
    """What a property is called."""
    return PROPERTIES.get(name, (name, name))
