-- The embedded store of spans and logs. Written and read by set-based SQL only. Prisma does not model it.
-- Partitions are one hour long: a slice small enough to drop when the byte limit is reached (docs/adr/0004).
CREATE SCHEMA telemetry;

CREATE TABLE telemetry.resources (
    hash bytea PRIMARY KEY,
    attributes text NOT NULL
);

CREATE TABLE telemetry.spans (
    start_ns bigint NOT NULL,
    end_ns bigint NOT NULL,
    trace_id bytea NOT NULL,
    span_id bytea NOT NULL,
    parent_span_id bytea,
    kind smallint NOT NULL,
    status smallint NOT NULL,
    resource_hash bytea NOT NULL,
    correlation_id text,
    service text NOT NULL,
    name text NOT NULL,
    detail text NOT NULL,
    PRIMARY KEY (trace_id, span_id, start_ns)
) PARTITION BY RANGE (start_ns);

CREATE INDEX spans_correlation_id ON telemetry.spans (correlation_id, start_ns) WHERE correlation_id IS NOT NULL;
CREATE INDEX spans_roots ON telemetry.spans (start_ns) WHERE parent_span_id IS NULL;

CREATE SEQUENCE telemetry.log_ids;

CREATE TABLE telemetry.logs (
    time_ns bigint NOT NULL,
    id bigint NOT NULL DEFAULT nextval('telemetry.log_ids'),
    trace_id bytea,
    span_id bytea,
    level smallint NOT NULL,
    resource_hash bytea NOT NULL,
    correlation_id text,
    mentions text[],
    service text NOT NULL,
    body text NOT NULL,
    attributes text NOT NULL
) PARTITION BY RANGE (time_ns);

CREATE INDEX logs_correlation_id ON telemetry.logs (correlation_id, time_ns) WHERE correlation_id IS NOT NULL;
CREATE INDEX logs_trace_id ON telemetry.logs (trace_id, time_ns) WHERE trace_id IS NOT NULL;
CREATE INDEX logs_mentions ON telemetry.logs USING gin (mentions) WHERE mentions IS NOT NULL;

-- One row an export request, so that a retried one is stored once.
CREATE TABLE telemetry.log_batches (
    hash bytea PRIMARY KEY,
    received_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX log_batches_received_at ON telemetry.log_batches (received_at);
