-- The indicators of the catalogue for the stretch of `ctx`: numerator over denominator (NULL: a plain number).
-- scale 100: percent. missing: clubs standing of which nothing is known that the figure needs.
CREATE OR REPLACE TABLE limit_vnd AS
SELECT coalesce(c.initial_min, (SELECT CAST(low AS BIGINT) FROM rule r WHERE r.phase = s.phase AND r.rule = 'fund_initial_min')) AS initial_min,
    coalesce(c.fund_min, (SELECT CAST(low AS BIGINT) FROM rule r WHERE r.phase = s.phase AND r.rule = 'fund_band_high')) AS fund_min,
    (SELECT low FROM rule r WHERE r.phase = s.phase AND r.rule = 'size') AS size_low,
    (SELECT high FROM rule r WHERE r.phase = s.phase AND r.rule = 'size') AS size_high,
    (SELECT low FROM rule r WHERE r.phase = s.phase AND r.rule = 'borrowed_min_share') AS borrowed_share
FROM ctx c, span s;

-- Clubs below none of the bands of their own phase.
CREATE OR REPLACE TABLE composed AS
WITH share AS (
    SELECT f.id AS club, b.phase, b.rule, b.low, CASE b.rule
        WHEN 'size' THEN f.members WHEN 'women' THEN f.women WHEN 'older' THEN f.older_own
        WHEN 'young' THEN f.age_known - f.older_own WHEN 'disadvantaged' THEN f.disadvantaged END AS n,
        CASE b.rule WHEN 'size' THEN 100 WHEN 'women' THEN f.sex_known WHEN 'disadvantaged' THEN f.need_known ELSE f.age_known END AS d
    FROM figure f, span s, rule b
    WHERE f.standing AND f.has_list AND b.rule IN ('size', 'women', 'older', 'young', 'disadvantaged')
    AND b.phase = CASE WHEN f.phase IN (SELECT code FROM phase) THEN f.phase ELSE s.phase END
)
SELECT f.id AS club, f.phase,
    NOT EXISTS (FROM share x WHERE x.club = f.id AND x.low IS NOT NULL AND x.d > 0 AND x.n * 100 < x.low * x.d) AS meets_all
FROM figure f WHERE f.standing AND f.has_list;

CREATE OR REPLACE TABLE indicator (code VARCHAR, part VARCHAR, scale INTEGER, numerator HUGEINT, denominator HUGEINT, missing HUGEINT);

INSERT INTO indicator BY POSITION
SELECT 'A01', '', 1, count(*) FILTER (founded), NULL, 0 FROM figure UNION ALL
SELECT 'A03', '', 1, count(*) FILTER (standing), NULL, count(*) FILTER (standing AND NOT told) FROM figure UNION ALL
SELECT 'A03', 'active', 1, count(*) FILTER (active), NULL, count(*) FILTER (standing AND NOT told) FROM figure UNION ALL
SELECT 'A03', 'founded', 1, count(*) FILTER (is_club AND founding_date <= s.day), NULL, 0 FROM figure, span s UNION ALL
SELECT 'A06', '', 1, coalesce(sum(members) FILTER (standing), 0), NULL, count(*) FILTER (standing AND NOT has_list) FROM figure UNION ALL
SELECT 'A07', '', 1, coalesce(sum(older) FILTER (standing), 0), NULL, count(*) FILTER (standing AND NOT has_list) FROM figure UNION ALL
SELECT 'A08', '', 100, count(*) FILTER (stood_before AND active), count(*) FILTER (stood_before AND (told OR NOT standing)),
    count(*) FILTER (stood_before AND standing AND NOT told) FROM figure UNION ALL
SELECT 'B01', '', 1, coalesce(sum(members) FILTER (standing AND has_list), 0), count(*) FILTER (standing AND has_list),
    count(*) FILTER (standing AND NOT has_list) FROM figure UNION ALL
SELECT 'B01', 'in_band', 100,
    count(*) FILTER (standing AND has_list AND members >= l.size_low AND members <= l.size_high), count(*) FILTER (standing AND has_list),
    count(*) FILTER (standing AND NOT has_list) FROM limit_vnd l LEFT JOIN figure ON true WHERE l.size_low IS NOT NULL GROUP BY l.size_low UNION ALL
