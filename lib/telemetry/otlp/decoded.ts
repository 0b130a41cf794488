import { AppError } from '@/lib/errors/app-error';
import type { Rejection, Signal } from '../rejection';
import { quoted } from './groups';

/** The groups of an export request, before anything in them is looked at. */
export interface Decoded {
  readonly groups: readonly unknown[];
  /** Parts that could not be decoded. */
  readonly rejected: readonly Rejection[];
  /** What was read though it is not how OTLP has it: a warning for the sender. */
  readonly warnings: readonly string[];
}

/** The list that a message of each signal has. */
export const GROUPS = { traces: 'resourceSpans', logs: 'resourceLogs' } as const;

const PLACES: Readonly<Record<string, string>> = {
  resourceSpans: 'These are traces: send them to /v1/traces.',
  resourceLogs: 'These are logs: send them to /v1/logs.',
  resourceMetrics: 'These are metrics: Prometheus takes them, the embedded store does not.',
};

/** The refusal of a message that has fields, but not the list of its signal. */
export function noListOf(signal: Signal, fields: readonly string[]): AppError {
  const place = fields.map((field) => PLACES[field]).find((each) => each !== undefined);
  return new AppError(
    'invalid_input',
    place ?? `The body has no list "${GROUPS[signal]}", only ${quoted(fields)}.`,
  );
}

export const notOtlp = (encoding: string): AppError =>
  new AppError('invalid_input', `The body is not an OTLP ${encoding} message.`);
