import { context, SpanKind, trace, type Link } from '@opentelemetry/api';
import {
  carry,
  currentCorrelationId,
  received,
  withCorrelationId,
} from '@/lib/correlation-id/propagation';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { Counter } from 'prom-client';
import { inSpan, pause } from './http';
import { log } from './log';
import { registers } from './metrics';

const tasks = new Counter({
  name: 'shop_tasks_total',
  help: 'Tasks taken from a queue, by what became of them.',
  labelNames: ['service', 'queue', 'outcome'],
  registers,
});

interface Message {
  readonly headers: Record<string, string>;
  readonly body: Record<string, unknown>;
  readonly sentAt: number;
}

/** Thrown by work that was done, and found that something is wrong: the task did not fail. */
export class Unsuccessful extends Error {
  override readonly name = 'Unsuccessful';
}

/** Takes the body of a message, and when it was sent. */
type Work = (body: Record<string, unknown>, sentAt: number) => Promise<void>;

const broker = () => process.env.QUEUE_URL!;

/** Sends a message in a producer span; its headers carry trace context and correlation id. */
export function publish(queue: string, type: string, body: Record<string, unknown>): Promise<void> {
  return inSpan(
    `send ${queue}`,
    {
      'messaging.system': 'demo-queue',
      'messaging.operation.type': 'send',
      'messaging.destination.name': queue,
      'messaging.message.type': type,
    },
    async () => {
      await fetch(`${broker()}/queues/${queue}`, {
        method: 'POST',
        body: JSON.stringify({ headers: carry(), body, sentAt: Date.now() }),
        signal: AbortSignal.timeout(5_000),
      });
    },
    SpanKind.PRODUCER,
  );
}

/**
 * Takes messages one by one for ever, while they are wanted. Each starts a trace of its own, linked
 * to the span that sent it (as the messaging conventions have it), under the correlation id it
 * carried.
 */
export async function consume(
  service: string,
  queue: string,
  wanted: () => boolean,
  work: Work,
): Promise<never> {
  for (;;) {
    if (!wanted()) {
      await pause(500);
      continue;
    }
    try {
      const response = await fetch(`${broker()}/queues/${queue}/next`, {
        signal: AbortSignal.timeout(30_000),
      });
      if (response.status === 200)
        await take(service, queue, (await response.json()) as Message, work);
    } catch (error) {
      const { name, message } = error as Error;
      log('warn', 'the broker does not answer', { queue, code: name, error: message });
      await pause(500);
    }
  }
}

async function take(service: string, queue: string, message: Message, work: Work): Promise<void> {
  const from = received(message.headers);
  const producer = trace.getSpanContext(from);
  const links: Link[] = producer ? [{ context: producer }] : [];
  const id = currentCorrelationId(from);
  const own = id ? withCorrelationId(id, ROOT_CONTEXT) : ROOT_CONTEXT;
  const attributes = {
    'messaging.system': 'demo-queue',
    'messaging.operation.type': 'process',
    'messaging.destination.name': queue,
    'messaging.wait_ms': Date.now() - message.sentAt,
  };
  await context
    .with(own, () =>
      inSpan(
        `process ${queue}`,
        attributes,
        () => work(message.body, message.sentAt),
        SpanKind.CONSUMER,
        { root: true, links },
        own,
      ),
    )
    .then(
      () => tasks.inc({ service, queue, outcome: 'done' }),
      (error: unknown) =>
        tasks.inc({ service, queue, outcome: error instanceof Unsuccessful ? 'done' : 'failed' }),
    );
}

/** How many messages wait in a queue. */
export async function waitingIn(queue: string): Promise<number> {
  const response = await fetch(`${broker()}/queues/${queue}`, {
    signal: AbortSignal.timeout(2_000),
  });
  return ((await response.json()) as { waiting: number }).waiting;
}
