import { describe, expect, test } from 'vitest';
import { AppError } from '@/lib/errors/app-error';
import { epochNs } from '@/lib/time/units';
import type { Encoding } from './decode';
import { readMessage, type ReadLogs, type ReadSpans } from './read';
import { Item, LogsRequest, ResourceMessage, TraceRequest } from './schema';

const NOW = '1544712660000000000';
const span = {
  traceId: '5b8efff798038103d269b633813fc60c',
  spanId: 'eee19b7ec3c1b174',
  name: 'GET /orders',
  kind: 2,
  startTimeUnixNano: NOW,
  endTimeUnixNano: NOW,
};
const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] };
const group = (...spans: unknown[]) => ({
  resource,
  scopeSpans: [{ scope: { name: 's' }, spans }],
});
const logGroup = (...logRecords: unknown[]) => ({ resource, scopeLogs: [{ logRecords }] });
const record = { timeUnixNano: NOW, body: { stringValue: 'a line' } };

const readSpans = (body: string | Uint8Array, encoding: Encoding = 'json') =>
  readMessage({ signal: 'traces', body: Buffer.from(body), encoding }) as ReadSpans;
const readLogs = (body: string | Uint8Array, encoding: Encoding = 'json') =>
  readMessage({
    signal: 'logs',
    body: Buffer.from(body),
    encoding,
    receivedNs: epochNs(7n),
  }) as ReadLogs;
const refusalOf = (read: () => unknown): string => {
  try {
    read();
  } catch (error) {
    if (error instanceof AppError) return `${error.status} ${error.message}`;
    throw error;
  }
  return 'read';
};

describe('JSON that is OTLP in other words is read, and the sender is told', () => {
  const snake = {
    resource_spans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { string_value: 'shop' } }] },
        scope_spans: [
          {
            scope: { name: 's' },
            spans: [
              {
                trace_id: span.traceId,
                span_id: span.spanId,
                parent_span_id: 'eee19b7ec3c1b175',
                name: span.name,
                kind: 2,
                start_time_unix_nano: NOW,
                end_time_unix_nano: NOW,
                attributes: [
                  {
                    key: 'http_method',
                    value: {
                      kvlist_value: { values: [{ key: 'a_b', value: { int_value: '1' } }] },
                    },
                  },
                ],
              },
            ],
          },
        ],
      },
    ],
  };

  test('the original names of fields, in snake_case', () => {
    const { items, rejected, warnings } = readSpans(JSON.stringify(snake));
    expect(items).toMatchObject([
      {
        traceId: span.traceId,
        parentSpanId: 'eee19b7ec3c1b175',
        service: 'shop',
        scope: 's',
        attributes: { http_method: { a_b: 1 } },
      },
    ]);
    expect([rejected, warnings]).toEqual([[], [expect.stringContaining('snake_case')]]);
  });
  test('snake_case somewhere inside', () => {
    const { trace_id, ...rest } = { ...span, trace_id: span.traceId, traceId: undefined };
    const { items } = readSpans(JSON.stringify({ resourceSpans: [group({ ...rest, trace_id })] }));
    expect(items).toMatchObject([{ traceId: span.traceId }]);
  });
  test('the lists of OTLP before 0.15', () => {
    const spans = {
      resource,
      instrumentationLibrarySpans: [{ instrumentationLibrary: { name: 's' }, spans: [span] }],
    };
    expect(readSpans(JSON.stringify({ resourceSpans: [spans] }))).toMatchObject({
      items: [{ service: 'shop', scope: 's' }],
      rejected: [],
      warnings: [expect.stringContaining('since OTLP 0.15')],
    });
    const logs = { resource, instrumentationLibraryLogs: [{ logRecords: [record] }] };
    expect(readLogs(JSON.stringify({ resourceLogs: [logs] })).items).toHaveLength(1);
  });
  test('one message a line', () => {
    const line = JSON.stringify({ resourceSpans: [group(span)] });
    const { items, rejected, warnings } = readSpans(`${line}\n${line}\n\n{"resourceSp\n`);
    expect([items.length, rejected.map(({ reason }) => reason)]).toEqual([2, ['unreadable']]);
    expect(warnings).toEqual([expect.stringContaining('one message a line')]);
  });
  test('NaN and Infinity, which some languages write into JSON', () => {
    const text = JSON.stringify({
      resourceSpans: [
        group({
          ...span,
          attributes: [
            { key: 'ratio', value: { doubleValue: 'HERE' } },
            { key: 'NaN: Infinity', value: { doubleValue: 0.5 } },
          ],
        }),
      ],
    });
    for (const number of ['NaN', 'Infinity', '-Infinity']) {
      const { items, warnings } = readSpans(text.replace('"HERE"', number));
      expect(items[0]!.attributes).toEqual({ ratio: number, 'NaN: Infinity': 0.5 });
      expect(warnings).toHaveLength(1);
    }
  });
  test('a byte that is no UTF-8, marked where it stood', () => {
    const text = JSON.stringify({ resourceSpans: [group({ ...span, name: 'caf#' }, span)] });
    const body = Buffer.from(text);
    body[body.indexOf('#')] = 0xe9;
    const { items, warnings } = readSpans(body);
    expect(items.map(({ name }) => name)).toEqual(['caf\ufffd', 'GET /orders']);
    expect(warnings).toHaveLength(1);
  });
});

