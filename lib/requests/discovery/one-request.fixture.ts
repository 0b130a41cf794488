import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import type { CorrelationId } from '@/lib/correlation-id/grammar';
import { listening } from '@/lib/http/listening.fixture';
import type { Attributes } from '@/lib/telemetry/model';
import { encodeAttributes } from '@/lib/telemetry/otlp/encode';

const spanId = (number: number) => `0a0b0c0d0e0f00${number.toString(16).padStart(2, '0')}`;
const resource = (service: string) => ({
  attributes: encodeAttributes({
    'service.name': service,
    'k8s.pod.name': `${service}-0`,
    'k8s.namespace.name': 'shop',
  }),
});

/**
 * A request with all that makes one hard: two lanes and a link, retries, an exception, a clock that
 * is ahead, lines in three forms. As OTLP/JSON, its first span at `baseMs`.
 */
export function oneRequest(
  correlationId: CorrelationId,
  baseMs: number,
): { traces: object; logs: object } {
  const traceIds = [0, 1].map((lane) =>
    createHash('sha256').update(`${correlationId} ${lane}`).digest('hex').slice(0, 32),
  );
  const at = (ms: number) =>
    String(BigInt(baseMs) * 1_000_000n + BigInt(Math.round(ms * 1000)) * 1000n + 7n);
  const span = (
    trace: number,
    id: number,
    parent: number | null,
    name: string,
    kind: number,
    [from, to]: [number, number],
    more: { attributes?: Attributes; failed?: string; links?: object[] } = {},
  ) => ({
    traceId: traceIds[trace],
    spanId: spanId(id),
    ...(parent === null ? {} : { parentSpanId: spanId(parent) }),
    name,
    kind,
    startTimeUnixNano: at(from),
    endTimeUnixNano: at(to),
    attributes: encodeAttributes({ correlation_id: correlationId, ...more.attributes }),
    links: more.links ?? [],
    ...(more.failed
      ? {
          status: { code: 2, message: more.failed },
          events: [
            {
              timeUnixNano: at(to),
              name: 'exception',
              attributes: encodeAttributes({
                'exception.type': 'Refused',
                'exception.message': more.failed,
              }),
            },
          ],
        }
      : {}),
  });
  // The clock of this host is 400 ms ahead of the others.
  const attempt = (id: number, parent: number, from: number) =>
    span(0, id, parent, 'POST /reserve', 2, [from + 400, from + 430], {
      failed: 'none left',
      attributes: { 'http.response.status_code': 409 },
    });
  const group = (service: string, spans: object[]) => ({
    resource: resource(service),
    scopeSpans: [{ scope: { name: 'shop' }, spans }],
  });
  const line = (
    service: string,
    ms: number,
    body: string,
    more: { trace?: number; span?: number; attributes?: Attributes; severity?: number } = {},
  ) => ({
    resource: resource(service),
    scopeLogs: [
      {
        scope: { name: 'shop' },
        logRecords: [
          {
            timeUnixNano: at(ms),
            severityNumber: more.severity ?? 9,
            severityText: (more.severity ?? 9) >= 17 ? 'error' : 'info',
            body: { stringValue: body },
            attributes: encodeAttributes(more.attributes ?? {}),
            ...(more.trace === undefined
              ? {}
              : { traceId: traceIds[more.trace], spanId: spanId(more.span!) }),
          },
        ],
      },
    ],
  });
  return {
    traces: {
      resourceSpans: [
        group('edge', [
          span(0, 1, null, 'POST /checkout', 2, [0, 500], {
            attributes: {
              'http.response.status_code': 502,
              ratio: 0.25,
              tags: ['a', 'b'],
              cached: false,
            },
          }),
        ]),
        group('checkout', [
          span(0, 2, 1, 'POST /orders', 2, [5, 490], { failed: 'stock' }),
          span(0, 3, 2, 'POST /reserve', 3, [10, 50], { failed: 'none left' }),
          span(0, 4, 2, 'POST /reserve', 3, [110, 150], { failed: 'none left' }),
          span(0, 5, 2, 'send orders', 4, [200, 205], {
            attributes: { 'messaging.destination.name': 'orders' },
          }),
        ]),
        group('inventory', [attempt(6, 3, 15), attempt(7, 4, 115)]),
        group('worker', [
          span(1, 8, null, 'process orders', 5, [900, 950], {
            attributes: { 'messaging.destination.name': 'orders' },
            links: [{ traceId: traceIds[0], spanId: spanId(5), attributes: [] }],
          }),
        ]),
      ],
    },
    logs: {
      resourceLogs: [
        line('edge', 1, 'checkout began', {
          trace: 0,
          span: 1,
          attributes: { correlation_id: correlationId, user: 'u-17' },
        }),
        line('inventory', 420, 'none left', {
          trace: 0,
          span: 6,
          attributes: { correlation_id: correlationId },
          severity: 17,
        }),
        line('checkout', 60, 'trying again', { trace: 0, span: 2 }),
        line('batch', 300, `nightly job looks at ${correlationId} (again)`),
        line('batch', 301, `nightly job looks at ${correlationId}-2, which is another`),
        line('worker', 910, 'order taken', {
          trace: 1,
          span: 8,
          attributes: { correlation_id: correlationId },
        }),
      ],
    },
  };
}

