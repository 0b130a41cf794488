-- What an episode's rule counts, and the failure or slowness that leads it: "seen before", recurrence and the changes beside it go by
-- that one, not by any failure that happened meanwhile. Columns beside the old ones, no row is rewritten: episodes of before have none.
ALTER TABLE alert_episodes
    ADD COLUMN subject jsonb,
    ADD COLUMN leading_signature text,
    ADD COLUMN culprit_services text[] NOT NULL DEFAULT '{}';

CREATE INDEX alert_episodes_leading ON alert_episodes (leading_signature) WHERE leading_signature IS NOT NULL;