describe('what is not OTLP is refused, with what it is', () => {
  test.each<[string, () => unknown, string]>([
    [
      'traces as logs',
      () => readLogs(JSON.stringify({ resourceSpans: [group(span)] })),
      'send them to /v1/traces',
    ],
    [
      'logs as traces',
      () => readSpans(JSON.stringify({ resourceLogs: [] })),
      'send them to /v1/logs',
    ],
    [
      'traces as logs, in snake_case',
      () => readLogs('{"resource_spans":[]}'),
      'send them to /v1/traces',
    ],
    ['metrics', () => readSpans(JSON.stringify({ resourceMetrics: [] })), 'These are metrics'],
    [
      'a plain log line',
      () => readLogs('{"level":"error","message":"payment failed"}'),
      'no list "resourceLogs", only "level", "message"',
    ],
    [
      'a misspelt list',
      () => readSpans(JSON.stringify({ resourceSpan: [group(span)] })),
      'only "resourceSpan"',
    ],
    ['a list at the top', () => readSpans(JSON.stringify([group(span)])), 'no object'],
    [
      'a list that is an object',
      () => readSpans('{"resourceSpans":{}}'),
      'no list "resourceSpans"',
    ],
    ['lines that are no messages', () => readSpans('one\ntwo\n'), 'not an OTLP json message'],
    ['numbers, one a line', () => readSpans('1\n2\n'), 'not an OTLP json message'],
    ['text', () => readSpans('NaN, said Infinity'), 'not an OTLP json message'],
    [
      'another protobuf message',
      () => readSpans(Buffer.from([0x12, 1, 0x41]), 'protobuf'),
      'no list',
    ],
    [
      'a truncated protobuf message',
      () => readSpans(Buffer.from([0x0a, 9, 1]), 'protobuf'),
      'not an OTLP protobuf message',
    ],
  ])('%s', (_, read, sentence) => {
    expect(refusalOf(read)).toMatch(/^400 /);
    expect(refusalOf(read)).toContain(sentence);
  });
  test.each([
    '{}',
    '{"resourceSpans":[]}',
    '{"resourceSpans":null}',
    '{"resourceSpans":[{}]}',
    '{"resourceSpans":[],"new":1}',
  ])('an empty message is fine: %s', (body) =>
    expect(readSpans(body)).toEqual({ items: [], rejected: [], warnings: [] }),
  );
});

