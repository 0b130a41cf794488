import type { z } from 'zod';

/** JSON of this schema. A handler returns the value; `handle` sends it under `status`. */
export interface JsonAnswer<Schema extends z.ZodType = z.ZodType> {
  readonly kind: 'json';
  readonly status: number;
  readonly description: string;
  readonly schema: Schema;
}

/** One JSON object a line, each of this schema, as they become known. */
export interface NdjsonAnswer {
  readonly kind: 'ndjson';
  readonly status: 200;
  readonly description: string;
  readonly schema: z.ZodType;
}

/** Server-sent events: the data of each is JSON of the schema under its name. */
export interface EventsAnswer {
  readonly kind: 'events';
  readonly status: 200;
  readonly description: string;
  readonly events: Readonly<Record<string, z.ZodType>>;
}

/** Bytes or text of another media type. */
export interface ContentAnswer {
  readonly kind: 'content';
  readonly status: number;
  readonly description: string;
  readonly mediaType: string;
}

export interface NoContentAnswer {
  readonly kind: 'no-content';
  readonly status: 204;
  readonly description: string;
}

/** What a route answers when nothing fails: one for each media type it can send. */
export type Answer = JsonAnswer | NdjsonAnswer | EventsAnswer | ContentAnswer | NoContentAnswer;

export const json = <Schema extends z.ZodType>(
  schema: Schema,
  { status = 200, description = 'the answer' }: { status?: number; description?: string } = {},
): JsonAnswer<Schema> => ({ kind: 'json', status, description, schema });

export const ndjson = (
  schema: z.ZodType,
  description = 'one JSON object a line, each sent as soon as it is known',
): NdjsonAnswer => ({ kind: 'ndjson', status: 200, description, schema });

export const events = (
  byName: Readonly<Record<string, z.ZodType>>,
  description = 'server-sent events',
): EventsAnswer => ({ kind: 'events', status: 200, description, events: byName });

export const content = (mediaType: string, description: string, status = 200): ContentAnswer => ({
  kind: 'content',
  status,
  description,
  mediaType,
});

export const noContent = (description = 'done'): NoContentAnswer => ({
  kind: 'no-content',
  status: 204,
  description,
});

/** An answer's value with headers of its own. */
export class WithHeaders<Value> {
  constructor(
    readonly value: Value,
    readonly headers: Readonly<Record<string, string>>,
  ) {}
}

export const withHeaders = <Value>(
  value: Value,
  headers: Readonly<Record<string, string>>,
): WithHeaders<Value> => new WithHeaders(value, headers);

/** The same value that nobody may change: what a schema describes may be kept read-only. */
type Immutable<Value> = unknown extends Value
  ? Value
  : Value extends string | number | boolean | bigint | null | undefined
    ? Value
    : { readonly [Key in keyof Value]: Immutable<Value[Key]> };

type ReplyTo<One extends Answer> =
  One extends JsonAnswer<infer Schema>
    ? Immutable<z.input<Schema>> | WithHeaders<Immutable<z.input<Schema>>>
    : One extends NoContentAnswer
      ? void | WithHeaders<undefined>
      : Response;

/** What a handler with these answers has to return: the value of the JSON, or a whole Response. */
export type Reply<Answers extends readonly Answer[]> = ReplyTo<Answers[number]>;
