-- What stands outside table 1, for the whole period: `figure`, `graded` and `composed` hold it.
CREATE OR REPLACE TABLE scope_club AS
SELECT f.code, f.standing,
    f.is_club AND f.months_due > 0 AND f.founding_date <= s.day AND (f.closed_on IS NULL OR f.closed_on >= s.first)
        AND NOT f.told_period AS khong_bao_cao,
    f.standing AND f.months_due > 0 AND NOT f.told_last AS cham,
    f.standing AND f.is_undecided AS chua_xac_dinh
FROM figure f, span s;

CREATE OR REPLACE TABLE visit AS
SELECT r.club, r.sup_level FROM report r JOIN figure f ON f.id = r.club, span s
WHERE f.is_club AND r.supervised AND coalesce(r.meeting_date, r.month) BETWEEN s.first AND s.day;

-- Chart 2: the clubs founded in each phase against its bands; the age of “older” is that phase's.
CREATE OR REPLACE TABLE composition AS
WITH summed AS (
    SELECT f.phase, count(*) AS clubs, sum(f.members) AS members, sum(f.women) AS women, sum(f.sex_known) AS sex_known,
        sum(f.older_own) AS older, sum(f.age_known) AS age_known, sum(f.disadvantaged) AS disadvantaged,
        sum(f.need_known) AS need_known, count(*) FILTER (c.meets_all) AS meeting, count(*) FILTER (f.has_list) AS listing
    FROM figure f LEFT JOIN composed c ON c.club = f.id
    WHERE f.standing AND f.phase IN (SELECT code FROM phase) GROUP BY f.phase
), bars AS (
    SELECT phase, clubs, members, meeting, unnest([
        {'bar': 'size', 'n': members, 'd': listing, 'scale': 1},
        {'bar': 'women', 'n': women, 'd': sex_known, 'scale': 100},
        {'bar': 'older', 'n': older, 'd': age_known, 'scale': 100},
        {'bar': 'young', 'n': age_known - older, 'd': age_known, 'scale': 100},
        {'bar': 'disadvantaged', 'n': disadvantaged, 'd': need_known, 'scale': 100}
    ]) AS b FROM summed
)
SELECT b.phase, b.clubs, b.members, b.meeting, b.b.bar AS bar, b.b.n AS n, b.b.d AS d, b.b.scale AS scale, r.low, r.high
FROM bars b LEFT JOIN rule r ON r.phase = b.phase AND r.rule = b.b.bar;

-- Chart 3: at the end of each month, over the clubs standing then.
CREATE OR REPLACE TABLE fund_month AS
WITH m AS (SELECT CAST(unnest(range(m_first, later(m_last, 1), INTERVAL 1 MONTH)) AS DATE) AS month FROM span),
stock AS (
    SELECT m.month, f.id, f.fund_initial,
        (SELECT arg_max(b.fund, b.month) FROM book b WHERE b.club = f.id AND b.month <= m.month) AS fund,
        (SELECT arg_max(b.close_loans, b.month) FROM book b WHERE b.club = f.id AND b.month <= m.month) AS loans
    FROM m JOIN figure f ON f.is_club AND f.founding_date <= month_end(m.month)
        AND (f.closed_on IS NULL OR f.closed_on > month_end(m.month))
)
SELECT m.month, count(a.id) AS clubs, sum(coalesce(a.fund, a.fund_initial)) AS capital, sum(a.loans) AS outstanding
FROM m LEFT JOIN stock a ON a.month = m.month GROUP BY m.month;

CREATE OR REPLACE TABLE fund_band AS
WITH ends AS (
    SELECT (SELECT CAST(r.low AS BIGINT) FROM rule r WHERE r.phase = s.phase AND r.rule = 'fund_band_low') AS a,
        (SELECT CAST(r.low AS BIGINT) FROM rule r WHERE r.phase = s.phase AND r.rule = 'fund_band_high') AS b FROM span s
), bands AS (SELECT unnest([{'low': NULL, 'high': a}, {'low': a, 'high': b}, {'low': b, 'high': NULL}]) AS band FROM ends)
SELECT band.low AS low, band.high AS high,
    count(f.id) FILTER ((band.low IS NULL OR f.fund >= band.low) AND (band.high IS NULL OR f.fund < band.high)) AS clubs,
    count(f.id) AS told
FROM bands LEFT JOIN figure f ON f.standing AND f.fund IS NOT NULL GROUP BY ALL;

CREATE OR REPLACE TABLE unbalanced AS
SELECT code, counted_in, coalesce(counted[1], 0) AS income, coalesce(counted[2], 0) AS operating
FROM figure WHERE standing AND (counted[1] <> 0 OR counted[2] <> 0);

CREATE OR REPLACE TABLE missed AS
SELECT club, item FROM (
    SELECT club, unnest([
        {'item': 'a1', 'is_reached': a1}, {'item': 'a2', 'is_reached': a2}, {'item': 'a3', 'is_reached': a3},
        {'item': 'a4', 'is_reached': a4}, {'item': 'a5', 'is_reached': a5}, {'item': 'a6', 'is_reached': a6},
        {'item': 'a7', 'is_reached': a7}, {'item': 'a8', 'is_reached': a8}, {'item': 'm1', 'is_reached': m1},
        {'item': 'm2', 'is_reached': m2}, {'item': 'm3', 'is_reached': m3}, {'item': 'm4', 'is_reached': m4},
        {'item': 'm5', 'is_reached': m5}, {'item': 'm6', 'is_reached': m6}, {'item': 'm7', 'is_reached': m7},
        {'item': 'm8', 'is_reached': m8}, {'item': 'm9', 'is_reached': m9}
    ], recursive := true) FROM graded
) WHERE is_reached = false;

CREATE OR REPLACE TABLE club_row AS
SELECT f.code, f.founding_date, f.decision_no, f.members, f.fund, f.book_loans, g.grade, u.code AS unit,
    coalesce((SELECT string_agg(m.item, ' ' ORDER BY m.item) FROM missed m WHERE m.club = f.id), '') AS failing,
    (SELECT min(p.full_name) FROM person p WHERE p.club = f.id AND p.role = 'chair'
        AND (p.left_on IS NULL OR p.left_on > s.day)) AS chair
FROM figure f JOIN graded g ON g.club = f.id LEFT JOIN unit u ON u.id = f.row_id, span s;

CREATE OR REPLACE TABLE difficulty AS
SELECT code, count(DISTINCT club) AS clubs FROM (
    SELECT r.club, unnest(string_split(r.difficulties, ' ')) AS code FROM report r JOIN figure f ON f.id = r.club, span s
    WHERE f.is_club AND r.month BETWEEN s.m_first AND s.m_last
) WHERE code <> '' GROUP BY code;
