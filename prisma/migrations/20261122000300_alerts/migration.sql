-- Alerts: what was delivered, the series and episodes made of it, what people did. Hot paths are set-based SQL, the rest is Prisma's.
CREATE TABLE alert_deliveries (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source text NOT NULL,
    kind text NOT NULL,
    message_id text,
    sha256 bytea NOT NULL,
    body text NOT NULL,
    received_at timestamptz(3) NOT NULL DEFAULT now(),
    processed_at timestamptz(3),
    UNIQUE (source, message_id)
);
CREATE INDEX alert_deliveries_waiting ON alert_deliveries (id) WHERE processed_at IS NULL;
CREATE INDEX alert_deliveries_received_at ON alert_deliveries (received_at);

CREATE TABLE alert_quarantine (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    delivery_id bigint NOT NULL,
    source text NOT NULL,
    reason text NOT NULL,
    item text NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now()
);

CREATE TABLE alert_series (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source text NOT NULL,
    fingerprint text NOT NULL,
    name text NOT NULL,
    severity text NOT NULL,
    service text,
    labels jsonb NOT NULL,
    group_key text,
    times jsonb NOT NULL,
    latest jsonb,
    repeats bigint NOT NULL DEFAULT 0,
    last_seq integer NOT NULL DEFAULT 0,
    last_seen_at timestamptz(3) NOT NULL DEFAULT now(),
    UNIQUE (source, fingerprint)
);

CREATE TABLE alert_episodes (
    id uuid PRIMARY KEY,
    series_id bigint NOT NULL REFERENCES alert_series (id),
    founded_at timestamptz(3) NOT NULL,
    started_at timestamptz(3) NOT NULL,
    received_at timestamptz(3) NOT NULL DEFAULT now(),
    resolved_at timestamptz(3),
    resolved_by text,
    doubtful_since timestamptz(3),
    misses integer NOT NULL DEFAULT 0,
    missed_at timestamptz(3),
    annotations jsonb NOT NULL,
    generator_url text,
    pending_at timestamptz(3),
    hurt_since timestamptz(3),
    impact jsonb,
    signatures text[] NOT NULL DEFAULT '{}',
    fix text,
    fixed_by text,
    fixed_at timestamptz(3),
    still_failing integer NOT NULL DEFAULT 0
);
-- The database itself refuses a second open episode of a series.
CREATE UNIQUE INDEX alert_episodes_one_open ON alert_episodes (series_id) WHERE resolved_at IS NULL;
CREATE INDEX alert_episodes_series ON alert_episodes (series_id, started_at DESC);
CREATE INDEX alert_episodes_started_at ON alert_episodes (started_at);
CREATE INDEX alert_episodes_resolved_at ON alert_episodes (resolved_at DESC);
CREATE INDEX alert_episodes_doubtful ON alert_episodes (doubtful_since) WHERE doubtful_since IS NOT NULL;
CREATE INDEX alert_episodes_signatures ON alert_episodes USING gin (signatures);

-- What happened to a series and who did it: the timeline and the audit trail in one. Rows are only ever added.
CREATE TABLE alert_events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    series_id bigint NOT NULL REFERENCES alert_series (id),
    seq integer NOT NULL,
    episode_id uuid,
    at timestamptz(3) NOT NULL DEFAULT now(),
    kind text NOT NULL,
    actor text,
    detail jsonb NOT NULL,
    UNIQUE (series_id, seq)
);
CREATE INDEX alert_events_episode ON alert_events (episode_id, id);
-- The engine that applies this splits at every semicolon, also inside quotes: \073 is one.
CREATE FUNCTION alert_events_only_grow() RETURNS trigger LANGUAGE plpgsql AS E'BEGIN RAISE EXCEPTION ''alert_events is append-only''\073 END';
CREATE TRIGGER alert_events_only_grow BEFORE UPDATE OR DELETE ON alert_events FOR EACH STATEMENT EXECUTE FUNCTION alert_events_only_grow();

CREATE TABLE alert_acknowledgements (
    id uuid PRIMARY KEY,
    episode_id uuid NOT NULL REFERENCES alert_episodes (id),
    actor_id text NOT NULL,
    actor text NOT NULL,
    owner text NOT NULL,
    note text NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    expires_at timestamptz(3) NOT NULL,
    ended_at timestamptz(3),
    end_reason text,
    signatures text[] NOT NULL DEFAULT '{}',
    silence_id text,
    idempotency_key text NOT NULL,
    UNIQUE (actor_id, idempotency_key, episode_id)
);
CREATE UNIQUE INDEX alert_acknowledgements_one_open ON alert_acknowledgements (episode_id) WHERE ended_at IS NULL;
CREATE INDEX alert_acknowledgements_expires_at ON alert_acknowledgements (expires_at) WHERE ended_at IS NULL;

CREATE TABLE alert_outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    dedupe_key text NOT NULL UNIQUE,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    episode_id uuid,
    due_at timestamptz(3) NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    done_at timestamptz(3),
    outcome text,
    created_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX alert_outbox_due ON alert_outbox (due_at) WHERE done_at IS NULL;

CREATE TABLE alert_evidence (
    id uuid PRIMARY KEY,
    service text,
    reason text NOT NULL,
    captured_at timestamptz(3) NOT NULL DEFAULT now(),
    from_at timestamptz(3) NOT NULL,
    to_at timestamptz(3) NOT NULL,
    summary jsonb NOT NULL,
    bytes bigint NOT NULL
);
CREATE INDEX alert_evidence_service ON alert_evidence (service, captured_at DESC);
CREATE TABLE alert_evidence_episodes (
    evidence_id uuid NOT NULL REFERENCES alert_evidence (id) ON DELETE CASCADE,
    episode_id uuid NOT NULL REFERENCES alert_episodes (id),
    PRIMARY KEY (evidence_id, episode_id)
);
CREATE INDEX alert_evidence_episodes_episode ON alert_evidence_episodes (episode_id);
-- One whole request, as it was: its spans, lines, metrics and ledger, gzip over JSON.
CREATE TABLE alert_evidence_requests (
    evidence_id uuid NOT NULL REFERENCES alert_evidence (id) ON DELETE CASCADE,
    correlation_id text NOT NULL,
    content bytea NOT NULL,
    PRIMARY KEY (evidence_id, correlation_id)
);
CREATE INDEX alert_evidence_requests_correlation_id ON alert_evidence_requests (correlation_id);

-- Who sends here, and what is known of it: the answer to "may we be deaf?"
CREATE TABLE alert_peers (
    source text NOT NULL,
    peer text NOT NULL,
    receivers text[] NOT NULL DEFAULT '{}',
    last_delivery_at timestamptz(3),
    watchdog_at timestamptz(3),
    PRIMARY KEY (source, peer)
);
CREATE TABLE alert_reconciliations (
    source text NOT NULL,
    peer text NOT NULL,
    at timestamptz(3) NOT NULL,
    answered_at timestamptz(3),
    failure text,
    firing integer NOT NULL DEFAULT 0,
    missing_here integer NOT NULL DEFAULT 0,
    missing_there integer NOT NULL DEFAULT 0,
    PRIMARY KEY (source, peer)
);
