-- What was told by the cut-off: clubs, monthly reports, members, loans, surveys. `limits` holds one row: cut_off.
CREATE OR REPLACE TABLE used AS
SELECT s.* FROM submission s, limits l WHERE s.received_on <= l.cut_off;

CREATE OR REPLACE TABLE root AS
SELECT a.submission, s.form, a.question, a.answer
FROM answer a JOIN used s ON s.id = a.submission WHERE a."repeat" = '';

CREATE OR REPLACE TABLE instance AS
SELECT a.submission, a."repeat", a.position, a.question, a.answer
FROM answer a JOIN used s ON s.id = a.submission WHERE a."repeat" <> '';

-- One club for each founding form that says what a club cannot do without; a second form of the same club does not count.
CREATE OR REPLACE TABLE club AS
WITH said AS (
    SELECT
        submission,
        coalesce(max(answer) FILTER (question = 'entity:clubs'), 'submission-' || submission) AS id,
        max(answer) FILTER (question = 'club_name') AS name,
        max(answer) FILTER (question = 'village_name') AS village,
        max(answer) FILTER (question = 'scheme_phase') AS phase,
        max(day_of(answer)) FILTER (question = 'founding_date') AS founding_date,
        max(answer) FILTER (question = 'decision_no') AS decision_no,
        max(answer) FILTER (question = 'commune') AS commune,
        max(answer) FILTER (question = 'gps') AS gps,
        max(yes(answer)) FILTER (question = 'charter_adopted') AS charter_adopted,
        CASE WHEN max(answer) FILTER (question = 'fund_income_created') = 'no' THEN 0
             ELSE max(whole(answer)) FILTER (question = 'fund_income_initial') END AS fund_initial,
        max(whole(answer)) FILTER (question = 'fund_operating_initial') AS operating_initial,
        coalesce(max(answer) FILTER (question = 'books'), '') AS books,
        max(whole(answer)) FILTER (question = 'trained_board') AS trained_board
    FROM root WHERE form = 'club_founding' GROUP BY submission
)
SELECT
    said.*, 'LTH-' || lpad(CAST(n.number AS VARCHAR), 6, '0') AS code,
    coalesce(s.status, 'active') AS status, s.closed_on
FROM said
LEFT JOIN club_number n ON n.club_id = said.id
LEFT JOIN club_status s ON s.club_id = said.id
WHERE founding_date IS NOT NULL AND name IS NOT NULL AND phase IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY said.id ORDER BY submission) = 1;

