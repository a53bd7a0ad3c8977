-- Parts IV, VI and VIII, the map and annexes II and III, for the whole period: `figure` and `told_month` hold it.
CREATE OR REPLACE TABLE area_done AS
WITH code AS (SELECT unnest(range(1, 9)) AS n)
SELECT 'a' || n AS code, count(DISTINCT r.club) AS clubs, count(r.club) AS times,
    count(r.a1_topic) AS production_talks, count(r.a6_topics) AS talks,
    sum(r.n_bp) AS bp, sum(r.n_weight) AS weight, sum(r.n_clinic_check) AS clinic, sum(r.n_visits) AS visits,
    sum(r.n_sudden_help) AS sudden_help, sum(r.n_community) AS community, sum(r.n_counselled) AS counselled,
    sum(r.n_claims) AS claims, sum(r.n_sick_visits) AS sick_visits, sum(r.n_birthdays) AS birthdays,
    sum(r.mob_cash) AS cash, sum(r.mob_kind_value) AS kind, sum(r.mob_days) AS days
FROM code LEFT JOIN told_month r ON r.done[n] GROUP BY n ORDER BY n;

CREATE OR REPLACE TABLE summed AS
SELECT count(DISTINCT club) AS clubs, sum(n_clinic_check) AS kham, sum(mob_cash) AS tien, sum(mob_kind_value) AS hien_vat, sum(mob_days) AS ngay_cong
FROM told_month;

CREATE OR REPLACE TABLE unheld AS
SELECT coalesce(not_held_reason, 'khong_neu') AS reason, count(*) AS months FROM told_month WHERE NOT held GROUP BY ALL;

CREATE OR REPLACE TABLE giver AS
SELECT code, count(DISTINCT club) AS clubs FROM (SELECT club, unnest(string_split(mob_sources, ' ')) AS code FROM told_month)
WHERE code <> '' GROUP BY code;

CREATE OR REPLACE TABLE over_month AS
SELECT CAST(unnest(range(m_first, later(m_last, 1), INTERVAL 1 MONTH)) AS DATE) AS month FROM span WHERE m_first <= m_last;

CREATE OR REPLACE TABLE present_month AS
SELECT o.month, coalesce(sum(r.n_present), 0) AS present, coalesce(sum(r.n_on_list), 0) AS on_list
FROM over_month o LEFT JOIN told_month r ON r.month = o.month AND r.held AND r.n_present IS NOT NULL AND r.n_on_list IS NOT NULL
GROUP BY o.month;

CREATE OR REPLACE TABLE health AS
SELECT 'bp_high' AS key, sum(n_bp) AS measured, sum(n_bp_high) AS outside FROM told_month WHERE n_bp > 0 AND n_bp_high IS NOT NULL UNION ALL
SELECT 'bmi_low', sum(n_weight), sum(n_bmi_low) FROM told_month WHERE n_weight > 0 AND n_bmi_low IS NOT NULL UNION ALL
SELECT 'bmi_high', sum(n_weight), sum(n_bmi_high) FROM told_month WHERE n_weight > 0 AND n_bmi_high IS NOT NULL;

-- Home care: person by person where a report names them, else as it sums them up.
CREATE OR REPLACE TABLE cared AS
WITH named AS (
    SELECT c.club, c.month, count(*) FILTER (c.visits > 0) AS persons, sum(c.visits) FILTER (c.visits > 0) AS visits
    FROM care c GROUP BY c.club, c.month
), by_report AS (
    SELECT r.club, CASE WHEN n.persons > 0 THEN n.visits ELSE coalesce(r.n_visits, 0) END AS visits,
        CASE WHEN n.persons > 0 THEN n.persons ELSE coalesce(r.n_recipients, 0) END AS persons
    FROM told_month r LEFT JOIN named n ON n.club = r.club AND n.month = r.month
), helper AS (
    SELECT club, arg_max(n_care_vol, month) AS volunteers FROM told_month WHERE n_care_vol IS NOT NULL GROUP BY club
)
SELECT count(DISTINCT club) FILTER (visits > 0) AS clubs, sum(visits) AS visits, sum(persons) AS person_months,
    (SELECT count(DISTINCT c.person) FROM care c JOIN told_month r ON r.club = c.club AND r.month = c.month WHERE c.is_listed) AS recipients,
    (SELECT sum(volunteers) FROM helper) AS volunteers, (SELECT count(*) FROM helper) AS clubs_told
FROM by_report;

