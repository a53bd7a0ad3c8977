"""Rows of parts IV and VI–IX and of annexes II and III, one of each kind."""

from datetime import date
from decimal import Decimal

from reports.province.activity_model import (
    AbsentClub,
    Activities,
    AgeBand,
    AreaRow,
    AttendancePoint,
    Care,
    Check,
    ClubFunds,
    FundMove,
    Group,
    Heat,
    HeatCell,
    HeatRow,
    NextRow,
    Outlook,
    People,
    Site,
    Sketch,
    SurveyResult,
    SurveyRow,
    Tally,
)
from tests.builders_report import UNITS


def parts() -> dict[str, object]:
    """A row of each kind of parts IV and VI–IX and of annexes II and III."""
    month, unit = date(2020, 5, 1), UNITS[1]
    move = FundMove(10, 5, 3, 12, 0)
    survey = SurveyResult(
        *("yearly", date(2020, 11, 1), date(2020, 11, 30), 90, 3, 12),
        (SurveyRow("E01", Decimal(50), 20, 40, Decimal(35), Decimal(65)),),
    )
    return {
        "activities": Activities(
            clubs=20,
            areas=(AreaRow("a2", 18, 200, (Tally("bp", 4000),)),),
            heat=Heat(1, ((month, month),), (HeatRow(1, "CLB", (HeatCell("part", 1, 2, "weather"),)),)),
            not_held=(("weather", 3),),
            attendance=(AttendancePoint(month, 800, 1000),),
            care=Care(12, 40, 900, 300, 60, 12),
            checks=(Check("bp_high", 4000, 900),),
            clinic_checks=700,
            cash=5_000_000,
            kind_value=2_000_000,
            days=90,
            sources=(("households", 9),),
            survey=survey,
        ),
        "people": People(
            members=1120,
            ages=(AgeBand(40, 44, 10, 20),),
            men=380,
            women=740,
            unplaced=2,
            ethnicity=(Group("kinh", 900, Decimal(80)),),
            disability=(Group("mild", 30, Decimal(3)),),
            disabled=30,
        ),
        "sketch": Sketch(None, (Site(109.0, 11.5, unit.id, "LTH-000001"),), ((unit, 5),), 1),
        "club_funds": (ClubFunds(1, "LTH-000001", "CLB", move, move), ClubFunds(0, "", "", move, move)),
        "absent": (AbsentClub(1, "LTH-000001", "CLB", "xã", 12, (month,)),),
        "outlook": Outlook(2021, (NextRow(unit, 4, 1), NextRow(None, 10, 3))),
    }
