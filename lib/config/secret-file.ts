import { readFileSync, statSync } from 'node:fs';

interface KnownFile {
  readonly text: string;
  readonly changedMs: number;
}
const files = new Map<string, KnownFile>();

/** The text of a mounted secret, read again when the file is another. A file that vanished while it is replaced keeps its last text; one never read is undefined. */
export function secretText(path: string): string | undefined {
  const known = files.get(path);
  try {
    const changedMs = statSync(path).mtimeMs;
    if (known?.changedMs === changedMs) return known.text;
    const text = readFileSync(path, 'utf8').trim();
    files.set(path, { text, changedMs });
    return text;
  } catch {
    return known?.text;
  }
}
