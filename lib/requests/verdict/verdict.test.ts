import { describe, expect, test } from 'vitest';
import type { Span } from '@/lib/telemetry/model';
import { epochNs } from '@/lib/time/units';
import { correlate } from '../correlation/correlate';
import { exception, line, span } from '../correlation/spans.fixture';
import type { VerdictContext } from './finding';
import { determineVerdict } from './verdict';

const quiet: VerdictContext = {
  normalNs: () => null,
  alike: null,
  consumedBefore: () => 0,
  usualWaitNs: () => null,
  callsPerRequest: () => null,
  settled: true,
  incomplete: [],
  nowOffset: 1e15,
};
const verdictFor = (
  spans: Span[],
  around: Partial<VerdictContext> = {},
  logs: Parameters<typeof correlate>[1] = [],
) => {
  const verdict = determineVerdict(correlate(spans, logs), { ...quiet, ...around });
  return { ...verdict, text: verdict.sentence.map((segment) => segment.text).join('') };
};
const status = (code: number) => ({ attributes: { 'http.response.status_code': code } });
const failed = { status: 'error' } as const;

const refused = (attempts: number): Span[] => [
  span(1, undefined, 0, 500, {
    service: 'edge',
    name: 'POST /checkout',
    kind: 'server',
    ...failed,
    ...status(502),
  }),
  span(2, 1, 1, 499, {
    service: 'edge',
    name: 'POST /orders',
    kind: 'client',
    ...failed,
    ...status(502),
  }),
  span(3, 2, 2, 498, {
    service: 'checkout',
    name: 'POST /orders',
    kind: 'server',
    ...failed,
    ...status(502),
  }),
  ...Array.from({ length: attempts }, (_, index) => [
    span(10 + index * 3, 3, 10 + index * 100, 50 + index * 100, {
      service: 'checkout',
      name: 'POST /reserve',
      kind: 'client',
      ...failed,
      ...status(409),
    }),
    span(11 + index * 3, 10 + index * 3, 12 + index * 100, 48 + index * 100, {
      service: 'inventory',
      name: 'POST /reserve',
      kind: 'server',
      ...failed,
      ...status(409),
    }),
    span(12 + index * 3, 11 + index * 3, 14 + index * 100, 46 + index * 100, {
      service: 'inventory',
      name: 'reserve',
      ...failed,
      events: exception('StockConflictError'),
    }),
  ]).flat(),
];

describe('a failure', () => {
  test('names who answered, what threw, and that every attempt failed', () => {
    const verdict = verdictFor(refused(3));
    expect(verdict.text).toBe(
      'Failed: checkout answered 502 because inventory reserve threw StockConflictError in all 3 attempts: no.',
    );
    expect(verdict).toMatchObject({
      state: 'failed',
      attempts: 3,
      signature: 'inventory · reserve · StockConflictError',
    });
    expect(verdict.culprit).toBe(`${'1'.padStart(32, '0')}.${(18).toString(16).padStart(16, '0')}`);
  });
  test('of one attempt says nothing of attempts', () =>
    expect(verdictFor(refused(1)).text).toBe(
      'Failed: checkout answered 502 because inventory reserve threw StockConflictError: no.',
    ));
  test('that is new says since when and how many', () => {
    const alike = {
      count: 63,
      since: '2026-11-22T14:02:11.000000000Z',
      trend: [],
      atLeast: false,
      burst: true,
    };
    expect(verdictFor(refused(1), { alike }).text).toContain(
      '63 requests failed this way since 14:02; normally none.',
    );
  });
  test('without an exception tells the status', () => {
    expect(
      verdictFor([
        span(1, undefined, 0, 9, {
          service: 'edge',
          name: 'GET /',
          kind: 'server',
          ...failed,
          ...status(503),
        }),
        span(2, 1, 1, 8, {
          service: 'shop',
          name: 'GET /',
          kind: 'server',
          ...failed,
          ...status(503),
        }),
      ]).text,
    ).toBe('Failed: edge answered 503 because shop GET / answered 503.');
  });
  test('that never reached the answer is not the verdict', () => {
    const verdict = verdictFor([
      span(1, undefined, 0, 90, { kind: 'server', ...status(200) }),
      span(2, 1, 0, 10, { kind: 'client', name: 'x', ...failed }),
      span(3, 1, 20, 30, { kind: 'client', name: 'x' }),
    ]);
    expect(verdict).toMatchObject({
      state: 'succeeded',
      text: 'Succeeded in 90 ms after a retry.',
      culprit: null,
    });
  });
  test('after the answer, in a worker, is still a failure', () => {
    const producer = span(2, 1, 5, 6, { kind: 'producer' });
    const verdict = verdictFor([
      span(1, undefined, 0, 10, { kind: 'server', service: 'edge' }),
      producer,
      span(3, undefined, 50, 60, {
        trace: 2,
        kind: 'consumer',
        service: 'worker',
        name: 'process orders',
        ...failed,
        events: exception('Poison'),
        links: [{ traceId: producer.traceId, spanId: producer.spanId, attributes: {} }],
      }),
    ]);
    expect(verdict.state).toBe('failed');
    expect(verdict.text).toContain('worker process orders');
    expect(verdict.text).toContain('Poison');
  });
  test('in the first of two traces, when the second succeeded, is a success', () => {
    const root = { kind: 'server', name: 'POST /pay', service: 'edge' } as const;
    expect(
      verdictFor([
        span(1, undefined, 0, 10, { ...root, ...failed, ...status(500) }),
        span(2, undefined, 100, 110, { ...root, trace: 2, ...status(200) }),
      ]),
    ).toMatchObject({ state: 'succeeded', attempts: 2 });
  });
});

