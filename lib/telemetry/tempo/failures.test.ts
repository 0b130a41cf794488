import { afterEach, describe, expect, test, vi } from 'vitest';
import { asTraceId, type SpanId } from '@/lib/correlation-id/grammar';
import { listening } from '@/lib/http/listening.fixture';
import { correlate } from '@/lib/requests/correlation/correlate';
import { quietContext } from '@/lib/requests/verdict/context.fixture';
import { signatureOfRequest } from '@/lib/requests/verdict/signatures';
import { determineVerdict } from '@/lib/requests/verdict/verdict';
import { epochNs } from '@/lib/time/units';
import { outcomeOf } from '../conventions';
import type { Attributes, FailuresQuery, Span } from '../model';
import { encodeSpans } from '../otlp/encode';
import { replay } from '../replay.fixture';
import { foundTraceOf } from './search-answer.fixture';
import { tempoSource } from './source';
import type { FoundTrace } from './wire';

const START_NS = 1_795_347_600_000_000_000n;
const window = {
  startNs: epochNs(1795347516_000_000_000n),
  endNs: epochNs(1795348116_000_000_000n),
};
let close: (() => Promise<void>) | undefined;
afterEach(async () => {
  vi.restoreAllMocks();
  await close?.();
});

interface Shape {
  readonly name: string;
  readonly parent?: number;
  readonly kind?: Span['kind'];
  readonly service?: string;
  readonly status?: Span['status'];
  readonly attributes?: Attributes;
  readonly throws?: string;
}
const failing = { status: 'error' } as const;
const server = { kind: 'server' } as const;

/** One trace; each span below the one before, unless told otherwise. */
function trace(number: number, shapes: readonly Shape[]): Span[] {
  const spanId = (place: number) => (place + 1).toString(16).padStart(16, '0') as SpanId;
  return shapes.map(({ name, throws, parent, service = 'shop', ...shape }, place) => {
    const startNs = epochNs(START_NS + BigInt(number) * 1_000_000n + BigInt(place));
    const thrown = { 'exception.type': throws ?? '', 'exception.message': 'no' };
    const evidence = {
      kind: shape.kind ?? 'internal',
      status: shape.status ?? 'unset',
      attributes: shape.attributes ?? {},
      events: throws ? [{ timeNs: startNs, name: 'exception', attributes: thrown }] : [],
    };
    const above = parent ?? place - 1;
    return {
      ...evidence,
      traceId: asTraceId(number.toString(16))!,
      spanId: spanId(place),
      parentSpanId: above < 0 ? undefined : spanId(above),
      name,
      startNs,
      endNs: epochNs(startNs + 5_000_000n),
      ended: true,
      outcome: outcomeOf(evidence),
      statusMessage: '',
      service,
      resource: { 'service.name': service },
      scope: '',
      links: [],
    };
  });
}

/** 13 failed spans: each caller, the attempts, and what threw. */
const thirteenFailed = (number: number, between: readonly Shape[] = []): Span[] =>
  trace(number, [
    { name: 'POST /buy', ...server, ...failing, service: 'edge' },
    ...between,
    { name: 'reserve', ...server, ...failing, service: 'stock' },
    { name: 'read', ...failing, throws: 'KeyError', service: 'stock' },
    ...Array.from({ length: 10 }, (_, attempt) => ({
      name: `query ${attempt}`,
      kind: 'client' as const,
      parent: 1 + between.length,
      service: 'stock',
      ...failing,
    })),
  ]);

interface Backend {
  readonly traces: readonly (readonly Span[])[];
  readonly answer?: Parameters<typeof foundTraceOf>[1];
  /** What the search gives instead, by its query. */
  readonly search?: (query: string) => readonly FoundTrace[] | undefined;
  readonly isTraceReadable?: boolean;
  readonly counted?: number;
}

