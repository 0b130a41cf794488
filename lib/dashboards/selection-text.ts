// Pure: runs in browsers too.

/** A comma separates values; these are how Grafana writes all of them. */
const ALL = new Set(['.*', '$__all']);

/** Whether a text can be compared with a label at all. */
export const isSelectionText = (text: string): boolean =>
  !text.includes('\0') && text.isWellFormed();

/**
 * The values of a selection as URLs have it: separated by commas; a backslash escapes. None for
 * all.
 */
export const parseSelection = (text: string): string[] =>
  (text.match(/(?:\\.|[^\\,])+/gs) ?? [])
    .filter((value) => !ALL.has(value))
    .map((value) => value.replace(/\\(.)/gs, '$1'));

/** One value as a selection has it, whatever it holds. */
export const escapeSelection = (value: string): string => {
  const escaped = value.replace(/[\\,]/g, '\\$&');
  return ALL.has(value) ? `\\${escaped}` : escaped;
};
