// Pure: runs in browsers too.
import type { LogLevel } from './model';

/** What a line reports of its own level. */
export interface ReportedLevel {
  readonly level: LogLevel;
  /** The word or number as it came; nothing where the level's own name says the same. */
  readonly severityText: string | undefined;
}

const NONE: ReportedLevel = { level: 'unknown', severityText: undefined };
const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;

/**
 * The words of logging libraries, by the level they stand for: OpenTelemetry (logs data model,
 * appendix B), syslog (RFC 5424), java.util.logging, Log4j, .NET, Serilog, Go (zap, zerolog, logrus,
 * klog), Python, Android, Google Cloud Logging, Postgres, nginx.
 */
const WORDS: Readonly<Record<Exclude<LogLevel, 'unknown'>, string>> = {
  trace: 'trace trc trac trce t verbose verb vrb v finest all',
  debug: 'debug dbg debu dbug d fine finer config',
  info: 'info inf information informational i notice note n log success default',
  warn: 'warn warning wrn w',
  error: 'error err erro eror e severe fail failure',
  fatal: 'fatal ftl fata f critical crit c emergency emerg alert panic pnc pani dpanic assert a',
};

const LEVEL_OF_WORD: ReadonlyMap<string, LogLevel> = new Map(
  LEVELS.flatMap((level) => WORDS[level].split(' ').map((word) => [word, level] as const)),
);

/** Colours of terminals, which some libraries leave around the word. */
const ESCAPES = /\u001b\[[0-9;]{0,16}m/g;
/** A word, its degree (`DEBUG2`, `INFO+1`), and whatever brackets stand around it. */
const WORD = /^[^a-z0-9]{0,8}([a-z]{1,16})(?:[+-]?\d{1,2})?[^a-z0-9]{0,8}$/;
const NUMBER = /^-?\d{1,6}$/;
/** No level is spelled longer; what is longer is no level. */
const LONGEST = 64;

/** OpenTelemetry severity numbers come in fours: 1-4 trace, 5-8 debug, … 21-24 fatal. */
export function levelOfSeverity(severity: number): LogLevel {
  return LEVELS[Math.floor((severity - 1) / 4)] ?? 'unknown';
}

/** The level a word stands for, in any case and with its degree; `unknown` for any other text. */
export function levelOfText(text: string): LogLevel {
  const word = WORD.exec(trimmed(text).toLowerCase())?.[1];
  return (word !== undefined && LEVEL_OF_WORD.get(word)) || 'unknown';
}

const trimmed = (text: string): string =>
  text.length > LONGEST ? '' : text.replace(ESCAPES, '').trim();

/** RFC 5424: emergency, alert, critical, error, warning, notice, informational, debug. */
const SYSLOG = ['fatal', 'fatal', 'fatal', 'error', 'warn', 'info', 'info', 'debug'] as const;
const levelOfSyslog = (severity: number): LogLevel => SYSLOG[severity] ?? 'unknown';

/** Google Cloud: default, debug, info, notice, warning, error, critical, alert, emergency. */
const GOOGLE = [
  'info',
  'debug',
  'info',
  'info',
  'warn',
  'error',
  'fatal',
  'fatal',
  'fatal',
] as const;

/** The same word for two scales: that of syslog, and Google Cloud's in hundreds. */
function levelOfSeverityField(severity: number): LogLevel {
  if (severity < 100) return levelOfSyslog(severity);
  return GOOGLE[severity / 100] ?? 'unknown';
}

/**
 * pino and bunyan: 10 trace, 20 debug, … 60 fatal, and whatever lies between. Log4j and Logback
 * have the same in thousands, from 5,000. Below ten, it is syslog's (GELF).
 */
function levelOfLevelNumber(level: number): LogLevel {
  if (level < 10) return levelOfSyslog(level);
  if (level < 100) return LEVELS[Math.floor(level / 10) - 1] ?? 'unknown';
  if (level < 5_000) return 'unknown';
  return LEVELS[Math.min(5, Math.floor(level / 10_000))] ?? 'unknown';
}

/** Python counts from 10 debug to 50 critical; 5 and the like are finer than debug. */
function levelOfPython(level: number): LogLevel {
  return LEVELS[Math.floor(level / 10)] ?? 'unknown';
}

type Scale = (value: number) => LogLevel;

/** The fields that say a level, surest first, and the scale of their numbers. */
const FIELDS: readonly (readonly [name: string, scale: Scale])[] = [
  ['severity_text', levelOfLevelNumber],
  ['severityText', levelOfLevelNumber],
  ['level', levelOfLevelNumber],
  ['log.level', levelOfLevelNumber],
  ['log_level', levelOfLevelNumber],
  ['loglevel', levelOfLevelNumber],
  ['logLevel', levelOfLevelNumber],
  ['LogLevel', levelOfLevelNumber],
  ['lvl', levelOfLevelNumber],
  ['Level', levelOfLevelNumber],
  ['LEVEL', levelOfLevelNumber],
  ['@l', levelOfLevelNumber],
  ['levelname', levelOfPython],
  ['severity', levelOfSeverityField],
  ['Severity', levelOfSeverityField],
  ['SEVERITY', levelOfSeverityField],
  ['severity_number', levelOfSeverity],
  ['severityNumber', levelOfSeverity],
  ['SeverityNumber', levelOfSeverity],
  ['levelno', levelOfPython],
  ['level_value', levelOfLevelNumber],
  ['PRIORITY', levelOfSyslog],
  ['priority', levelOfSyslog],
  ['syslog.severity', levelOfSyslog],
  ['syslog_severity', levelOfSyslog],
  ['log.syslog.severity.code', levelOfSyslog],
  // Made of the line by Loki, where the line says nothing itself.
  ['detected_level', levelOfLevelNumber],
];

/**
 * The level that the fields of a line report: the first of the known fields that says one, as a
 * word or as a number on the scale of that field. A word that nobody knows is kept as it came.
 * @param fields one value a name: attributes, labels, or what was parsed out of the line
 */
export function levelOfFields(fields: Readonly<Record<string, unknown>>): ReportedLevel {
  let unknown: string | undefined;
  for (const [name, scale] of FIELDS) {
    if (!Object.hasOwn(fields, name)) continue;
    const value = fields[name];
    if (typeof value !== 'string' && typeof value !== 'number') continue;
    const reported = reportedLevel(String(value), scale);
    if (reported.level !== 'unknown') return reported;
    unknown ??= reported.severityText;
  }
  return unknown === undefined ? NONE : { level: 'unknown', severityText: unknown };
}

/** What one text reports, where its numbers have the given scale. */
export function reportedLevel(text: string, scale: Scale = levelOfLevelNumber): ReportedLevel {
  const said = trimmed(text);
  const level = NUMBER.test(said) ? scale(Number(said)) : levelOfText(said);
  const tellsMore = said !== '' && said.toLowerCase() !== level;
  return { level, severityText: tellsMore ? said : undefined };
}