SELECT 'B02', '', 100, coalesce(sum(women) FILTER (standing), 0), coalesce(sum(sex_known) FILTER (standing), 0), count(*) FILTER (standing AND NOT has_list) FROM figure UNION ALL
SELECT 'B03', '', 100, coalesce(sum(older) FILTER (standing), 0), coalesce(sum(age_known) FILTER (standing), 0), count(*) FILTER (standing AND NOT has_list) FROM figure UNION ALL
SELECT 'B04', '', 100, coalesce(sum(age_known - older) FILTER (standing), 0), coalesce(sum(age_known) FILTER (standing), 0), count(*) FILTER (standing AND NOT has_list) FROM figure UNION ALL
SELECT 'B05', '', 100, coalesce(sum(disadvantaged) FILTER (standing), 0), coalesce(sum(need_known) FILTER (standing), 0), count(*) FILTER (standing AND NOT has_list) FROM figure UNION ALL
SELECT 'B06', '', 100, (SELECT count(*) FILTER (meets_all) FROM composed), (SELECT count(*) FROM composed), count(*) FILTER (standing AND NOT has_list) FROM figure UNION ALL
SELECT 'C01', '', 100, count(*) FILTER (standing AND fund > 0), count(*) FILTER (standing AND fund IS NOT NULL), count(*) FILTER (standing AND fund IS NULL) FROM figure UNION ALL
SELECT 'C02', '', 100, count(*) FILTER (standing AND has_operating), count(*) FILTER (standing AND has_operating IS NOT NULL), count(*) FILTER (standing AND has_operating IS NULL) FROM figure UNION ALL
SELECT 'C03', '', 100, count(*) FILTER (fund_initial >= l.initial_min), count(*) FILTER (fund_initial IS NOT NULL), count(*) FILTER (fund_initial IS NULL)
    FROM figure f, limit_vnd l, span s WHERE f.is_club AND f.phase = s.phase AND f.founding_date <= s.day UNION ALL
SELECT 'C04', '', 100, count(*) FILTER (standing AND fund >= l.fund_min), count(*) FILTER (standing AND fund IS NOT NULL), count(*) FILTER (standing AND fund IS NULL)
    FROM figure, limit_vnd l UNION ALL
SELECT 'C04', 'initial', 100, count(*) FILTER (fund_initial >= l.fund_min), count(*) FILTER (fund_initial IS NOT NULL), count(*) FILTER (fund_initial IS NULL)
    FROM figure f, limit_vnd l, span s WHERE f.is_club AND f.phase = s.phase AND f.founding_date <= s.day UNION ALL
SELECT 'C05', '', 100, coalesce(sum(borrowed) FILTER (standing AND told_period), 0), coalesce(sum(members) FILTER (standing AND told_period), 0), count(*) FILTER (standing AND NOT told_period) FROM figure UNION ALL
SELECT 'C05', 'phase', 100, coalesce(sum(borrowed_phase) FILTER (standing AND told_phase), 0), coalesce(sum(members) FILTER (standing AND told_phase), 0), count(*) FILTER (standing AND NOT told_phase) FROM figure UNION ALL
SELECT 'C05', 'clubs', 100, count(*) FILTER (standing AND told_phase AND members > 0 AND borrowed_phase * 100 >= l.borrowed_share * members),
    count(*) FILTER (standing AND told_phase AND members > 0), count(*) FILTER (standing AND NOT told_phase) FROM figure, limit_vnd l UNION ALL
SELECT 'C06', '', 1, sum(fund) FILTER (standing), NULL, count(*) FILTER (standing AND fund IS NULL) FROM figure UNION ALL
SELECT 'C07', '', 100, coalesce(sum(book_loans) FILTER (standing), 0), coalesce(sum(book_fund) FILTER (standing), 0), count(*) FILTER (standing AND book_fund IS NULL) FROM figure UNION ALL
SELECT 'C08', '', 100, coalesce(sum(paid_in_time) FILTER (is_club AND (told OR NOT standing)), 0), coalesce(sum(fell_due) FILTER (is_club AND (told OR NOT standing)), 0),
    count(*) FILTER (standing AND NOT told) FROM figure UNION ALL
SELECT 'C09', '', 100, coalesce(sum(overdue) FILTER (standing AND told AND book_fund IS NOT NULL), 0), coalesce(sum(book_loans) FILTER (standing AND told), 0),
    count(*) FILTER (standing AND NOT (told AND book_fund IS NOT NULL)) FROM figure UNION ALL
SELECT 'C09', 'loans', 1, sum(coalesce(overdue_loans, 0)) FILTER (standing AND told AND book_fund IS NOT NULL), NULL,
    count(*) FILTER (standing AND NOT (told AND book_fund IS NOT NULL)) FROM figure UNION ALL
SELECT 'C09', 'amount', 1, sum(coalesce(overdue, 0)) FILTER (standing AND told AND book_fund IS NOT NULL), NULL,
    count(*) FILTER (standing AND NOT (told AND book_fund IS NOT NULL)) FROM figure UNION ALL
SELECT 'C09', 'amount_90', 1, sum(coalesce(overdue_90, 0)) FILTER (standing AND told AND book_fund IS NOT NULL), NULL,
    count(*) FILTER (standing AND NOT (told AND book_fund IS NOT NULL)) FROM figure UNION ALL
SELECT 'C10', '', 1, sum(abs(coalesce(counted[1], 0)) + abs(coalesce(counted[2], 0))) FILTER (standing AND counted IS NOT NULL), NULL, count(*) FILTER (standing AND counted IS NULL) FROM figure UNION ALL
SELECT 'D01', '', 100, coalesce(sum(months_held) FILTER (standing AND told_period), 0), coalesce(sum(months_due) FILTER (standing AND told_period), 0), count(*) FILTER (standing AND NOT told_period) FROM figure UNION ALL
SELECT 'D02', '', 100, coalesce(sum(present) FILTER (standing), 0), coalesce(sum(on_list) FILTER (standing), 0), count(*) FILTER (standing AND present IS NULL) FROM figure UNION ALL
SELECT 'D03', '', 100, coalesce(sum(on_time) FILTER (standing), 0), coalesce(sum(reports_due) FILTER (standing), 0),
    count(*) FILTER (standing AND reports_due > 0 AND reports_in = 0) FROM figure UNION ALL