describe('a retry storm', () => {
  const tried = (attempts: number, more: Partial<Span> = {}): Span[] => [
    span(1, undefined, 0, 2000, {
      service: 'checkout',
      name: 'POST /orders',
      kind: 'server',
      ...failed,
      ...status(503),
    }),
    ...Array.from({ length: attempts }, (_, index) => [
      span(10 + index * 2, 1, 10 + index * 370, 50 + index * 370, {
        service: 'checkout',
        name: 'POST /reserve',
        kind: 'client',
        ...failed,
        ...status(503),
      }),
      span(11 + index * 2, 10 + index * 2, 12 + index * 370, 48 + index * 370, {
        service: 'inventory',
        name: 'POST /reserve',
        kind: 'server',
        ...failed,
        ...status(503),
        ...more,
      }),
    ]).flat(),
  ];
  test('names who tried whom how often, and what that costs who is tried', () => {
    const verdict = verdictFor(tried(6), { callsPerRequest: () => ({ now: 5.21, normal: 1.04 }) });
    expect(verdict.text).toBe(
      'Failed: checkout tried inventory 6 times in 1.89 s, 503 each time. ' +
        'Inventory gets 5.2 calls per checkout; normally 1.',
    );
    expect(verdict).toMatchObject({
      state: 'failed',
      attempts: 6,
      signature: 'inventory · POST /reserve · HTTP 503',
    });
  });
  test.each([
    ['the calls are as usual', { now: 1.4, normal: 1 }],
    ['nothing is known of before', { now: 5, normal: null }],
  ])('says nothing of calls where %s', (_, calls) => {
    expect(verdictFor(tried(6), { callsPerRequest: () => calls }).text).toBe(
      'Failed: checkout tried inventory 6 times in 1.89 s, 503 each time.',
    );
  });
  test('three attempts are none, nor is what threw', () => {
    expect(verdictFor(tried(3)).text).toBe(
      'Failed: checkout answered 503 because inventory POST /reserve answered 503 in all 3 attempts.',
    );
    expect(verdictFor(tried(6, { events: exception('Overloaded') })).text).toContain(
      'threw Overloaded in all 6 attempts',
    );
  });
  test('what threw in a layer of its framework is none either', () => {
    const layers = Array.from({ length: 6 }, (_, index) =>
      span(40 + index, 11 + index * 2, 13 + index * 370, 47 + index * 370, {
        service: 'inventory',
        name: 'middleware',
        attributes: { 'express.type': 'middleware' },
        ...failed,
        events: exception('Overloaded'),
      }),
    );
    const verdict = verdictFor([...tried(6), ...layers]);
    expect(verdict.text).toContain('POST /reserve threw Overloaded in all 6 attempts');
    expect(verdict.signature).toBe('inventory · POST /reserve · Overloaded');
  });
});

