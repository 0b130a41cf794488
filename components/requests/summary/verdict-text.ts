// Pure: runs in browsers too.
import type { RequestView, Verdict } from '@/lib/requests/contract';
import { formatCount, formatDuration } from '@/lib/time/format';
import { NO_END } from '../outcome-text';

type Segment = Verdict['sentence'][number];

/** Above so many characters the sentence is set smaller. */
const LONG_SENTENCE = 105;

const SO_FAR = 'So far: ';

export const sentenceText = ({ sentence }: Pick<Verdict, 'sentence'>): string =>
  sentence.map(({ text }) => text).join('');

export const isLong = (text: string): boolean => text.length > LONG_SENTENCE;

const lowerFirst = (text: string): string => text.slice(0, 1).toLowerCase() + text.slice(1);

/**
 * The one causal sentence. While sources are searching it begins "So far", when it has changed
 * after that "Updated": nothing changes silently.
 * @param found whether anything was found yet
 * @param changed whether a settled sentence was another
 */
export function sentenceSegments(
  { sentence, provisional }: Pick<Verdict, 'sentence' | 'provisional'>,
  { found, changed }: { found: boolean; changed: boolean },
): readonly Segment[] {
  const prefix = prefixText(provisional && found, changed);
  const [first, ...rest] = sentence;
  if (!prefix || !first || first.text.startsWith(SO_FAR)) return sentence;
  const start: Segment = { text: prefix, tone: 'plain' };
  return [start, { ...first, text: lowerFirst(first.text) }, ...rest];
}

function prefixText(unsettled: boolean, changed: boolean): string {
  if (unsettled) return SO_FAR;
  return changed ? 'Updated: ' : '';
}

/** How long it took; what has no end took so long at least. */
export function requestDuration({ lanes, window }: Pick<RequestView, 'lanes' | 'window'>): string {
  const durationNs = window?.durationNs ?? 0;
  const isUnfinished = lanes.some(({ state }) => state === 'unfinished');
  if (!isUnfinished) return formatDuration(durationNs);
  return durationNs > 0 ? `over ${formatDuration(durationNs)}` : NO_END;
}

/** " in all" where there are several lanes, else ", normally 0.21 s" where that is known. */
export function durationNote({ lanes, verdict }: Pick<RequestView, 'lanes' | 'verdict'>): string {
  if (lanes.length > 1) return ' in all';
  return verdict.normalNs === null ? '' : `, normally ${formatDuration(verdict.normalNs)}`;
}

export interface SimilarFailures {
  /** "17 more like this since 14:02"; null where the trend alone says it. */
  readonly text: string | null;
  readonly since: string;
  readonly trend: readonly number[];
}

/** How many others failed the same way; null when there is none. */
export function similarFailures({ alike }: Pick<Verdict, 'alike'>): SimilarFailures | null {
  if (!alike || alike.count <= 1) return null;
  const others = `${formatCount(alike.count - 1)}${alike.atLeast ? ' or more' : ' more'} like this`;
  return {
    text: alike.burst ? null : others,
    since: alike.since.slice(11, 16),
    trend: alike.trend,
  };
}
