-- m_last is the last whole month told of: a month still running is not judged.
-- Every club of the area with the parts of all figures, for one stretch of months under the rules of one phase.
-- `ctx` holds one row: first, last, day (last day told of), phase, phase_from, older_age. `place` says where clubs stand.
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
    greatest(m_first, later(m_last, -11)) AS m_look,
    later(m_last, 1 - window_months) AS m_window,
    -- the last month whose report was due by the cut-off
    least(m_last, CASE WHEN later(l.cut_off, 0) + to_days(due_day - 1) <= l.cut_off THEN later(l.cut_off, -1) ELSE later(l.cut_off, -2) END) AS m_due
FROM known, limits l;

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
SELECT m.id AS club,
    -- people
    (SELECT count(*) FROM listed l WHERE l.club = m.id) AS members,
    EXISTS (FROM person p WHERE p.club = m.id) AS has_list,
    (SELECT count(*) FROM listed l WHERE l.club = m.id AND l.sex IS NOT NULL) AS sex_known,
    (SELECT count(*) FROM listed l WHERE l.club = m.id AND l.sex = 'female') AS women,
    (SELECT count(*) FROM listed l WHERE l.club = m.id AND l.age IS NOT NULL) AS age_known,
    (SELECT count(*) FROM listed l WHERE l.club = m.id AND l.age >= s.older_age) AS older,
    (SELECT count(*) FROM listed l JOIN phase f ON f.code = coalesce(w.code, s.phase) WHERE l.club = m.id AND l.age >= f.older_age) AS older_own,
    (SELECT count(*) FROM listed l WHERE l.club = m.id AND l.disadvantaged IS NOT NULL) AS need_known,
    (SELECT count(*) FROM listed l WHERE l.club = m.id AND l.disadvantaged) AS disadvantaged,
    (SELECT count(*) FROM listed l WHERE l.club = m.id AND l.borrowed) AS borrowed,
    (SELECT count(*) FROM listed l WHERE l.club = m.id AND l.borrowed_phase) AS borrowed_phase,
    (SELECT count(*) FROM listed l WHERE l.club = m.id AND l.borrowed_graded) AS borrowed_graded,
    -- reports
    EXISTS (FROM report r WHERE r.club = m.id AND r.month BETWEEN s.m_look AND s.m_last) AS told,
    EXISTS (FROM report r WHERE r.club = m.id AND r.month BETWEEN s.m_first AND s.m_last) AS told_period,
    EXISTS (FROM report r WHERE r.club = m.id AND r.month BETWEEN month_of(s.phase_from) AND s.m_last) AS told_phase,
    EXISTS (FROM report r WHERE r.club = m.id AND r.month = s.m_last) AS told_last,
    EXISTS (FROM report r WHERE r.club = m.id AND r.month BETWEEN s.m_window AND s.m_last) AS told_window,
    EXISTS (FROM report r WHERE r.club = m.id AND r.held AND r.month BETWEEN later(s.m_last, 1 - s.active_months) AND s.m_last) AS met,
    -- funds
    (SELECT arg_max(b.fund, b.month) FROM book b WHERE b.club = m.id AND b.month <= s.m_last) AS book_fund,
    (SELECT arg_max(b.close_loans, b.month) FROM book b WHERE b.club = m.id AND b.month <= s.m_last) AS book_loans,
    (SELECT arg_max(b.fund, b.month) FROM book b WHERE b.club = m.id AND b.month < s.m_first) AS book_before,
    (SELECT arg_max(r.operating_close, r.month) FROM report r WHERE r.club = m.id AND r.month <= s.m_last AND r.operating_close IS NOT NULL) AS operating,
    (SELECT arg_max(r.operating_close, r.month) FROM report r WHERE r.club = m.id AND r.month < s.m_first AND r.operating_close IS NOT NULL) AS operating_before,
    (SELECT sum(d.outstanding) FROM debt d WHERE d.club = m.id AND d.is_overdue) AS overdue,
    (SELECT sum(d.outstanding) FROM debt d WHERE d.club = m.id AND d.is_overdue_90) AS overdue_90,
    (SELECT count(*) FROM debt d WHERE d.club = m.id AND d.is_overdue) AS overdue_loans,
    (SELECT sum(d.amount) FROM debt d WHERE d.club = m.id AND d.falls_due) AS fell_due,
    (SELECT sum(d.in_time) FROM debt d WHERE d.club = m.id AND d.falls_due) AS paid_in_time,
    (SELECT sum(r.added) FROM report r WHERE r.club = m.id AND r.month BETWEEN s.m_first AND s.m_last) AS added,
    (SELECT sum(r.withdrawn) FROM report r WHERE r.club = m.id AND r.month BETWEEN s.m_first AND s.m_last) AS withdrawn,
    (SELECT sum(r.written_off) FROM report r WHERE r.club = m.id AND r.month BETWEEN s.m_first AND s.m_last) AS written_off,
    (SELECT sum(r.disbursed) FROM report r WHERE r.club = m.id AND r.month BETWEEN s.m_first AND s.m_last) AS disbursed,
    (SELECT sum(r.principal) FROM report r WHERE r.club = m.id AND r.month BETWEEN s.m_first AND s.m_last) AS repaid,
    (SELECT sum(r.interest) FROM report r WHERE r.club = m.id AND r.month BETWEEN s.m_first AND s.m_last) AS interest,
    (SELECT arg_max((r.income_difference, r.operating_difference), r.month) FROM report r
        WHERE r.club = m.id AND r.month BETWEEN s.m_first AND s.m_last
        AND (r.income_difference IS NOT NULL OR r.operating_difference IS NOT NULL)) AS counted,
    (SELECT max(r.month) FROM report r
        WHERE r.club = m.id AND r.month BETWEEN s.m_first AND s.m_last
        AND (r.income_difference IS NOT NULL OR r.operating_difference IS NOT NULL)) AS counted_in,
    -- meetings
    greatest(0, months_between(greatest(s.m_first, later(m.founding_date, 1)), s.m_last) + 1) AS months_due,
    (SELECT count(*) FROM report r WHERE r.club = m.id AND r.held AND r.month > month_of(m.founding_date) AND r.month BETWEEN s.m_first AND s.m_last) AS months_held,
    greatest(0, months_between(greatest(s.m_first, later(m.founding_date, 1)), s.m_due) + 1) AS reports_due,
    (SELECT count(*) FROM report r WHERE r.club = m.id AND r.month > month_of(m.founding_date) AND r.month BETWEEN s.m_first AND s.m_due) AS reports_in,
    (SELECT count(*) FROM report r WHERE r.club = m.id AND r.month > month_of(m.founding_date) AND r.month BETWEEN s.m_first AND s.m_due
        AND r.received_on <= later(r.month, 1) + to_days(s.due_day - 1)) AS on_time,
    (SELECT sum(r.n_present) FROM report r WHERE r.club = m.id AND r.held AND r.n_present IS NOT NULL AND r.n_on_list IS NOT NULL
        AND r.month BETWEEN s.m_first AND s.m_last) AS present,
    (SELECT sum(r.n_on_list) FROM report r WHERE r.club = m.id AND r.held AND r.n_present IS NOT NULL AND r.n_on_list IS NOT NULL
        AND r.month BETWEEN s.m_first AND s.m_last) AS on_list,
    -- support from outside
    (m.founded AND coalesce(m.trained_board, 0) > 0)
        OR EXISTS (FROM training t WHERE t.club_code = m.code AND t.starts_on BETWEEN s.first AND s.day) AS trained,
    (m.is_club AND m.founding_date BETWEEN s.phase_from AND s.day AND coalesce(m.trained_board, 0) > 0)
        OR EXISTS (FROM training t WHERE t.club_code = m.code AND t.starts_on BETWEEN s.phase_from AND s.day) AS trained_phase,
    EXISTS (FROM report r WHERE r.club = m.id AND r.supervised AND r.month BETWEEN s.m_window AND s.m_last) AS visited
FROM mine m LEFT JOIN phase w ON w.code = m.phase, span s;

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
