// Pure: runs in browsers too.
import type { TriedKind } from '@/lib/correlation-id/spellings';

const KINDS: Readonly<Record<TriedKind, string>> = {
  'correlation-id': 'correlation id',
  'uuid-spellings': 'UUID in capitals and without dashes',
  'lookup-attribute': 'lookup attribute',
  'log-text': 'text of log lines',
  'trace-id': 'trace id',
  'trace-id-64-bit': 'trace id of 64 bits',
  'span-id': 'span id',
};

/** "Tried as correlation id, lookup attribute and text of log lines." */
export function triedText(kinds: readonly TriedKind[]): string {
  const words = [...new Set(kinds)].map((kind) => KINDS[kind]);
  const last = words.pop();
  if (last === undefined) return '';
  return `Tried as ${words.length > 0 ? `${words.join(', ')} and ` : ''}${last}.`;
}
