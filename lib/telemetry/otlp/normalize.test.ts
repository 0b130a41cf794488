import fc from 'fast-check';
import { expect, test } from 'vitest';
import { epochNs } from '@/lib/time/units';
import { encodeSpans } from './encode';
import { levelOfSeverity, levelOfText } from '../log-level';
import { normalizeLogs, normalizeSpans } from './normalize';
import { TraceRequest } from './schema';
import type { WireResourceSpans } from './wire';

const span = {
  traceId: '5b8efff798038103d269b633813fc60c',
  spanId: 'eee19b7ec3c1b174',
  name: 'I/O',
  kind: 2,
  startTimeUnixNano: '1544712660000000000',
  endTimeUnixNano: '1544712661000000000',
};
const request = (...spans: unknown[]): WireResourceSpans[] => [
  {
    resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
    scopeSpans: [{ scope: { name: 's' }, spans: spans as never }],
  },
];

test('one bad span is rejected alone', () => {
  const { items, rejected } = normalizeSpans(
    request(
      span,
      { ...span, traceId: 'zz' },
      null,
      { ...span, spanId: '0'.repeat(16) },
      { ...span, startTimeUnixNano: 'soon' },
    ),
  );
  expect(items).toHaveLength(1);
  expect(rejected).toHaveLength(4);
});

test('ids may be hex in any case, base64, or bytes', () => {
  const { items } = normalizeSpans(
    request(
      { ...span, traceId: span.traceId.toUpperCase() },
      { ...span, traceId: Buffer.from(span.traceId, 'hex').toString('base64') },
      { ...span, traceId: new Uint8Array(Buffer.from(span.traceId, 'hex')) },
    ),
  );
  expect(items.map((item) => item.traceId)).toEqual([span.traceId, span.traceId, span.traceId]);
});

test('an end before the start makes a span of no length', () => {
  expect(normalizeSpans(request({ ...span, endTimeUnixNano: '1' })).items[0]).toMatchObject({
    startNs: 1544712660000000000n,
    endNs: 1544712660000000000n,
  });
});

test('numbers of 64 bits keep every digit', () => {
  const attributes = [
    { key: 'small', value: { intValue: '42' } },
    { key: 'large', value: { intValue: '9007199254740993' } },
    {
      key: 'nested',
      value: { arrayValue: { values: [{ doubleValue: 0.5 }, { boolValue: false }] } },
    },
  ];
  expect(normalizeSpans(request({ ...span, attributes })).items[0]!.attributes).toEqual({
    small: 42,
    large: '9007199254740993',
    nested: [0.5, false],
  });
});

test('a decoded protobuf message reads like its JSON', () => {
  const attributes = [
    { key: 'status', value: { intValue: 502 } },
    { key: 'text', value: { stringValue: '' } },
  ];
  const message = {
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
        scopeSpans: [
          {
            scope: { name: 's' },
            spans: [
              {
                ...span,
                traceId: Buffer.from(span.traceId, 'hex'),
                spanId: Buffer.from(span.spanId, 'hex'),
                attributes,
                status: { code: 2, message: 'no' },
              },
            ],
          },
        ],
      },
    ],
  };
  const decoded = TraceRequest.decode(
    TraceRequest.encode(TraceRequest.fromObject(message)).finish(),
  ) as unknown as { resourceSpans: WireResourceSpans[] };
  const json = normalizeSpans(request({ ...span, attributes, status: { code: 2, message: 'no' } }));
  expect(normalizeSpans(decoded.resourceSpans)).toEqual(json);
  expect(json.items[0]).toMatchObject({
    status: 'error',
    parentSpanId: undefined,
    attributes: { status: 502, text: '' },
  });
});

test('whatever JSON arrives, nothing is thrown and nothing is lost silently', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), (spans) => {
      const { items, rejected } = normalizeSpans(request(...spans));
      expect(items.length + rejected.length).toBe(spans.length);
    }),
  );
});

test('spans written as OTLP read back as themselves', () => {
  const { items } = normalizeSpans(
    request({
      ...span,
      attributes: [{ key: 'a', value: { doubleValue: 1.5 } }],
      links: [{ traceId: span.traceId, spanId: span.spanId }],
      events: [{ timeUnixNano: '1544712660000000001', name: 'e' }],
    }),
  );
  expect(
    normalizeSpans((encodeSpans(items) as { resourceSpans: WireResourceSpans[] }).resourceSpans)
      .items,
  ).toEqual(items);
});

test('a span without an end has none when it is read back', () => {
  const { items } = normalizeSpans(request({ ...span, endTimeUnixNano: '0' }));
  const again = (encodeSpans(items) as { resourceSpans: WireResourceSpans[] }).resourceSpans;
  expect(normalizeSpans(again).items).toEqual(items);
  expect(items[0]!.ended).toBe(false);
});

test('a log record without a time gets the time of its receipt', () => {
  const { items } = normalizeLogs(
    [{ scopeLogs: [{ logRecords: [{ body: { stringValue: 'a\0b' }, severityNumber: 17 }] }] }],
    epochNs(7n),
  );
  expect(items[0]).toMatchObject({
    timeNs: 7n,
    body: 'a\ufffdb',
    level: 'error',
    service: 'unknown_service',
  });
});

test.each([
  [{ severityNumber: 17 }, 'error', undefined],
  [{ severityNumber: '18' }, 'error', undefined],
  [{ severityNumber: 'SEVERITY_NUMBER_ERROR2' }, 'error', undefined],
  [{ severityNumber: 'ERROR2', severityText: 'SEVERE' }, 'error', 'SEVERE'],
  [{ severityNumber: 0, severityText: 'E' }, 'error', 'E'],
  [{ severityNumber: { odd: 1 }, severityText: 'Verbose' }, 'trace', 'Verbose'],
  [{ severityNumber: 13, severityText: 'Loud' }, 'warn', 'Loud'],
  [{ body: { stringValue: '{"level":50}' } }, 'error', '50'],
  [{ body: { stringValue: 'lvl=crit msg=no' } }, 'fatal', 'crit'],
  [{ attributes: [{ key: 'level', value: { stringValue: 'W' } }] }, 'warn', 'W'],
  [{ severityText: 'Loud', body: { stringValue: 'nothing said' } }, 'unknown', 'Loud'],
  [{}, 'unknown', undefined],
])('the record %j has the level %s, read from %s', (record, level, severityText) => {
  const { items } = normalizeLogs(
    [{ scopeLogs: [{ logRecords: [record as never] }] }],
    epochNs(7n),
  );
  expect(items[0]).toMatchObject({ level, severityText });
});

test('severities and words become levels', () => {
  expect([1, 5, 9, 13, 17, 21, 99].map(levelOfSeverity)).toEqual([
    'trace',
    'debug',
    'info',
    'warn',
    'error',
    'fatal',
    'unknown',
  ]);
  expect(['WARNING', 'err', 'Information', 'critical', '', 'notice'].map(levelOfText)).toEqual([
    'warn',
    'error',
    'info',
    'fatal',
    'unknown',
    'info',
  ]);
});