describe('slowness', () => {
  const slow = [
    span(1, undefined, 0, 2310, { service: 'checkout', kind: 'server', name: 'POST /checkout' }),
    span(2, 1, 50, 2100, { service: 'checkout', kind: 'client', name: 'POST /charge' }),
    span(3, 2, 55, 2095, { service: 'payments', kind: 'server', name: 'POST /charge' }),
    span(4, 1, 2110, 2300, { service: 'inventory', kind: 'server', name: 'POST /reserve' }),
  ];
  const normal = (each: Span) =>
    ({ checkout: 180e6, payments: 60e6, inventory: 150e6 })[each.service] ?? null;
  test('names the call with the largest excess over its usual time', () => {
    const verdict = verdictFor(slow, { normalNs: normal });
    expect(verdict.text).toBe(
      'Slow: 2.31 s, normally 180 ms. payments POST /charge took 2.04 s, normally 60 ms. Nothing failed.',
    );
    expect(verdict.state).toBe('slow');
  });
  test('is not claimed without a baseline, nor for a small excess', () => {
    expect(verdictFor(slow).state).toBe('succeeded');
    expect(
      verdictFor([span(1, undefined, 0, 90, { kind: 'server' })], { normalNs: () => 10e6 }).state,
    ).toBe('succeeded');
  });
});

describe('absence', () => {
  const sent = [
    span(1, undefined, 0, 20, { kind: 'server', service: 'checkout', ...status(202) }),
    span(2, 1, 5, 10, {
      kind: 'producer',
      service: 'checkout',
      attributes: {
        'messaging.destination.name': 'orders',
        'messaging.message.type': 'order.created',
      },
    }),
  ];
  test('is claimed when others were taken, every source answered, and enough time went by', () => {
    const verdict = verdictFor(sent, { consumedBefore: () => 400, nowOffset: 360e9 });
    expect(verdict.text).toBe(
      'Incomplete: checkout answered 202, but order.created has waited 6 min in queue orders. No consumer seen.',
    );
    expect(verdict.state).toBe('incomplete');
  });
  test('says how long messages usually wait, where that is known', () => {
    expect(
      verdictFor(sent, { consumedBefore: () => 400, usualWaitNs: () => 1.1e9, nowOffset: 360e9 })
        .text,
    ).toBe(
      'Incomplete: checkout answered 202, but order.created has waited 6 min in queue orders; ' +
        'normally under 1.1 s. No consumer seen.',
    );
  });
  test.each<[string, Partial<VerdictContext>]>([
    ['a source did not answer', { consumedBefore: () => 400, settled: false }],
    ['it was sent just now', { consumedBefore: () => 400, nowOffset: 1e9 }],
  ])('is not claimed when %s, nor is success', (_, around) => {
    const verdict = verdictFor(sent, around);
    expect(verdict.state).toBe('unknown');
    expect(verdict.text).toMatch(/^So far: checkout answered 202 in 20 ms; waiting for a consumer/);
  });
  test('is not claimed of a queue of which no consumer is known, but that nobody took it is said', () =>
    expect(verdictFor(sent, { consumedBefore: () => 19 })).toMatchObject({
      state: 'succeeded',
      text: 'Succeeded in 20 ms. Nobody was seen to take order.created from queue orders.',
    }));
});

test('of three jobs at the same time one failed: that is a failure, and no attempt', () => {
  const job = { kind: 'server', name: 'POST /job', service: 'ci' } as const;
  const verdict = verdictFor([
    span(1, undefined, 0, 50, job),
    span(2, undefined, 1, 40, { ...job, trace: 2, ...failed, ...status(500) }),
    span(3, undefined, 2, 45, { ...job, trace: 3 }),
  ]);
  expect(verdict).toMatchObject({ state: 'failed', attempts: 1 });
  expect(verdict.text).toBe('Failed: ci POST /job answered 500.');
});
test('what a healthy caller swallowed is not the culprit', () => {
  const verdict = verdictFor([
    span(1, undefined, 0, 90, { kind: 'server', service: 'shop', ...failed, ...status(502) }),
    span(2, 1, 1, 40, { service: 'shop' }),
    span(3, 2, 2, 39, {
      kind: 'client',
      service: 'shop',
      name: 'GET /recs',
      ...failed,
      events: exception('TimeoutError'),
    }),
    span(4, 1, 50, 80, {
      kind: 'server',
      service: 'payments',
      name: 'POST /charge',
      ...failed,
      ...status(409),
    }),
  ]);
  expect(verdict.text).toBe(
    'Failed: shop answered 502 because payments POST /charge answered 409.',
  );
});
test('without its first span a request has not succeeded', () =>
  expect(verdictFor([span(2, 1, 0, 10)])).toMatchObject({
    state: 'unknown',
    text: 'Unknown: the first span is missing; of 1 span found, shop work 2 took 10 ms, and its parent was not found.',
  }));
