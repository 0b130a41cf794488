import { describe, expect, test } from 'vitest';
import type { LedgerEntry } from '@/lib/requests/contract';
import { lane, ledgerEntry, logRow, ms, requestPage } from '../request.fixture';
import {
  answeredText,
  entryText,
  keptSinceText,
  ledgerProblems,
  nothingFoundText,
  occurrencesOf,
  sharedIdsText,
  skewText,
  tookText,
  tracesNotSearchableYet,
} from './ledger-text';

const view = requestPage({
  lanes: [lane('a')],
  spanCount: 34,
  logCount: 51,
  logs: [logRow('1', { unattached: 'no_span_id' })],
});
const because = (sentence: string): LedgerEntry['reasons'] => [{ code: 'recorded', sentence }];

describe('an entry of the ledger', () => {
  test('says what was found', () => {
    expect(entryText(ledgerEntry('traces'), view)).toBe('Tempo · 1 lane, 34 spans');
    expect(entryText(ledgerEntry('logs'), view)).toBe('Loki · 51 lines, 1 unattached');
    expect(entryText(ledgerEntry('metrics', { rows: 7 }), view)).toBe('Prometheus · 7 series');
    expect(entryText(ledgerEntry('alerts', { rows: 1 }), view)).toBe(
      'the portal · 1 alert around the request',
    );
  });
  test('says how far the search is', () => {
    const searching = ledgerEntry('logs', { state: 'searching', rows: 0, sweeping: '6 h' });
    expect(entryText(searching, view)).toBe('Loki · searching, last 6 h…');
    expect(entryText({ ...searching, rows: 51 }, view)).toBe(
      'Loki · 51 lines, 1 unattached, searching, last 6 h…',
    );
  });
  test('tells nothing found from no answer and from not asked', () => {
    expect(entryText(ledgerEntry('logs', { state: 'empty' }), view)).toBe('Loki · nothing in 1 h');
    expect(entryText(ledgerEntry('logs', { state: 'failed' }), view)).toBe('Loki · did not answer');
    const skipped = ledgerEntry('metrics', { state: 'skipped' });
    expect(entryText({ ...skipped, reasons: because('no metrics source') }, view)).toBe(
      'no metrics source',
    );
    expect(entryText(skipped, view)).toBe('not asked');
  });
});

test('what a source answered in part may be nothing', () => {
  const partial = ledgerEntry('traces', { state: 'partial', rows: 0 });
  expect(entryText(partial, view)).toBe('Tempo · nothing in what it answered');
});

test('how long a source took is told once it has answered', () => {
  const took = (state: LedgerEntry['state']) => tookText({ state, tookMs: 40 });
  expect(['ok', 'empty', 'partial', 'failed'].map((state) => took(state as 'ok'))).toEqual(
    Array.from({ length: 4 }, () => '40 ms'),
  );
  expect([took('searching'), took('skipped')]).toEqual(['', '']);
});

test('the answers are counted without those that were not asked', () => {
  const ledger = [
    ledgerEntry('traces', { state: 'partial' }),
    ledgerEntry('logs', { state: 'failed' }),
    ledgerEntry('metrics', { state: 'skipped' }),
  ];
  expect(answeredText({ ledger, complete: true })).toBe('1 of 2 sources answered');
  expect(answeredText({ ledger, complete: false })).toBe('1 of 2 sources answered so far');
});

describe('problems', () => {
  const failed = ledgerEntry('logs', { state: 'failed', reasons: because('Loki timed out') });
  const partial = ledgerEntry('traces', { state: 'partial', reasons: because('Tempo hit 5 MB') });
  test('one failure among complete answers says that the rest can be trusted', () => {
    expect(ledgerProblems({ ledger: [ledgerEntry('traces'), failed], complete: true })).toEqual([
      { signal: 'logs', text: 'Loki timed out. Everything else is complete.' },
    ]);
  });
  test('times that cannot be true are said in their own note', () => {
    const noted = { code: 'implausible_times', rows: 'spans', count: 1, sentence: '…' } as const;
    const ledger = [{ ...partial, reasons: [noted, ...partial.reasons] }];
    expect(ledgerProblems({ ledger, complete: true })[0]!.text).toBe(
      'Traces partial: Tempo hit 5 MB.',
    );
  });
  test('a source that gave no reason is named', () => {
    const ledger = [ledgerEntry('logs', { state: 'failed' })];
    expect(ledgerProblems({ ledger, complete: true })[0]!.text).toBe('Loki did not answer.');
  });
  test('nothing is said of the rest while it is on its way, or when it has problems too', () => {
    const text = ({ text: sentence }: { text: string }) => sentence;
    const ledger = [ledgerEntry('traces'), failed];
    expect(ledgerProblems({ ledger, complete: false }).map(text)).toEqual(['Loki timed out.']);
    expect(ledgerProblems({ ledger: [partial, failed], complete: true }).map(text)).toEqual([
      'Traces partial: Tempo hit 5 MB.',
      'Loki timed out.',
    ]);
  });
});

test('hosts with another clock are listed', () => {
  expect(
    skewText([
      { kind: 'skew', host: 'payments-7c', aheadNs: ms(4200) },
      { kind: 'skew', host: 'edge-1', aheadNs: ms(-20) },
    ]),
  ).toBe('payments-7c +4.2 s, edge-1 −20 ms');
});

