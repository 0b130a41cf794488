import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { epochMs, MINUTE_MS } from '@/lib/time/units';
import { computeFingerprint } from './fingerprint';
import { readAlert } from './read-alert';

const RECEIVED = epochMs(Date.UTC(2026, 10, 25, 5, 20));
const START = '2026-11-25T05:00:00Z';
const good = {
  status: 'firing',
  labels: { alertname: 'Pager', severity: 'critical' },
  annotations: { summary: 's' },
  startsAt: START,
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'http://prometheus/graph',
  fingerprint: 'abc',
};
const read = (changes: object) => {
  const answer = readAlert({ ...good, ...changes }, RECEIVED);
  if ('reason' in answer) throw new Error(answer.reason);
  return answer.observation;
};
const without = (name: keyof typeof good) => {
  const { [name]: _, ...rest } = good;
  const answer = readAlert(rest, RECEIVED);
  if ('reason' in answer) throw new Error(answer.reason);
  return answer.observation;
};
const at = (iso: string) => Date.parse(iso);

test('an alert as it should be has nothing that was not read', () => {
  expect(read({})).toEqual({
    fingerprint: 'abc',
    firing: true,
    startMs: at(START),
    endMs: null,
    labels: good.labels,
    annotations: good.annotations,
    generatorUrl: 'http://prometheus/graph',
  });
});

describe('null stands for what is absent', () => {
  test.each(['annotations', 'endsAt', 'generatorURL'] as const)('%s', (name) => {
    const { unreadParts, ...rest } = read({ [name]: null });
    expect(unreadParts).toBeUndefined();
    expect(rest).toEqual(without(name));
  });
});

describe('labels', () => {
  test('that are numbers, booleans, null or structures are kept as text, and that is said', () => {
    const labels = { alertname: 'Odd', port: 8080, up: false, pod: null, list: [1], map: { a: 1 } };
    expect(read({ labels })).toMatchObject({
      labels: { alertname: 'Odd', port: '8080', up: 'false', pod: 'null', list: '[1]' },
      unreadParts: ['label_not_text'],
    });
  });
  test('may be called and hold what every object has', () => {
    const labels = JSON.parse(
      '{"alertname":"toString","__proto__":"__proto__","constructor":"x","toString":"y"}',
    ) as object;
    const { labels: kept, unreadParts } = read({ labels });
    expect(Object.entries(kept)).toEqual(Object.entries(labels));
    expect(unreadParts).toBeUndefined();
  });
  test('may have any character in their names', () => {
    const labels = { alertname: 'A', 'service.name': 'checkout', '🙂': '🔥', 'a b': 'c' };
    expect(read({ labels }).labels).toEqual(labels);
  });
  test('that are too many or too long are cut, and that is said', () => {
    const many = Object.fromEntries(Array.from({ length: 201 }, (_, index) => [`l${index}`, 'x']));
    expect(Object.keys(read({ labels: many }).labels)).toHaveLength(200);
    expect(read({ labels: many }).unreadParts).toEqual(['labels_cut']);
    expect(read({ labels: { long: 'x'.repeat(4_097) } }).unreadParts).toEqual(['labels_cut']);
    expect(read({ labels: { ['x'.repeat(257)]: '' } }).unreadParts).toEqual(['labels_cut']);
  });
});

describe('annotations', () => {
  test('that are no object are left out, and that is said', () =>
    expect(read({ annotations: 'text' })).toMatchObject({
      annotations: {},
      unreadParts: ['annotations_unreadable'],
    }));
  test('of numbers are kept as text, and that is said', () =>
    expect(read({ annotations: { value: 1.5 } })).toMatchObject({
      annotations: { value: '1.5' },
      unreadParts: ['annotation_not_text'],
    }));
  test('that are too long are cut, and that is said', () =>
    expect(read({ annotations: { long: 'x'.repeat(65_537) } }).unreadParts).toEqual([
      'annotations_cut',
    ]));
});

