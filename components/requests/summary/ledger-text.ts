// Pure: runs in browsers too.
import type { Annotation, LedgerEntry, RequestView } from '@/lib/requests/contract';
import { formatDuration } from '@/lib/time/format';
import { counted } from './counted';

export const SIGNAL_TITLES: Readonly<Record<LedgerEntry['signal'], string>> = {
  traces: 'Traces',
  logs: 'Logs',
  metrics: 'Metrics',
  alerts: 'Alerts',
};

export const STATE_ICONS: Readonly<Record<LedgerEntry['state'], string>> = {
  searching: '◐',
  ok: '✓',
  empty: '○',
  partial: '◐',
  failed: '✕',
  skipped: '–',
};

const ANSWERED: readonly LedgerEntry['state'][] = ['ok', 'empty', 'partial'];

const windowNs = ({ window }: LedgerEntry): number =>
  window ? (Date.parse(window.to) - Date.parse(window.from)) * 1e6 : 0;

/** "3 of 4 sources answered" */
export function answeredText({
  ledger,
  complete,
}: Pick<RequestView, 'ledger' | 'complete'>): string {
  const answered = ledger.filter(({ state }) => ANSWERED.includes(state)).length;
  return `${answered} of ${askedCount(ledger)} sources answered${complete ? '' : ' so far'}`;
}

const askedCount = (ledger: readonly LedgerEntry[]): number =>
  ledger.filter(({ state }) => state !== 'skipped').length;

/** What one source answered: "Tempo · 2 lanes, 34 spans". */
export function entryText(entry: LedgerEntry, view: RequestView): string {
  const { source } = entry;
  switch (entry.state) {
    case 'searching':
      return `${source} · ${searchingText(entry, view)}…`;
    case 'partial':
      if (entry.rows === 0) return `${source} · nothing in what it answered`;
      return `${source} · ${foundText(entry, view)}`;
    case 'ok':
      return `${source} · ${foundText(entry, view)}`;
    case 'empty':
      return `${source} · nothing${entry.window ? ` in ${formatDuration(windowNs(entry))}` : ''}`;
    case 'failed':
      return `${source} · did not answer`;
    case 'skipped':
      return entry.reasons[0]?.sentence ?? 'not asked';
    default:
      return entry.state satisfies never;
  }
}

/** How long a source took; nothing while it is being asked, or was not asked. */
export function tookText({ state, tookMs }: Pick<LedgerEntry, 'state' | 'tookMs'>): string {
  return state === 'searching' || state === 'skipped' ? '' : formatDuration(tookMs * 1e6);
}

function searchingText(entry: LedgerEntry, view: RequestView): string {
  const found = entry.rows > 0 ? `${foundText(entry, view)}, ` : '';
  return `${found}searching${entry.sweeping ? `, last ${entry.sweeping}` : ''}`;
}

function foundText({ signal, rows }: LedgerEntry, view: RequestView): string {
  switch (signal) {
    case 'traces':
      return `${counted(view.lanes.length, 'lane')}, ${counted(view.spanCount, 'span')}`;
    case 'logs':
      return `${counted(view.logCount, 'line')}${unattachedText(view)}`;
    case 'metrics':
      return counted(rows, 'series', 'series');
    case 'alerts':
      return `${counted(rows, 'alert')} around the request`;
    default:
      return signal satisfies never;
  }
}

function unattachedText({ logs }: RequestView): string {
  const count = logs.filter((line) => line.unattached).length;
  return count > 0 ? `, ${count.toLocaleString('en')} unattached` : '';
}

type Broken = LedgerEntry & { readonly state: 'failed' | 'partial' };

const isBroken = (entry: LedgerEntry): entry is Broken =>
  entry.state === 'failed' || entry.state === 'partial';

const BROKEN_TEXT: Readonly<Record<Broken['state'], string>> = {
  failed: 'did not answer',
  partial: 'answered in part',
};

export interface Problem {
  readonly signal: LedgerEntry['signal'];
  readonly text: string;
}

/** The sources that failed or answered in part, and whether the rest can be trusted. */
export function ledgerProblems({
  ledger,
  complete,
}: Pick<RequestView, 'ledger' | 'complete'>): Problem[] {
  const broken = ledger.filter(isBroken);
  const restIsComplete = complete && broken.length === 1 && askedCount(ledger) > 1;
  return broken.map(({ signal, source, state, reasons }) => {
    const said = reasons
      .filter(({ code }) => code !== 'implausible_times')
      .map(({ sentence }) => sentence);
    const prefix = state === 'partial' ? `${SIGNAL_TITLES[signal]} partial: ` : '';
    const rest = state === 'failed' && restIsComplete ? ' Everything else is complete.' : '';
    return {
      signal,
      text: `${prefix}${said.join('; ') || `${source} ${BROKEN_TEXT[state]}`}.${rest}`,
    };
  });
}

