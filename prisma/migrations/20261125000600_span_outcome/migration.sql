-- What became of a span is decided at intake, by every convention at once (lib/telemetry/conventions.ts), so that lists ask for
-- exactly what the request page says. A span without an end says so: its end_ns is its start.
-- Columns beside the old ones, no row is rewritten: spans of before are read by their status until retention drops them.
CREATE TYPE telemetry.span_outcome AS ENUM ('good', 'exception', 'failed');

ALTER TABLE telemetry.spans
    ADD COLUMN outcome telemetry.span_outcome,
    ADD COLUMN ended boolean;

COMMENT ON COLUMN telemetry.spans.outcome IS 'What became of it by every convention, NULL in rows written before there was this column.';
COMMENT ON COLUMN telemetry.spans.ended IS 'It has an end, NULL in rows written before there was this column.';

CREATE OR REPLACE VIEW telemetry.span_rows AS
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
    detail,
    coalesce(
        outcome,
        CASE
            WHEN coalesce(span_status = 'error', status = 2) THEN 'failed'
            ELSE 'good'
        END::telemetry.span_outcome
    ) AS outcome,
    coalesce(ended, true) AS ended
FROM telemetry.spans;
