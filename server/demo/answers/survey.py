"""An interview with a member as the form member_survey tells it."""

import re
from datetime import date, datetime, time, timedelta
from random import Random

from server.demo.answers import VIETNAM, Filled, device, picture
from server.demo.model import Life
from server.demo.people import Person, pick, uuid

BETTER = {"much_worse": 2, "worse": 8, "same": 38, "better": 42, "much_better": 10}
HEALTH_LEVEL = {"none": 62, "some": 31, "severe": 7}
DIFFICULTY = {"none": 60, "some": 30, "a_lot": 9, "cannot": 1}
KNOWS = {"right": 68, "wrong": 14, "dk": 18}
AGREED = (
    "s_talk",
    "s_money",
    "s_care",
    "s_respect",
    "s_belong",
    "sat_overall",
    "sat_board",
    "sat_fund",
    "sat_open",
)
SCORED = re.compile(rb"(k_(?:health|rights)_[0-9]+)\s*=\s*'(true|false)'")
AGREE = {"1": 2, "2": 6, "3": 17, "4": 48, "5": 27}


def truths(xform: bytes) -> dict[str, str]:
    """Knowledge question → its right answer, read from the form's own scoring."""
    return {name.decode(): answer.decode() for name, answer in SCORED.findall(xform)}


def filled(life: Life, one: Person, day: date, round_: str, version: str, truths: dict[str, str]) -> Filled:
    """One interview. truths: knowledge question → its right answer, as the form's scoring has it."""
    rng = life.rng
    start = datetime.combine(day, time(8, 30), VIETNAM) + timedelta(minutes=rng.randrange(0, 400))
    borrowed = any(loan.borrower is one and loan.disbursed_on <= day for loan in life.loans)
    sign = picture(rng.randrange(10**9, 10**10))
    answers = {
        **device(start, 35, f"collect:demo{life.club.province.code}{life.club.number:03}", "demo", version),
        "commune": life.club.place.key,
        "club": life.id,
        "member": one.id,
        "survey_round": round_,
        "consent": "yes",
        "respondent": "self",
        "pre_name": one.full_name,
        "pre_sex": one.sex,
        "pre_birth_year": one.birth_year,
        "info_correct": "yes",
        **_home(rng, one),
        **_loan(rng, borrowed),
        **_health(rng),
        **_care(rng),
        **_knowledge(rng, truths),
        **_feeling(rng),
        "sign": sign,
        "interviewer_note": "Hợp tác tốt.",
    }
    received = start + timedelta(days=rng.randrange(1, 12))
    return Filled(
        "member_survey", f"uuid:{uuid(rng)}", f"Khảo sát {one.full_name} {day}", answers, (sign,), received
    )


def _home(rng: Random, one: Person) -> dict[str, object]:
    size = rng.randrange(1, 7)
    return {
        "marital": pick(rng, {"married": 62, "widowed": 28, "single": 5, "divorced": 5}),
        "education": pick(
            rng, {"none": 10, "primary": 35, "lower_secondary": 38, "upper_secondary": 12, "college": 5}
        ),
        "living_with": "alone"
        if size == 1
        else pick(rng, {"spouse": 25, "spouse_children": 35, "children": 40}),
        "hh_size": size,
        "hh_under16": max(0, min(size - 1, rng.randrange(0, 3))),
        "poverty_now": one.poverty,
        "poverty_change": pick(rng, BETTER),
        "work_now": pick(rng, {"farm": 58, "trade": 10, "housework": 14, "retired": 13, "unable": 5}),
        "income_sources": ("farm", "children"),
        "income_refused": "no",
        "income_month": rng.randrange(4, 50) * 100_000,
        "income_change": pick(rng, BETTER),
        "income_enough": pick(rng, {"short": 32, "barely": 58, "surplus": 10}),
        "pension": one.allowance,
    }


def _loan(rng: Random, borrowed: bool) -> dict[str, object]:
    if not borrowed:
        return {
            "ever_loan": "no",
            "no_loan_reason": rng.choice(("no_need", "waiting", "fear_debt", "no_capital")),
        }
    return {
        "ever_loan": "yes",
        "loan_times": rng.randrange(1, 3),
        "loan_last_amount": rng.choice((3, 5, 7, 10)) * 1_000_000,
        "loan_use": ("poultry",),
        "loan_result": pick(rng, {"profit": 70, "even": 20, "loss": 4, "ongoing": 6}),
        "loan_extra_income": rng.randrange(2, 15) * 100_000,
        "loan_repay_problem": pick(rng, {"none": 82, "some": 14, "late": 4}),
    }


def _health(rng: Random) -> dict[str, object]:
    items = ("h_mobility", "h_selfcare", "h_usual", "h_pain", "h_mood")
    difficulties = ("wg_see", "wg_hear", "wg_walk", "wg_remember", "wg_selfcare", "wg_communicate")
    checked = rng.random() < 0.78
    return {
        **{name: pick(rng, HEALTH_LEVEL) for name in items},
        **{name: pick(rng, DIFFICULTY) for name in difficulties},
        "h_scale": rng.randrange(8, 20) * 5,
        "health_change": pick(rng, BETTER),
        "chronic": ("hypertension",) if rng.random() < 0.4 else ("none",),
        "know_bp": pick(rng, {"yes": 75, "no": 25}),
        "bp_treated": "na",
        "check_12m": "yes" if checked else "no",
        "check_place": "tram_y_te" if checked else None,
        "insurance": pick(rng, {"yes": 97, "no": 3}),
        "exercise_days_week": rng.randrange(0, 8),
    }


def _care(rng: Random) -> dict[str, object]:
    needs = rng.random() < 0.12
    return {
        "need_care": "yes" if needs else "no",
        "care_from": ("child",) if needs else None,
        "home_care_club": pick(rng, {"yes": 70, "no": 30}) if needs else None,
        "attend_months": rng.randrange(2, 7),
        "areas_joined": ("a1", "a2", "a7"),
        "is_volunteer": "no",
        "rights_helped": "no",
    }


def _knowledge(rng: Random, truths: dict[str, str]) -> dict[str, object]:
    answers: dict[str, object] = {}
    for name, right in truths.items():
        drawn = pick(rng, KNOWS)
        answers[name] = {"right": right, "wrong": "false" if right == "true" else "true", "dk": "dk"}[drawn]
    for part in ("health", "rights"):
        own = [name for name in truths if name.startswith(f"k_{part}_")]
        answers[f"k_{part}_score"] = sum(answers[name] == truths[name] for name in own)
    return answers


def _feeling(rng: Random) -> dict[str, object]:
    return {
        **{name: pick(rng, AGREE) for name in AGREED},
        "lonely": pick(rng, {"never": 52, "sometimes": 38, "often": 8, "always": 2}),
        "intergen": pick(rng, BETTER),
        "best": rng.choice(("loans", "health", "friends", "arts")),
        "improve": ("capital",),
        "complaint": "no",
    }