test('skew only annotates', () => {
  const { text, state } = verdictFor([
    span(1, undefined, 0, 210, { kind: 'client', host: 'edge-0' }),
    span(2, 1, 4300, 4400, { kind: 'server', host: 'payments-7c' }),
  ]);
  expect(state).toBe('succeeded');
  expect(text).toMatch(
    /^Succeeded in 210 ms\. payments-7c's clock runs 4\.\d+ s ahead \(1 call shows it\); times shown adjusted\.$/,
  );
});
test('logs without spans are said to be that', () =>
  expect(verdictFor([], {}, [line(1, 0), line(2, 1)]).text).toBe(
    'Unknown: no spans found, only 2 log lines from shop.',
  ));

describe('what is not known is not called a success', () => {
  const root = (more: Partial<Span> = {}) =>
    span(1, undefined, 0, 50, { kind: 'server', service: 'ci', name: 'deploy', ...more });
  const open = { ended: false, endNs: root().startNs };
  const now = { nowOffset: 60e9 };
  test('a first span without an end', () => {
    expect(verdictFor([root(open)], now)).toMatchObject({
      state: 'unknown',
      culprit: null,
      signature: null,
      text: 'Unfinished: ci deploy began 1 min ago; no end was received.',
    });
    expect(verdictFor([root(open)], { ...now, normalNs: () => 2e8 }).text).toBe(
      'Unfinished: ci deploy began 1 min ago, normally done in 200 ms; no end was received.',
    );
  });
  test('what failed in it so far is named', () => {
    const inside = span(2, 1, 1, 9, { name: 'build', ...failed, events: exception('Boom') });
    const verdict = verdictFor([root(open), inside], now);
    expect(verdict.text).toBe(
      'Unfinished: ci deploy began 1 min ago; no end was received. So far shop build failed: Boom: no.',
    );
    expect(verdict.culprit).toContain('0002');
  });
  test('what only recorded an exception in it is not said to have failed', () => {
    const inside = span(2, 1, 1, 9, { name: 'build', events: exception('Boom') });
    expect(verdictFor([root(open), inside], now).text).toBe(
      'Unfinished: ci deploy began 1 min ago; no end was received. ' +
        'So far shop build recorded an exception: Boom: no.',
    );
  });
  test('a first span that has failed has failed, end or not', () =>
    expect(verdictFor([root({ ...open, ...failed })], now).state).toBe('failed'));
  test('an exception in the first span, which says of no outcome', () => {
    const internal = { kind: 'internal', events: exception('KeyError') } as const;
    const verdict = verdictFor([root(internal)]);
    expect(verdict).toMatchObject({
      state: 'unknown',
      signature: null,
      text:
        'Unknown: ci deploy took 50 ms; an exception was recorded: KeyError: no, ' +
        'and nothing says how it ended.',
    });
    expect(verdict.culprit).toContain('0001');
  });
  test('an exception beside a good answer, and where it was', () =>
    expect(
      verdictFor([
        root({ ...status(200), events: exception('Handled') }),
        span(2, 1, 1, 9, { name: 'load', events: exception('KeyError') }),
      ]).text,
    ).toBe(
      'Unknown: ci answered 200 in 50 ms; an exception was recorded in shop load: KeyError: no.',
    ));
  test('an exception in what took its message', () =>
    expect(
      verdictFor([
        root(status(202)),
        span(2, 1, 5, 6, { kind: 'producer' }),
        span(3, 2, 7, 9, { kind: 'consumer', name: 'process', events: exception('Poison') }),
      ]),
    ).toMatchObject({ state: 'unknown', text: expect.stringContaining('shop process took 2 ms') }));
  test('what took its message and has no end', () => {
    const spans = [
      root(status(202)),
      span(2, 1, 5, 6, { kind: 'producer' }),
      span(3, 2, 10, 10, { kind: 'consumer', name: 'process', ended: false }),
    ];
    expect(verdictFor(spans, { nowOffset: 5.01e9 })).toMatchObject({
      state: 'unknown',
      text: 'So far: ci answered 202 in 50 ms; waiting for the end of shop process, begun 5 s ago.',
    });
  });
  test.each(['searching', 'partial', 'failed'] as const)('a source that is %s', (state) => {
    const verdict = verdictFor([root(status(200))], { incomplete: [{ source: 'Tempo', state }] });
    expect(verdict.state).toBe('unknown');
    expect(verdict.text).toMatch(/^So far: ci answered 200 in 50 ms; Tempo .+\.$/);
  });
  test('what failed on the way is said, too', () =>
    expect(
      verdictFor([root(status(200)), span(2, 1, 1, 9, failed)], {
        incomplete: [{ source: 'Tempo', state: 'partial' }],
      }).text,
    ).toBe('So far: ci answered 200 in 50 ms; 1 span failed on the way; Tempo answered in part.'));
  test('a slow request of which not all is known does not say that nothing failed', () => {
    const slow = [root({ ...status(200), name: 'deploy' })].map((each) => ({
      ...each,
      endNs: epochNs(each.startNs + 2_000_000_000n),
    }));
    const normalNs = () => 1e8;
    expect(verdictFor(slow, { normalNs }).text).toBe('Slow: 2 s, normally 100 ms. Nothing failed.');
    const incomplete = [{ source: 'Tempo', state: 'partial' }] as const;
    expect(verdictFor(slow, { normalNs, incomplete }).text).toBe('Slow: 2 s, normally 100 ms.');
    const inside = span(2, 1, 1, 9, failed);
    expect(verdictFor([...slow, inside], { normalNs }).text).toBe('Slow: 2 s, normally 100 ms.');
    const orphan = slow.map((each) => ({ ...each, parentSpanId: inside.spanId }));
    expect(verdictFor(orphan, { normalNs }).text).toBe('Slow: 2 s, normally 100 ms.');
  });
});

