import type { PanelSeries } from '../contract';
import { instantAt, type TimeGrid } from './time-grid';

/** Series names come from senders: what a spreadsheet would run as a formula becomes text. */
const escapeCell = (text: string): string => {
  const safe = /^\s*[=+\-@]|^[\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** One line an instant, one column a series; an empty cell is a gap. RFC 4180. Pure. */
export function toCsv(series: readonly PanelSeries[], grid: TimeGrid): string {
  const header = ['time', ...series.map(({ name }) => escapeCell(name))];
  const rows = Array.from({ length: grid.count }, (_, index) => [
    new Date(instantAt(grid, index)).toISOString(),
    ...series.map(({ values }) => String(values[index] ?? '')),
  ]);
  return [header, ...rows].map((cells) => `${cells.join(',')}\r\n`).join('');
}
