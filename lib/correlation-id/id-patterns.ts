// Pure: runs in browsers too.
/** What a correlation id looks like where it stands in a text. Each begins at the edge of a word. */
export const UUID =
  /(?<![0-9A-Za-z])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9A-Za-z])/gi;
export const ULID = /(?<![0-9A-Za-z])[0-7][0-9A-HJKMNP-TV-Z]{25}(?![0-9A-Za-z])/g;
/** A correlation or request id by its name, as text, header or JSON has it. */
export const LABELLED =
  /(?:correlation[-_. ]?id|request[-_. ]?id)["'\\]{0,8}\s{0,8}[:=]\s{0,8}["'\\]{0,8}([A-Za-z0-9][A-Za-z0-9._:-]{7,127})/gi;
