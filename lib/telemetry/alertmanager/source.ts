import type { ZodType } from 'zod';
import { parseJson, outbound, SOURCE_DEADLINE_MS } from '@/lib/http/outbound';
import { OutboundError } from '@/lib/http/outbound-error';
import type { Backend } from '@/lib/http/backend';
import type { OutboundRequest } from '@/lib/http/outbound-call';
import { epochMs, fromRfc3339, nsToMs, type EpochMs } from '@/lib/time/units';
import type { AlertSource } from '../model';
import { alertsAnswer, silenceAnswer, silencesAnswer, statusAnswer } from './wire';

const MAX_BYTES = 32 * 1024 * 1024;

/**
 * One member of an Alertmanager cluster, by its HTTP API version 2. Every method throws
 * OutboundError when it does not answer as it should.
 */
export function alertmanagerSource(backend: Backend): AlertSource {
  async function call<Body>(
    path: readonly string[],
    schema: ZodType<Body>,
    signal: AbortSignal | undefined,
    more: Partial<OutboundRequest> = {},
  ): Promise<Body> {
    const response = await outbound({
      backend,
      path: ['api', 'v2', ...path],
      timeoutMs: SOURCE_DEADLINE_MS,
      maxBytes: MAX_BYTES,
      signal,
      ...more,
    });
    const parsed = schema.safeParse(parseJson(response));
    if (!parsed.success)
      throw new OutboundError('protocol', 'the answer is not one of Alertmanager');
    return parsed.data;
  }

  return {
    name: 'Alertmanager',
    async current({ signal }) {
      const alerts = await call(['alerts'], alertsAnswer, signal);
      return alerts.map((alert) => ({
        fingerprint: alert.fingerprint,
        state: alert.status.state,
        startMs: momentOf(alert.startsAt),
        updatedMs: momentOf(alert.updatedAt),
        labels: alert.labels,
        annotations: alert.annotations,
        generatorUrl: alert.generatorURL || null,
        receivers: alert.receivers.map(({ name }) => name),
      }));
    },
    async startedMs({ signal }) {
      return momentOf((await call(['status'], statusAnswer, signal)).uptime);
    },
    async silence({ labels, untilMs, by, comment }, { signal }) {
      // Sent again after an answer that was lost, it must not be there twice.
      const known = (await call(['silences'], silencesAnswer, signal)).find(
        (each) => each.comment === comment && each.status.state !== 'expired',
      );
      if (known) return known.id;
      const matchers = Object.entries(labels).map(([name, value]) => ({
        name,
        value,
        isRegex: false,
        isEqual: true,
      }));
      const json = {
        matchers,
        startsAt: new Date().toISOString(),
        endsAt: new Date(untilMs).toISOString(),
        createdBy: by,
        comment,
      };
      return (await call(['silences'], silenceAnswer, signal, { send: { method: 'POST', json } }))
        .silenceID;
    },
    async endSilence(id, { signal }) {
      const { status, body } = await outbound({
        backend,
        path: ['api', 'v2', 'silence', id],
        timeoutMs: SOURCE_DEADLINE_MS,
        maxBytes: MAX_BYTES,
        signal,
        send: { method: 'DELETE' },
        acceptStatus: [404, 500],
      });
      // 0.25 has no better word than 500 for one that is not there.
      if (status === 500 && !/not found|expired/.test(body.toString('utf8')))
        throw new OutboundError('unavailable', body.toString('utf8') || 'status 500', 500);
    },
  };
}

function momentOf(text: string): EpochMs {
  const ns = fromRfc3339(text);
  if (ns === undefined)
    throw new OutboundError('protocol', 'a time of Alertmanager cannot be read');
  return epochMs(Math.floor(nsToMs(ns)));
}
