-- Indicators of what clubs do from month to month (D03, D11–D16), and of surveys (E01–E04).
CREATE OR REPLACE TABLE told_month AS
SELECT r.* FROM report r JOIN figure f ON f.id = r.club, span s WHERE f.standing AND r.month BETWEEN s.m_first AND s.m_last;

CREATE OR REPLACE TABLE bounds AS
SELECT coalesce(max(low) FILTER (rule = 'a3_min_volunteers'), 5) AS volunteers,
    coalesce(max(low) FILTER (rule = 'help_month_min'), 1) AS help, coalesce(max(low) FILTER (rule = 'community_month_min'), 1) AS community,
    coalesce(max(low) FILTER (rule = 'knowledge_min_score'), 3) AS knowledge, coalesce(max(low) FILTER (rule = 'rights_min_score'), 5) AS rights,
    coalesce(max(low) FILTER (rule = 'satisfied_min_score'), 4) AS satisfied
FROM rule r, span s WHERE r.phase = s.phase;

CREATE OR REPLACE TABLE yearly AS
SELECT f.id AS club, f.members, count(r.month) > 0 AS told,
    arg_max(r.n_care_vol, r.month) FILTER (r.n_care_vol IS NOT NULL) AS volunteers,
    coalesce(max(r.n_clinic_check), 0) AS most_checked, coalesce(sum(r.n_clinic_check), 0) AS checks
FROM figure f CROSS JOIN span s LEFT JOIN report r ON r.club = f.id AND r.month BETWEEN later(s.m_last, -11) AND s.m_last
WHERE f.standing GROUP BY f.id, f.members;

CREATE OR REPLACE TABLE measured AS
SELECT club, n_present, least(coalesce(n_bp, 0), n_present) AS bp, least(coalesce(n_weight, 0), n_present) AS weighed,
    coalesce(n_bp_high, 0) AS bp_high, coalesce(n_bmi_low, 0) AS bmi_low, coalesce(n_bmi_high, 0) AS bmi_high
FROM told_month WHERE held AND n_present IS NOT NULL;

CREATE OR REPLACE TABLE helping AS
SELECT club, count(*) AS months, coalesce(sum(n_sudden_help), 0) AS persons, coalesce(sum(n_community), 0) AS events
FROM told_month GROUP BY club;

CREATE OR REPLACE TABLE tended AS
SELECT c.* FROM care c JOIN told_month r ON r.club = c.club AND r.month = c.month WHERE c.visits > 0;

-- The newest round of the period; each member's last interview in it.
CREATE OR REPLACE TABLE asked AS
WITH within AS (
    SELECT v.* FROM survey v JOIN figure f ON f.id = v.club, span s WHERE f.standing AND v.surveyed_on BETWEEN s.first AND s.day
), newest AS (SELECT arg_max((round, year(surveyed_on)), (surveyed_on, round)) AS round FROM within WHERE consent)
SELECT w.* FROM within w JOIN newest n ON n.round = (w.round, year(w.surveyed_on))
QUALIFY row_number() OVER (PARTITION BY coalesce(w.member, CAST(w.submission AS VARCHAR)) ORDER BY w.surveyed_on DESC, w.submission DESC) = 1;

CREATE OR REPLACE TABLE silence AS
SELECT count(*) FILTER (standing AND NOT told_period) AS period,
    count(*) FILTER (standing AND NOT EXISTS (FROM measured m WHERE m.club = f.id)) AS unmet,
    count(*) FILTER (standing AND NOT EXISTS (FROM asked a WHERE a.club = f.id AND a.consent)) AS unasked,
    count(*) FILTER (standing AND EXISTS (FROM asked a WHERE a.club = f.id AND a.consent)) AS surveyed
FROM figure f;

INSERT INTO indicator BY POSITION
SELECT 'D03', 'received', 100, coalesce(sum(reports_in) FILTER (standing), 0), coalesce(sum(reports_due) FILTER (standing), 0),
    count(*) FILTER (standing AND reports_due > 0 AND reports_in = 0) FROM figure UNION ALL
