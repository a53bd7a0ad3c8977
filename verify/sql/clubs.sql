-- m_last is the last whole month told of: a month still running is not judged.
-- Every club of the area with the parts of all figures, for one stretch of months under the rules of one phase.
-- `ctx` holds one row: first, last, day (last day told of), phase, phase_from, older_age, cut_off. `place` says where clubs stand.
CREATE OR REPLACE TABLE span AS
WITH known AS (
    SELECT *, month_of(first) AS m_first, CASE WHEN day = month_end(day) THEN month_of(day) ELSE later(day, -1) END AS m_last,
        (SELECT CAST(low AS INTEGER) FROM rule r WHERE r.phase = c.phase AND r.rule = 'window_months') AS window_months,
        (SELECT CAST(low AS INTEGER) FROM rule r WHERE r.phase = c.phase AND r.rule = 'active_months') AS active_months,
        (SELECT CAST(low AS INTEGER) FROM rule r WHERE r.phase = c.phase AND r.rule = 'a2_clinic_months') AS clinic_months,
        (SELECT CAST(low AS INTEGER) FROM rule r WHERE r.phase = c.phase AND r.rule = 'm8_months') AS m8_months,
        (SELECT CAST(low AS INTEGER) FROM rule r WHERE r.phase = c.phase AND r.rule = 'm7_due_day') AS due_day
    FROM ctx c
)
SELECT *,
    -- the last year of the period, and at least the months by which a club counts as active
    least(greatest(m_first, later(m_last, -11)), later(m_last, 1 - active_months)) AS m_look,
    later(m_last, 1 - window_months) AS m_window,
    -- the last month whose report was due by the cut-off
    least(m_last, CASE WHEN later(cut_off, 0) + to_days(due_day - 1) <= cut_off THEN later(cut_off, -1) ELSE later(cut_off, -2) END) AS m_due
FROM known;

CREATE OR REPLACE TABLE mine AS
SELECT c.*, p.row_id, p.commune_id, p.is_undecided,
    c.status <> 'rejected' AS is_club,
    c.status <> 'rejected' AND c.founding_date <= s.day AND (c.closed_on IS NULL OR c.closed_on > s.day) AS standing,
    c.status <> 'rejected' AND c.founding_date < s.first AND (c.closed_on IS NULL OR c.closed_on >= s.first) AS stood_before,
    c.status <> 'rejected' AND c.founding_date BETWEEN s.first AND s.day AS founded
FROM club c JOIN place p ON p.club = c.id, span s;

-- Members on the list, and what is known of each.
CREATE OR REPLACE TABLE listed AS
SELECT p.id, p.club, p.sex, m.phase AS club_phase, m.standing, p.ethnicity, p.disability,
    year(s.day) - p.birth_year AS age,
    CASE WHEN p.poverty IS NULL AND p.hardship IS NULL THEN NULL
         ELSE coalesce(p.poverty IN ('poor', 'near_poor'), false) OR coalesce(p.hardship <> 'none', false) END AS disadvantaged,
    EXISTS (FROM loan l WHERE l.member = p.id AND l.disbursed_on BETWEEN s.first AND s.day) AS borrowed,
    EXISTS (FROM loan l WHERE l.member = p.id AND l.disbursed_on BETWEEN s.phase_from AND s.day) AS borrowed_phase,
    EXISTS (FROM loan l WHERE l.member = p.id AND l.disbursed_on BETWEEN
        (SELECT CASE WHEN f.valid_from <= s.day THEN f.valid_from ELSE s.first END FROM phase f WHERE f.code = s.phase) AND s.day) AS borrowed_graded
FROM person p JOIN mine m ON m.id = p.club, span s
WHERE p.joined_on <= s.day AND (p.left_on IS NULL OR p.left_on > s.day);

CREATE OR REPLACE TABLE paid AS
SELECT l.id, coalesce(sum(r.principal) FILTER (r.paid_on <= s.day), 0) AS paid,
    coalesce(arg_max(r.rescheduled_to, (r.paid_on, r.submission, r.position))
        FILTER (r.rescheduled_to IS NOT NULL AND r.paid_on <= s.day), any_value(l.due_date)) AS due,
    coalesce(sum(r.principal) FILTER (r.paid_on <= p.due), 0) AS paid_in_time,
    -- the same on the last day of the last whole month, on which clubs are graded
    coalesce(sum(r.principal) FILTER (r.paid_on <= month_end(s.m_last)), 0) AS paid_m,
    coalesce(arg_max(r.rescheduled_to, (r.paid_on, r.submission, r.position))
        FILTER (r.rescheduled_to IS NOT NULL AND r.paid_on <= month_end(s.m_last)), any_value(l.due_date)) AS due_m