-- Chart 4: each club in each column of one, three or twelve months.
CREATE OR REPLACE TABLE heat AS
WITH size AS (
    SELECT CASE WHEN count(*) <= 12 THEN 1 WHEN count(DISTINCT (year(month), quarter(month))) <= 20 THEN 3 ELSE 12 END AS each FROM over_month
), columns AS (
    SELECT o.month, min(o.month) OVER w AS since, max(o.month) OVER w AS until, z.each FROM over_month o, size z
    WINDOW w AS (PARTITION BY year(o.month), (month(o.month) - 1) // z.each)
), cell AS (
    SELECT f.code, c.since, c.until, c.each, c.month, r.club IS NOT NULL AS told, coalesce(r.held, false) AS held, r.not_held_reason,
        c.month > f.founding_date OR r.club IS NOT NULL AS due
    FROM columns c CROSS JOIN figure f LEFT JOIN told_month r ON r.club = f.id AND r.month = c.month WHERE f.standing
)
SELECT code, since, until, each, count(*) FILTER (due) AS due, count(*) FILTER (held) AS held,
    arg_max(coalesce(not_held_reason, ''), month) FILTER (told AND NOT held) AS reason,
    CASE WHEN count(*) FILTER (due) = 0 THEN 'not_due' WHEN count(*) FILTER (held) = count(*) FILTER (due) THEN 'held'
         WHEN count(*) FILTER (held) > 0 THEN 'part' WHEN bool_or(told) THEN 'not_held' ELSE 'silent' END AS state
FROM cell GROUP BY code, since, until, each;

CREATE OR REPLACE TABLE missing_month AS
SELECT f.code, count(*) AS due,
    string_agg(strftime(o.month, '%Y-%m'), ' ' ORDER BY o.month) FILTER (r.club IS NULL) AS months
FROM figure f JOIN over_month o ON o.month > f.founding_date LEFT JOIN told_month r ON r.club = f.id AND r.month = o.month
WHERE f.standing GROUP BY f.code HAVING count(*) > count(r.club);

-- Members by age and sex, ethnicity and disability.
CREATE OR REPLACE TABLE placed AS
SELECT sex, age < 40 AS is_young, CASE WHEN age < 40 THEN 0 ELSE 1 + (least(age, 85) - 40) // 5 END AS band
FROM listed WHERE standing AND sex IN ('male', 'female') AND age IS NOT NULL;

CREATE OR REPLACE TABLE peopled AS
SELECT count(*) AS members, count(disability) AS asked FROM listed WHERE standing;

CREATE OR REPLACE TABLE ethnic AS SELECT coalesce(ethnicity, 'khong_neu') AS code, count(*) AS n FROM listed WHERE standing GROUP BY ALL;

CREATE OR REPLACE TABLE disabled AS
SELECT k.code, count(l.id) AS n FROM (SELECT unnest(['mild', 'severe', 'very_severe']) AS code) k
LEFT JOIN listed l ON l.standing AND l.disability = k.code GROUP BY k.code;

-- Both funds of each club over the period. A new club's funds come in; an old one's open with what was there before.
CREATE OR REPLACE TABLE ledger AS
WITH operating AS (
    SELECT f.id AS club, arg_min(r.operating_open, r.month) FILTER (r.operating_open IS NOT NULL) AS told,
        sum(r.operating_in) AS came, sum(r.operating_out) AS went,
        arg_max(r.operating_difference, r.month) FILTER (r.operating_difference IS NOT NULL) AS difference
    FROM figure f LEFT JOIN told_month r ON r.club = f.id GROUP BY f.id
)
SELECT f.code,
    CASE WHEN f.stood_before THEN f.fund_before ELSE 0 END AS opening,
    CASE WHEN f.added IS NULL AND NOT (f.founded AND f.fund_initial IS NOT NULL) THEN NULL
         ELSE coalesce(f.added, 0) + CASE WHEN f.founded THEN coalesce(f.fund_initial, 0) ELSE 0 END END AS came,
    CASE WHEN f.withdrawn IS NULL AND f.written_off IS NULL THEN NULL ELSE coalesce(f.withdrawn, 0) + coalesce(f.written_off, 0) END AS went,
    f.fund AS closing,
    (SELECT arg_max(r.income_difference, r.month) FROM told_month r WHERE r.club = f.id AND r.income_difference IS NOT NULL) AS difference,
    CASE WHEN f.stood_before THEN coalesce(f.operating_before, o.told, f.operating_initial) ELSE 0 END AS o_opening,
    CASE WHEN f.founded THEN coalesce(o.came + coalesce(f.operating_initial, o.told, 0), o.came, f.operating_initial, o.told) ELSE o.came END AS o_came,
    o.went AS o_went,
    coalesce(f.operating, f.operating_initial) AS o_closing,
    o.difference AS o_difference
FROM figure f JOIN operating o ON o.club = f.id WHERE f.standing;

-- The newest round with its refusals.
CREATE OR REPLACE TABLE round AS
WITH within AS (
    SELECT v.* FROM survey v JOIN figure f ON f.id = v.club, span s WHERE f.standing AND v.surveyed_on BETWEEN s.first AND s.day
), newest AS (SELECT arg_max((round, year(surveyed_on)), (surveyed_on, round)) AS round FROM within)
SELECT any_value(w.round) AS round, min(w.surveyed_on) AS since, max(w.surveyed_on) AS until, count(*) FILTER (w.consent) AS told,
    count(*) FILTER (NOT w.consent) AS refused, count(DISTINCT w.club) FILTER (w.consent) AS clubs, count(*) AS asked
FROM within w JOIN newest n ON n.round = (w.round, year(w.surveyed_on));

CREATE OR REPLACE TABLE support AS
SELECT s_talk + s_money + s_care + s_respect + s_belong AS points FROM asked WHERE consent AND points IS NOT NULL;

-- A club is on the map where it says it is, if that is near a commune of the area; else at the centre of its commune.
CREATE OR REPLACE TABLE mapped AS
WITH said AS (
    SELECT f.code, f.commune_id, u.code AS unit,
        try_cast(string_split(f.gps, ' ')[1] AS DOUBLE) AS lat, try_cast(string_split(f.gps, ' ')[2] AS DOUBLE) AS lon
    FROM figure f LEFT JOIN unit u ON u.id = f.row_id WHERE f.standing
)
SELECT s.code, s.unit,
    EXISTS (FROM centre c WHERE c.unit_id = s.commune_id)
    OR EXISTS (FROM centre c JOIN in_force i ON i.unit_id = c.unit_id AND i.level = 'c'
        WHERE abs(c.lon - s.lon) < 0.12 AND abs(c.lat - s.lat) < 0.12) AS is_placed
FROM said s;
