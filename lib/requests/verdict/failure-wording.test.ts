import { describe, expect, test } from 'vitest';
import type { Attributes, Span } from '@/lib/telemetry/model';
import { epochNs } from '@/lib/time/units';
import { span } from '../correlation/spans.fixture';
import { describeErrorPath, describeException } from './failure-wording';
import type { FindingOf } from './finding';

const edge = span(1, undefined, 0, 100, { service: 'edge', name: 'GET /', kind: 'server' });
const thrown = (type: string, message = ''): Span['events'] => [
  {
    timeNs: epochNs(1n),
    name: 'exception',
    attributes: { 'exception.type': type, 'exception.message': message },
  },
];
const shop = (more: Partial<Span> & { ms?: number } = {}) =>
  span(2, 1, 1, 1 + (more.ms ?? 8), { service: 'shop', name: 'reserve', ...more });

const finding = (more: Partial<FindingOf<'error-path'>>): FindingOf<'error-path'> => ({
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
const segments = (more: Partial<FindingOf<'error-path'>>) => describeErrorPath(finding(more));
const textOf = (more: Partial<FindingOf<'error-path'>>) =>
  segments(more)
    .map(({ text }) => text)
    .join('');
const because = (culprit: Span, evidence = culprit) =>
  textOf({ culprit, evidence }).replace('Failed: edge failed because ', '');
const got = (attributes: Attributes, more: Partial<Span> & { ms?: number } = {}) =>
  because(shop({ kind: 'client', attributes, ...more }));

describe('what was thrown', () => {
  test('is its type and the first line of its message, without a stop of its own', () => {
    expect(because(shop({ events: thrown('Boom', 'no shelf.\nat x') }))).toBe(
      'shop reserve threw Boom: no shelf.',
    );
    expect(because(shop({ events: thrown('Boom', ' a \t b ') }))).toBe(
      'shop reserve threw Boom: a b.',
    );
    expect(because(shop({ events: thrown('Boom', 'no shelf: ...') }))).toBe(
      'shop reserve threw Boom: no shelf.',
    );
  });
  test('has no type twice, whether its message is the type or begins with it', () => {
    expect(because(shop({ events: thrown('a.Boom', 'a.Boom') }))).toBe(
      'shop reserve threw a.Boom.',
    );
    expect(because(shop({ events: thrown('a.Boom', 'Boom: no') }))).toBe(
      'shop reserve threw a.Boom: no.',
    );
    expect(because(shop({ events: thrown('a.Boom', 'Boom:') }))).toBe('shop reserve threw a.Boom.');
    expect(because(shop({ events: thrown('a.Boom', 'Booming: no') }))).toBe(
      'shop reserve threw a.Boom: Booming: no.',
    );
  });
  test('is bounded', () => {
    const text = because(shop({ events: thrown('E', 'x'.repeat(121)) }));
    expect(text).toBe(`shop reserve threw E: ${'x'.repeat(119)}….`);
    expect(because(shop({ events: thrown('E', 'x'.repeat(120)) }))).toContain('x'.repeat(120));
  });
  test('in a layer was thrown by the operation around it', () =>
    expect(because(shop(), shop({ name: 'layer', events: thrown('Boom', 'no') }))).toBe(
      'shop reserve threw Boom: no.',
    ));
  test('in a panic is no type but what was said', () => {
    expect(because(shop({ events: thrown('.string', 'nil price') }))).toBe(
      'shop reserve panicked: nil price.',
    );
    expect(segments({ culprit: shop({ events: thrown('.string') }) })).toContainEqual({
      text: 'panicked',
      tone: 'critical',
    });
  });
});

describe('a call that was given up', () => {
  test('tells after how long', () => {
    const late = { kind: 'client', ms: 400, events: thrown('TimeoutError', 'late') } as const;
    expect(because(shop(late))).toBe('shop reserve threw TimeoutError after 400 ms: late.');
    expect(got({ 'error.type': 'context.deadlineExceededError' }, { ms: 400 })).toBe(
      'shop reserve failed after 400 ms.',
    );
    expect(got({ 'http.status_code': 504 }, { ms: 400, statusMessage: 'timed out' })).toBe(
      'shop reserve got 504 after 400 ms: timed out.',
    );
  });
  test('is a call, was given up, and has ended: else its time says nothing', () => {
    const late = { events: thrown('TimeoutError') };
    expect(because(shop(late))).toBe('shop reserve threw TimeoutError.');
    expect(because(shop({ ...late, kind: 'client', ended: false }))).toBe(
      'shop reserve threw TimeoutError.',
    );
    expect(because(shop({ kind: 'client', events: thrown('Boom') }))).toBe(
      'shop reserve threw Boom.',
    );
  });
  test('names whom it called where its name is a method alone', () => {
    const peer = { 'server.address': 'stock' };
    expect(got(peer, { name: 'GET' })).toBe('shop GET to stock failed.');
    expect(got(peer, { name: 'HTTP GET' })).toBe('shop HTTP GET to stock failed.');
    expect(got(peer, { name: 'GET /stock' })).toBe('shop GET /stock failed.');
    expect(got({}, { name: 'GET' })).toBe('shop GET failed.');
    expect(got(peer, { name: 'GET', kind: 'server' })).toBe('shop GET failed.');
  });
});

describe('codes are told', () => {
  test('of gRPC and of a database, with what was said', () => {
    expect(got({ 'rpc.grpc.status_code': 14 }, { statusMessage: 'refused' })).toBe(
      'shop reserve got gRPC UNAVAILABLE: refused.',
    );
    expect(got({ 'db.response.status_code': '57014' }, { statusMessage: 'cancelled' })).toBe(
      'shop reserve failed with 57014: cancelled.',
    );
    expect(
      segments({ culprit: shop({ attributes: { 'db.response.status_code': '57014' } }) }),
    ).toContainEqual({ text: '57014', tone: 'critical' });
  });
  test('of a proxy with why it answered by itself', () => {
    const proxy = { component: 'proxy', response_flags: 'UF' };
    expect(got({ ...proxy, 'http.status_code': '503' })).toBe(
      'shop reserve got 503: upstream connection failure (UF).',
    );
    expect(got(proxy)).toBe('shop reserve failed: upstream connection failure (UF).');
    const first = { ...edge, attributes: { ...proxy, 'http.status_code': '503' } };
    expect(textOf({ culprit: first, outcome: first })).toBe(
      'Failed: edge answered 503: upstream connection failure (UF).',
    );
  });
});

describe('where the culprit is the outcome', () => {
  test('a code says all, without an empty part', () => {
    const first = { ...edge, attributes: { 'http.status_code': 500 } };
    expect(segments({ culprit: first, outcome: first })).toEqual([
      { text: 'Failed: edge ', tone: 'plain' },
      { text: 'answered ', tone: 'plain' },
      { text: '500', tone: 'critical' },
      { text: '.', tone: 'plain' },
    ]);
  });
  test('its operation is named where only its service was', () => {
    const first = { ...edge, events: thrown('Boom', 'no') };
    expect(textOf({ culprit: first, outcome: first })).toBe(
      'Failed: edge failed because GET / threw Boom: no.',
    );
    expect(textOf({ culprit: first, outcome: first, reachesRoot: false })).toBe(
      'Failed: edge GET / failed because it threw Boom: no.',
    );
  });
  test('attempts stand before what was said', () =>
    expect(textOf({ culprit: shop({ events: thrown('Boom', 'no') }), attempts: 3 })).toBe(
      'Failed: edge failed because shop reserve threw Boom in all 3 attempts: no.',
    ));
});

test('an exception alone is its type, critical, and what was said; a panic is called one', () => {
  expect(describeException(shop({ events: thrown('Boom', 'no') }))).toEqual([
    { text: 'Boom', tone: 'critical' },
    { text: ': no', tone: 'plain' },
  ]);
  expect(describeException(shop({ events: thrown('Boom') }))).toEqual([
    { text: 'Boom', tone: 'critical' },
  ]);
  expect(describeException(shop({ events: thrown('.string', 'nil') }))[0]!.text).toBe('panic');
});