describe('a group that is none is rejected, the others stand', () => {
  test.each<[string, unknown, string]>([
    ['a misspelt list of scopes', { resource, scopespans: [] }, '"scopespans"'],
    ['a misspelt list of spans', { resource, scopeSpans: [{ span: [span] }] }, '"span"'],
    ['a scope that is a list', { resource, scopeSpans: [[span]] }, 'no object'],
    ['null', null, 'no object'],
    ['spans that are no list', { resource, scopeSpans: [{ spans: span }] }, 'no list'],
    ['logs beside', { resource, scopeLogs: [{ logRecords: [] }] }, '"scopeLogs"'],
  ])('%s', (_, odd, sentence) => {
    const { items, rejected } = readSpans(JSON.stringify({ resourceSpans: [odd, group(span)] }));
    expect(items).toHaveLength(1);
    expect(rejected.map(({ reason }) => reason)).toEqual(['unknown_shape']);
    expect(rejected[0]!.sentence).toContain(sentence);
  });
  test('logs beside traces in one message', () => {
    const message = { resourceSpans: [group(span)], resourceLogs: [logGroup(record)] };
    const { items, rejected } = readSpans(JSON.stringify(message));
    expect([items.length, rejected.map(({ reason }) => reason)]).toEqual([1, ['other_signal']]);
  });
});

const bytesOf = (hex: string) => Buffer.from(hex, 'hex');
const protoSpan = { ...span, traceId: bytesOf(span.traceId), spanId: bytesOf(span.spanId) };
const encodeTraces = (...spans: object[]) =>
  TraceRequest.encode(TraceRequest.fromObject({ resourceSpans: [group(...spans)] })).finish();
const encodeLogs = (...records: object[]) =>
  LogsRequest.encode(LogsRequest.fromObject({ resourceLogs: [logGroup(...records)] })).finish();

/** A value inside as many lists, as JSON. */
const nestedJson = (depth: number): string =>
  `${'{"arrayValue":{"values":['.repeat(depth)}{"stringValue":"inside"}${']}}'.repeat(depth)}`;

/** A field of protobuf that has a length; encoders refuse what is nested too deep. */
const field = (number: number, ...content: Uint8Array[]): Buffer => {
  const bytes = Buffer.concat(content);
  const length: number[] = [];
  for (let left = bytes.length; ; left >>= 7) {
    if (left < 128) {
      length.push(left);
      break;
    }
    length.push((left & 127) | 128);
  }
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...length]), bytes]);
};
const nestedBytes = (depth: number): Buffer => {
  let value = field(1, Buffer.from('inside'));
  for (let level = 0; level < depth; level += 1) value = field(5, field(1, value));
  return value;
};
const nestedAttribute = (depth: number) =>
  Buffer.concat([field(1, Buffer.from('deep')), field(2, nestedBytes(depth))]);
const withNested = (item: Uint8Array, attributesField: number, depth: number) =>
  Buffer.concat([item, field(attributesField, nestedAttribute(depth))]);
const encodedSpan = Item.traces.encode(Item.traces.fromObject(protoSpan)).finish();
const encodedRecord = Item.logs.encode(Item.logs.fromObject(record)).finish();
const encodedResource = ResourceMessage.encode(ResourceMessage.fromObject(resource)).finish();
const scopeName = field(1, field(1, Buffer.from('s')));
const groupBytes = (resourceBytes: Uint8Array, ...items: Uint8Array[]) =>
  field(1, field(1, resourceBytes), field(2, scopeName, ...items.map((item) => field(2, item))));

