import { afterEach, expect, test } from 'vitest';
import { asCorrelationId, asSearchId, asTraceId } from '@/lib/correlation-id/grammar';
import { listening } from '@/lib/http/listening.fixture';
import { epochNs } from '@/lib/time/units';
import { replay, type Asked } from '../replay.fixture';
import { lokiSource } from './source';

const folder = `${import.meta.dirname}/fixtures`;
const id = asCorrelationId('c-7f3a91d2-0b64-4e8c-9d15-6a2f3c8b7e40')!;
const window = {
  startNs: epochNs(1795347516_585_123_457n),
  endNs: epochNs(1795348116_585_123_457n),
};
let close: (() => Promise<void>) | undefined;
afterEach(() => close?.());

async function loki(answer: (asked: Asked) => string | undefined) {
  const server = await replay(folder, answer);
  close = server.close;
  return {
    source: lokiSource({ base: server.url }, { streamLabel: 'service_name', lookupAttributes: [] }),
    asked: server.asked,
  };
}

const byMetadata = (asked: Asked) => /\| (?:correlation|trace)_id=/.test(asked.form.get('query')!);

test('structured metadata and line text are both asked, and the line both find is kept once', async () => {
  const { source, asked } = await loki((call) =>
    byMetadata(call)
      ? 'query-range-structured-metadata-categorized'
      : 'query-range-structured-metadata',
  );
  const { data } = await source.byCorrelationId(id, window, {});
  expect(asked).toHaveLength(2);
  expect(
    asked.every((call) => call.headers['x-loki-response-encoding-flags'] === 'categorize-labels'),
  ).toBe(true);
  expect(data).toHaveLength(1);
  expect(data[0]).toMatchObject({
    timeNs: 1795347816655123457n,
    body: 'card authorised (structured metadata)',
    service: 'payments',
    level: 'info',
    correlationId: id,
    spanId: '39435f0f47f9458d',
  });
});

test('fields inside a JSON line give level, ids and message', async () => {
  const { source } = await loki((call) =>
    byMetadata(call) ? 'query-range-empty' : 'query-range-line-filter',
  );
  const { data } = await source.byCorrelationId(id, window, {});
  expect(data.length).toBeGreaterThan(5);
  expect(data.find((line) => line.body === 'token verified')).toMatchObject({
    level: 'debug',
    correlationId: id,
    traceId: 'bc5f07d44274af68d22964b80b36a92c',
  });
  expect(data.map((line) => line.timeNs)).toEqual(
    [...data.map((line) => line.timeNs)].sort((a, b) => Number(a - b)),
  );
});

test('lines that share a nanosecond are all kept', async () => {
  const { source } = await loki((call) =>
    byMetadata(call) ? 'query-range-empty' : 'query-range-same-nanosecond',
  );
  const { data } = await source.byCorrelationId(id, window, {});
  expect(new Set(data.map((line) => line.timeNs)).size).toBeLessThan(data.length);
  expect(new Set(data.map((line) => line.id)).size).toBe(data.length);
});

test.each([
  ['error-400-parse', 'bad_query'],
  ['error-500-regex', 'unavailable'],
  ['strict-401-no-tenant', 'unauthorized'],
])('the recorded answer %s is the failure %s', async (name, reason) => {
  const { source } = await loki(() => name);
  await expect(source.byCorrelationId(id, window, {})).rejects.toMatchObject({ reason });
});

/** A Loki in memory: it answers as the documentation has it, with its limits. */
async function memory(
  lines: readonly [time: bigint, text: string][],
  limits: { lines?: number; rangeNs?: bigint } = {},
) {
  const asked: URLSearchParams[] = [];
  const server = await listening((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const form = new URLSearchParams(Buffer.concat(chunks).toString());
      asked.push(form);
      const [start, end, limit] = [
        BigInt(form.get('start')!),
        BigInt(form.get('end')!),
        Number(form.get('limit')),
      ];
      const refuse = (text: string) =>
        response.writeHead(400, { 'content-type': 'text/plain' }).end(text);
      if (limits.lines && limit > limits.lines)
        return refuse(
          `max entries limit per query exceeded, limit > max_entries_limit_per_query (${limit} > ${limits.lines})`,
        );
      if (limits.rangeNs && end - start > limits.rangeNs)
        return refuse(
          'the query time range exceeds the limit (query length: 168h0m0s, limit: 24h0m0s)',
        );
      const forward = form.get('direction') === 'forward';
      // No line of it has structured metadata.
      const inside = byMetadata({ form } as Asked)
        ? []
        : lines.filter(([time]) => time >= start && time < end);
      const found = (forward ? inside : [...inside].reverse()).slice(0, limit);
      response.writeHead(200, { 'content-type': 'application/json' }).end(
        JSON.stringify({
          status: 'success',
          data: {
            resultType: 'streams',
            encodingFlags: ['categorize-labels'],
            result: [
              {
                stream: { service_name: 'shop' },
                values: found.map(([time, text]) => [String(time), text, {}]),
              },
            ],
          },
        }),
      );
    });
  });
  close = server.close;
  return {
    source: lokiSource({ base: server.url }, { streamLabel: 'service_name', lookupAttributes: [] }),
    asked,
  };
}

const at = (offset: number) => window.startNs + BigInt(offset);

