-- How answers become values. Calculations arrive as text: 1500000, 1500000.0, NaN or nothing.
CREATE MACRO whole(v) AS CASE
    WHEN try_cast(v AS DECIMAL(38, 6)) = try_cast(try_cast(v AS DECIMAL(38, 6)) AS HUGEINT)
    THEN try_cast(try_cast(v AS DECIMAL(38, 6)) AS BIGINT) END;
CREATE MACRO day_of(v) AS try_cast(left(v, 10) AS DATE);
CREATE MACRO yes(v) AS CASE v WHEN 'yes' THEN true WHEN 'no' THEN false END;
CREATE MACRO month_of(d) AS CAST(date_trunc('month', d) AS DATE);
CREATE MACRO month_end(d) AS CAST(date_trunc('month', d) + INTERVAL 1 MONTH - INTERVAL 1 DAY AS DATE);
CREATE MACRO later(d, n) AS CAST(date_trunc('month', d) + to_months(n) AS DATE);
-- Whole months from a to b, by calendar: May to July is 2.
CREATE MACRO months_between(a, b) AS (year(b) * 12 + month(b)) - (year(a) * 12 + month(a));
