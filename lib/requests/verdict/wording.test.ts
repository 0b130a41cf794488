import { describe, expect, test } from 'vitest';
import { exception, span } from '../correlation/spans.fixture';
import type { Finding, FindingOf, IncompleteSource } from './finding';
import { describeFinding, describeSkew } from './wording';

const textOf = (finding: Finding) =>
  describeFinding(finding)
    .map(({ text }) => text)
    .join('');
const tonesOf = (finding: Finding) =>
  describeFinding(finding)
    .filter(({ tone }) => tone !== 'plain')
    .map(({ text, tone }) => [text, tone]);
const status = (code: number) => ({ attributes: { 'http.response.status_code': code } });
const edge = span(1, undefined, 0, 10, { service: 'edge', name: 'GET /', kind: 'server' });

test('nothing found, and logs alone, say so', () => {
  const nothing = (...states: IncompleteSource['state'][]) =>
    textOf({
      kind: 'nothing-found',
      incomplete: states.map((state, at) => ({ source: ['Tempo', 'Loki'][at]!, state })),
    });
  expect(nothing()).toBe('Nothing found.');
  expect(nothing('failed', 'searching')).toBe('Nothing found yet.');
  expect(nothing('failed')).toBe('Nothing found; Tempo did not answer.');
  expect(nothing('failed', 'partial')).toBe(
    'Nothing found; Tempo did not answer; Loki answered in part.',
  );
  const logsOnly = (lineCount: number, services: string[], incomplete: IncompleteSource[] = []) =>
    textOf({ kind: 'logs-only', lineCount, services, incomplete });
  expect(logsOnly(1, ['shop'])).toBe('Unknown: no spans found, only 1 log line from shop.');
  expect(logsOnly(2, ['shop', 'edge'])).toBe(
    'Unknown: no spans found, only 2 log lines from shop and edge.',
  );
  expect(logsOnly(1, ['shop'], [{ source: 'Tempo', state: 'failed' }])).toBe(
    'Unknown: no spans found, only 1 log line from shop; Tempo did not answer.',
  );
  expect(logsOnly(9, ['a', 'b', 'c', 'd'])).toBe(
    'Unknown: no spans found, only 9 log lines from a, b and 2 more.',
  );
});

test('a missing root tells how many spans are there, and what the first of them says', () => {
  const missing = { kind: 'root-missing', durationNs: 5e7, spanCount: 1200 } as const;
  expect(textOf({ ...missing, first: edge })).toBe(
    'Unknown: the first span is missing; of 1,200 spans found, edge GET / took 50 ms, and its ' +
      'parent was not found.',
  );
  expect(textOf({ ...missing, first: { ...edge, ...status(200) } })).toContain(
    'edge answered 200 in 50 ms',
  );
});

describe('an error path', () => {
  const failed = (more: Partial<FindingOf<'error-path'>>): FindingOf<'error-path'> => ({
    kind: 'error-path',
    culprit: edge,
    outcome: edge,
    reachesRoot: true,
    afterAnswer: false,
    attempts: 1,
    similar: null,
    evidence: more.culprit ?? edge,
    ...more,
  });
  const shop = (more: Parameters<typeof span>[4]) =>
    span(2, 1, 1, 9, { service: 'shop', name: 'reserve', ...more });

  test('tells what the culprit threw, answered, got, or that it failed', () => {
    const because = (culprit: ReturnType<typeof shop>) => textOf(failed({ culprit }));
    expect(because(shop({ events: exception('Boom') }))).toBe(
      'Failed: edge failed because shop reserve threw Boom: no.',
    );
    expect(because(shop({ kind: 'server', ...status(409) }))).toBe(
      'Failed: edge failed because shop reserve answered 409.',
    );
    expect(because(shop({ kind: 'client', ...status(409) }))).toBe(
      'Failed: edge failed because shop reserve got 409.',
    );
    expect(because(shop({}))).toBe('Failed: edge failed because shop reserve failed.');
    expect(because(shop({ statusMessage: 'no stock' }))).toBe(
      'Failed: edge failed because shop reserve failed: no stock.',
    );
    expect(because(shop({ statusMessage: 'x'.repeat(300) }))).toContain(`: ${'x'.repeat(119)}….`);
  });
  test('sets off the status and what was thrown', () =>
    expect(
      tonesOf(
        failed({
          outcome: { ...edge, ...status(502) },
          culprit: shop({ events: exception('Boom') }),
        }),
      ),
    ).toEqual([
      ['502', 'critical'],
      ['Boom', 'critical'],
    ]));
  test('sets off the status that a callee answered, or a caller got', () => {
    for (const kind of ['server', 'client'] as const)
      expect(tonesOf(failed({ culprit: shop({ kind, ...status(409) }) }))).toEqual([
        ['409', 'critical'],
      ]);
  });
  test('of the outcome itself tells its message, else its error', () => {
    const withMessage = { ...edge, statusMessage: 'no stock' };
    expect(textOf(failed({ outcome: withMessage, culprit: withMessage }))).toBe(
      'Failed: edge failed: no stock.',
    );
    const refused = { ...edge, ...status(500) };
    expect(textOf(failed({ outcome: refused, culprit: refused }))).toBe(
      'Failed: edge answered 500.',
    );
    expect(textOf(failed({}))).toBe('Failed: edge failed: error.');
  });
  test('beside the first operation names the operation, and that the answer was sent', () => {
    const beside = failed({ reachesRoot: false, culprit: shop({}) });
    expect(textOf(beside)).toBe('Failed: edge GET / failed because shop reserve failed.');
    expect(textOf({ ...beside, afterAnswer: true })).toBe(
      'Failed: the answer was sent, then edge GET / failed because shop reserve failed.',
    );
  });
  test('counts attempts from two on', () => {
    expect(textOf(failed({ attempts: 2 }))).toBe('Failed: edge failed in all 2 attempts: error.');
    expect(textOf(failed({ attempts: 1 }))).toBe('Failed: edge failed: error.');
  });
  test('counts others only of a burst of more than this one', () => {
    const similar = {
      count: 2,
      since: '2026-11-22T14:02:11.000000000Z',
      trend: [],
      atLeast: false,
      burst: true,
    };
    expect(textOf(failed({ similar }))).toBe(
      'Failed: edge failed: error. 2 requests failed this way since 14:02; normally none.',
    );
    expect(textOf(failed({ similar: { ...similar, count: 1 } }))).not.toContain('since');
    expect(textOf(failed({ similar: { ...similar, burst: false } }))).not.toContain('since');
  });
});