test.each([
  [{ spans: 1, doubtful: 0 }, '1 span with the id of another span: all are shown.'],
  [
    { spans: 2, doubtful: 1 },
    '2 spans with the id of another span: all are shown; the place of 1 span below them is a guess.',
  ],
])('spans that share an id are said: %o', (counts, text) => {
  expect(sharedIdsText([{ kind: 'shared-span-ids', ...counts }])).toBe(text);
});

test('where no id is shared nothing is said of it', () => {
  expect(sharedIdsText([{ kind: 'missing-parents', lane: 0, count: 1 }])).toBe('');
});

test('uses of one id are listed, the newest first, each with a link to it alone', () => {
  const times = { from: '2026-11-25T14:00:00Z', to: '2026-11-25T14:00:02Z' };
  const older = { kind: 'occurrence', ...times, traces: 1 } as const;
  const newer = { ...older, from: '2026-11-25T15:00:00Z', to: '2026-11-25T15:00:01Z', traces: 2 };
  const [first, second] = occurrencesOf([older, newer]);
  expect([first!.text, second!.text]).toEqual([
    '2026-11-25 15:00:00 UTC, 2 traces',
    '2026-11-25 14:00:00 UTC, 1 trace',
  ]);
  const search = new URLSearchParams(second!.search);
  expect(search.get('from')).toBe('2026-11-25T13:59:00.000Z');
  expect(search.get('to')).toBe('2026-11-25T14:01:02.000Z');
});

test('evidence says since when it is kept', () => {
  expect(keptSinceText('2026-11-25T14:09:31Z')).toBe('Kept since 2026-11-25 14:09 UTC');
});

test('a request too new for its source is known by the code of the reason', () => {
  const reason = {
    code: 'not_searchable_yet',
    source: 'Tempo',
    lagSeconds: 30,
    sentence: 'in whatever words',
  } as const;
  const ledger = [ledgerEntry('traces', { state: 'partial', reasons: [reason] })];
  expect(tracesNotSearchableYet({ ledger, complete: true })).toBe(true);
  expect(tracesNotSearchableYet({ ledger, complete: false })).toBe(false);
  expect(tracesNotSearchableYet({ ledger: [ledgerEntry('traces')], complete: true })).toBe(false);
});

describe('nothing found', () => {
  const window = { from: '2026-11-18T14:00:00Z', to: '2026-11-25T16:00:00Z' };
  const empty = [
    ledgerEntry('traces', { state: 'empty', window }),
    ledgerEntry('logs', { state: 'empty', window }),
  ];
  test('says how far back was searched, and why it may be so', () => {
    expect(nothingFoundText({ complete: true, ledger: empty }, false)).toBe(
      'Nothing found in 7 days; all sources answered. ' +
        'Mistyped, sampled away, expired, or under 30 s old.',
    );
  });
  test('says when a source did not answer', () => {
    const ledger = [empty[0]!, ledgerEntry('logs', { state: 'failed', window })];
    expect(nothingFoundText({ complete: true, ledger }, false)).toBe(
      'Nothing found in 7 d 2 h, but Loki did not answer.',
    );
  });
  const STATES = ['searching', 'ok', 'empty', 'partial', 'failed', 'skipped'] as const;
  const pairs = STATES.flatMap((traces) => STATES.map((logs) => [traces, logs] as const));
  test.each(pairs)('says what is true of traces %s and logs %s', (traces, logs) => {
    const ledger = [
      ledgerEntry('traces', { state: traces, rows: 0, window }),
      ledgerEntry('logs', { state: logs, rows: 0, window }),
      ledgerEntry('alerts', { state: 'failed' }),
    ];
    const text = nothingFoundText({ complete: true, ledger }, false);
    const states = [traces, logs];
    const has = (state: (typeof STATES)[number]) => states.includes(state);
    const isSearching = has('searching');
    const noneAnswered = !isSearching && states.every((state) => state === 'failed');
    expect(text.includes('searching')).toBe(isSearching);
    expect(text.includes('No source answered')).toBe(noneAnswered);
    expect(text.includes('did not answer')).toBe(!isSearching && !noneAnswered && has('failed'));
    expect(text.includes('answered in part')).toBe(!isSearching && has('partial'));
    const isWhole = !isSearching && !has('failed') && !has('partial');
    expect(text.includes('all sources answered')).toBe(isWhole);
  });
  test('reaches as far back as was searched by who answered', () => {
    const short = { from: '2026-11-25T15:00:00Z', to: '2026-11-25T16:00:00Z' };
    const ledger = [ledgerEntry('traces', { state: 'failed', window: short }), empty[1]!];
    expect(nothingFoundText({ complete: true, ledger }, false)).toContain('in 7 d 2 h, but Tempo');
  });
  test('says when none did', () => {
    const ledger = empty.map((entry) => ({ ...entry, state: 'failed' as const }));
    expect(nothingFoundText({ complete: true, ledger }, false)).toBe(
      'No source answered. Check sources.',
    );
  });
  test('says how far the search is, unless it is repeated', () => {
    const ledger = [ledgerEntry('traces', { state: 'searching', sweeping: '6 h' })];
    expect(nothingFoundText({ complete: false, ledger }, false)).toBe(
      'Searching all sources: last 6 h…',
    );
    expect(nothingFoundText({ complete: false, ledger: empty }, true)).toContain('7 days');
  });
});