FROM loan l LEFT JOIN repayment r ON r.loan = l.id LEFT JOIN promise p ON p.loan = l.id, span s
GROUP BY l.id;

CREATE OR REPLACE TABLE debt AS
WITH standing AS (
    SELECT l.id, l.club, l.member, l.amount, l.disbursed_on, p.due, q.due AS promised,
        least(l.amount, p.paid_in_time) AS in_time,
        CASE WHEN l.disbursed_on > s.day OR w.written_off_on <= s.day THEN 0
             ELSE l.amount - least(l.amount, p.paid) END AS outstanding,
        CASE WHEN l.disbursed_on > month_end(s.m_last) OR w.written_off_on <= month_end(s.m_last) OR p.due_m >= month_end(s.m_last) THEN 0
             ELSE l.amount - least(l.amount, p.paid_m) END AS overdue_m
    FROM loan l JOIN paid p ON p.id = l.id LEFT JOIN promise q ON q.loan = l.id
    LEFT JOIN write_off w ON w.loan = l.id, span s
)
SELECT d.*, d.outstanding > 0 AND d.due < s.day AS is_overdue,
    d.outstanding > 0 AND date_diff('day', d.due, s.day) > 90 AS is_overdue_90,
    d.promised BETWEEN s.first AND s.day AS falls_due
FROM standing d, span s;

-- The book as it stood at the end of a month: the last report with both closings.
CREATE OR REPLACE TABLE book AS
SELECT r.club, r.month, r.close_cash + r.close_loans AS fund, r.close_cash, r.close_loans
FROM report r JOIN mine m ON m.id = r.club WHERE r.close_cash + r.close_loans IS NOT NULL;