test('a retry storm tells the calls only where they are more than twice the usual', () => {
  const storm = (calls: FindingOf<'retry-storm'>['calls']): Finding => ({
    kind: 'retry-storm',
    culprit: span(2, 1, 0, 9, { service: 'stock' }),
    client: 'shop',
    attempts: 6,
    durationNs: 1.5e9,
    status: '503',
    calls,
    similar: null,
  });
  const plain = 'Failed: shop tried stock 6 times in 1.5 s, 503 each time.';
  expect(textOf(storm(null))).toBe(plain);
  expect(textOf(storm({ now: 2, normal: 1 }))).toBe(plain);
  expect(textOf(storm({ now: 5, normal: null }))).toBe(plain);
  expect(textOf(storm({ now: 8, normal: 4 }))).toBe(plain);
  expect(textOf(storm({ now: 2.04, normal: 1 }))).toBe(
    `${plain} Stock gets 2 calls per shop; normally 1.`,
  );
  expect(tonesOf(storm(null))).toEqual([['503', 'critical']]);
});

test('a missing operation tells the answer, the queue and the usual wait where known', () => {
  const missing = (more: Partial<FindingOf<'missing-operation'>> = {}): Finding => ({
    kind: 'missing-operation',
    producer: span(2, 1, 0, 9),
    first: edge,
    message: 'order.created',
    queue: '',
    waitedNs: 60e9,
    usualNs: null,
    ...more,
  });
  expect(textOf(missing())).toBe(
    'Incomplete: edge answered, but order.created from shop has waited 1 min. No consumer seen.',
  );
  const known = missing({ first: { ...edge, ...status(202) }, queue: 'orders', usualNs: 1.1e9 });
  expect(textOf(known)).toBe(
    'Incomplete: edge answered 202, but order.created from shop has waited 1 min in queue orders; ' +
      'normally under 1.1 s. No consumer seen.',
  );
  expect(tonesOf(known)).toEqual([['1 min', 'warning']]);
});

test('what is awaited is told, the first of several, with what is usual', () => {
  const soFar = (more: Partial<FindingOf<'so-far'>>) =>
    textOf({
      kind: 'so-far',
      first: { ...edge, ...status(202) },
      durationNs: 5e7,
      failedSpans: 0,
      awaited: [],
      incomplete: [],
      ...more,
    });
  const message = {
    kind: 'message',
    message: 'order.created',
    queue: 'orders',
    waitedNs: 13e9,
    usualNs: 1.1e9,
  } as const;
  expect(soFar({ awaited: [message] })).toBe(
    'So far: edge answered 202 in 50 ms; waiting for a consumer to take order.created from queue ' +
      'orders, sent 13 s ago, normally under 1.1 s.',
  );
  expect(soFar({ awaited: [{ ...message, queue: '', usualNs: null }, message] })).toBe(
    'So far: edge answered 202 in 50 ms; waiting for a consumer to take order.created, ' +
      'sent 13 s ago and 1 more.',
  );
  expect(soFar({ awaited: [{ kind: 'end', span: edge, runningNs: 5e9 }] })).toContain(
    '; waiting for the end of edge GET /, begun 5 s ago.',
  );
  expect(
    soFar({
      failedSpans: 2,
      incomplete: [
        { source: 'Tempo', state: 'searching' },
        { source: 'Loki', state: 'failed' },
        { source: 'Mimir', state: 'partial' },
      ],
    }),
  ).toBe(
    'So far: edge answered 202 in 50 ms; 2 spans failed on the way; Tempo is searching; ' +
      'Loki did not answer; Mimir answered in part.',
  );
});

