"""One month of a club as the form club_meeting tells it."""

import calendar
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from server.demo.answers import VIETNAM, Filled, device, money, picture
from server.demo.answers.founding import club_name
from server.demo.document import EntityAct
from server.demo.model import Life, Month, Recipient
from server.demo.people import Person, uuid

AREAS = tuple(f"a{n}" for n in range(1, 9))
TALKS = (
    "hypertension",
    "diabetes",
    "nutrition",
    "dementia",
    "fall",
    "mental",
    "farming",
    "digital",
    "fire",
    "climate",
)
FARMING = ("Nuôi gà thả vườn", "Trồng rau an toàn", "Chăm sóc bò sinh sản", "Làm phân hữu cơ")
RIGHTS = ("law_elderly", "insurance", "social_pension", "longevity_gift", "disability", "legal_aid", "land")


def filled(life: Life, month: Month, version: str, remarks: str | None = None) -> Filled:
    """The month's form; remarks tells a second sending of the same month from the first."""
    rng, held = life.rng, month.held_on is not None
    name = f"{club_name(life.club)} – {month.month:%m/%Y}"
    number = (life.club.number * 100 + month.month.year % 100) * 10_000 + month.month.month * 100
    files = {
        "photo_fund_book": picture(number),
        "sign_chair": picture(number + 1),
        "sign_accountant": picture(number + 2),
    }
    if held:
        files["photo_meeting"] = picture(number + 3)
    start = datetime.combine(month.book_date, time(16, 5), VIETNAM)
    answers: dict[str, object] = {
        **device(start, 40, f"collect:demo{life.club.province.code}{life.club.number:03}", "demo", version),
        "commune": life.club.place.key,
        "club": life.id,
        "report_month": month.month,
        "meeting_held": "yes" if held else "no",
        "not_held_reason": month.reason,
        "book_date": month.book_date,
        "n_on_list": month.members,
        **(_held(life, month) if held else {}),
        **money.loans(life, month),
        **money.books(month.books, month),
        **files,
        "difficulties": _difficulties(life, month),
        "next_meeting": _next_meeting(life, month.month),
        "next_plan": "Sinh hoạt định kỳ, thu lãi, thăm hội viên ốm đau.",
        "remarks": remarks,
        "n_members_after": month.members + len(month.joined) - len(month.left),
        "entity:clubs": EntityAct(life.id, None, month.base_version),
        "is_latest_month": 1,
        "month_saved": month.month,
    }
    end = month.month.replace(day=calendar.monthrange(month.month.year, month.month.month)[1])
    delay = timedelta(days=month.received_days, minutes=life.club.number)
    received = datetime.combine(end, time(9, 30), VIETNAM) + delay
    return Filled("club_meeting", f"uuid:{uuid(rng)}", name, answers, tuple(files.values()), received)


def _next_meeting(life: Life, month: date) -> date:
    following = (month + timedelta(days=32)).replace(day=1)
    return following.replace(day=min(28, 5 + life.club.number % 20))


def _difficulties(life: Life, month: Month) -> Sequence[str]:
    kinds = ("capital", "board_old", "skill", "place", "attendance", "overdue", "equipment", "health_support")
    if not month.held_on:
        return ()
    named = life.rng.sample(kinds, life.rng.choice((0, 0, 1, 1, 2)))
    return sorted(kind for kind in named if kind != "overdue" or month.overdue[0])


def _held(life: Life, month: Month) -> dict[str, object]:
    rng = life.rng
    present = len(month.present)
    return {
        "meeting_date": month.held_on,
        "duration_min": rng.randrange(9, 19) * 10,
        "present": [one.id for one in month.present],
        "n_present": present,
        "attend_rate": f"{100 * present / month.members:.1f}" if month.members else None,
        "n_guests": (guests := rng.choice((0, 0, 1, 2, 3))),
        "guests_kind": sorted(rng.sample(("chi_bo", "ubnd_xa", "hoi_nct_xa", "tram_y_te"), min(guests, 2))),
        "board_present": rng.randrange(3, 6),
        "agenda_done": (
            "report",
            "funds_read",
            "loans",
            "plan",
            *(("measure",) if "a2" in month.areas else ()),
        ),
        "n_joined": len(month.joined),
        "n_left": len(month.left),
        "members_joined": [_joined(one) for one in month.joined],
        "members_left": [
            {"left_member": one.id, "left_reason": why, "left_date": day} for one, why, day in month.left
        ],
        "member_changes": _member_changes(life, month),
        "n_member_changes": len(month.joined) + len(month.left),
        **{f"{area}_done": "yes" if area in month.areas else "no" for area in AREAS},
        "n_areas_done": len(month.areas),
        **_health(life, month, present),
        **_care(life, month),
        **_community(life, month),
        **_culture(life, month),
        "supervised": "yes" if month.supervised else "no",
        "sup_level": (month.supervised,) if month.supervised else None,
        "sup_checklist": ("attendance", "minutes", "income_fund") if month.supervised else None,
    }


def _joined(one: Person) -> dict[str, object]:
    return {
        "j_full_name": one.full_name,
        "j_sex": one.sex,
        "j_birth_year": one.birth_year,
        "j_ethnicity": one.ethnicity,
        "j_poverty_status": one.poverty,
        "j_hardship": one.hardship,
        "j_disability": one.disability,
        "j_member_id": one.id,
    }


