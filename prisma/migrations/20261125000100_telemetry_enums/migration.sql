-- Span kind, span status and log level were stored as positions in arrays of the program. Now they are enums.
-- Rewriting the rows would lock every partition for minutes and need their space twice. Instead the new columns stand beside the
-- old ones, which changes the catalogue only: rows of before keep their positions until retention drops them, at most
-- RETENTION_HOURS later, and the two views read both. A later migration drops the old columns.
CREATE TYPE telemetry.span_kind AS ENUM ('internal', 'server', 'client', 'producer', 'consumer');
CREATE TYPE telemetry.span_status AS ENUM ('unset', 'ok', 'error');
CREATE TYPE telemetry.log_level AS ENUM ('unknown', 'trace', 'debug', 'info', 'warn', 'error', 'fatal');

-- NOT VALID: rows of before had NOT NULL on the old columns, and need not be read for it.
ALTER TABLE telemetry.spans
    ADD COLUMN span_kind telemetry.span_kind,
    ADD COLUMN span_status telemetry.span_status,
    ALTER COLUMN kind DROP NOT NULL,
    ALTER COLUMN status DROP NOT NULL,
    ADD CONSTRAINT spans_have_a_kind CHECK (span_kind IS NOT NULL OR kind IS NOT NULL) NOT VALID,
    ADD CONSTRAINT spans_have_a_status CHECK (span_status IS NOT NULL OR status IS NOT NULL) NOT VALID;

ALTER TABLE telemetry.logs
    ADD COLUMN log_level telemetry.log_level,
    ALTER COLUMN level DROP NOT NULL,
    ADD CONSTRAINT logs_have_a_level CHECK (log_level IS NOT NULL OR level IS NOT NULL) NOT VALID;

COMMENT ON COLUMN telemetry.spans.kind IS 'Position of the span kind, in rows written before there was span_kind.';
COMMENT ON COLUMN telemetry.spans.status IS 'Position of the span status, in rows written before there was span_status.';
COMMENT ON COLUMN telemetry.logs.level IS 'Position of the log level, in rows written before there was log_level.';

CREATE VIEW telemetry.span_rows AS
SELECT
    start_ns,
    end_ns,
    trace_id,
    span_id,
    parent_span_id,
    coalesce(
        span_kind,
        CASE kind
            WHEN 1 THEN 'server'
            WHEN 2 THEN 'client'
            WHEN 3 THEN 'producer'
            WHEN 4 THEN 'consumer'
            ELSE 'internal'
        END::telemetry.span_kind
    ) AS kind,
    coalesce(
        span_status,
        CASE status
            WHEN 1 THEN 'ok'
            WHEN 2 THEN 'error'
            ELSE 'unset'
        END::telemetry.span_status
    ) AS status,
    resource_hash,
    correlation_id,
    mentions,
    service,
    name,
    detail
FROM telemetry.spans;

CREATE VIEW telemetry.log_rows AS
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
    attributes
FROM telemetry.logs;
