/**
 * The propagation module: one correlation id through HTTP headers, baggage, queues and the
 * environment of jobs, onto every span and log record. It needs nothing but `@opentelemetry/api`:
 * copy this file into a service of your own and register the three classes with its SDK
 * (demo/service/telemetry.ts shows how). Its types can be stripped, so Node runs it as it is.
 */
import {
  context,
  createContextKey,
  propagation,
  type Context,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
} from '@opentelemetry/api';

const HEADER = 'x-correlation-id';
const KEY = 'correlation_id';
const GRAMMAR = /^[A-Za-z0-9][A-Za-z0-9._:-]{7,127}$/;
const REJECTED = createContextKey('correlation id rejected');

/** The id of the present context, or undefined. */
export function currentCorrelationId(from: Context = context.active()): string | undefined {
  return propagation.getBaggage(from)?.getEntry(KEY)?.value;
}

/** A context that carries `id`; everything started in it is stamped with it. */
export function withCorrelationId(id: string, from: Context = context.active()): Context {
  const baggage = propagation.getBaggage(from) ?? propagation.createBaggage();
  return propagation.setBaggage(from, baggage.setEntry(KEY, { value: id }));
}

/** A UUIDv7 (RFC 9562): its time lets a later search begin at the right hour. */
export function mintCorrelationId(nowMs: number = Date.now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let index = 5, rest = nowMs; index >= 0; index -= 1, rest = Math.floor(rest / 256))
    bytes[index] = rest % 256;
  bytes[6] = 0x70 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/**
 * The length of an id that came in and failed the grammar, for one log line; the id itself is never
 * repeated.
 */
export function rejectedLength(from: Context = context.active()): number | undefined {
  return from.getValue(REJECTED) as number | undefined;
}

/**
 * Reads `x-correlation-id` (else the baggage already extracted, else `x-request-id`, else the trace
 * id of `traceparent`), and mints one where `mint` is set. What fails the grammar is replaced,
 * never cut. Put it after the W3C propagators in a composite.
 */
export class CorrelationPropagator implements TextMapPropagator {
  private readonly options: { readonly mint: boolean };

  constructor(options: { readonly mint: boolean }) {
    this.options = options;
  }

  extract(from: Context, carrier: unknown, getter: TextMapGetter): Context {
    const read = (name: string) => {
      const value = getter.get(carrier, name);
      if (!Array.isArray(value)) return value;
      return value.length === 1 ? value[0] : undefined;
    };
    // Baggage before x-request-id: proxies make one of their own between two services.
    const offered = [
      read(HEADER),
      currentCorrelationId(from),
      read('x-request-id'),
      read('traceparent')?.split('-')[1],
    ];
    const valid = offered.find((value) => value !== undefined && GRAMMAR.test(value));
    const id = valid ?? (this.options.mint ? mintCorrelationId() : undefined);
    const first = offered[0];
    const rejected =
      first !== undefined && !GRAMMAR.test(first) ? from.setValue(REJECTED, first.length) : from;
    if (id) return withCorrelationId(id, rejected);
    // Baggage that failed the grammar must not travel on.
    const baggage = propagation.getBaggage(rejected);
    return baggage?.getEntry(KEY)
      ? propagation.setBaggage(rejected, baggage.removeEntry(KEY))
      : rejected;
  }

  inject(from: Context, carrier: unknown, setter: TextMapSetter): void {
    const id = currentCorrelationId(from);
    if (id) setter.set(carrier, HEADER, id);
  }

  fields(): string[] {
    return [HEADER];
  }
}

/** Stamps every span at its start. Shaped like a span processor of the SDK. */
export class CorrelationSpanProcessor {
  onStart(span: { setAttribute(key: string, value: string): unknown }, parent: Context): void {
    const id = currentCorrelationId(parent);
    if (id) span.setAttribute(KEY, id);
  }
  onEnd(): void {}
  forceFlush(): Promise<void> {
    return Promise.resolve();
  }
  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}

/** Stamps every log record. Shaped like a log record processor of the SDK. */
export class CorrelationLogProcessor {
  onEmit(record: { setAttribute(key: string, value: string): unknown }, from?: Context): void {
    const id = currentCorrelationId(from ?? context.active());
    if (id) record.setAttribute(KEY, id);
  }
  forceFlush(): Promise<void> {
    return Promise.resolve();
  }
  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}

/**
 * What travels in a queue message or as a job's environment: header-like keys, or upper-case names
 * for an environment.
 */
export function carry(from: Context = context.active()): Record<string, string> {
  const carrier: Record<string, string> = {};
  propagation.inject(from, carrier);
  return carrier;
}

/** The context a message carried. */
export function received(
  carrier: Record<string, string>,
  onto: Context = context.active(),
): Context {
  return propagation.extract(onto, carrier);
}

/**
 * The same for child processes: `traceparent` becomes `TRACEPARENT`, `x-correlation-id` becomes
 * `X_CORRELATION_ID`.
 */
export function carryInEnvironment(from: Context = context.active()): Record<string, string> {
  return Object.fromEntries(
    Object.entries(carry(from)).map(([key, value]) => [
      key.toUpperCase().replaceAll('-', '_'),
      value,
    ]),
  );
}

export function receivedFromEnvironment(
  environment: NodeJS.ProcessEnv,
  onto: Context = context.active(),
): Context {
  const carrier = Object.fromEntries(
    ['traceparent', 'tracestate', 'baggage', HEADER].flatMap((key) => {
      const value = environment[key.toUpperCase().replaceAll('-', '_')];
      return value ? [[key, value]] : [];
    }),
  );
  return propagation.extract(onto, carrier);
}
