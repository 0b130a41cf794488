-- Why a silence that somebody asked for is not there, said where it was asked for.
ALTER TABLE alert_acknowledgements ADD COLUMN silence_failure text;
