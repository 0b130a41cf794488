import { expect, test } from 'vitest';
import { asSpanId, asTraceId, type TraceId } from '@/lib/correlation-id/grammar';
import { resolvePaste } from '@/lib/correlation-id/resolve';
import { OutboundError } from '@/lib/http/outbound-error';
import type { Attributes, Span } from '@/lib/telemetry/model';
import { resolveCandidate } from './resolve-request';

const TRACE = asTraceId('4bf92f3577b34da6a3ce929d0e0e4736')!;
const SHORT_TRACE = asTraceId('a3ce929d0e0e4736')!;
const SPAN = asSpanId('00f067aa0ba902b7')!;

/** Knows one trace with one span, and the trace of 64 bits. */
function traces(attributes: Attributes, resource: Attributes = {}) {
  const spans = [{ attributes, resource } as Span];
  return {
    fetch: async (id: TraceId) => ({
      data: id === TRACE || id === SHORT_TRACE ? spans : [],
      partial: [],
    }),
    traceOfSpan: async (id: string) => (id === SPAN ? TRACE : undefined),
  };
}
const first = (text: string, source = traces({ correlation_id: 'order-12345' })) =>
  resolveCandidate(resolvePaste(text)[0]!, source, new AbortController().signal);

test('a trace leads to the correlation id that it carries', async () =>
  expect(await first(TRACE)).toEqual({ open: 'order-12345', found: true, tried: ['trace-id'] }));

test('or that its resource carries', async () =>
  expect(await first(TRACE, traces({}, { correlation_id: 'job-12345' }))).toMatchObject({
    open: 'job-12345',
  }));

test('a trace that carries none is a request of its own', async () =>
  expect(await first(TRACE, traces({ correlation_id: 'a b' }))).toMatchObject({
    open: TRACE,
    found: true,
  }));

test('a trace without spans opens all the same: its lines may be there', async () => {
  const other = 'ffffffffffffffffffffffffffffffff';
  expect(await first(other)).toEqual({ open: other, found: false, tried: ['trace-id'] });
});

test('a span leads to the request of its trace', async () =>
  expect(await first(SPAN)).toEqual({
    open: 'order-12345',
    found: true,
    tried: ['span-id', 'trace-id-64-bit'],
  }));

test('sixteen digits that are no span may be a trace of 64 bits', async () =>
  expect(await first('a3ce929d0e0e4736')).toMatchObject({ open: 'order-12345', found: true }));

test('a span that nobody knows opens nothing, and says what was tried', async () =>
  expect(await first('eeeeeeeeeeeeeeee')).toEqual({
    open: undefined,
    found: false,
    tried: ['span-id', 'trace-id-64-bit'],
  }));

test('a correlation id is asked for by its page', async () =>
  expect(await first('order-12345')).toEqual({
    open: 'order-12345',
    found: undefined,
    tried: ['correlation-id', 'lookup-attribute', 'log-text'],
  }));

test('a source that fails leaves open whether the id is known', async () => {
  process.env.DATABASE_URL = 'postgresql://nobody@127.0.0.1/nothing';
  process.env.LOG_LEVEL = 'silent';
  process.env.HOSTNAME = '127.0.0.1';
  const failing = {
    fetch: async () => {
      throw new OutboundError('timeout', 'late');
    },
    traceOfSpan: async () => {
      throw new OutboundError('timeout', 'late');
    },
  };
  expect(await first(TRACE, failing)).toMatchObject({ open: TRACE, found: undefined });
  expect(await first(SPAN, failing)).toMatchObject({ open: undefined, found: undefined });
});