def _member_changes(life: Life, month: Month) -> list[dict[str, object]]:
    new: list[dict[str, object]] = [
        {
            "mc_new": "1",
            "mc_member_id": one.id,
            "mc_club_id": life.id,
            "mc_full_name": one.full_name,
            "mc_sex": one.sex,
            "mc_birth_year": one.birth_year,
            "mc_ethnicity": one.ethnicity,
            "mc_poverty_status": one.poverty,
            "mc_hardship": one.hardship,
            "mc_disability": one.disability,
            "mc_joined_on": month.book_date,
            "mc_status": "active",
            "entity:members": EntityAct(one.id, one.full_name),
        }
        for one in month.joined
    ]
    gone: list[dict[str, object]] = [
        {
            "mc_new": "0",
            "mc_member_id": one.id,
            "mc_reason": why,
            "mc_left_on": day,
            "mc_status": "died" if why == "died" else "left",
            "entity:members": EntityAct(one.id, one.full_name, one.version - 1),
        }
        for one, why, day in month.left
    ]
    return new + gone


def _health(life: Life, month: Month, present: int) -> dict[str, object]:
    rng = life.rng
    talk = rng.random() < 0.55
    income: dict[str, object] = {
        "a1_topic": rng.choice(FARMING) if talk else None,
        "a1_coach_pairs": rng.randrange(0, 6),
    }
    if "a2" not in month.areas:
        return income if "a1" in month.areas else {}
    measured = round(present * rng.uniform(0.6, 0.9))
    weighed = round(present * rng.uniform(0.6, 0.9))
    clinic = month.month.month in (6, 10, 11)
    return (income if "a1" in month.areas else {}) | {
        "n_bp": measured,
        "n_weight": weighed,
        "n_bp_high": round(measured * rng.uniform(0.18, 0.36)),
        "n_bmi_low": round(weighed * 0.14),
        "n_bmi_high": round(weighed * 0.3),
        "n_clinic_check": round(present * rng.uniform(0.3, 0.8)) if clinic else 0,
        "check_provider": "tram_y_te" if clinic else None,
        "n_referred": rng.randrange(0, 3),
        "exercise_days": rng.randrange(4, 26),
        **_measures(life, month),
    }


def _measures(life: Life, month: Month) -> dict[str, object]:
    rng = life.rng
    if month.month.month % 3 or not month.present:
        return {"n_measures": 0}
    chosen = month.present[: rng.randrange(2, 6)]
    rows = [
        {
            "ms_member": one.id,
            "weight_kg": f"{rng.gauss(52, 7):.1f}",
            "height_cm": f"{rng.gauss(154, 6):.0f}",
            "sys": (sys := round(min(max(rng.gauss(132, 15), 95), 190))),
            "dia": min(round(sys * 0.6), 110),
        }
        for one in chosen
    ]
    return {"n_measures": len(rows), "measures": rows}


def _care(life: Life, month: Month) -> dict[str, object]:
    if "a3" not in month.areas:
        return {}
    return {
        "n_care_vol": life.volunteers,
        "n_care": len(month.visits),
        "care": [
            _recipient(life, who, new, visits, n) for n, (who, new, visits) in enumerate(month.visits, 1)
        ],
        "n_recipients": len(month.visits),
        "n_visits": sum(visits for _, _, visits in month.visits),
    }


def _recipient(life: Life, who: Recipient, is_new: bool, visits: int, number: int) -> dict[str, object]:
    row: dict[str, object] = {
        "care_no": number,
        "recipient_new": "yes" if is_new else "no",
        "visits": visits,
        "services": ("company", "housework"),
        "volunteer_n": 1 + number % 2,
    }
    if not is_new:
        return row | {"recipient": who.id}
    return row | {
        "r_full_name": who.name,
        "r_birth_year": who.birth_year,
        "r_sex": who.sex,
        "r_is_member": who.is_member,
        "r_need": ("company", "bp_check"),
        "r_club_id": life.id,
        "r_status": "active",
        "entity:care_recipients": EntityAct(who.id, who.name),
    }


def _community(life: Life, month: Month) -> dict[str, object]:
    rng = life.rng
    answers: dict[str, object] = {}
    if "a4" in month.areas:
        answers |= {
            "n_sudden_help": (helped := rng.choice((0, 1, 1, 2))),
            "help_forms": ("cash", "labour") if helped else None,
            "help_value": helped * rng.randrange(2, 9) * 100_000 if helped else None,
            "n_community": (works := rng.choice((0, 1, 1, 1, 2))),
            "community_kind": ("clean_up",) if works else None,
            "n_participants": works * rng.randrange(12, 40) if works else None,
        }
    if "a5" in month.areas:
        answers |= {
            "a5_topics": (rng.choice(RIGHTS),),
            "n_counselled": rng.randrange(0, 8),
            "n_claims": rng.randrange(0, 3),
        }
    if "a6" in month.areas:
        answers |= {"a6_topics": sorted(rng.sample(TALKS, rng.choice((1, 1, 2)))), "a6_speaker": ("board",)}
    return answers


def _culture(life: Life, month: Month) -> dict[str, object]:
    rng = life.rng
    answers: dict[str, object] = {}
    if "a7" in month.areas:
        answers |= {
            "a7_kinds": sorted(rng.sample(("arts", "birthday", "visit_sick", "games"), 2)),
            "n_sick_visits": rng.randrange(0, 5),
            "n_birthdays": rng.randrange(0, 7),
        }
    if "a8" in month.areas:
        peak = 2 if month.month.month in (1, 2, 7, 10) else 1
        cash = rng.randrange(3, 12) * 100_000 * peak
        answers |= {
            "mob_cash": cash // 1000
            if life.club.faults.in_thousands and month.month.month % 6 == 0
            else cash,
            "mob_kind_value": rng.randrange(0, 8) * 100_000,
            "mob_days": rng.randrange(0, 20),
            "mob_sources": ("individual", "enterprise"),
        }
    return answers