/** "payments-7c +4.2 s": the hosts whose clocks were adjusted; empty when none was. */
export const skewText = (annotations: readonly Annotation[]): string =>
  annotations
    .flatMap((note) => (note.kind === 'skew' ? [note] : []))
    .map(({ host, aheadNs }) => {
      const sign = aheadNs > 0 ? '+' : '−';
      return `${host} ${sign}${formatDuration(Math.abs(aheadNs))}`;
    })
    .join(', ');

/** That instrumentation gave one id to several spans, and what that leaves open; empty if none. */
export const sharedIdsText = (annotations: readonly Annotation[]): string =>
  annotations
    .flatMap((note) => (note.kind === 'shared-span-ids' ? [note] : []))
    .map(({ spans, doubtful }) => {
      const shown = `${counted(spans, 'span')} with the id of another span: all are shown`;
      if (doubtful === 0) return `${shown}.`;
      return `${shown}; the place of ${counted(doubtful, 'span')} below them is a guess.`;
    })
    .join(' ');

export interface Occurrence {
  readonly from: string;
  readonly text: string;
  /** Search parameters that show this use of the id alone. */
  readonly search: string;
}

const OCCURRENCE_PADDING_MS = 60_000;

const shifted = (time: string, ms: number): string => new Date(Date.parse(time) + ms).toISOString();

/** The uses of an id that was used more than once, the newest first. */
export function occurrencesOf(annotations: readonly Annotation[]): Occurrence[] {
  return annotations
    .flatMap((note) => (note.kind === 'occurrence' ? [note] : []))
    .toReversed()
    .map(({ from, to, traces }) => {
      const window = {
        from: shifted(from, -OCCURRENCE_PADDING_MS),
        to: shifted(to, OCCURRENCE_PADDING_MS),
      };
      return {
        from,
        text: `${minuteText(from.slice(0, 19))}, ${counted(traces, 'trace')}`,
        search: `?${new URLSearchParams(window)}`,
      };
    });
}

const minuteText = (time: string): string => `${time.replace('T', ' ')} UTC`;

/** "Kept since 2026-11-25 14:09 UTC": what is shown is evidence. */
export const keptSinceText = (at: string): string => `Kept since ${minuteText(at.slice(0, 16))}`;

/**
 * The traces source says itself that it cannot find all of so new a request: it is asked again
 * until it can.
 */
export const tracesNotSearchableYet = ({
  complete,
  ledger,
}: Pick<RequestView, 'complete' | 'ledger'>): boolean =>
  complete &&
  ledger.some(
    ({ signal, reasons }) =>
      signal === 'traces' && reasons.some((reason) => reason.code === 'not_searchable_yet'),
  );

/** What to say when nothing was found. */
export function nothingFoundText(
  { complete, ledger }: Pick<RequestView, 'complete' | 'ledger'>,
  keepSearching: boolean,
): string {
  if (!complete && !keepSearching) {
    const sweeping = ledger.find(({ state }) => state === 'searching')?.sweeping;
    return `Searching all sources${sweeping ? `: last ${sweeping}` : ''}…`;
  }
  const searched = ledger.filter(({ signal }) => signal === 'traces' || signal === 'logs');
  if (searched.some(({ state }) => state === 'searching')) return 'Nothing found yet; searching…';
  const answering = searched.filter(({ state }) => state !== 'failed');
  if (searched.length > 0 && answering.length === 0) return 'No source answered. Check sources.';
  const window = answering[0] ? windowNs(answering[0]) : 0;
  const broken = searched.filter(isBroken);
  if (broken.length > 0) {
    const reach = window > 0 ? ` in ${formatDuration(window)}` : '';
    const said = broken.map(({ source, state }) => `${source} ${BROKEN_TEXT[state]}`);
    return `Nothing found${reach}, but ${said.join(' and ')}.`;
  }
  const reach = window > 0 ? ` in ${wholeDays(formatDuration(window))}` : '';
  return (
    `Nothing found${reach}; all sources answered. ` +
    'Mistyped, sampled away, expired, or under 30 s old.'
  );
}

/** "7 d 2 h" is "7 days". */
function wholeDays(duration: string): string {
  const days = /^(\d+) d/.exec(duration)?.[1];
  if (days === undefined) return duration;
  return `${days} ${days === '1' ? 'day' : 'days'}`;
}
