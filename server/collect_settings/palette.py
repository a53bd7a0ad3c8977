"""A colour for each province, so that a pile of tablets can be sorted by eye.

White letters stand on every one with a contrast of 4.5 at least, and no two are nearer than 25 in CIELAB.
"""

COLORS = {
    "01": "#EE0000",
    "04": "#005511",
    "08": "#DD0099",
    "11": "#551111",
    "12": "#330088",
    "14": "#AA6600",
    "15": "#667777",
    "19": "#0066FF",
    "20": "#995588",
    "22": "#222244",
    "24": "#665522",
    "25": "#113322",
    "31": "#008800",
    "33": "#667700",
    "37": "#113388",
    "38": "#007766",
    "40": "#550033",
    "42": "#443333",
    "44": "#666699",
    "46": "#DD0033",
    "48": "#990099",
    "51": "#9900FF",
    "52": "#773300",
    "56": "#BB3300",
    "66": "#996666",
    "68": "#CC00DD",
    "75": "#8855BB",
    "79": "#440055",
    "80": "#BB4455",
    "82": "#007799",
    "86": "#DD0066",
    "91": "#990066",
    "92": "#0011CC",
    "96": "#8844DD",
}
"""By the code of the province as it stands since 1/7/2025."""

NEUTRAL = "#1565C0"
"""Of a tablet for more than one province, or for none."""


def color(province: str | None) -> str:
    """The colour of a province by its code; NEUTRAL for None and for a code that no longer stands."""
    return COLORS.get(province or "", NEUTRAL)
