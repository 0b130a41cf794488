import { z } from 'zod';
import { exportRequest, logLevel, severityText, spanKind } from '@/lib/telemetry/contract';
import { partialReason } from '@/lib/telemetry/partial-reason';
import { instant } from '@/lib/time/schema';
import { logRow, requestView, spanRow } from '../contract';
import { ledgerReason } from '../discovery/ledger-reason';

export const spanPage = z
  .object({
    revision: z.string(),
    spans: z.array(
      spanRow.extend({ position: z.number().int().describe('in the columns of this revision') }),
    ),
  })
  .meta({ id: 'SpanPage' });

export const logPage = z
  .object({
    revision: z.string(),
    logs: z.array(logRow),
    cursor: z.string().nullable().describe('of the next page; null after the last'),
  })
  .meta({ id: 'LogPage' });

/** A request as a file: all of the view with every span and line, or its spans as OTLP. */
export const requestExport = z
  .union([requestView, exportRequest.traces])
  .meta({ id: 'RequestExport' });

/** A log line outside of an assembled request: as it was written, on its own clock. */
const plainLine = z
  .object({
    id: z.string(),
    time: instant,
    level: logLevel,
    severityText,
    service: z.string(),
    body: z.string(),
    correlationId: z.string().nullable(),
    traceId: z.string().nullable(),
    spanId: z.string().nullable(),
  })
  .meta({ id: 'PlainLine' });

/** What stood around one line in its own stream, whatever id it carries. */
export const surroundingLines = z
  .object({
    source: z.string(),
    before: z.array(plainLine),
    after: z.array(plainLine),
    partial: z.array(partialReason).describe('why it may not be all'),
  })
  .meta({ id: 'SurroundingLines' });

/** The server-sent events of a tail. */
export const tailEvents = {
  lines: z.array(plainLine).describe('not sent before in this stream'),
  trouble: z.object({ message: z.string() }).describe('the source did not answer; tried again'),
};

/** One operation: all spans of one service, name and kind. */
export const operation = z
  .object({
    service: z.string(),
    name: z.string(),
    kind: spanKind,
    calls: z.number().int(),
    errors: z.number().int(),
    totalNs: z.number().describe('sum of the durations'),
    selfNs: z.number().describe('the same without what children of the span were busy with'),
  })
  .meta({ id: 'Operation' });

export const operationList = z
  .object({ operations: z.array(operation).describe('most time of their own first') })
  .meta({ id: 'OperationList' });

const figures = operation.pick({ calls: true, errors: true, totalNs: true, selfNs: true });

export const comparison = z
  .object({
    correlationId: z.string(),
    with: z.object({
      correlationId: z.string(),
      start: instant,
      durationNs: z.number(),
      healthy: z.boolean().describe('chosen by the portal: it succeeded, in about the usual time'),
    }),
    durationNs: z.number(),
    incomplete: z
      .array(ledgerReason)
      .describe('why spans of either may be missing: then what was not seen may have been called'),
    operations: z
      .array(
        z.object({
          service: z.string(),
          name: z.string(),
          kind: spanKind,
          change: z
            .enum(['missing', 'failing', 'slower', 'added', 'faster', 'same'])
            .describe('missing: the other made this call, in this request it was not seen'),
          here: figures.nullable(),
          there: figures.nullable(),
        }),
      )
      .describe('what differs most first'),
  })
  .meta({ id: 'Comparison' });

export type PlainLine = z.infer<typeof plainLine>;
export type SurroundingLines = z.infer<typeof surroundingLines>;
export type Operation = z.infer<typeof operation>;
export type Comparison = z.infer<typeof comparison>;
export type Difference = Comparison['operations'][number];