CREATE OR REPLACE TABLE sums AS
WITH people AS (
    SELECT l.club, count(*) AS members, count(l.sex) AS sex_known, count(*) FILTER (l.sex = 'female') AS women,
        count(l.age) AS age_known, count(*) FILTER (l.age >= s.older_age) AS older, count(*) FILTER (l.age >= f.older_age) AS older_own,
        count(l.disadvantaged) AS need_known, count(*) FILTER (l.disadvantaged) AS disadvantaged,
        count(*) FILTER (l.borrowed) AS borrowed, count(*) FILTER (l.borrowed_phase) AS borrowed_phase,
        count(*) FILTER (l.borrowed_graded) AS borrowed_graded
    FROM span s CROSS JOIN listed l LEFT JOIN phase w ON w.code = l.club_phase LEFT JOIN phase f ON f.code = coalesce(w.code, s.phase)
    GROUP BY l.club
), monthly AS (
    SELECT r.*, m.founding_date, s.*,
        r.month BETWEEN s.m_first AND s.m_last AS in_period,
        r.month > month_of(m.founding_date) AND r.month BETWEEN s.m_first AND s.m_due AS in_due
    FROM report r JOIN mine m ON m.id = r.club, span s
), months AS (
    SELECT club,
        bool_or(month BETWEEN m_look AND m_last) AS told, bool_or(in_period) AS told_period,
        bool_or(month BETWEEN month_of(phase_from) AND m_last) AS told_phase, bool_or(month = m_last) AS told_last,
        bool_or(month BETWEEN m_window AND m_last) AS told_window,
        bool_or(held AND month BETWEEN later(m_last, 1 - active_months) AND m_last) AS met,
        arg_max(operating_close, month) FILTER (month <= m_last AND operating_close IS NOT NULL) AS operating,
        arg_max(operating_close, month) FILTER (month < m_first AND operating_close IS NOT NULL) AS operating_before,
        sum(added) FILTER (in_period) AS added, sum(withdrawn) FILTER (in_period) AS withdrawn, sum(written_off) FILTER (in_period) AS written_off,
        sum(disbursed) FILTER (in_period) AS disbursed, sum(principal) FILTER (in_period) AS repaid, sum(interest) FILTER (in_period) AS interest,
        arg_max((income_difference, operating_difference), month)
            FILTER (in_period AND (income_difference IS NOT NULL OR operating_difference IS NOT NULL)) AS counted,
        max(month) FILTER (in_period AND (income_difference IS NOT NULL OR operating_difference IS NOT NULL)) AS counted_in,
        count(*) FILTER (held AND in_period AND month > month_of(founding_date)) AS months_held,
        count(*) FILTER (in_due) AS reports_in,
        count(*) FILTER (in_due AND received_on <= later(month, 1) + to_days(due_day - 1)) AS on_time,
        sum(n_present) FILTER (in_period AND held AND n_present IS NOT NULL AND n_on_list IS NOT NULL) AS present,
        sum(n_on_list) FILTER (in_period AND held AND n_present IS NOT NULL AND n_on_list IS NOT NULL) AS on_list,
        -- a visit has a day of its own, also in a month that is not over
        bool_or(supervised AND coalesce(meeting_date, month) BETWEEN m_window AND day) AS visited
    FROM monthly GROUP BY club
), books AS (
    SELECT b.club,
        arg_max(b.fund, b.month) FILTER (b.month <= s.m_last) AS book_fund, arg_max(b.close_loans, b.month) FILTER (b.month <= s.m_last) AS book_loans,
        arg_max(b.fund, b.month) FILTER (b.month < s.m_first) AS book_before
    FROM book b, span s GROUP BY b.club
), debts AS (
    SELECT club, sum(outstanding) FILTER (is_overdue) AS overdue, sum(outstanding) FILTER (is_overdue_90) AS overdue_90,
        count(*) FILTER (is_overdue) AS overdue_loans, sum(amount) FILTER (falls_due) AS fell_due, sum(in_time) FILTER (falls_due) AS paid_in_time
    FROM debt GROUP BY club
), courses AS (
    SELECT t.club_code, bool_or(t.starts_on BETWEEN s.first AND s.day) AS trained, bool_or(t.starts_on BETWEEN s.phase_from AND s.day) AS trained_phase
    FROM training t, span s GROUP BY t.club_code
), lists AS (SELECT DISTINCT club FROM person)
SELECT m.id AS club, b.* EXCLUDE (club), d.* EXCLUDE (club, overdue_loans), n.* EXCLUDE (club, told, told_period, told_phase, told_last,
        told_window, met, visited, months_held, reports_in, on_time),
    coalesce(p.members, 0) AS members, li.club IS NOT NULL AS has_list, coalesce(p.sex_known, 0) AS sex_known, coalesce(p.women, 0) AS women,
    coalesce(p.age_known, 0) AS age_known, coalesce(p.older, 0) AS older, coalesce(p.older_own, 0) AS older_own,
    coalesce(p.need_known, 0) AS need_known, coalesce(p.disadvantaged, 0) AS disadvantaged,
    coalesce(p.borrowed, 0) AS borrowed, coalesce(p.borrowed_phase, 0) AS borrowed_phase, coalesce(p.borrowed_graded, 0) AS borrowed_graded,
    coalesce(n.told, false) AS told, coalesce(n.told_period, false) AS told_period, coalesce(n.told_phase, false) AS told_phase,
    coalesce(n.told_last, false) AS told_last, coalesce(n.told_window, false) AS told_window, coalesce(n.met, false) AS met,
    coalesce(n.visited, false) AS visited, coalesce(d.overdue_loans, 0) AS overdue_loans,
    -- meetings
    greatest(0, months_between(greatest(s.m_first, later(m.founding_date, 1)), s.m_last) + 1) AS months_due,
    coalesce(n.months_held, 0) AS months_held,
    greatest(0, months_between(greatest(s.m_first, later(m.founding_date, 1)), s.m_due) + 1) AS reports_due,
    coalesce(n.reports_in, 0) AS reports_in, coalesce(n.on_time, 0) AS on_time,
    -- support from outside
    (m.founded AND coalesce(m.trained_board, 0) > 0) OR coalesce(c.trained, false) AS trained,
    (m.is_club AND m.founding_date BETWEEN s.phase_from AND s.day AND coalesce(m.trained_board, 0) > 0) OR coalesce(c.trained_phase, false) AS trained_phase
FROM span s CROSS JOIN mine m LEFT JOIN people p ON p.club = m.id LEFT JOIN months n ON n.club = m.id LEFT JOIN books b ON b.club = m.id
LEFT JOIN debts d ON d.club = m.id LEFT JOIN courses c ON c.club_code = m.code LEFT JOIN lists li ON li.club = m.id;

CREATE OR REPLACE TABLE figure AS
SELECT m.*, z.* EXCLUDE (club),
    m.standing AND z.told AND z.met AS active,
    coalesce(z.book_fund, m.fund_initial) AS fund,
    CASE WHEN m.stood_before THEN coalesce(z.book_before, m.fund_initial) END AS fund_before,
    m.standing AND z.told_window AND months_between(m.founding_date, s.m_window) >= 1 AS assessed,
    m.standing AND months_between(m.founding_date, s.m_window) < 1 AS not_yet,
    CASE WHEN z.operating IS NOT NULL THEN z.operating >= 0
         WHEN m.operating_initial IS NOT NULL AND list_contains(string_split(m.books, ' '), 'operating_fund') THEN m.operating_initial >= 0
         WHEN m.books <> '' THEN false END AS has_operating
FROM mine m JOIN sums z ON z.club = m.id, span s;