describe('a start', () => {
  test.each([
    ['2026-11-25T05:20:00.123456789+02:00', '2026-11-25T03:20:00.123Z'],
    ['2026-11-25T03:20:00.1234567891Z', '2026-11-25T03:20:00.123Z'],
    ['2026-11-25 03:20:00Z', '2026-11-25T03:20:00Z'],
    ['2026-11-25 03:20:00 +0000', '2026-11-25T03:20:00Z'],
    ['2026-11-24t22:20:00-05:00', '2026-11-25T03:20:00Z'],
    [1_795_576_800, '2026-11-25T03:20:00Z'],
    [1_795_576_800_000, '2026-11-25T03:20:00Z'],
  ])('of %s is read', (startsAt, expected) => {
    const { startMs, unreadParts } = read({ startsAt });
    expect([new Date(startMs).toISOString(), unreadParts]).toEqual([
      new Date(expected).toISOString(),
      undefined,
    ]);
  });
  test('without a zone is taken as UTC, and that is said', () =>
    expect(read({ startsAt: '2026-11-25 03:20:00' })).toMatchObject({
      startMs: at('2026-11-25T03:20:00Z'),
      unreadParts: ['time_without_zone'],
    }));
  test.each(['yesterday', '', null, {}, true, '1999-01-01T00:00:00Z', '0001-01-01T00:00:00Z', -5])(
    'of %j is none: the arrival stands for it, and that is said',
    (startsAt) =>
      expect(read({ startsAt })).toMatchObject({
        startMs: RECEIVED,
        endMs: null,
        unreadParts: ['start_unreadable'],
      }),
  );
  test('in the future beyond what clocks differ by is the arrival, and that is said', () => {
    const future = (ms: number) => read({ startsAt: new Date(RECEIVED + ms).toISOString() });
    expect(future(86_400_000)).toMatchObject({
      startMs: RECEIVED,
      unreadParts: ['start_in_future'],
    });
    expect(future(5 * MINUTE_MS)).toMatchObject({ startMs: RECEIVED + 5 * MINUTE_MS });
    expect(future(5 * MINUTE_MS).unreadParts).toBeUndefined();
  });
  test('that is none, of a resolved alert, is its end', () =>
    expect(
      read({ status: 'resolved', startsAt: 'x', endsAt: '2026-11-25T05:10:00Z' }),
    ).toMatchObject({
      firing: false,
      startMs: at('2026-11-25T05:10:00Z'),
      endMs: at('2026-11-25T05:10:00Z'),
    }));
});

describe('an end', () => {
  const resolved = (endsAt: unknown) => read({ status: 'resolved', endsAt });
  test('before its start is at its start, and that is said', () =>
    expect(resolved('2026-11-25T04:00:00Z')).toMatchObject({
      startMs: at(START),
      endMs: at(START),
      unreadParts: ['end_before_start'],
    }));
  test('in the future is the arrival, and that is said', () =>
    expect(resolved('2026-11-26T05:00:00Z')).toMatchObject({
      endMs: RECEIVED,
      unreadParts: ['end_in_future'],
    }));
  test('that cannot be read is the arrival, and that is said', () =>
    expect(resolved('soon')).toMatchObject({ endMs: RECEIVED, unreadParts: ['end_unreadable'] }));
  test('that is not there is the arrival', () =>
    expect(resolved(null)).toMatchObject({ firing: false, endMs: RECEIVED }));
});

