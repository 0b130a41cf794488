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
  countOfFailed,
  countOfRoots,
  DIALECTS,
  equals,
  recent,
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
    countOfFailed('shop'),
    ...DIALECTS.flatMap((dialect) => [
      recent({ state: 'all' }, dialect),
      recent({ state: 'failed', service: 'shop' }, dialect),
      recent({ state: 'failed', except: { service: 'shop', name: 'GET "/"' } }, dialect),
      recent({ state: 'failed', spanFilter: { service: 'shop', failed: true } }, dialect),
      recent({ state: 'slow' }, dialect),
      recent(
        { state: 'all', spanFilter: { service: 'shop', minDurationNs: 1_000_000_000n } },
        dialect,
      ),
    ]),
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

test('trace ids are one pattern, in every spelling and under every name', () => {
  const ids = ['4bf92f3577b34da6a3ce929d0e0e4736', '0af7651916cd43dd8448eb211c80319c'] as TraceId[];
  const query = byTraceIds(streamsWithLabel('service_name'), ids);
  const pattern = quoted(
    oneOf([
      '4bf92f3577b34da6a3ce929d0e0e4736',
      '4BF92F3577B34DA6A3CE929D0E0E4736',
      '11803532876627986230',
      '0af7651916cd43dd8448eb211c80319c',
      'af7651916cd43dd8448eb211c80319c',
      '0AF7651916CD43DD8448EB211C80319C',
      'AF7651916CD43DD8448EB211C80319C',
      '9532127138774266268',
    ]),
  );
  expect(query).toBe(
    `{service_name=~".+"} | trace_id=~${pattern} or traceId=~${pattern} or traceID=~${pattern} or TraceId=~${pattern} or otelTraceID=~${pattern}`,
  );
  expect(texts(logqlParser, query, 'ERROR')).toEqual([]);
  expect(byLine(streamsWithLabel('service_name'), ids)).toBe(
    `{service_name=~".+"} |= "${ids[0]}" or "${ids[1]}"`,
  );
  expect(texts(logqlParser, byLine(streamsWithLabel('service_name'), ids), 'ERROR')).toEqual([]);
});

test('a UUID is searched in every spelling, by one query a source', () => {
  const id = '01A20388-0B17-7B95-97ED-0F2F7B2039C6' as CorrelationId;
  const spellings = [
    '01A20388-0B17-7B95-97ED-0F2F7B2039C6',
    '01a20388-0b17-7b95-97ed-0f2f7b2039c6',
    '01a203880b177b9597ed0f2f7b2039c6',
    '01A203880B177B9597ED0F2F7B2039C6',
  ];
  expect(spansWithId(id, ['order.id'])).toBe(
    `{ ${[
      ...spellings.map((each) => `span.correlation_id = "${each}"`),
      ...spellings.map((each) => `resource.correlation_id = "${each}"`),
      ...spellings.map((each) => `span.order.id = "${each}"`),
    ].join(' || ')} }`,
  );
  const query = byMetadata(streamsWithLabel('service_name'), id, ['order.id']);
  expect(query).toBe(
    `{service_name=~".+"} | correlation_id=~${quoted(oneOf(spellings))} or order_id=~${quoted(oneOf(spellings))}`,
  );
  expect(texts(logqlParser, query, 'ERROR')).toEqual([]);
  expect(texts(traceqlParser, spansWithId(id, ['order.id']), 'ERROR')).toEqual([]);
});

test('a short business number is a number of a lookup attribute too', () =>
  expect(spansWithId('47114' as CorrelationId, ['order.id'])).toContain('span.order.id = 47114'));

test('what is no name is refused, whoever configured it', () => {
  expect(() => equals('span', 'a b', 'x')).toThrow(RangeError);
  expect(() => streams([['a-b', '=', 'x']])).toThrow(RangeError);
});
