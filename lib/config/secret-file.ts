import { readFileSync, statSync } from 'node:fs';
import { LRUCache } from 'lru-cache';

interface KnownFile {
  readonly text: string;
  readonly changedMs: number;
}
/** By path: the configuration names a handful. */
const files = new LRUCache<string, KnownFile>({ max: 200 });

/**
 * The text of a mounted secret, read again when the file is another. A file that vanished while it
 * is replaced keeps its last text; one never read is undefined.
 */
export function secretText(path: string): string | undefined {
  const known = files.get(path);
  try {
    const changedMs = statSync(path).mtimeMs;
    if (known?.changedMs === changedMs) return known.text;
    const text = readFileSync(path, 'utf8').trim();
    files.set(path, { text, changedMs });
    return text;
  } catch {
    // Away for the moment in which it is replaced; who needs a file that was never there reports
    // it.
    return known?.text;
  }
}
