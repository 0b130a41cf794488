-- Ids of a span other than its correlation id (LOOKUP_ATTRIBUTES), as logs have them.
ALTER TABLE telemetry.spans ADD COLUMN mentions text[];
CREATE INDEX spans_mentions ON telemetry.spans USING gin (mentions) WHERE mentions IS NOT NULL;

-- The lines around a line. Rows arrive nearly in order of time, so that this index costs next to nothing.
CREATE INDEX logs_time ON telemetry.logs USING brin (time_ns);