describe('in protobuf one bad item costs only itself', () => {
  test('a byte that is no UTF-8', () => {
    const body = Buffer.from(encodeTraces({ ...protoSpan, name: 'caf#' }, protoSpan));
    body[body.indexOf('#')] = 0xe9;
    const { items, rejected } = readSpans(body, 'protobuf');
    expect(items.map(({ name }) => name)).toEqual(['caf\ufffd', 'GET /orders']);
    expect(rejected).toEqual([]);
  });
  test.each([
    ['deeper than is kept', 20, 2, 0],
    ['deeper than protobuf allows', 200, 1, 1],
  ])('an attribute nested %s', (_, depth, kept, lost) => {
    const body = groupBytes(encodedResource, withNested(encodedSpan, 9, depth), encodedSpan);
    const { items, rejected } = readSpans(body, 'protobuf');
    expect(items).toHaveLength(kept);
    expect(rejected.map(({ reason }) => reason)).toEqual(new Array(lost).fill('unreadable'));
    expect(items.at(-1)).toMatchObject({ service: 'shop', scope: 's' });
  });
  test('a log record nested too deep', () => {
    const body = groupBytes(encodedResource, withNested(encodedRecord, 6, 200), encodedRecord);
    const { items, rejected } = readLogs(body, 'protobuf');
    expect([items.length, rejected.length]).toEqual([1, 1]);
  });
  test('a resource that cannot be read takes its spans with it, counted', () => {
    const deep = withNested(encodedResource, 1, 200);
    const body = Buffer.concat([
      groupBytes(deep, encodedSpan, encodedSpan),
      groupBytes(encodedResource, encodedSpan),
    ]);
    const { items, rejected } = readSpans(body, 'protobuf');
    expect([items.length, rejected.length]).toEqual([1, 2]);
  });
  test('numbers that JSON has not are kept by their names', () => {
    const attributes = [NaN, Infinity, -Infinity].map((doubleValue) => ({
      key: String(doubleValue),
      value: { doubleValue },
    }));
    const { items } = readSpans(encodeTraces({ ...protoSpan, attributes }), 'protobuf');
    expect(items[0]!.attributes).toEqual({
      NaN: 'NaN',
      Infinity: 'Infinity',
      '-Infinity': '-Infinity',
    });
  });
  test.each(['GET /orders', 'a', '', 'SELECT * FROM orders WHERE id = ?'])(
    'spans sent as logs are no log records: %j',
    (name) => {
      const body = encodeTraces({ ...protoSpan, name }, { ...protoSpan, name });
      const { items, rejected } = readLogs(body, 'protobuf');
      expect(items).toEqual([]);
      expect(rejected.map(({ reason }) => reason)).toEqual(['other_signal', 'other_signal']);
    },
  );
  test('log records sent as spans are no spans', () => {
    const body = encodeLogs(record, { observedTimeUnixNano: NOW });
    const { items, rejected } = readSpans(body, 'protobuf');
    expect(items).toEqual([]);
    expect(rejected.map(({ reason }) => reason)).toEqual(['other_signal', 'other_signal']);
  });
});

describe('what cannot be kept of an item is marked, the item stands', () => {
  const attributesOf = (attributes: unknown) =>
    readSpans(JSON.stringify({ resourceSpans: [group({ ...span, attributes })] })).items[0]!
      .attributes;
  test.each<[string, unknown, object]>([
    ['NUL', [{ key: 'a\0b', value: { stringValue: 'c\0d' } }], { 'a\ufffdb': 'c\ufffdd' }],
    ['a lone surrogate', [{ key: 'a', value: { stringValue: 'x\ud800y' } }], { a: 'x\ufffdy' }],
    ['an attribute without a name', [{ value: { intValue: 1 } }], { '(unreadable)': 1 }],
    ['an attribute without a value', [{ key: 'a' }], { a: '' }],
    ['a value of no kind we know', [{ key: 'a', value: { dateValue: 1 } }], { a: '(unreadable)' }],
    [
      'a plain value',
      [
        { key: 'a', value: 'b' },
        { key: 'c', value: 7 },
      ],
      { a: 'b', c: 7 },
    ],
    ['null', [null, { key: 'a', value: { intValue: 1 } }], { '(unreadable)': '', a: 1 }],
    ['NaN as text', [{ key: 'a', value: { doubleValue: 'NaN' } }], { a: 'NaN' }],
  ])('%s', (_, attributes, kept) => expect(attributesOf(attributes)).toEqual(kept));
  test('nesting deeper than is kept ends in an ellipsis', () => {
    const body = JSON.stringify({
      resourceSpans: [group({ ...span, attributes: [{ key: 'deep', value: 'HERE' }] })],
    });
    const [read] = readSpans(body.replace('"HERE"', nestedJson(5_000))).items;
    const text = JSON.stringify(read!.attributes);
    expect(text).toContain('…');
    expect(text.length).toBeLessThan(100);
  });
  test('links that cannot be read are counted among those its SDK dropped', () => {
    const links = [
      { traceId: 'zz', spanId: 'zz' },
      { traceId: span.traceId, spanId: span.spanId },
    ];
    const sent = { ...span, links, droppedLinksCount: 2, droppedEventsCount: 1 };
    const [read] = readSpans(JSON.stringify({ resourceSpans: [group(sent)] })).items;
    expect(read!.links).toHaveLength(1);
    expect(read!.attributes).toEqual({
      'otel.dropped_links_count': 3,
      'otel.dropped_events_count': 1,
    });
  });
});