test('a consumer that failed in the trace of its producer is a failed request', () => {
  const verdict = verdictFor([
    span(1, undefined, 0, 10, { kind: 'server', service: 'edge', ...status(202) }),
    span(2, 1, 5, 6, { kind: 'producer', service: 'edge' }),
    span(3, 2, 50, 60, {
      kind: 'consumer',
      service: 'worker',
      name: 'process orders',
      ...failed,
      events: exception('Poison'),
    }),
  ]);
  expect(verdict.state).toBe('failed');
  expect(verdict.text).toBe(
    'Failed: the answer was sent, then worker process orders failed because it threw Poison: no.',
  );
});

describe('what a verdict points at', () => {
  const id = (number: number) => `${'1'.padStart(32, '0')}.${String(number).padStart(16, '0')}`;
  test('a slow request points at the call that explains it, if one does', () => {
    const spans = [span(1, undefined, 0, 900), span(2, 1, 0, 890, { service: 'bank' })];
    const normalNs = () => 1e6;
    expect(verdictFor(spans, { normalNs })).toMatchObject({
      culprit: id(2),
      signature: 'bank · work 2 · slow',
      normalNs: 1e6,
    });
    expect(verdictFor(spans.slice(0, 1), { normalNs })).toMatchObject({
      culprit: null,
      signature: 'shop · work 1 · slow',
    });
  });
  test('a missing operation points at who sent the message', () => {
    const attributes = { 'messaging.destination.name': 'orders' };
    const spans = [span(1, undefined, 0, 20), span(2, 1, 5, 10, { kind: 'producer', attributes })];
    expect(verdictFor(spans, { consumedBefore: () => 20 })).toMatchObject({
      culprit: id(2),
      signature: 'shop · orders · no consumer',
    });
  });
  test('a success, and nothing at all, point at nothing', () => {
    const nothing = { culprit: null, signature: null, alike: null, attempts: 1 };
    expect(verdictFor([span(1, undefined, 0, 9)])).toMatchObject({
      ...nothing,
      state: 'succeeded',
    });
    expect(verdictFor([])).toMatchObject({
      ...nothing,
      state: 'unknown',
      sentence: [{ text: 'Nothing found.', tone: 'plain' }],
    });
    expect(verdictFor([], {}, [line(1, 0)]).sentence).toHaveLength(1);
  });
});