-- Of the reports of one month the one received last counts.
CREATE OR REPLACE TABLE report AS
WITH said AS (
    SELECT
        submission,
        max(answer) FILTER (question = 'club') AS club,
        month_of(max(day_of(answer)) FILTER (question = 'report_month')) AS month,
        max(yes(answer)) FILTER (question = 'meeting_held') AS held,
        max(day_of(answer)) FILTER (question = 'meeting_date') AS meeting_date,
        max(day_of(answer)) FILTER (question = 'book_date') AS book_date,
        max(whole(answer)) FILTER (question = 'n_on_list') AS n_on_list,
        max(whole(answer)) FILTER (question = 'n_present') AS n_present,
        max(yes(answer)) FILTER (question = 'supervised') AS supervised,
        coalesce(max(answer) FILTER (question = 'sup_level'), '') AS sup_level,
        coalesce(max(answer) FILTER (question = 'difficulties'), '') AS difficulties,
        max(answer) FILTER (question = 'next_plan') AS next_plan,
        max(answer) FILTER (question = 'not_held_reason') AS not_held_reason,
        [coalesce(max(yes(answer)) FILTER (question = 'a1_done'), false), coalesce(max(yes(answer)) FILTER (question = 'a2_done'), false),
         coalesce(max(yes(answer)) FILTER (question = 'a3_done'), false), coalesce(max(yes(answer)) FILTER (question = 'a4_done'), false),
         coalesce(max(yes(answer)) FILTER (question = 'a5_done'), false), coalesce(max(yes(answer)) FILTER (question = 'a6_done'), false),
         coalesce(max(yes(answer)) FILTER (question = 'a7_done'), false), coalesce(max(yes(answer)) FILTER (question = 'a8_done'), false)] AS done,
        max(whole(answer)) FILTER (question = 'n_claims') AS n_claims,
        coalesce(max(answer) FILTER (question = 'mob_sources'), '') AS mob_sources,
        max(whole(answer)) FILTER (question = 'of_open') AS operating_open,
        sum(whole(answer)) FILTER (question IN ('of_interest', 'of_fees', 'of_donation', 'of_other')) AS operating_in,
        sum(whole(answer)) FILTER (question IN ('of_visit', 'of_meeting', 'of_care', 'of_other_out')) AS operating_out,
        max(answer) FILTER (question = 'a1_topic') AS a1_topic,
        max(whole(answer)) FILTER (question = 'n_bp') AS n_bp,
        max(whole(answer)) FILTER (question = 'n_weight') AS n_weight,
        max(whole(answer)) FILTER (question = 'n_bp_high') AS n_bp_high,
        max(whole(answer)) FILTER (question = 'n_bmi_low') AS n_bmi_low,
        max(whole(answer)) FILTER (question = 'n_bmi_high') AS n_bmi_high,
        max(whole(answer)) FILTER (question = 'n_clinic_check') AS n_clinic_check,
        max(whole(answer)) FILTER (question = 'n_care_vol') AS n_care_vol,
        max(whole(answer)) FILTER (question = 'n_recipients') AS n_recipients,
        max(whole(answer)) FILTER (question = 'n_visits') AS n_visits,
        max(whole(answer)) FILTER (question = 'n_sudden_help') AS n_sudden_help,
        max(whole(answer)) FILTER (question = 'n_community') AS n_community,
        max(answer) FILTER (question = 'a5_topics') AS a5_topics,
        max(whole(answer)) FILTER (question = 'n_counselled') AS n_counselled,
        max(answer) FILTER (question = 'a6_topics') AS a6_topics,
        max(answer) FILTER (question = 'a7_kinds') AS a7_kinds,
        max(whole(answer)) FILTER (question = 'n_sick_visits') AS n_sick_visits,
        max(whole(answer)) FILTER (question = 'n_birthdays') AS n_birthdays,
        max(whole(answer)) FILTER (question = 'mob_cash') AS mob_cash,
        max(whole(answer)) FILTER (question = 'mob_kind_value') AS mob_kind_value,
        max(whole(answer)) FILTER (question = 'mob_days') AS mob_days,
        max(whole(answer)) FILTER (question = 'if_in') AS added,
        max(whole(answer)) FILTER (question = 'if_out') AS withdrawn,
        max(whole(answer)) FILTER (question = 'written_off') AS written_off,
        max(whole(answer)) FILTER (question = 'sum_disbursed') AS disbursed,
        max(whole(answer)) FILTER (question = 'sum_principal') AS principal,
        max(whole(answer)) FILTER (question = 'sum_interest') AS interest,
        max(whole(answer)) FILTER (question = 'if_close_cash') AS close_cash,
        max(whole(answer)) FILTER (question = 'if_close_loans') AS close_loans,
        max(whole(answer)) FILTER (question = 'if_diff') AS income_difference,
        max(answer) FILTER (question = 'if_diff_reason') AS income_reason,
        max(whole(answer)) FILTER (question = 'of_close') AS operating_close,
        max(whole(answer)) FILTER (question = 'of_diff') AS operating_difference,
        max(answer) FILTER (question = 'of_diff_reason') AS operating_reason,
        max(answer) FILTER (question = 'written_off_loans') AS written_off_loans
    FROM root WHERE form = 'club_meeting' GROUP BY submission
)
SELECT said.* REPLACE (coalesce(said.book_date, said.meeting_date, month_end(said.month)) AS book_date),
    u.received_on