test('a success tells what nobody was seen to take', () => {
  const untaken = (...queues: string[]) =>
    textOf({
      kind: 'success',
      durationNs: 9e7,
      failedSpans: 0,
      retried: false,
      followUps: [],
      untaken: queues.map((queue) => ({ message: 'order.created', queue })),
    });
  expect(untaken('')).toBe('Succeeded in 90 ms. Nobody was seen to take order.created.');
  expect(untaken('orders', 'x')).toBe(
    'Succeeded in 90 ms. Nobody was seen to take order.created from queue orders and 1 more.',
  );
});

test('slowness names the call that explains it, where there is one', () => {
  const slow: FindingOf<'latency'> = {
    kind: 'latency',
    root: edge,
    durationNs: 2e9,
    normalNs: 1e8,
    nothingFailed: true,
    culprit: null,
  };
  expect(textOf(slow)).toBe('Slow: 2 s, normally 100 ms. Nothing failed.');
  expect(tonesOf(slow)).toEqual([['2 s', 'warning']]);
  const culprit = {
    span: span(2, 1, 0, 9, { service: 'bank', name: 'charge' }),
    durationNs: 1.8e9,
    normalNs: 6e7,
  };
  expect(textOf({ ...slow, culprit })).toBe(
    'Slow: 2 s, normally 100 ms. bank charge took 1.8 s, normally 60 ms. Nothing failed.',
  );
});

test('a success tells what failed on the way, and what followed', () => {
  const followUp = {
    span: span(3, undefined, 0, 9, { service: 'worker', name: 'process orders' }),
    queue: 'orders',
    waitNs: 4e7,
    durationNs: 9e6,
  };
  const success = (more: Partial<FindingOf<'success'>>) =>
    textOf({
      kind: 'success',
      durationNs: 9e7,
      failedSpans: 0,
      retried: false,
      followUps: [],
      untaken: [],
      ...more,
    });
  expect(success({})).toBe('Succeeded in 90 ms.');
  expect(success({ retried: true })).toBe('Succeeded in 90 ms.');
  expect(success({ retried: true, failedSpans: 1 })).toBe('Succeeded in 90 ms after a retry.');
  expect(success({ failedSpans: 1 })).toBe('Succeeded in 90 ms, though 1 span failed on the way.');
  expect(success({ failedSpans: 2 })).toBe('Succeeded in 90 ms, though 2 spans failed on the way.');
  expect(success({ followUps: [followUp] })).toBe(
    'Succeeded in 90 ms. worker process orders began after 40 ms in queue orders and took 9 ms.',
  );
  expect(success({ followUps: [{ ...followUp, queue: '' }] })).toContain('after 40 ms and took');
  expect(success({ followUps: [followUp, followUp] })).toBe(
    'Succeeded in 90 ms. 2 asynchronous lanes followed.',
  );
});

test('what has no place in time is not said to have taken none', () => {
  const { startNs, endNs } = edge;
  const apart = { ...edge, implausible: { reason: 'too_early', startNs, endNs } as const };
  const unknown = 'a time that is not known';
  const success = { kind: 'success', failedSpans: 0, retried: false, untaken: [] } as const;
  expect(textOf({ ...success, durationNs: null, followUps: [] })).toBe(`Succeeded in ${unknown}.`);
  const followUp = { span: apart, queue: 'orders', waitNs: 0, durationNs: 0 };
  expect(textOf({ ...success, durationNs: 9e6, followUps: [followUp] })).toBe(
    `Succeeded in 9 ms. edge GET / began after ${unknown} in queue orders and took ${unknown}.`,
  );
  const missing = { kind: 'root-missing', durationNs: 0, spanCount: 2 } as const;
  expect(textOf({ ...missing, first: apart })).toContain(`edge GET / took ${unknown}`);
  expect(
    textOf({ kind: 'unfinished', root: apart, runningNs: 0, normalNs: null, failure: null }),
  ).toContain(`began ${unknown} ago`);
});

test('of several clocks the one that is furthest off is told', () => {
  const textOfSkew = (...skew: [host: string, shiftNs: number, calls: number][]) =>
    describeSkew(new Map(skew.map(([host, shiftNs, calls]) => [host, { shiftNs, calls }])))
      .map(({ text }) => text)
      .join('');
  expect(describeSkew(new Map())).toEqual([]);
  expect(textOfSkew(['a', 1e9, 1], ['b', -4.2e9, 3], ['c', 2e9, 1])).toBe(
    " b's clock runs 4.2 s ahead (3 calls show it); times shown adjusted.",
  );
  expect(textOfSkew(['a', 1e9, 1])).toBe(
    " a's clock runs 1 s behind (1 call shows it); times shown adjusted.",
  );
});
