-- Jobs are graphile-worker's, in its own schema (docs/adr/0016). alert_outbox is drained into it by the worker and not dropped yet:
-- during an upgrade, replicas of the version before still write to it. A later version drops it.
COMMENT ON TABLE alert_outbox IS 'Read by the version before only. The worker moves what is here into the job queue. A later version drops it.';

-- Channels whose last message was not taken: until probe_at nothing is sent to them, then one message.
CREATE TABLE alert_channels (
    name text PRIMARY KEY,
    failing_since timestamptz(3) NOT NULL,
    failures integer NOT NULL,
    probe_at timestamptz(3) NOT NULL,
    reason text NOT NULL
);
