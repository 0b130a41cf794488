-- A span id alone is no identity: client and server of one call share it in Zipkin's model, a forwarded header or a forked process
-- gives it to two services. Two of them that began in one nanosecond were one row, and the other was lost. The key has kind and
-- service too. Rows of before span_kind was there have none in it, and are therefore never equal to another.
-- The index is built over the spans that are kept, about ten seconds a million. What arrives meanwhile waits. No row is rewritten.
CREATE UNIQUE INDEX IF NOT EXISTS spans_identity ON telemetry.spans (trace_id, span_id, start_ns, span_kind, service);

ALTER TABLE telemetry.spans DROP CONSTRAINT IF EXISTS spans_pkey;

-- A span that was sent when it began is replaced when it is sent again with its end (lib/telemetry/embedded/write.ts).
ALTER TABLE telemetry.spans ADD COLUMN replaces_finished boolean;

COMMENT ON COLUMN telemetry.spans.replaces_finished IS 'Whether the version that this one replaced had an end after its start. NULL where it replaced none.';