SELECT 'D04', '', 1, (SELECT coalesce(sum(areas), 0) FROM graded), count(*) FILTER (assessed), count(*) FILTER (standing AND NOT assessed AND NOT not_yet) FROM figure UNION ALL
SELECT 'D05', '', 100, (SELECT count(*) FROM graded WHERE areas = 8), count(*) FILTER (assessed), count(*) FILTER (standing AND NOT assessed AND NOT not_yet) FROM figure UNION ALL
SELECT 'D06', '', 100, (SELECT count(*) FROM graded WHERE well), count(*) FILTER (assessed), count(*) FILTER (standing AND NOT assessed AND NOT not_yet) FROM figure UNION ALL
SELECT 'D07', '', 100, (SELECT count(*) FROM graded WHERE areas = 8 AND well), count(*) FILTER (assessed), count(*) FILTER (standing AND NOT assessed AND NOT not_yet) FROM figure UNION ALL
SELECT 'D07', 'not_yet', 1, count(*) FILTER (not_yet), NULL, 0 FROM figure UNION ALL
SELECT 'D08', '', 100, count(*) FILTER (standing AND trained), count(*) FILTER (standing), 0 FROM figure UNION ALL
SELECT 'D08', 'phase', 100, count(*) FILTER (standing AND trained_phase), count(*) FILTER (standing), 0 FROM figure UNION ALL
SELECT 'D09', '', 100, count(*) FILTER (standing AND told_window AND visited), count(*) FILTER (standing AND told_window), count(*) FILTER (standing AND NOT told_window) FROM figure UNION ALL
SELECT 'D10', '', 100, count(*) FILTER (standing AND told_window AND visited AND trained), count(*) FILTER (standing AND told_window), count(*) FILTER (standing AND NOT told_window) FROM figure UNION ALL
SELECT 'D10', 'phase', 100, count(*) FILTER (standing AND told_window AND visited AND trained_phase), count(*) FILTER (standing AND told_window), count(*) FILTER (standing AND NOT told_window) FROM figure;

INSERT INTO indicator BY POSITION
SELECT 'A04', '', 100, CASE WHEN bool_or(standing AND told) THEN count(DISTINCT commune_id) FILTER (active) END,
    CASE WHEN bool_or(standing AND told) THEN (SELECT count(*) FROM in_force WHERE level = 'c') END,
    count(*) FILTER (standing AND NOT told) FROM figure UNION ALL
SELECT 'A05', '', 100, count(DISTINCT p.province_id), (SELECT count(*) FROM in_force WHERE level = 'p'), 0
    FROM club c JOIN in_province p ON p.club = c.id, span s
    WHERE c.status <> 'rejected' AND c.founding_date <= s.day AND (c.closed_on IS NULL OR c.closed_on > s.day);

-- By unit of the tables (row_id NULL: not decided), and in all (is_total).
CREATE OR REPLACE TABLE by_unit AS
SELECT grouping(row_id) = 1 AS is_total, row_id,
    count(*) FILTER (founded) AS founded, count(*) FILTER (standing) AS standing, count(*) FILTER (active) AS active,
    coalesce(sum(members) FILTER (standing), 0) AS members,
    coalesce(sum(women) FILTER (standing), 0) AS women, coalesce(sum(sex_known) FILTER (standing), 0) AS sex_known,
    coalesce(sum(older) FILTER (standing), 0) AS older, coalesce(sum(age_known) FILTER (standing), 0) AS age_known,
    coalesce(sum(borrowed) FILTER (standing AND told_period), 0) AS borrowed,
    coalesce(sum(members) FILTER (standing AND told_period), 0) AS lent_to,
    sum(fund) FILTER (standing) AS fund,
    count(*) FILTER (g.areas = 8 AND g.well) AS full_and_well, count(*) FILTER (assessed) AS assessed,
    count(*) FILTER (not_yet) AS not_yet,
    count(*) FILTER (standing AND NOT told) AS silent, count(*) FILTER (standing AND book_fund IS NULL) AS without_book,
    sum(fund_before) AS opening,
    sum(CASE WHEN founded AND fund_initial IS NOT NULL THEN coalesce(added, 0) + fund_initial ELSE added END) AS added,
    sum(disbursed) AS disbursed, sum(repaid) AS repaid, sum(interest) AS interest,
    sum(book_loans) FILTER (standing) AS outstanding,
    sum(coalesce(overdue, 0)) FILTER (standing AND told AND book_fund IS NOT NULL) AS overdue,
     coalesce(sum(withdrawn), 0) AS withdrawn, coalesce(sum(written_off), 0) AS written_off
FROM figure f LEFT JOIN graded g ON g.club = f.id
GROUP BY GROUPING SETS ((row_id), ());
