import { asCorrelationId, asTraceId, type CorrelationId } from '@/lib/correlation-id/grammar';
import { writePool } from '@/lib/db/pool';
import { exception, span } from '@/lib/requests/correlation/spans.fixture';
import { CLUSTER_SERVICE } from '@/lib/telemetry/cluster-events';
import { writeLogs, writeSpans } from '@/lib/telemetry/embedded/write';
import type { Span } from '@/lib/telemetry/model';
import { epochNs, msToNs } from '@/lib/time/units';

export const forgetTelemetry = () => writePool().query('TRUNCATE telemetry.spans, telemetry.logs');

let number = 1000;

/** The next request, and its spans moved to so long ago. */
function nextRequest(agoMs: number) {
  number += 1;
  const id = asCorrelationId(`hurt-request-${number}`)!;
  const at = Date.now() - agoMs;
  const moved = (each: Span, fromMs: number, toMs: number): Span => ({
    ...each,
    startNs: epochNs(msToNs(at + fromMs)),
    endNs: epochNs(msToNs(at + toMs)),
    attributes: { ...each.attributes, correlation_id: id },
  });
  return { id, at, moved, trace: number };
}

/** A request that failed so long ago: edge answered 502 because this service threw. */
export async function failing(
  service: string,
  errorType: string,
  agoMs: number,
): Promise<CorrelationId> {
  const { id, at, moved, trace } = nextRequest(agoMs);
  await writeSpans([
    moved(
      span(1, undefined, 0, 0, {
        trace,
        service: 'edge',
        name: 'POST /checkout',
        kind: 'server',
        status: 'error',
        attributes: { 'http.response.status_code': 502 },
      }),
      0,
      50,
    ),
    moved(
      span(2, 1, 0, 0, {
        trace,
        service,
        name: 'reserve',
        status: 'error',
        statusMessage: 'no',
        events: exception(errorType),
      }),
      5,
      40,
    ),
  ]);
  await writeLogs(
    [
      {
        timeNs: epochNs(msToNs(at + 30)),
        level: 'error',
        body: `${errorType}: no`,
        service,
        traceId: asTraceId(trace.toString(16)),
        spanId: undefined,
        correlationId: id,
        attributes: {},
        resource: {},
      },
    ],
    Buffer.from(id),
  );
  return id;
}

/** A request that succeeded so long ago; this service took so much of its time. */
export async function succeeding(
  service: string,
  tookMs: number,
  agoMs: number,
): Promise<CorrelationId> {
  const { id, moved, trace } = nextRequest(agoMs);
  await writeSpans([
    moved(
      span(1, undefined, 0, 0, {
        trace,
        service: 'edge',
        name: 'POST /checkout',
        kind: 'server',
        attributes: { 'http.response.status_code': 201 },
      }),
      0,
      tookMs + 20,
    ),
    moved(
      span(2, 1, 0, 0, { trace, service, name: 'POST /charge', kind: 'server' }),
      5,
      tookMs + 5,
    ),
  ]);
  return id;
}

/** A rollout of a workload so long ago, as the cluster's collector tells it. */
export async function rollout(workload: string, agoMs: number): Promise<void> {
  await writeLogs(
    [
      {
        timeNs: epochNs(msToNs(Date.now() - agoMs)),
        level: 'info',
        body: `Scaled up replica set ${workload}-1 from 0 to 1`,
        service: CLUSTER_SERVICE,
        traceId: undefined,
        spanId: undefined,
        correlationId: undefined,
        attributes: {
          'k8s.event.reason': 'ScalingReplicaSet',
          'k8s.object.kind': 'Deployment',
          'k8s.object.name': workload,
        },
        resource: { 'service.name': CLUSTER_SERVICE },
      },
    ],
    Buffer.from(`rollout of ${workload}`),
  );
}
