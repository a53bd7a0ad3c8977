-- The eight areas and nine conditions of each club assessed, over the window of months; then its grade.
CREATE OR REPLACE TABLE bar AS
SELECT map(list(rule), list(coalesce(low, high))) AS want FROM rule r, span s WHERE r.phase = s.phase;

CREATE OR REPLACE TABLE windowed AS
SELECT f.id AS club,
    count(*) FILTER (r.held) AS held,
    count(*) FILTER (r.a1_topic IS NOT NULL) AS a1_talks,
    count(*) FILTER (r.held AND (r.n_bp > 0 OR r.n_weight > 0)) AS a2_meetings,
    count(*) FILTER (r.n_recipients > 0 AND r.n_visits > 0) AS a3_months,
    arg_max(r.n_care_vol, r.month) FILTER (r.n_care_vol IS NOT NULL) AS a3_volunteers,
    count(*) FILTER (r.n_sudden_help > 0) AS a4_months,
    coalesce(sum(r.n_community), 0) AS a4_community,
    count(*) FILTER (r.a5_topics IS NOT NULL OR r.n_counselled > 0) AS a5_months,
    count(*) FILTER (r.held AND r.a6_topics IS NOT NULL) AS a6_meetings,
    count(*) FILTER (r.a7_kinds IS NOT NULL OR r.n_sick_visits > 0 OR r.n_birthdays > 0) AS a7_months,
    count(*) FILTER (r.mob_cash > 0 OR r.mob_kind_value > 0 OR r.mob_days > 0) AS a8_months,
    sum(r.n_present) FILTER (r.held AND r.n_present IS NOT NULL AND r.n_on_list IS NOT NULL) AS present,
    sum(r.n_on_list) FILTER (r.held AND r.n_present IS NOT NULL AND r.n_on_list IS NOT NULL) AS on_list,
    count(*) FILTER (r.received_on <= later(r.month, 1) + to_days(s.due_day - 1)) AS on_time,
    arg_max(r.next_plan IS NOT NULL, r.month) AS has_plan,
    -- the last meeting's books
    arg_max(r.income_difference, r.month) AS income_difference, arg_max(r.income_reason IS NOT NULL, r.month) AS income_explained,
    arg_max(r.close_cash, r.month) AS close_cash, arg_max(r.operating_difference, r.month) AS operating_difference,
    arg_max(r.operating_reason IS NOT NULL, r.month) AS operating_explained, arg_max(r.operating_close, r.month) AS operating_close
FROM figure f JOIN report r ON r.club = f.id, span s
WHERE r.month BETWEEN s.m_window AND s.m_last GROUP BY f.id;

CREATE OR REPLACE TABLE passed AS
SELECT f.id AS club,
    ((SELECT count(*) FROM loan l WHERE l.club = f.id AND l.disbursed_on BETWEEN s.m_window AND s.day) >= want['a1_min_loans']
        OR coalesce(f.book_loans * 100 >= want['a1_min_outstanding_share'] * f.book_fund AND f.book_fund > 0, false))
        AND w.a1_talks >= want['a1_min_talks'] AS a1,
    w.a2_meetings >= want['a2_min_meetings']
        AND coalesce((SELECT sum(r.n_clinic_check) FROM report r WHERE r.club = f.id
            AND r.month BETWEEN later(s.m_last, 1 - s.clinic_months) AND s.m_last), 0) >= want['a2_min_clinic_checks'] AS a2,
    coalesce(w.a3_volunteers, 0) >= want['a3_min_volunteers'] AND w.a3_months >= want['a3_min_months'] AS a3,
    w.a4_months >= want['a4_min_months'] AND w.a4_community >= want['a4_min_community'] AS a4,
    w.a5_months >= want['a5_min_months'] AS a5,
    w.a6_meetings >= want['a6_min_meetings'] AS a6,
    w.a7_months >= want['a7_min_months'] AS a7,
    w.a8_months >= want['a8_min_months'] AS a8,
    w.held >= want['m1_min_meetings'] AS m1,
    coalesce(w.income_difference = 0 OR (w.income_explained
        AND abs(w.income_difference) * 100 <= want['m2_max_difference_share'] * w.close_cash), false)
        AND coalesce(w.operating_difference = 0 OR (w.operating_explained
        AND abs(w.operating_difference) * 100 <= want['m2_max_difference_share'] * w.operating_close), false) AS m2,
    coalesce((SELECT sum(d.overdue_m) FROM debt d WHERE d.club = f.id), 0) * 100 <= want['m3_max_overdue_share'] * coalesce(f.book_loans, 0) AS m3,
    (SELECT count(DISTINCT p.id) FROM person p WHERE p.club = f.id AND p.role IS NOT NULL AND p.role <> 'none'
        AND (p.left_on IS NULL OR p.left_on > s.day)) >= want['m4_min_board']
        AND (SELECT count(DISTINCT p.role) FROM person p WHERE p.club = f.id AND p.role IN ('chair', 'secretary')
        AND (p.left_on IS NULL OR p.left_on > s.day)) = 2
        AND EXISTS (FROM person p WHERE p.club = f.id AND p.role IN ('accountant', 'treasurer')
        AND (p.left_on IS NULL OR p.left_on > s.day)) AS m4,
    coalesce(w.present * 100 >= want['m5_min_attendance'] * w.on_list AND w.on_list > 0, false) AS m5,
    coalesce(f.charter_adopted, false) AND w.has_plan AS m6,
    w.on_time >= want['m7_min_reports'] AS m7,
    EXISTS (FROM report r WHERE r.club = f.id AND r.supervised AND r.month BETWEEN later(s.m_last, 1 - s.m8_months) AND s.m_last)
        OR (coalesce(f.trained_board, 0) > 0 AND f.founding_date >= later(s.m_last, 1 - s.m8_months))
        OR EXISTS (FROM training t WHERE t.club_code = f.code AND t.starts_on BETWEEN later(s.m_last, 1 - s.m8_months) AND s.day) AS m8,
    f.members > 0 AND f.borrowed_graded * 100 >= want['m9_min_borrowers'] * f.members AS m9
FROM figure f JOIN windowed w ON w.club = f.id, span s, bar WHERE f.assessed;

CREATE OR REPLACE TABLE graded AS
WITH counted AS (
    SELECT p.*, CAST(a1 AS INT) + CAST(a2 AS INT) + CAST(a3 AS INT) + CAST(a4 AS INT) + CAST(a5 AS INT) + CAST(a6 AS INT)
        + CAST(a7 AS INT) + CAST(a8 AS INT) AS areas,
        m1 AND m2 AND m3 AND m4 AND CAST(m5 AS INT) + CAST(m6 AS INT) + CAST(m7 AS INT) + CAST(m8 AS INT) + CAST(m9 AS INT)
            >= (SELECT want['optional_min'] FROM bar) AS well,
        m1 AND m2 AND m3 AND m4 AND m5 AND m6 AND m7 AND m8 AND m9 AS all_m
    FROM passed p
)
SELECT f.id AS club, c.* EXCLUDE (club),
    CASE WHEN f.not_yet THEN 'not_yet' WHEN c.club IS NULL THEN 'unknown'
         WHEN c.areas = 8 AND c.all_m THEN 'very_strong' WHEN c.areas = 8 AND c.well THEN 'strong'
         WHEN c.areas >= (SELECT want['average_min_areas'] FROM bar) AND c.m1 THEN 'average' ELSE 'weak' END AS grade
FROM figure f LEFT JOIN counted c ON c.club = f.id WHERE f.standing;
