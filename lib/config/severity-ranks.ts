import { z } from 'zod';

/**
 * How bad an alert is, worst first. `unknown`: a word that is not mapped; it stands above what only
 * informs, since it may be worse.
 */
export const SEVERITY_RANKS = ['critical', 'error', 'warning', 'unknown', 'info', 'none'] as const;
export type SeverityRank = (typeof SEVERITY_RANKS)[number];

/** Words as alert sources, pagers and ticket systems have them, by rank. */
const WORDS: Readonly<Record<Exclude<SeverityRank, 'unknown'>, string>> = {
  critical:
    'critical crit fatal emergency emerg panic disaster catastrophic alert page blocker urgent ' +
    'highest severe p0 p1 prio1 priority1 sev0 sev1 s0 s1 severity0 severity1',
  error: 'error err high major p2 prio2 priority2 sev2 s2 severity2',
  warning: 'warning warn medium moderate average minor ticket p3 prio3 priority3 sev3 s3 severity3',
  info:
    'info informational information low lowest notice debug trivial p4 prio4 priority4 p5 prio5 ' +
    'priority5 sev4 s4 severity4 sev5 s5 severity5',
  none: 'none noseverity notset notclassified ok',
};

/** The rank of each word, by `severityKey`. */
export type SeverityWords = ReadonlyMap<string, SeverityRank>;

const DEFAULT_WORDS: SeverityWords = new Map(
  Object.entries(WORDS).flatMap(([rank, words]) =>
    words.split(' ').map((word) => [word, rank as SeverityRank] as const),
  ),
);

/** What is left out of a severity before it is compared: "SEV-1", "sev 1" and "sev_1" are one. */
export const SEVERITY_SEPARATORS = ' \t\r\n-_.:';

/** A severity without case, blanks, dashes and the like. */
export const severityKey = (word: string): string =>
  word.toLowerCase().replace(/[ \t\r\n\-_.:]/g, '');

const isRank = (word: string): word is SeverityRank =>
  (SEVERITY_RANKS as readonly string[]).includes(word);

/** `blue=info,sev5=warning`: words and their ranks, over those that are known. */
export const severityWords = z.string().transform((text, check): SeverityWords => {
  const words = new Map(DEFAULT_WORDS);
  for (const pair of text.split(',').filter((each) => each.trim() !== '')) {
    const [word = '', rank = '', ...more] = pair.split('=');
    const key = severityKey(word);
    const code = severityKey(rank);
    if (key !== '' && isRank(code) && more.length === 0) words.set(key, code);
    else
      check.addIssue({
        code: 'custom',
        message: `must be word=rank pairs, separated by commas; ranks are ${SEVERITY_RANKS.join(', ')}`,
      });
  }
  return words;
});

/** The rank of a severity as an alert has it. */
export const rankOfSeverity = (severity: string, words: SeverityWords): SeverityRank =>
  words.get(severityKey(severity)) ?? 'unknown';
