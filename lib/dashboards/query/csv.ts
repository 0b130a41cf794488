import type { PanelSeries } from '../contract';
import { timeAt, type Grid } from './range';

/** What a spreadsheet would run is text: names of series are what somebody sent. */
const cell = (text: string): string => {
  const safe = /^\s*[=+\-@]|^[\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** One line an instant, one column a series; an empty cell is a gap. RFC 4180. Pure. */
export function csvOf(series: readonly PanelSeries[], grid: Grid): string {
  const lines = [['time', ...series.map(({ name }) => name)].map(cell).join(',')];
  for (let index = 0; index < grid.count; index += 1)
    lines.push(
      [
        new Date(timeAt(grid, index)).toISOString(),
        ...series.map(({ values }) => String(values[index] ?? '')),
      ].join(','),
    );
  return `${lines.join('\r\n')}\r\n`;
}
