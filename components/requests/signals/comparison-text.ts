// Pure: runs in browsers too.
import type { Comparison, Difference } from '@/lib/requests/view/contract';
import { formatDuration } from '@/lib/time/format';

export const CHANGES: Readonly<Record<Difference['change'], string>> = {
  missing: 'not seen here',
  failing: 'fails here',
  slower: 'slower here',
  added: 'only here',
  faster: 'faster here',
  same: 'similar',
};

type Figures = NonNullable<Difference['here']>;

/** In this request, then in the other. */
const pair = ({ here, there }: Difference, text: (figures: Figures) => string): string =>
  [here, there].map((figures) => (figures ? text(figures) : '–')).join(' / ');

export const callsText = (row: Difference): string => pair(row, ({ calls }) => String(calls));

export const errorsText = (row: Difference): string => pair(row, ({ errors }) => String(errors));

export const selfTimeText = (row: Difference): string =>
  pair(row, ({ selfNs }) => formatDuration(selfNs));

/** "of 2026-11-25 14:02:06 UTC: 1.84 s here, 0.21 s there" */
export function durationsText({ with: other, durationNs }: Comparison): string {
  const start = other.start.slice(0, 19).replace('T', ' ');
  const [here, there] = [formatDuration(durationNs), formatDuration(other.durationNs)];
  return `of ${start} UTC: ${here} here, ${there} there`;
}
