import { createHash } from 'node:crypto';
import { sameSecret } from '@/lib/auth/secret';
import { config } from '@/lib/config/load';
import { AppError } from '@/lib/errors/app-error';
import { content, json } from '@/lib/http/answers';
import { errorFields } from '@/lib/errors/error-code';
import { log } from '@/lib/observability/log';
import { metrics } from '@/lib/observability/metrics';
import { untraced } from '@/lib/observability/untraced';
import { HOUR_MS, MINUTE_MS, msToNs } from '@/lib/time/units';
import {
  decompress,
  encodingOf,
  exportRefusal,
  exportResponse,
  readBody,
  type Encoding,
} from '../otlp/decode';
import { exportAnswer, exportRequest, exportStatus } from '../contract';
import { readExport } from '../otlp/read-large';
import { storeIsFull } from './retention';
import { countSpans } from './span-metrics';
import { writeLogs, writeSpans } from './write';

/** Clocks run ahead; beyond this a time is wrong, and a row there would never be dropped by age. */
const MAX_AHEAD_MS = 10 * MINUTE_MS;

const REFUSED = {
  400: 'not an OTLP message',
  401: 'the OTLP token is missing or wrong',
  404: 'another source serves this signal',
  413: 'larger than is taken',
  415: 'another encoding',
  503: 'not stored; try again',
} as const;

/** An export as the OpenAPI document describes it; a refusal is a google.rpc.Status. */
export const exportRoute = (signal: 'traces' | 'logs') =>
  ({
    method: 'POST',
    route: `/v1/${signal}`,
    access: 'otlp',
    summary: `Store ${signal} sent over OTLP/HTTP`,
    bodies: { 'application/json': exportRequest[signal], 'application/x-protobuf': null },
    answers: [
      json(exportAnswer, { description: 'stored; partialSuccess names what was rejected' }),
      content('application/x-protobuf', 'the same as a protobuf message'),
      ...Object.entries(REFUSED).flatMap(([status, description]) => [
        json(exportStatus, { status: Number(status), description }),
        content('application/x-protobuf', description, Number(status)),
      ]),
    ],
  }) as const;

/**
 * `POST /v1/traces` and `POST /v1/logs` as the OTLP/HTTP specification has them; answered after the
 * commit.
 */
export function receiveExport(signal: 'traces' | 'logs', request: Request): Promise<Response> {
  return untraced(async () => {
    let encoding: Encoding = request.headers.get('content-type')?.includes('json')
      ? 'json'
      : 'protobuf';
    try {
      authenticate(request.headers.get('authorization'));
      requireEmbedded(signal);
      encoding = encodingOf(request.headers.get('content-type'));
      if (storeIsFull())
        throw new AppError(
          'unavailable',
          'The embedded store is full: RETENTION_BYTES is reached within the hour. Raise it, or send less.',
        );
      const body = await decompress(
        await readBody(request),
        request.headers.get('content-encoding'),
      );
      return signal === 'traces'
        ? await storeSpans(body, encoding)
        : await storeLogs(body, encoding);
    } catch (error) {
      return exportRefusal(encoding, refusalOf(error));
    }
  });
}

function refusalOf(error: unknown): AppError {
  if (error instanceof AppError) return error;
  log().error(errorFields(error), 'telemetry could not be stored');
  return new AppError('unavailable', 'The store cannot take this now. Retry.');
}

function authenticate(header: string | null): void {
  const token = config().OTLP_TOKEN;
  if (token && !sameSecret(header ?? '', `Bearer ${token}`))
    throw new AppError('unauthenticated', 'Send Authorization: Bearer with the OTLP token.');
}

/**
 * Refuses a signal that another source serves: nobody would read it here, and nothing would drop
 * it.
 */
function requireEmbedded(signal: 'traces' | 'logs'): void {
  const source = signal === 'traces' ? config().TRACES_SOURCE : config().LOGS_SOURCE;
  if (source !== 'embedded')
    throw new AppError('not_found', `This portal reads ${signal} from ${source}. Send them there.`);
}

async function storeSpans(body: Buffer, encoding: Encoding): Promise<Response> {
  const { items, rejected } = await readExport({ signal: 'traces', body, encoding });
  const kept = items.filter(
    (span) =>
      isWithinRetention(span.startNs, 'span', rejected) && endsBeforeLimit(span.endNs, rejected),
  );
  const stored = await writeSpans(kept);
  countSpans(stored);
  const replaced = stored.filter((each) => each.replaced !== 'nothing').length;
  count('traces', {
    stored: stored.length - replaced,
    replaced,
    repeated: kept.length - stored.length,
    rejected: rejected.length,
  });
  return exportResponse(encoding, 'rejectedSpans', rejected);
}

async function storeLogs(body: Buffer, encoding: Encoding): Promise<Response> {
  const { items, rejected } = await readExport({
    signal: 'logs',
    body,
    encoding,
    receivedNs: msToNs(Date.now()),
  });
  const kept = items.filter((line) => isWithinRetention(line.timeNs, 'log record', rejected));
  const fresh = await writeLogs(kept, createHash('sha256').update(body).digest());
  count('logs', {
    stored: fresh ? kept.length : 0,
    repeated: fresh ? 0 : kept.length,
    rejected: rejected.length,
  });
  return exportResponse(encoding, 'rejectedLogRecords', rejected);
}

function isWithinRetention(timeNs: bigint, what: string, rejected: string[]): boolean {
  const now = Date.now();
  if (timeNs < msToNs(now - config().RETENTION_HOURS * HOUR_MS))
    rejected.push(`a ${what} is older than the retention of ${config().RETENTION_HOURS} h`);
  else if (timeNs > msToNs(now + MAX_AHEAD_MS))
    rejected.push(`a ${what} is more than 10 min in the future`);
  else return true;
  return false;
}

/** An end far ahead would stretch every window that is asked around the span. */
function endsBeforeLimit(endNs: bigint, rejected: string[]): boolean {
  if (endNs <= msToNs(Date.now() + MAX_AHEAD_MS)) return true;
  rejected.push('a span ends more than 10 min in the future');
  return false;
}

type Outcome = 'stored' | 'replaced' | 'repeated' | 'rejected';

function count(signal: string, counts: Partial<Record<Outcome, number>>): void {
  for (const [outcome, items] of Object.entries(counts))
    metrics().intakeItems.inc({ signal, outcome }, items);
}
