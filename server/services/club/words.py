"""What the codes of the forms' choice lists mean, in Vietnamese and English, where the register shows them."""

Pair = tuple[str, str]

ISSUERS: dict[str, Pair] = {
    "ubnd_xa": ("UBND xã, phường", "Commune People’s Committee"),
    "hoi_nct_xa": ("Hội Người cao tuổi xã, phường", "Commune Association of the Elderly"),
    "ubnd_huyen": ("UBND huyện", "District People’s Committee"),
    "other": ("Cơ quan khác", "Another office"),
}
"""Who decided on a club's founding."""
STATES: dict[str, Pair] = {
    "active": ("Đang hoạt động", "Active"),
    "closed": ("Đã giải thể", "Closed"),
    "rejected": ("Không phải câu lạc bộ", "No club"),
}
"""What a club can be."""
VILLAGES: dict[str, Pair] = {
    "thon": ("Thôn", "Hamlet (thôn)"),
    "ban": ("Bản", "Hamlet (bản)"),
    "ap": ("Ấp", "Hamlet (ấp)"),
    "lang": ("Làng", "Village (làng)"),
    "khu_pho": ("Khu phố", "Quarter (khu phố)"),
    "to_dan_pho": ("Tổ dân phố", "Residential group"),
    "khu": ("Khu", "Zone (khu)"),
    "xom": ("Xóm", "Hamlet (xóm)"),
}
"""Kinds of village."""
PHASES: dict[str, Pair] = {
    "before": ("Trước 2016", "Before 2016"),
    "p1": ("2016–2020", "2016–2020"),
    "p2": ("2021–2025", "2021–2025"),
    "p3": ("2025–2035", "2025–2035"),
}
"""The phase a club was founded in, as the founding form offers it."""
MEMBER_WORDS: dict[str, dict[str, Pair]] = {
    "sex": {"female": ("Nữ", "Female"), "male": ("Nam", "Male")},
    "role": {
        "chair": ("Chủ nhiệm", "Chair"),
        "deputy": ("Phó Chủ nhiệm", "Deputy chair"),
        "secretary": ("Thư ký", "Secretary"),
        "accountant": ("Kế toán", "Accountant"),
        "treasurer": ("Thủ quỹ", "Treasurer"),
        "member": ("Ủy viên Ban Chủ nhiệm", "Board member"),
    },
    "reason": {
        "moved": ("chuyển đi nơi khác", "moved away"),
        "died": ("qua đời", "died"),
        "resigned": ("xin ra", "resigned"),
        "removed": ("bị đưa ra khỏi danh sách", "taken off the list"),
        "ill": ("ốm yếu, không tham gia được", "too ill to take part"),
    },
    "round": {
        "baseline": ("đầu kỳ", "baseline"),
        "mid": ("giữa kỳ", "midterm"),
        "end": ("cuối kỳ", "endline"),
        "yearly": ("hằng năm", "yearly"),
    },
    "purpose": {
        "pig": ("nuôi lợn", "pigs"),
        "poultry": ("nuôi gia cầm", "poultry"),
        "cow_goat": ("nuôi bò, dê", "cattle, goats"),
        "crop": ("trồng trọt", "crops"),
        "fish": ("thủy sản", "fish"),
        "trade": ("buôn bán", "trade"),
        "craft": ("nghề thủ công", "craft"),
        "service": ("dịch vụ", "service"),
        "house": ("sửa nhà", "house"),
        "health": ("chữa bệnh", "health"),
        "school": ("cho con, cháu đi học", "schooling"),
    },
}
"""Of what the lists of members show: by list, then by code. A code that is not here is shown as it is."""