test('paging loses no line, also where many share the nanosecond at the edge of a page', async () => {
  const lines = Array.from({ length: 6_000 }, (_, index): [bigint, string] => [
    at(index < 4_990 ? index : 4_990),
    `${id} line ${index}`,
  ]);
  const { source } = await memory(lines);
  const { data, partial } = await source.byCorrelationId(id, window, {});
  expect(data).toHaveLength(6_000);
  expect(partial).toEqual([]);
});

test('a server with a lower limit of lines is asked for so many, from then on', async () => {
  const { source, asked } = await memory(
    Array.from({ length: 250 }, (_, index): [bigint, string] => [at(index), `${id} ${index}`]),
    { lines: 100 },
  );
  expect((await source.byCorrelationId(id, window, {})).data).toHaveLength(250);
  const before = asked.length;
  await source.byCorrelationId(id, window, {});
  expect(asked.slice(before).every((form) => form.get('limit') === '100')).toBe(true);
});

test('a server that refuses so long a window is asked in parts', async () => {
  const week = {
    startNs: window.startNs,
    endNs: epochNs(window.startNs + 7n * 86_400_000_000_000n),
  };
  const lines = Array.from({ length: 14 }, (_, index): [bigint, string] => [
    window.startNs + BigInt(index) * 43_200_000_000_000n,
    `${id} ${index}`,
  ]);
  const { source } = await memory(lines, { rangeNs: 86_400_000_000_000n });
  expect((await source.byCorrelationId(id, week, {})).data).toHaveLength(14);
});

test('what cannot be read is said: more pages than there is time for', async () => {
  const { source } = await memory(
    Array.from({ length: 1_200 }, (_, index): [bigint, string] => [at(index), `${id} ${index}`]),
    { lines: 100 },
  );
  const { data, partial } = await source.byCorrelationId(id, window, {});
  expect(partial).toMatchObject([{ code: 'row_limit', kept: 'first', rows: 'lines', limit: 1000 }]);
  expect(data.length).toBeGreaterThan(980);
});

test('a longer id of which this is a part is another id', async () => {
  const { source } = await memory([
    [at(1), `{"cid":"${id}"}`],
    [at(2), `${id}1 is another`],
    [at(3), `x${id}`],
    [at(4), `done (${id}).`],
  ]);
  const { data } = await source.byCorrelationId(id, window, {});
  expect(data.map(({ body }) => body)).toEqual([`{"cid":"${id}"}`, `done (${id}).`]);
});

test('a UUID is found in capitals and without dashes, by one query of texts', async () => {
  const uuid = '0b64a1c2-4e8c-4d15-8d15-6a2f3c8b7e40';
  const { source, asked } = await memory([
    [at(1), `request ${uuid}`],
    [at(2), `request ${uuid.toUpperCase()}`],
    [at(3), `request ${uuid.replaceAll('-', '')}`],
    [at(4), `request ${uuid.replaceAll('-', '').toUpperCase()}`],
    [at(5), `request ${uuid.replaceAll('-', '')}00 is another`],
  ]);
  const { data } = await source.byCorrelationId(asCorrelationId(uuid)!, window, {});
  expect(data.map(({ timeNs }) => timeNs)).toEqual([at(1), at(2), at(3), at(4)]);
  expect(asked).toHaveLength(2);
});

test('lines that write a trace id their own way are found and attached', async () => {
  const trace = asTraceId('a3ce929d0e0e4736')!;
  const { source } = await memory([
    [at(1), 'level=error traceID=a3ce929d0e0e4736 spanID=00f067aa0ba902b7'],
    [at(2), 'TraceId: A3CE929D0E0E4736'],
    [at(3), 'dd.trace_id=11803532876627986230 dd.span_id=67667974448284343'],
    [at(4), 'traceID=ffa3ce929d0e0e4736'],
  ]);
  const { data } = await source.byTrace([trace], window, {});
  expect(data.map(({ traceId, spanId }) => [traceId, spanId])).toEqual([
    [trace, '00f067aa0ba902b7'],
    [trace, undefined],
    [trace, '00f067aa0ba902b7'],
  ]);
});

test('a short business number is searched in metadata alone: it stands in too many texts', async () => {
  const { source, asked } = await memory([[at(1), 'took 47114 ms']]);
  expect((await source.byCorrelationId(asSearchId('47114')!, window, {})).data).toEqual([]);
  expect(asked).toHaveLength(1);
});

test('the lines around a line are those of its stream, without itself', async () => {
  const { source, asked } = await memory(
    Array.from({ length: 21 }, (_, index): [bigint, string] => [
      at(index),
      index === 10 ? `the ${id}` : `other ${index}`,
    ]),
  );
  const line = (await source.byCorrelationId(id, window, {})).data.find(
    ({ body }) => body === `the ${id}`,
  )!;
  const { data } = await source.around(line, 3, {});
  expect(data.before.map(({ body }) => body)).toEqual(['other 7', 'other 8', 'other 9']);
  expect(data.after.map(({ body }) => body)).toEqual(['other 11', 'other 12', 'other 13']);
  expect(asked.at(-1)!.get('query')).toBe('{service_name="shop"}');
});

test('lines that a parser of Loki could not read are counted', async () => {
  const { source } = await loki((call) =>
    byMetadata(call) ? 'query-range-json-errors' : 'query-range-empty',
  );
  expect((await source.byCorrelationId(id, window, {})).partial).toMatchObject([
    { code: 'unreadable_lines', count: 1 },
  ]);
});