describe('a status', () => {
  test.each(['FIRING', 'Firing', ' firing ', 'alerting', 'active'])('of %j fires', (status) =>
    expect(read({ status })).toMatchObject({ firing: true }),
  );
  test.each(['RESOLVED', 'ok', 'Normal'])('of %j is resolved', (status) =>
    expect(read({ status })).toMatchObject({ firing: false, endMs: RECEIVED }),
  );
  test.each([undefined, null, 5, 'pending', ''])(
    'of %j is none: an end in the past decides, and that is said',
    (status) => {
      expect(read({ status })).toMatchObject({ firing: true, unreadParts: ['status_unreadable'] });
      expect(read({ status, endsAt: '2026-11-25T05:10:00Z' })).toMatchObject({ firing: false });
      expect(read({ status, endsAt: '2026-11-25T05:30:00Z' })).toMatchObject({ firing: true });
    },
  );
});

describe('a fingerprint', () => {
  test.each([undefined, null, 5, '', 'ü', 'x'.repeat(129)])(
    'of %j is none: it is computed, and that is said',
    (fingerprint) =>
      expect(read({ fingerprint })).toMatchObject({
        fingerprint: computeFingerprint(good.labels),
        unreadParts: ['fingerprint_computed'],
      }),
  );
  const folder = join(import.meta.dirname, '..', 'intake', 'fixtures');
  const recorded = readdirSync(folder)
    .filter((name) => name.startsWith('webhook-'))
    .flatMap((name) => {
      const { request } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
        request?: {
          body: { alerts: { fingerprint: string; labels: Record<string, string> }[] };
        };
      };
      return request?.body.alerts ?? [];
    });
  test('that is computed is the one a real Alertmanager gives', () => {
    expect(recorded.length).toBeGreaterThan(5);
    for (const { labels, fingerprint } of recorded)
      expect(computeFingerprint(labels)).toBe(fingerprint);
  });
});

test('a generatorURL that is no text is left out, and that is said', () => {
  expect(read({ generatorURL: 5 })).toMatchObject({
    generatorUrl: null,
    unreadParts: ['generator_url_unreadable'],
  });
  expect(read({ generatorURL: '' })).toMatchObject({ generatorUrl: null });
});

test.each([
  [null, 'is no object'],
  ['text', 'is no object'],
  [[], 'is no object'],
  [{}, 'labels: are no object'],
  [{ ...good, labels: null }, 'labels: are no object'],
  [{ ...good, labels: [] }, 'labels: are no object'],
  [{ ...good, labels: {}, fingerprint: null }, 'labels: there are none'],
])('%j is no alert: %s', (item, reason) => expect(readAlert(item, RECEIVED)).toEqual({ reason }));

test('whatever its parts are, what has labels is an alert whose times are possible', () => {
  const anything = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(START, '9999-01-01T00:00:00Z', '2026-11-25 03:20:00', 'resolved', 'FIRING'),
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    fc.double(),
  );
  const names = ['status', 'annotations', 'startsAt', 'endsAt', 'generatorURL', 'fingerprint'];
  const alerts = fc.record(
    {
      labels: fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue(), { minKeys: 1 }),
      ...Object.fromEntries(names.map((name) => [name, anything])),
    },
    { requiredKeys: ['labels'] },
  );
  fc.assert(
    fc.property(alerts, (item) => {
      const answer = readAlert(JSON.parse(JSON.stringify(item)), RECEIVED);
      if ('reason' in answer) throw new Error(answer.reason);
      const { observation } = answer;
      expect(observation.startMs).toBeLessThanOrEqual(RECEIVED + 5 * MINUTE_MS);
      expect(observation.startMs).toBeGreaterThanOrEqual(Date.UTC(2000, 0));
      expect(observation.firing).toBe(observation.endMs === null);
      if (observation.endMs !== null)
        expect(observation.endMs).toBeGreaterThanOrEqual(observation.startMs);
      expect(observation.fingerprint).toMatch(/^[\x21-\x7e]{1,128}$/);
      const texts = [observation.labels, observation.annotations].flatMap(Object.entries).flat();
      for (const text of texts) {
        expect(typeof text).toBe('string');
        expect(String(text).isWellFormed()).toBe(true);
        expect(text).not.toContain('\u0000');
      }
    }),
    { numRuns: 2_000 },
  );
});