/** A Tempo that has these traces. */
async function tempo({
  traces,
  answer,
  search = () => undefined,
  isTraceReadable = true,
  counted = 0,
}: Backend) {
  const queries: string[] = [];
  let tracesRead = 0;
  const backend = await listening((request, response) => {
    const url = new URL(request.url!, 'http://127.0.0.1');
    const json = (body: object, status = 200) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (url.pathname === '/api/metrics/query') return json({ series: [{ value: counted }] });
    if (url.pathname === '/api/search') {
      const query = url.searchParams.get('q')!;
      queries.push(query);
      const limit = Number(url.searchParams.get('limit'));
      const found = search(query) ?? traces.map((spans) => foundTraceOf(spans, answer));
      return json({ traces: found.slice(0, limit) });
    }
    tracesRead += 1;
    const id = url.pathname.split('/').at(-1)!;
    const spans = traces.find(([first]) => first!.traceId === id);
    if (!spans || !isTraceReadable) return json({}, 400);
    return json({ trace: encodeSpans(spans) });
  });
  close = backend.close;
  const source = tempoSource({ base: backend.url });
  return {
    queries,
    source,
    get tracesRead() {
      return tracesRead;
    },
    async failures(query: Partial<FailuresQuery> = {}) {
      const { data, partial } = await source.failures({ window, limit: 500, ...query }, {});
      return { ...data, signatures: data.requests.map(signatureOfRequest), partial };
    },
  };
}

const pageSignature = (spans: readonly Span[]) =>
  determineVerdict(correlate(spans, []), quietContext).signature!;

describe('the signature of a failure is that of its page', () => {
  test('with 13 failed spans, from the search alone', async () => {
    const spans = thirteenFailed(1);
    const backend = await tempo({ traces: [spans] });
    const { signatures, failedTotal, partial } = await backend.failures();
    expect(signatures).toEqual([pageSignature(spans)]);
    expect(signatures).toEqual(['stock · read · KeyError']);
    expect({ failedTotal, partial }).toEqual({ failedTotal: 1, partial: [] });
    expect(backend.tracesRead).toBe(0);
  });

  test.each<[string, readonly Shape[]]>([
    ['healthy spans without an outcome between', [{ name: 'handler' }, { name: 'work' }]],
    ['a healthy server between', [{ name: 'cache', ...server, service: 'cache' }]],
    [
      'a client between that got an answer',
      [{ name: 'GET', kind: 'client', attributes: { 'http.status_code': 200 } }],
    ],
  ])('with %s, which the search does not tell: from the trace', async (_, between) => {
    const spans = thirteenFailed(2, between);
    const backend = await tempo({ traces: [spans] });
    expect((await backend.failures()).signatures).toEqual([pageSignature(spans)]);
    expect(backend.tracesRead).toBe(1);
  });

  test.each([
    ['of a server that tells only some of the spans', { spansPerTrace: 5 }],
    ['of a server that tells no exceptions', { hasEvents: false }],
    ['of a server without nested sets', { hasNestedSets: false }],
  ])('%s: from the trace', async (_, answer) => {
    const spans = thirteenFailed(3);
    const backend = await tempo({ traces: [spans], answer });
    expect((await backend.failures()).signatures).toEqual([pageSignature(spans)]);
    expect(backend.tracesRead).toBe(1);
  });

  test.each<[string, Shape]>([
    ['a code as text', { name: 'a', attributes: { 'http.status_code': '503' } }],
    ['a code of gRPC', { name: 'b', attributes: { 'rpc.grpc.status_code': 14 } }],
    ['an error tag', { name: 'c', attributes: { error: true } }],
    ['a status as an attribute', { name: 'd', attributes: { 'otel.status_code': 'ERROR' } }],
    ['an exception without an answer', { name: 'e', throws: 'runtime.boundsError' }],
  ])('where only %s says that it failed', async (_, shape) => {
    const spans = trace(4, [{ ...server, ...shape }]);
    const backend = await tempo({ traces: [spans] });
    expect((await backend.failures()).signatures).toEqual([pageSignature(spans)]);
  });

  test('in the recorded search of Tempo 2.3.1 and the trace of the same request', async () => {
    const recorded = await replay(`${import.meta.dirname}/fixtures`, ({ path }) => {
      if (path.includes('/metrics/')) return 'metrics-query-range';
      return path.includes('/search') ? 'search-traceql-error' : 'v3-trace-by-id-v2-json';
    });
    close = recorded.close;
    const source = tempoSource({ base: recorded.url });
    const { data } = await source.failures({ window, limit: 20 }, {});
    const page = await source.fetch(data.requests[0]!.traceId, {});
    expect(data.requests.map(signatureOfRequest)).toEqual([pageSignature(page.data)]);
  });
});

