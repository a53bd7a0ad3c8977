-- What the report of the country adds to the indicators, for the clubs in `place`: those of provinces whose rules are
-- the same. `figure`, `by_unit` and `bounds` hold them; row_id is their province.
CREATE OR REPLACE TABLE beside_unit AS
SELECT row_id, count(*) AS known,
    sum(members) FILTER (standing AND founded) AS new_members, sum(older) FILTER (standing AND founded) AS new_older,
    sum(disbursed) FILTER (standing) AS lent, sum(repaid) FILTER (standing) AS principal,
    sum(interest) FILTER (standing) AS interest_of_standing,
    count(*) FILTER (standing AND fund < low.mark) AS below, count(*) FILTER (standing AND fund >= high.mark) AS above,
    count(*) FILTER (standing AND fund IS NOT NULL) AS told_fund
FROM figure f, span s,
    (SELECT CAST(min(r.low) AS BIGINT) AS mark FROM rule r, span s WHERE r.phase = s.phase AND r.rule = 'fund_band_low') low,
    (SELECT CAST(min(r.low) AS BIGINT) AS mark FROM rule r, span s WHERE r.phase = s.phase AND r.rule = 'fund_band_high') high
WHERE f.is_club AND f.founding_date <= s.last GROUP BY row_id;

-- Each member's last interview in each round, with what it says by the rules of the club's province; the round that
-- counts is chosen when all provinces are in.
CREATE TABLE IF NOT EXISTS interview (round VARCHAR, year BIGINT, surveyed_on DATE, e01 BOOLEAN, e02 BOOLEAN, e03 BOOLEAN);
INSERT INTO interview BY POSITION
SELECT v.round, year(v.surveyed_on), v.surveyed_on,
    CASE WHEN v.ever_loan THEN v.income_change IN ('better', 'much_better') END,
    CASE WHEN v.health_change IS NOT NULL AND v.k_health IS NOT NULL AND v.k_rights IS NOT NULL
        THEN v.health_change IN ('same', 'better', 'much_better') AND v.k_health >= b.knowledge AND v.k_rights >= b.rights END,
    v.sat_overall >= b.satisfied
FROM survey v JOIN figure f ON f.id = v.club, span s, bounds b
WHERE f.standing AND v.consent AND v.surveyed_on BETWEEN s.first AND s.day
QUALIFY row_number() OVER (PARTITION BY v.round, year(v.surveyed_on), coalesce(v.member, CAST(v.submission AS VARCHAR))
    ORDER BY v.surveyed_on DESC, v.received_at DESC, v.submission DESC) = 1;
