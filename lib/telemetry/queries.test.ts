import { parser as traceqlParser } from '@grafana/lezer-traceql';
import { parser as logqlParser } from '@grafana/lezer-logql';
import { parser as promqlParser } from '@prometheus-io/lezer-promql';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CorrelationId, SpanId, TraceId } from '@/lib/correlation-id/grammar';
import { byLine, byMetadata, byTraceIds, streamsWithLabel, streams } from './loki/logql';
import { oneOf, quoted, selector } from './prometheus/promql';
import {
  bySpanId,
  spansWithId,
  countOfRoots,
  equals,
  newestFirst,
  recent,
  recentByAnySpan,
  type TraceQl,
} from './tempo/traceql';

interface Found {
  readonly name: string;
  readonly text: string;
}

interface Parser {
  parse(text: string): {
    iterate(spec: {
      enter(node: { name: string; from: number; to: number; type: { isError: boolean } }): void;
    }): void;
  };
}

/**
 * Every node of the real grammar's tree; a query that the grammar does not take has an error among
 * them.
 */
function nodesOf(parser: Parser, query: string): Found[] {
  const found: Found[] = [];
  parser.parse(query).iterate({
    enter: (node) =>
      void found.push({
        name: node.type.isError ? 'ERROR' : node.name,
        text: query.slice(node.from, node.to),
      }),
  });
  return found;
}

const texts = (parser: Parser, query: string, name: string) =>
  nodesOf(parser, query)
    .filter((node) => node.name === name)
    .map((node) => node.text);

/** Any text: of every plane, with quotes, backslashes, line ends and the words of the languages. */
const anything = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()),
  fc.stringMatching(/^["'`\\{}|=~!\n\r\t ()a-z]{0,20}$/),
);
const RUNS = { numRuns: 10_000 };

/** Reads a literal of Go as the backends do. */
const unquoted = (literal: string): string => JSON.parse(literal) as string;

/**
 * @grafana/lezer-traceql 1.0.0 is older than the language: it knows no escape but of the quote and
 * the backslash, and no nested sets. Both are put in words that it knows; that Tempo takes them was
 * seen on real ones (docs/compatibility.md).
 */
const inOldTraceQl = (query: string) =>
  query
    .replace(/\\(?:(["\\])|u[0-9a-f]{4}|[bfnrt])/g, (escape, kept: string | undefined) =>
      kept ? escape : 'x',
    )
    .replaceAll('nestedSetParent < 0', 'duration > 0s')
    .replaceAll(/nestedSet\w+/g, 'kind');

test('TraceQL: ten thousand texts each parse back to one condition with exactly that value', () => {
  fc.assert(
    fc.property(anything, (text) => {
      const query = `{ ${equals('span', 'correlation_id', text)} }`;
      const nodes = nodesOf(traceqlParser, inOldTraceQl(query));
      expect(nodes.filter(({ name }) => name === 'ERROR')).toEqual([]);
      expect(nodes.filter(({ name }) => name === 'String').map((node) => node.text)).toEqual([
        inOldTraceQl(quoted(text)),
      ]);
      expect(query).toBe(`{ span.correlation_id = ${quoted(text)} }`);
      expect(unquoted(quoted(text))).toBe(text);
    }),
    RUNS,
  );
});

test('LogQL: ten thousand texts each parse back to filters with exactly that value', () => {
  fc.assert(
    fc.property(anything, (text) => {
      const matcher = nodesOf(logqlParser, streams([['service_name', '=', text]]));
      expect(matcher.filter(({ name }) => name === 'ERROR')).toEqual([]);
      expect(matcher.filter(({ name }) => name === 'Matcher').map((node) => node.text)).toEqual([
        `service_name=${quoted(text)}`,
      ]);
      for (const query of [
        byMetadata(streamsWithLabel('service_name'), text as CorrelationId, []),
        byLine(streamsWithLabel('service_name'), [text as CorrelationId]),
      ]) {
        const nodes = nodesOf(logqlParser, query);
        expect(nodes.filter(({ name }) => name === 'ERROR')).toEqual([]);
        expect(
          nodes
            .filter(({ name }) => name === 'String')
            .map(({ text: literal }) => unquoted(literal)),
        ).toEqual(['.+', text]);
      }
    }),
    RUNS,
  );
});

test('PromQL: ten thousand texts each parse back to one matcher with exactly that value', () => {
  fc.assert(
    fc.property(anything, (text) => {
      const nodes = nodesOf(promqlParser, selector('up', [['job', '=', text]], 60));
      expect(nodes.filter(({ name }) => name === 'ERROR')).toEqual([]);
      expect(
        nodes.filter(({ name }) => name === 'UnquotedLabelMatcher').map((node) => node.text),
      ).toEqual([`job=${quoted(text)}`]);
      expect(
        nodes
          .filter(({ name }) => name === 'StringLiteral')
          .map(({ text: literal }) => unquoted(literal)),
      ).toEqual([text]);
    }),
    RUNS,
  );
});

test('every query of Tempo is one that its grammar takes', () => {
  const id = 'order-2026-1122' as CorrelationId;
  const queries: TraceQl[] = [
    spansWithId(id, []),
    spansWithId('20261122001' as CorrelationId, ['order.id', 'ci.job-id']),
    bySpanId('00f067aa0ba902b7' as SpanId),
    countOfRoots('shop'),
    newestFirst(recent('all', undefined)),
    recent('failed', 'shop'),
    recent('slow', undefined),
    recentByAnySpan('failed', 'shop'),
    recentByAnySpan('all', undefined),
    recent('all', undefined, { service: 'shop', minDurationNs: 1_000_000_000n }),
  ];
  for (const query of queries)
    expect(texts(traceqlParser, inOldTraceQl(query), 'ERROR'), query).toEqual([]);
});

test('lookup attributes are conditions beside the correlation id, a number also as a number', () => {
  expect(spansWithId('20261122001' as CorrelationId, ['order.id'])).toBe(
    [
      '{ span.correlation_id = "20261122001"',
      'resource.correlation_id = "20261122001"',
      'span.order.id = "20261122001"',
      'span.order.id = 20261122001 }',
    ].join(' || '),
  );
  expect(
    byMetadata(streamsWithLabel('service_name'), 'order-2026-1122' as CorrelationId, ['order.id']),
  ).toBe('{service_name=~".+"} | correlation_id="order-2026-1122" or order_id="order-2026-1122"');
  expect(
    texts(
      logqlParser,
      byMetadata(streamsWithLabel('app'), 'order-2026-1122' as CorrelationId, ['order.id', '4u']),
      'ERROR',
    ),
  ).toEqual([]);
});

test('trace ids are one pattern', () => {
  const ids = ['4bf92f3577b34da6a3ce929d0e0e4736', '0af7651916cd43dd8448eb211c80319c'] as TraceId[];
  expect(byTraceIds(streamsWithLabel('service_name'), ids)).toBe(
    `{service_name=~".+"} | trace_id=~${quoted(oneOf(ids))}`,
  );
  expect(byLine(streamsWithLabel('service_name'), ids)).toBe(
    `{service_name=~".+"} |= "${ids[0]}" or "${ids[1]}"`,
  );
  expect(texts(logqlParser, byLine(streamsWithLabel('service_name'), ids), 'ERROR')).toEqual([]);
});

test('what is no name is refused, whoever configured it', () => {
  expect(() => equals('span', 'a b', 'x')).toThrow(RangeError);
  expect(() => streams([['a-b', '=', 'x']])).toThrow(RangeError);
});
