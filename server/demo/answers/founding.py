"""The founding of a club as the form club_founding tells it."""

import unicodedata
from datetime import datetime, time, timedelta

from server.demo import setting
from server.demo.answers import VIETNAM, Filled, device, picture
from server.demo.document import EntityAct
from server.demo.model import Life
from server.demo.people import Person, pick, uuid

OLDER = ("poor", "near_poor")


def filled(life: Life, version: str) -> Filled:
    """The founding form, sent some days after the founding day."""
    club, rng = life.club, life.rng
    name = club_name(club)
    noon = datetime.combine(club.founded_on, time(14, 20), VIETNAM)
    number = club.number * 10_000 + int(club.province.code) * 1_000_000
    files = {
        "decision_photo": picture(number),
        "minutes_photo": picture(number + 1),
        "photo_group": picture(number + 2),
        "sign_chair": picture(number + 3),
        "sign_officer": picture(number + 4),
    }
    answers = {
        **device(noon, 75, f"collect:demo{club.province.code}{club.number:03}", "demo", version),
        **_place(club),
        **_decision(life, name),
        **_people(life),
        **_money(life),
        **files,
        "club_id": life.id,
        "club_name": name,
        "entity:clubs": EntityAct(life.id, name),
        "club_status": "active",
        "founded_on": club.founded_on,
    }
    received = noon + timedelta(days=rng.randrange(2, 18), hours=rng.randrange(0, 6))
    return Filled(
        "club_founding",
        f"uuid:{uuid(rng)}",
        f"{name} – {club.founded_on:%d/%m/%Y}",
        answers,
        tuple(files.values()),
        received,
    )


def club_name(club: setting.Club) -> str:
    """What the club is called; its village is part of the name."""
    return f"CLB LTHTGN {_village(club)}"


def _village(club: setting.Club) -> str:
    prefix = {"khu_pho": "Khu phố", "to_dan_pho": "Tổ dân phố", "thon": "Thôn", "ban": "Bản"}[
        club.village_kind
    ]
    return f"{prefix} {club.village}" + (f" {club.place.name}" if club.place.is_urban else "")


def _place(club: setting.Club) -> dict[str, object]:
    lat = round(club.place.lat + (club.number % 7 - 3) * 0.0008, 6)
    lon = round(club.place.lon + (club.number % 5 - 2) * 0.0009, 6)
    point = f"{lon} {lat} 0 8" if club.faults.gps_swapped else f"{lat} {lon} 0 8"
    return {
        "founding_date": club.founded_on,
        "province": club.place.province_key,
        "district_old": club.place.district_key,
        "commune": club.place.key,
        "village_kind": club.village_kind,
        "village_name": club.village,
        "gps": point,
    }


def _decision(life: Life, name: str) -> dict[str, object]:
    club, rng = life.club, life.rng
    return {
        "scheme_phase": life.phase,
        "funding_project": "helpage" if life.phase == "p2" and club.province.code == "58" else "local_budget",
        "decision_no": f"{rng.randrange(12, 190)}/QĐ-UBND",
        "decision_date": club.founded_on - timedelta(days=rng.randrange(3, 25)),
        "decision_issuer": "ubnd_xa",
        "charter_adopted": "no" if club.is_weak else "yes",
        "place_kind": rng.choice(("nha_van_hoa", "nha_van_hoa", "nha_sinh_hoat", "nha_dan")),
        "meeting_day": min(28, 5 + club.number % 20),
        "meeting_time": rng.choice(("morning", "afternoon")),
    }


def _people(life: Life) -> dict[str, object]:
    members = list(life.members)
    day = life.club.founded_on
    older = {age: sum(day.year - one.birth_year >= age for one in members) for age in (55, 60)}
    threshold = 55 if life.phase == "p1" else 60
    chair = next(one for one in members if one.role == "chair")
    return {
        "n_attend_founding": len(members) + life.rng.randrange(3, 15),
        "n_member_list": len(members),
        "members": [_member(life, number, one) for number, one in enumerate(members, 1)],
        "founding_year": day.year,
        "n_members": len(members),
        "n_women": sum(one.sex == "female" for one in members),
        "n_older55": older[55],
        "n_older60": older[60],
        "n_older": older[threshold],
        "n_young": len(members) - older[threshold],
        "n_disadvantaged": sum(one.poverty in OLDER or one.hardship != ("none",) for one in members),
        "n_disabled": sum(one.disability != "none" for one in members),
        "n_board": sum(one.role != "none" for one in members),
        "n_chair": 1,
        "n_treasurer": 1,
        "chair_member": _written(life, chair.full_name),
        "chair_phone": chair.phone or "0912345678",
        "deputy_role_links": ("hoi_nct", "thon"),
        "n_sub_groups": 3 + life.club.number % 4,
    }


def _written(life: Life, name: str) -> str:
    return unicodedata.normalize("NFD", name) if life.club.faults.names_decomposed else name


def _member(life: Life, number: int, one: Person) -> dict[str, object]:
    name = _written(life, one.full_name)
    return {
        "m_no": number,
        "m_full_name": name,
        "m_sex": one.sex,
        "m_birth_year": one.birth_year,
        "m_ethnicity": one.ethnicity,
        "m_poverty_status": one.poverty,
        "m_hardship": one.hardship,
        "m_disability": one.disability,
        "m_insurance": one.insurance,
        "m_allowance": one.allowance,
        "m_volunteer": one.groups,
        "m_relation_board": one.role,
        "m_consent": "yes",
        "m_phone": one.phone,
        "member_id": one.id,
        "m_club_id": life.id,
        "m_is_volunteer": "no" if one.groups == ("none",) else "yes",
        "m_status": "active",
        "m_joined_on": life.club.founded_on,
        "entity:members": EntityAct(one.id, name),
    }


def _money(life: Life) -> dict[str, object]:
    most = life.fund * 7 // 10 // 500_000 * 500_000
    sources = [("state_budget", most), (pick(life.rng, {"hoi_nct": 3, "enterprise": 1}), life.fund - most)]
    books = ["member_book", "minutes", "income_fund", "operating_fund", "loan"]
    books += [] if life.club.is_weak else ["care", "health"]
    return {
        "fund_income_created": "yes",
        "fund_sources": [
            {"fs_source": source, "fs_amount": amount, "fs_kind": "cash"} for source, amount in sources
        ],
        "fund_income_initial": life.fund,
        "fund_income_cash": life.fund,
        "open_loans_initial": 0,
        "fund_operating_initial": life.operating,
        "money_keeping": "treasurer_cash",
        "loan_max": 10_000_000,
        "loan_rate_month": "1",
        "loan_term_max": 12,
        "member_fee_month": life.fee,
        "equipment": ("scale", "bp_monitor"),
        "books": books,
        "trained_board": life.rng.randrange(0, 3) if life.club.is_weak else life.rng.randrange(2, 6),
        "training_days": life.rng.randrange(1, 4),
    }
