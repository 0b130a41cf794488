-- The word or number that the level of a line was read from, where it says more than the level: SEVERE, WARNING, 30.
-- A column beside the old ones, no row is rewritten.
ALTER TABLE telemetry.logs ADD COLUMN severity_text text;

COMMENT ON COLUMN telemetry.logs.severity_text IS 'What its level was read from, NULL where that is the name of the level.';

CREATE OR REPLACE VIEW telemetry.log_rows AS
SELECT
    time_ns,
    id,
    trace_id,
    span_id,
    coalesce(
        log_level,
        CASE level
            WHEN 1 THEN 'trace'
            WHEN 2 THEN 'debug'
            WHEN 3 THEN 'info'
            WHEN 4 THEN 'warn'
            WHEN 5 THEN 'error'
            WHEN 6 THEN 'fatal'
            ELSE 'unknown'
        END::telemetry.log_level
    ) AS level,
    resource_hash,
    correlation_id,
    mentions,
    service,
    body,
    attributes,
    severity_text
FROM telemetry.logs;
