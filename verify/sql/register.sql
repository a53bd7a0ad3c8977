-- What is in no submission: units, people's decisions, standards, plans.
CREATE TABLE submission AS SELECT
    CAST(id AS BIGINT) AS id, form, instance_id,
    CAST(received_at AS TIMESTAMP) AS received_at,
    CAST(CAST(received_at AS TIMESTAMP) + INTERVAL 7 HOUR AS DATE) AS received_on
FROM raw_submission;
CREATE TABLE answer AS SELECT
    CAST(submission AS BIGINT) AS submission, coalesce("repeat", '') AS "repeat", CAST(position AS INTEGER) AS position,
    question, answer
FROM raw_answers;
CREATE TABLE unit AS SELECT
    CAST(id AS BIGINT) AS id, code, CAST(valid_from AS DATE) AS valid_from, CAST(valid_to AS DATE) AS valid_to,
    level, full_name, CAST(parent_id AS BIGINT) AS parent_id
FROM raw_unit;
CREATE TABLE club_status AS SELECT club_id, status, CAST(closed_on AS DATE) AS closed_on FROM raw_club_status;
CREATE TABLE club_number AS SELECT club_id, CAST(number AS INTEGER) AS number FROM raw_club_number;
CREATE TABLE standard_phase AS SELECT
    code, CAST(valid_from AS DATE) AS valid_from, CAST(valid_to AS DATE) AS valid_to,
    CAST(older_age AS INTEGER) AS older_age, document
FROM raw_phase;
CREATE TABLE phase_rule AS SELECT
    phase_code AS phase, CAST(unit_id AS BIGINT) AS unit_id, rule, CAST(low AS DECIMAL(18, 4)) AS low,
    CAST(high AS DECIMAL(18, 4)) AS high
FROM raw_phase_rule;
CREATE TABLE training AS SELECT
    CAST(id AS BIGINT) AS id, CAST(unit_id AS BIGINT) AS unit_id, club_code, CAST(starts_on AS DATE) AS starts_on,
    CAST(ends_on AS DATE) AS ends_on, CAST(participants AS INTEGER) AS participants
FROM raw_training;
CREATE TABLE centre AS SELECT CAST(id AS BIGINT) AS unit_id, CAST(lat AS DOUBLE) AS lat, CAST(lon AS DOUBLE) AS lon
FROM raw_unit WHERE lat IS NOT NULL AND lon IS NOT NULL;
