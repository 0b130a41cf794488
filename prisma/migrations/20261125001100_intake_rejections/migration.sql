-- What was sent over OTLP and rejected, so that the ledger of a request and the page of sources can say it. One row a minute and
-- reason, and one for each trace or correlation id that it is known to belong to. Dropped with the retention.
CREATE TABLE telemetry.rejections (
    minute timestamptz NOT NULL,
    signal text NOT NULL,
    reason text NOT NULL,
    trace_id bytea NOT NULL,
    correlation_id text NOT NULL,
    items bigint NOT NULL,
    PRIMARY KEY (minute, signal, reason, trace_id, correlation_id)
);

COMMENT ON COLUMN telemetry.rejections.trace_id IS 'Empty where it is not known.';

COMMENT ON COLUMN telemetry.rejections.correlation_id IS 'Empty where it is not known.';

CREATE INDEX rejections_trace_id ON telemetry.rejections (trace_id) WHERE trace_id <> '';

CREATE INDEX rejections_correlation_id ON telemetry.rejections (correlation_id) WHERE correlation_id <> '';