FROM said
JOIN used u ON u.id = said.submission
JOIN club c ON c.id = said.club
WHERE said.month IS NOT NULL AND said.held IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY said.club, said.month ORDER BY u.received_at DESC, u.id DESC) = 1;

-- Members as the founding form and later reports entered them.
CREATE OR REPLACE TABLE member AS
WITH founders AS (
    SELECT
        i.submission, i.position,
        coalesce(max(i.answer) FILTER (i.question = 'entity:members'), i.submission || '/' || i.position) AS id,
        max(i.answer) FILTER (i.question = 'm_full_name') AS full_name,
        max(i.answer) FILTER (i.question = 'm_sex') AS sex,
        max(whole(i.answer)) FILTER (i.question = 'm_birth_year') AS birth_year,
        max(i.answer) FILTER (i.question = 'm_poverty_status') AS poverty,
        max(i.answer) FILTER (i.question = 'm_hardship') AS hardship,
        max(i.answer) FILTER (i.question = 'm_ethnicity') AS ethnicity,
        max(i.answer) FILTER (i.question = 'm_disability') AS disability,
        max(i.answer) FILTER (i.question = 'm_relation_board') AS role
    FROM instance i WHERE i."repeat" = 'members' GROUP BY i.submission, i.position
), newcomers AS (
    SELECT
        i.submission, i.position,
        coalesce(max(i.answer) FILTER (i.question = 'j_member_id'), i.submission || '/' || i.position) AS id,
        max(i.answer) FILTER (i.question = 'j_full_name') AS full_name,
        max(i.answer) FILTER (i.question = 'j_sex') AS sex,
        max(whole(i.answer)) FILTER (i.question = 'j_birth_year') AS birth_year,
        max(i.answer) FILTER (i.question = 'j_poverty_status') AS poverty,
        max(i.answer) FILTER (i.question = 'j_hardship') AS hardship,
        max(i.answer) FILTER (i.question = 'j_ethnicity') AS ethnicity,
        max(i.answer) FILTER (i.question = 'j_disability') AS disability,
        CAST(NULL AS VARCHAR) AS role
    FROM instance i WHERE i."repeat" = 'members_joined' GROUP BY i.submission, i.position
), entered AS (
    SELECT f.*, c.id AS club, c.founding_date AS joined_on FROM founders f JOIN club c ON c.submission = f.submission
    UNION ALL
    SELECT n.*, r.club, r.book_date FROM newcomers n JOIN report r ON r.submission = n.submission
)
SELECT * FROM entered QUALIFY row_number() OVER (PARTITION BY id ORDER BY submission, position) = 1;

-- Whoever is named as leaving has left on the last day that a report says so.
CREATE OR REPLACE TABLE departure AS
WITH named AS (
    SELECT
        i.submission, i.position,
        max(i.answer) FILTER (i.question = 'left_member') AS member,
        max(day_of(i.answer)) FILTER (i.question = 'left_date') AS left_date
    FROM instance i WHERE i."repeat" = 'members_left' GROUP BY i.submission, i.position
)
SELECT m.id AS member, max(coalesce(n.left_date, r.book_date)) AS left_on
FROM named n JOIN report r ON r.submission = n.submission JOIN member m ON m.id = n.member AND m.club = r.club
GROUP BY m.id;

