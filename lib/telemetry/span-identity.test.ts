import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asSpanId, asTraceId } from '@/lib/correlation-id/grammar';
import { epochNs } from '@/lib/time/units';
import type { Span } from './model';
import { compareVersions, latestVersions, spanIdentity } from './span-identity';

const base: Span = {
  traceId: asTraceId('1')!,
  spanId: asSpanId('1')!,
  parentSpanId: undefined,
  name: 'nightly',
  kind: 'internal',
  startNs: epochNs(1_000n),
  endNs: epochNs(1_000n),
  ended: true,
  status: 'unset',
  outcome: 'good',
  statusMessage: '',
  service: 'job',
  attributes: {},
  resource: {},
  scope: '',
  events: [],
  links: [],
};

const spans = fc
  .record({
    spanId: fc.constantFrom(asSpanId('1')!, asSpanId('2')!),
    kind: fc.constantFrom('client' as const, 'server' as const),
    service: fc.constantFrom('reviews', 'ratings'),
    start: fc.bigInt(1n, 3n),
    length: fc.bigInt(0n, 3n),
    ended: fc.boolean(),
    outcome: fc.constantFrom('good' as const, 'failed' as const),
  })
  .map(({ start, length, ...fields }): Span => ({
    ...base,
    ...fields,
    startNs: epochNs(start),
    endNs: epochNs(start + length),
  }));

test('every distinct span is there once, in its finished version, in any order and split of arrival', () => {
  fc.assert(
    fc.property(fc.array(spans), fc.nat(), (sent, cut) => {
      const byIdentity = Map.groupBy(sent, spanIdentity);
      const right = [...byIdentity.values()]
        .map((versions) => versions.toSorted(compareVersions).at(-1)!)
        .map(describe)
        .toSorted();
      const at = cut % (sent.length + 1);
      const arrivals = [
        sent,
        sent.toReversed(),
        [...latestVersions(sent.slice(0, at)), ...sent.slice(at)],
        [...sent, ...sent],
      ];
      for (const arrival of arrivals)
        expect(latestVersions(arrival).map(describe).toSorted()).toEqual(right);
    }),
  );
});

const describe = (span: Span): string =>
  `${spanIdentity(span)} ${span.endNs} ${span.ended} ${span.outcome}`;

test.each([
  ['one that ended, over one that has no end', { endNs: epochNs(9n), ended: false }, {}],
  ['the one that ended later', {}, { endNs: epochNs(5_000n) }],
  ['of those that ended together the one that failed', {}, { outcome: 'failed' as const }],
])('the finished version is %s', (_, unfinished, finished) => {
  const versions = [
    { ...base, ...unfinished },
    { ...base, ...finished },
  ];
  expect(latestVersions(versions)).toEqual([versions[1]]);
  expect(latestVersions(versions.toReversed())).toEqual([versions[1]]);
});

test('of equal versions the first stays', () => {
  const [first, again] = [base, { ...base, name: 'sent again' }];
  expect(latestVersions([first, again])).toEqual([first]);
});
