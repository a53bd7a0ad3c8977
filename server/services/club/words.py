"""What the codes of the forms' choice lists mean, in Vietnamese and English, where the register shows them."""

Pair = tuple[str, str]

ISSUERS: dict[str, Pair] = {
    "ubnd_xa": ("UBND xã, phường", "Commune People’s Committee"),
    "hoi_nct_xa": ("Hội Người cao tuổi xã, phường", "Commune Association of the Elderly"),
    "ubnd_huyen": ("UBND huyện", "District People’s Committee"),
    "other": ("Cơ quan khác", "Another office"),
}
"""Who decided on a club's founding."""
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