CREATE OR REPLACE TABLE survey AS
WITH said AS (
    SELECT
        submission,
        max(answer) FILTER (question = 'club') AS club,
        max(answer) FILTER (question = 'member') AS member,
        max(day_of(answer)) FILTER (question = 'today') AS today,
        max(answer) FILTER (question = 'survey_round') AS round,
        max(yes(answer)) FILTER (question = 'consent') AS consent,
        max(yes(answer)) FILTER (question = 'info_correct') AS info_correct,
        max(answer) FILTER (question = 'c_full_name') AS c_full_name,
        max(answer) FILTER (question = 'c_sex') AS c_sex,
        max(whole(answer)) FILTER (question = 'c_birth_year') AS c_birth_year,
        max(answer) FILTER (question = 'c_hardship') AS c_hardship,
        max(answer) FILTER (question = 'c_ethnicity') AS c_ethnicity,
        max(answer) FILTER (question = 'c_disability') AS c_disability,
        max(yes(answer)) FILTER (question = 'ever_loan') AS ever_loan,
        max(answer) FILTER (question = 'income_change') AS income_change,
        max(answer) FILTER (question = 'health_change') AS health_change,
        max(whole(answer)) FILTER (question = 'k_health_score') AS k_health,
        max(whole(answer)) FILTER (question = 'k_rights_score') AS k_rights,
        max(whole(answer)) FILTER (question = 'sat_overall') AS sat_overall,
        max(whole(answer)) FILTER (question = 's_talk') AS s_talk,
        max(whole(answer)) FILTER (question = 's_money') AS s_money,
        max(whole(answer)) FILTER (question = 's_care') AS s_care,
        max(whole(answer)) FILTER (question = 's_respect') AS s_respect,
        max(whole(answer)) FILTER (question = 's_belong') AS s_belong,
        max(answer) FILTER (question = 'lonely') AS lonely
    FROM root WHERE form = 'member_survey' GROUP BY submission
)
SELECT said.* EXCLUDE (today, member), m.id AS member, coalesce(said.today, u.received_on) AS surveyed_on, u.received_at
FROM said JOIN used u ON u.id = said.submission JOIN club c ON c.id = said.club
LEFT JOIN member m ON m.id = said.member AND m.club = said.club
WHERE said.round IS NOT NULL AND said.consent IS NOT NULL;

-- The newest state known: what an interview corrects goes before what the list said.
CREATE OR REPLACE TABLE person AS
WITH corrected AS (
    SELECT
        member,
        arg_max(c_full_name, (surveyed_on, received_at, submission)) FILTER (c_full_name IS NOT NULL) AS full_name,
        arg_max(c_sex, (surveyed_on, received_at, submission)) FILTER (c_sex IS NOT NULL) AS sex,
        arg_max(c_birth_year, (surveyed_on, received_at, submission)) FILTER (c_birth_year IS NOT NULL) AS birth_year,
        arg_max(c_hardship, (surveyed_on, received_at, submission)) FILTER (c_hardship IS NOT NULL) AS hardship,
        arg_max(c_ethnicity, (surveyed_on, received_at, submission)) FILTER (c_ethnicity IS NOT NULL) AS ethnicity,
        arg_max(c_disability, (surveyed_on, received_at, submission)) FILTER (c_disability IS NOT NULL) AS disability
    FROM survey WHERE info_correct = false AND member IS NOT NULL GROUP BY member
)
SELECT
    m.id, m.club, m.role, m.poverty, m.joined_on, d.left_on,
    coalesce(k.full_name, m.full_name) AS full_name, coalesce(k.sex, m.sex) AS sex,
    coalesce(k.birth_year, m.birth_year) AS birth_year, coalesce(k.hardship, m.hardship) AS hardship,
    coalesce(k.ethnicity, m.ethnicity) AS ethnicity, coalesce(k.disability, m.disability) AS disability
FROM member m LEFT JOIN corrected k ON k.member = m.id LEFT JOIN departure d ON d.member = m.id;

