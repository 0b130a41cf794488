// Pure: runs in browsers too.
import type { LogRow, RequestView, UnattachedReason } from '@/lib/requests/contract';
import { formatCount } from '@/lib/time/format';

/** State is a sign and a word before it is a colour. */
const LEVELS: Readonly<Record<LogRow['level'], string>> = {
  trace: 'trace',
  debug: 'debug',
  info: 'info',
  warn: '! warn',
  error: '✕ err',
  fatal: '✕ fatal',
  unknown: '',
};

export const levelText = (level: LogRow['level']): string => LEVELS[level];

/** The level, and the word it was read from where that says more: "✕ err SEVERE". */
export const levelDetail = ({
  level,
  severityText = '',
}: Pick<LogRow, 'level' | 'severityText'>): string => `${LEVELS[level]} ${severityText}`.trim();

const UNATTACHED: Readonly<Record<UnattachedReason, string>> = {
  no_trace_id: 'no trace id',
  no_span_id: 'no span id',
  span_not_found: 'its span was not found',
  trace_not_found: 'its trace was not found',
};

/** Why a line belongs to no span; empty for one that does. */
export const unattachedText = ({ unattached }: Pick<LogRow, 'unattached'>): string =>
  unattached === null ? '' : `unattached: ${UNATTACHED[unattached]}`;

const ESCAPES = /\u001b\[[0-9;]*[A-Za-z]/g;

/** Colours of terminals are not for browsers. */
export const withoutEscapes = (text: string): string => text.replace(ESCAPES, '');

/** "the first 5,000 of 12,000; Export has all", or nothing when all lines are here. */
export function truncationText({ logs, logCount }: Pick<RequestView, 'logs' | 'logCount'>): string {
  if (logCount <= logs.length) return '';
  return `the first ${formatCount(logs.length)} of ${formatCount(logCount)}; Export has all`;
}

/** Why no line is listed. */
export function noLogsText({ logs, ledger }: Pick<RequestView, 'logs' | 'ledger'>): string {
  if (logs.length > 0) return 'No line matches these filters.';
  const entry = ledger.find(({ signal }) => signal === 'logs');
  const said = entry?.reasons[0]?.sentence;
  switch (entry?.state) {
    case 'searching':
      return 'Logs still searching…';
    case 'failed':
      return said ? `${said}.` : `${entry.source} did not answer.`;
    case 'partial':
      return `No log line in what ${entry.source} answered${said ? `: ${said}` : ''}.`;
    case 'skipped':
      return `Logs were not asked for${said ? `: ${said}` : ''}.`;
    case 'ok':
    case 'empty':
    case undefined:
      return 'No log line carries this id or belongs to its traces.';
  }
}
