-- Test notifications are told from alerts: they never stay open, and nobody is told of them.
ALTER TABLE alert_series ADD COLUMN test text;
ALTER TABLE alert_peers ADD COLUMN last_test_at timestamptz(3);