SELECT 'D11', '', 1, coalesce(sum(volunteers), 0), count(volunteers), count(*) FILTER (volunteers IS NULL) FROM yearly UNION ALL
SELECT 'D11', 'clubs', 100, count(*) FILTER (y.volunteers >= b.volunteers), count(y.volunteers), count(*) FILTER (y.volunteers IS NULL) FROM yearly y, bounds b UNION ALL
SELECT 'D11', 'volunteers', 1, sum(volunteers), NULL, count(*) FILTER (volunteers IS NULL) FROM yearly UNION ALL
SELECT 'D12', '', 1, coalesce(sum(t.visits), 0), count(DISTINCT (t.club, t.month, t.person)) FILTER (t.club IS NOT NULL), any_value(z.period) FROM silence z LEFT JOIN tended t ON true UNION ALL
SELECT 'D12', 'recipients', 1, CASE WHEN count(t.club) > 0 THEN count(DISTINCT t.person) FILTER (t.is_listed) END, NULL, any_value(z.period) FROM silence z LEFT JOIN tended t ON true UNION ALL
SELECT 'D12', 'visits', 1, sum(t.visits), NULL, any_value(z.period) FROM silence z LEFT JOIN tended t ON true UNION ALL
SELECT 'D12', 'unlisted', 1, count(*) FILTER (NOT t.is_listed), NULL, any_value(z.period) FROM silence z LEFT JOIN tended t ON true UNION ALL
SELECT 'D13', '', 100, coalesce(sum(most_checked) FILTER (told), 0), coalesce(sum(members) FILTER (told), 0), count(*) FILTER (NOT told) FROM yearly UNION ALL
SELECT 'D13', 'checks', 1, sum(checks) FILTER (told), NULL, count(*) FILTER (NOT told) FROM yearly UNION ALL
SELECT 'D14', '', 100, coalesce(sum(m.bp), 0), coalesce(sum(m.n_present), 0), any_value(z.unmet) FROM silence z LEFT JOIN measured m ON true UNION ALL
SELECT 'D14', 'weight', 100, coalesce(sum(m.weighed), 0), coalesce(sum(m.n_present), 0), any_value(z.unmet) FROM silence z LEFT JOIN measured m ON true UNION ALL
SELECT 'D14', 'bp_high', 100, coalesce(sum(m.bp_high), 0), coalesce(sum(m.bp), 0), any_value(z.unmet) FROM silence z LEFT JOIN measured m ON true UNION ALL
SELECT 'D14', 'bmi_low', 100, coalesce(sum(m.bmi_low), 0), coalesce(sum(m.weighed), 0), any_value(z.unmet) FROM silence z LEFT JOIN measured m ON true UNION ALL
SELECT 'D14', 'bmi_high', 100, coalesce(sum(m.bmi_high), 0), coalesce(sum(m.weighed), 0), any_value(z.unmet) FROM silence z LEFT JOIN measured m ON true UNION ALL
SELECT 'D15', '', 1, sum(coalesce(t.mob_cash, 0) + coalesce(t.mob_kind_value, 0)) FILTER (t.club IS NOT NULL), NULL, any_value(z.period) FROM silence z LEFT JOIN told_month t ON true UNION ALL
SELECT 'D16', '', 100, count(*) FILTER (h.persons >= b.help * h.months AND h.events >= b.community * h.months), count(h.club), any_value(z.period)
    FROM bounds b CROSS JOIN silence z LEFT JOIN helping h ON true UNION ALL
SELECT 'D16', 'persons', 1, sum(h.persons), NULL, any_value(z.period) FROM silence z LEFT JOIN helping h ON true UNION ALL
SELECT 'D16', 'events', 1, sum(h.events), NULL, any_value(z.period) FROM silence z LEFT JOIN helping h ON true UNION ALL
SELECT 'E01', '', 100, count(*) FILTER (a.consent AND a.ever_loan AND a.income_change IN ('better', 'much_better')),
    count(*) FILTER (a.consent AND a.ever_loan AND a.income_change IS NOT NULL), any_value(z.unasked) FROM silence z LEFT JOIN asked a ON true UNION ALL
SELECT 'E02', '', 100, count(*) FILTER (a.consent AND a.health_change IN ('same', 'better', 'much_better') AND a.k_health >= b.knowledge AND a.k_rights >= b.rights),
    count(*) FILTER (a.consent AND a.health_change IS NOT NULL AND a.k_health IS NOT NULL AND a.k_rights IS NOT NULL), any_value(z.unasked)
    FROM bounds b CROSS JOIN silence z LEFT JOIN asked a ON true UNION ALL
SELECT 'E02', 'health', 100, count(*) FILTER (a.consent AND a.health_change IN ('same', 'better', 'much_better')),
    count(*) FILTER (a.consent AND a.health_change IS NOT NULL), any_value(z.unasked) FROM silence z LEFT JOIN asked a ON true UNION ALL
SELECT 'E02', 'knowledge', 100, count(*) FILTER (a.consent AND a.k_health >= b.knowledge), count(*) FILTER (a.consent AND a.k_health IS NOT NULL), any_value(z.unasked)
    FROM bounds b CROSS JOIN silence z LEFT JOIN asked a ON true UNION ALL
SELECT 'E02', 'rights', 100, count(*) FILTER (a.consent AND a.k_rights >= b.rights), count(*) FILTER (a.consent AND a.k_rights IS NOT NULL), any_value(z.unasked)
    FROM bounds b CROSS JOIN silence z LEFT JOIN asked a ON true UNION ALL
SELECT 'E03', '', 100, count(*) FILTER (a.consent AND a.sat_overall >= b.satisfied), count(*) FILTER (a.consent AND a.sat_overall IS NOT NULL), any_value(z.unasked)
    FROM bounds b CROSS JOIN silence z LEFT JOIN asked a ON true UNION ALL
SELECT 'E04', '', 1, coalesce(sum(a.s_talk + a.s_money + a.s_care + a.s_respect + a.s_belong) FILTER (a.consent), 0),
    5 * count(*) FILTER (a.consent AND a.s_talk + a.s_money + a.s_care + a.s_respect + a.s_belong IS NOT NULL), any_value(z.unasked) FROM silence z LEFT JOIN asked a ON true UNION ALL
SELECT 'E04', 'lonely', 100, count(*) FILTER (a.consent AND a.lonely IN ('often', 'always')), count(*) FILTER (a.consent AND a.lonely IS NOT NULL), any_value(z.unasked)
    FROM silence z LEFT JOIN asked a ON true;

INSERT INTO indicator BY POSITION SELECT unnest(['E01', 'E02', 'E03', 'E04']), 'clubs', 1, surveyed, NULL, 0 FROM silence;