CREATE OR REPLACE TABLE loan AS
WITH said AS (
    SELECT
        i.submission, i.position,
        coalesce(max(i.answer) FILTER (i.question = 'loan_id'), i.submission || '/' || i.position) AS id,
        max(i.answer) FILTER (i.question = 'borrower') AS borrower,
        max(whole(i.answer)) FILTER (i.question = 'amount') AS amount,
        max(day_of(i.answer)) FILTER (i.question = 'due_date') AS due_date
    FROM instance i WHERE i."repeat" = 'loans_new' GROUP BY i.submission, i.position
)
SELECT s.id, r.club, m.id AS member, s.amount, r.book_date AS disbursed_on, s.due_date
FROM said s JOIN report r ON r.submission = s.submission
LEFT JOIN member m ON m.id = s.borrower AND m.club = r.club
WHERE s.amount IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY s.id ORDER BY s.submission, s.position) = 1;

CREATE OR REPLACE TABLE repayment AS
WITH said AS (
    SELECT
        i.submission, i.position,
        max(i.answer) FILTER (i.question = 'loan') AS loan,
        max(whole(i.answer)) FILTER (i.question = 'principal') AS principal,
        max(day_of(i.answer)) FILTER (i.question = 'paid_on') AS paid_on,
        max(day_of(i.answer)) FILTER (i.question = 'rescheduled_to') AS rescheduled_to
    FROM instance i WHERE i."repeat" = 'repayments' GROUP BY i.submission, i.position
)
SELECT
    l.id AS loan, coalesce(s.principal, 0) AS principal, coalesce(s.paid_on, r.book_date) AS paid_on,
    s.rescheduled_to, r.month, s.submission, s.position
FROM said s JOIN report r ON r.submission = s.submission JOIN loan l ON l.id = s.loan AND l.club = r.club;

CREATE OR REPLACE TABLE write_off AS
WITH named AS (
    SELECT r.club, r.book_date, unnest(string_split(r.written_off_loans, ' ')) AS loan
    FROM report r WHERE r.written_off_loans IS NOT NULL
)
SELECT l.id AS loan, min(n.book_date) AS written_off_on
FROM named n JOIN loan l ON l.id = n.loan AND l.club = n.club GROUP BY l.id;

-- The date a loan had to be repaid by to be on time: moved only by agreements made before the date had passed.
CREATE OR REPLACE TABLE promise AS
WITH RECURSIVE agreed AS (
    SELECT loan, paid_on, rescheduled_to, row_number() OVER (PARTITION BY loan ORDER BY paid_on, submission, position) AS n
    FROM repayment WHERE rescheduled_to IS NOT NULL
), step AS (
    SELECT id AS loan, due_date AS due, CAST(0 AS BIGINT) AS n FROM loan WHERE due_date IS NOT NULL
    UNION ALL
    SELECT s.loan, CASE WHEN a.paid_on <= s.due THEN a.rescheduled_to ELSE s.due END, a.n
    FROM step s JOIN agreed a ON a.loan = s.loan AND a.n = s.n + 1
)
SELECT loan, arg_max(due, n) AS due FROM step GROUP BY loan;

-- Home care, person by person. is_listed: a person whom the club's own reports have entered.
CREATE OR REPLACE TABLE care AS
WITH said AS (
    SELECT
        i.submission, i.position,
        max(i.answer) FILTER (i.question = 'recipient_new') = 'yes' AS is_new,
        coalesce(max(i.answer) FILTER (i.question = 'entity:care_recipients'),
            max(i.answer) FILTER (i.question = 'care_recipient_id')) AS own_id,
        max(i.answer) FILTER (i.question = 'recipient') AS recipient,
        max(whole(i.answer)) FILTER (i.question = 'visits') AS visits
    FROM instance i WHERE i."repeat" = 'care' GROUP BY i.submission, i.position
), placed AS (
    SELECT r.club, r.month, CASE WHEN s.is_new THEN s.own_id ELSE s.recipient END AS person, s.is_new, s.visits
    FROM said s JOIN report r ON r.submission = s.submission
)
SELECT p.club, p.month, p.person, p.visits,
    EXISTS (FROM placed n WHERE n.club = p.club AND n.person = p.person AND n.is_new) AS is_listed
FROM placed p;
