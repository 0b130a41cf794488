import { createHash } from 'node:crypto';
import { sameSecret } from '@/lib/auth/secret';
import { config } from '@/lib/config/load';
import { AppError } from '@/lib/errors/app-error';
import { content, json } from '@/lib/http/answers';
import { errorFields } from '@/lib/errors/error-code';
import { log } from '@/lib/observability/log';
import { metrics } from '@/lib/observability/metrics';
import { untraced } from '@/lib/observability/untraced';
import { msToNs } from '@/lib/time/units';
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
import type { Rejection, Signal } from '../rejection';
import { noteRejections } from './rejections';
import { storeIsFull } from './retention';
import { countSpans } from './span-metrics';
import { timeRejection } from './time-rejection';
import { writeLogs, writeSpans } from './write';

const REFUSED = {
  400: 'not an OTLP message',
  401: 'the OTLP token is missing or wrong',
  404: 'another source serves this signal',
  413: 'larger than is taken',
  415: 'another encoding',
  503: 'not stored; try again',
} as const;

/** An export as the OpenAPI document describes it; a refusal is a google.rpc.Status. */
export const exportRoute = (signal: Signal) =>
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
export function receiveExport(signal: Signal, request: Request): Promise<Response> {
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
function requireEmbedded(signal: Signal): void {
  const source = signal === 'traces' ? config().TRACES_SOURCE : config().LOGS_SOURCE;
  if (source !== 'embedded')
    throw new AppError('not_found', `This portal reads ${signal} from ${source}. Send them there.`);
}

async function storeSpans(body: Buffer, encoding: Encoding): Promise<Response> {
  const { items, rejected, warnings } = await readExport({ signal: 'traces', body, encoding });
  const kept = items.filter((span) => {
    const rejection = timeRejection(span, config().RETENTION_HOURS, Date.now());
    if (rejection) rejected.push(rejection);
    return !rejection;
  });
  const stored = await writeSpans(kept);
  countSpans(stored);
  const replaced = stored.filter((each) => each.replaced !== 'nothing').length;
  count('traces', {
    stored: stored.length - replaced,
    replaced,
    repeated: kept.length - stored.length,
    rejected: rejected.length,
  });
  await noteRejections('traces', rejected);
  refuseOtherSignal('traces', items.length, rejected);
  return exportResponse('traces', encoding, rejected, warnings);
}

/** Says to a sender that a retry was taken for one, in case it was none. */
const REPEATED = 'a batch with the same bytes was stored before; this one was taken for its retry';

async function storeLogs(body: Buffer, encoding: Encoding): Promise<Response> {
  const read = await readExport({
    signal: 'logs',
    body,
    encoding,
    receivedNs: msToNs(Date.now()),
  });
  const { items, rejected, withoutTime } = read;
  const lines = items.filter((line) => {
    const rejection = timeRejection(line, config().RETENTION_HOURS, Date.now());
    if (rejection) rejected.push(rejection);
    return !rejection;
  });
  const hash = createHash('sha256').update(body).digest();
  const isNew = await writeLogs(lines, hash, withoutTime > 0);
  count('logs', {
    stored: isNew ? lines.length : 0,
    repeated: isNew ? 0 : lines.length,
    rejected: rejected.length,
  });
  if (isNew) await noteRejections('logs', rejected);
  refuseOtherSignal('logs', items.length, rejected);
  const warnings = isNew ? read.warnings : [...read.warnings, REPEATED];
  return exportResponse('logs', encoding, rejected, warnings);
}

/** @throws AppError invalid_input where all of a message is of another signal */
function refuseOtherSignal(signal: Signal, read: number, rejected: readonly Rejection[]): void {
  const isOther = rejected.every(({ reason }) => reason === 'other_signal');
  if (read > 0 || rejected.length === 0 || !isOther) return;
  const place = signal === 'traces' ? 'Logs go to /v1/logs.' : 'Traces go to /v1/traces.';
  throw new AppError('invalid_input', `The body holds no ${signal}. ${place}`);
}

type Outcome = 'stored' | 'replaced' | 'repeated' | 'rejected';

function count(signal: Signal, counts: Partial<Record<Outcome, number>>): void {
  for (const [outcome, items] of Object.entries(counts))
    metrics().intakeItems.inc({ signal, outcome }, items);
}