describe('log records', () => {
  const recordOf = (more: object) =>
    readLogs(JSON.stringify({ resourceLogs: [logGroup({ ...record, ...more })] })).items[0]!;
  test('the name of an event is kept, in JSON and in protobuf', () => {
    expect(recordOf({ eventName: 'device.app.lifecycle' }).attributes).toEqual({
      'event.name': 'device.app.lifecycle',
    });
    const { items } = readLogs(encodeLogs({ ...record, eventName: 'e' }), 'protobuf');
    expect(items[0]!.attributes).toEqual({ 'event.name': 'e' });
  });
  test('its own attribute of that name stays', () => {
    const attributes = [{ key: 'event.name', value: { stringValue: 'own' } }];
    expect(recordOf({ eventName: 'field', attributes }).attributes).toEqual({
      'event.name': 'own',
    });
  });
  test.each<[string, unknown, string]>([
    [
      'a map',
      { kvlistValue: { values: [{ key: 'code', value: { intValue: '7' } }] } },
      '{"code":7}',
    ],
    [
      'a list',
      { arrayValue: { values: [{ stringValue: 'a' }, { boolValue: true }] } },
      '["a",true]',
    ],
    ['a number', { intValue: '7' }, '7'],
    ['plain text', 'hello', 'hello'],
    ['nothing', undefined, ''],
  ])('a body that is %s is kept', (_, body, kept) => expect(recordOf({ body }).body).toBe(kept));
  test.each([
    [17, 'error'],
    ['17', 'error'],
    ['SEVERITY_NUMBER_ERROR', 'error'],
    ['SEVERITY_NUMBER_WARN3', 'warn'],
    ['INFO2', 'info'],
  ])('a severity number %j is %s', (severityNumber, level) =>
    expect(recordOf({ severityNumber }).level).toBe(level),
  );
  test.each([
    [0, 'ERROR', 'error'],
    [undefined, 'warning', 'warn'],
    ['SEVERITY_NUMBER_UNSPECIFIED', 'Info', 'info'],
  ])('a severity number %j leaves it to the text %s', (severityNumber, severityText, level) =>
    expect(recordOf({ severityNumber, severityText }).level).toBe(level),
  );
  test('records without a time are counted: theirs is the time they came', () => {
    const { items, withoutTime } = readLogs(
      JSON.stringify({
        resourceLogs: [
          logGroup(record, { body: 'x' }, { observedTimeUnixNano: NOW }, { timeUnixNano: '0' }),
        ],
      }),
    );
    expect(withoutTime).toBe(2);
    expect(items.map(({ timeNs }) => timeNs)).toEqual([BigInt(NOW), 7n, BigInt(NOW), 7n]);
  });
});