interface Recorded {
  readonly version: string;
  readonly id: CorrelationId;
  readonly baseMs: number;
  readonly answers: Record<
    string,
    { asked: string; status: number; contentType: string; base64: string }
  >;
}

export const recorded = (file: string): Recorded =>
  JSON.parse(readFileSync(file, 'utf8')) as Recorded;

/** What was asked, without its times: one question, one answer. */
function questionOf(method: string, url: URL, form: URLSearchParams): string {
  const said = [...url.searchParams, ...form]
    .filter(([key]) => key !== 'start' && key !== 'end')
    .map(([key, value]) => `${key}=${value}`)
    .sort();
  return `${method} ${url.pathname} ${said.join(' ')}`;
}

/**
 * A backend that gives the recorded answers; with `upstream`, one that asks the real server and
 * writes down what it says.
 */
export async function replayed(
  file: string,
  upstream?: { url: string; version: string; id: CorrelationId; baseMs: number },
): Promise<{ url: string; close: () => void }> {
  const tape: Recorded = upstream
    ? { version: upstream.version, id: upstream.id, baseMs: upstream.baseMs, answers: {} }
    : recorded(file);
  return listening((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    const reply = async () => {
      const body = Buffer.concat(chunks).toString();
      const asked = questionOf(
        request.method!,
        new URL(request.url!, 'http://127.0.0.1'),
        new URLSearchParams(body),
      );
      const key = createHash('sha1').update(asked).digest('hex').slice(0, 16);
      if (upstream) {
        const headers = Object.fromEntries(
          ['accept', 'content-type', 'x-loki-response-encoding-flags'].flatMap((name) =>
            request.headers[name] ? [[name, String(request.headers[name])]] : [],
          ),
        );
        const answer = await fetch(`${upstream.url}${request.url}`, {
          method: request.method!,
          headers,
          ...(body ? { body } : {}),
        });
        tape.answers[key] = {
          asked,
          status: answer.status,
          contentType: answer.headers.get('content-type') ?? '',
          base64: Buffer.from(await answer.arrayBuffer()).toString('base64'),
        };
        writeFileSync(file, `${JSON.stringify(tape, null, 2)}\n`);
      }
      const answer = tape.answers[key];
      if (!answer)
        return response
          .writeHead(501, { 'content-type': 'text/plain' })
          .end(`not recorded: ${asked}`);
      return response
        .writeHead(answer.status, { 'content-type': answer.contentType })
        .end(Buffer.from(answer.base64, 'base64'));
    };
    request.on('end', () => void reply());
  });
}