test('a trace that is over is read once', async () => {
  const backend = await tempo({ traces: [thirteenFailed(5, [{ name: 'handler' }])] });
  vi.spyOn(Date, 'now').mockReturnValue(Number(START_NS / 1_000_000n) + 3_600_000);
  await backend.failures();
  const { signatures } = await backend.failures();
  expect(signatures).toEqual(['stock · read · KeyError']);
  expect(backend.tracesRead).toBe(1);
});

test('what could not be read is counted, and said', async () => {
  const traces = [thirteenFailed(6, [{ name: 'handler' }]), thirteenFailed(7)];
  const backend = await tempo({ traces, isTraceReadable: false });
  const { signatures, partial } = await backend.failures();
  expect(signatures.toSorted()).toEqual([
    'edge · POST /buy · cause not read',
    'stock · read · KeyError',
  ]);
  expect(partial).toMatchObject([{ code: 'causes_unread', count: 1, of: 2 }]);
});

test('a trace whose root did not fail is no failed request, also where roots are not told', async () => {
  const healed = trace(8, [
    { name: 'GET /', ...server },
    { name: 'try', kind: 'client', ...failing },
  ]);
  const answer = { hasNestedSets: false };
  expect((await (await tempo({ traces: [healed], answer })).failures()).requests).toEqual([]);
});

test('attempts that share a correlation id are one failed request, by the last of them', async () => {
  const attempt = (number: number) =>
    trace(number, [
      {
        name: 'GET /',
        ...server,
        ...failing,
        throws: 'E',
        attributes: { correlation_id: 'tried-twice-1' },
      },
    ]);
  const { requests } = await (await tempo({ traces: [attempt(9), attempt(10)] })).failures();
  expect(requests.map(({ traceId }) => traceId)).toEqual([asTraceId('a')]);
});

test('beyond the limit others are looked for beside the most frequent, and of how many is said', async () => {
  const storm = Array.from({ length: 6 }, (_, index) =>
    trace(20 + index, [{ name: 'storm', ...server, ...failing, throws: 'Storm' }]),
  );
  const rare = trace(19, [{ name: 'rare', ...server, ...failing, throws: 'Rare' }]);
  const backend = await tempo({
    traces: [...storm, rare],
    counted: 41,
    search: (query) => (query.includes('name != "storm"') ? [foundTraceOf(rare)] : undefined),
  });
  const { signatures, failedTotal, partial } = await backend.failures({ limit: 4 });
  expect(signatures.toSorted()).toEqual([
    'shop · rare · Rare',
    ...Array.from({ length: 4 }, () => 'shop · storm · Storm'),
  ]);
  expect(failedTotal).toBe(41);
  expect(partial).toMatchObject([{ code: 'failures_sampled', read: 5, of: 41 }]);
  expect(backend.queries).toHaveLength(2);
});

test('a span without an end is no success, and its wrapped duration no fault of the answer', async () => {
  const [open] = trace(30, [{ name: 'open', ...server }]);
  const fine = trace(31, [{ name: 'fine', ...server }]);
  const { source } = await tempo({ traces: [[{ ...open!, ended: false }], fine] });
  const listed = async (state: 'all' | 'succeeded') =>
    (await source.recent({ state, window, limit: 10 }, {})).data.roots.map(({ name, ended }) => [
      name,
      ended,
    ]);
  expect(await listed('all')).toEqual([
    ['fine', true],
    ['open', false],
  ]);
  expect(await listed('succeeded')).toEqual([['fine', true]]);
});
