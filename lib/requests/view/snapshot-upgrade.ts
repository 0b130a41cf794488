import { z } from 'zod';
import { outcomeOf } from '@/lib/telemetry/conventions';
import type { Span } from '@/lib/telemetry/model';
import type { LedgerReason } from '../discovery/ledger-reason';
import type { UnattachedReason } from '../contract';

/** Version 1 wrote why a line belongs to no span as a sentence. */
const UNATTACHED: Readonly<Record<string, UnattachedReason>> = {
  'no trace id': 'no_trace_id',
  'no span id': 'no_span_id',
  'its span was not found': 'span_not_found',
  'its trace was not found': 'trace_not_found',
};

const viewVersion1 = z.looseObject({
  ledger: z.array(z.looseObject({ reasons: z.array(z.string()) })),
  logs: z.array(z.looseObject({ unattached: z.string().nullable() })),
});

const viewVersion2 = z.looseObject({ spans: z.array(z.looseObject({ failed: z.boolean() })) });

/** A view of an earlier version in today's shape. */
export function upgradeStoredView(stored: unknown, version: number): unknown {
  const view = version < 2 ? upgradeVersion1(stored) : stored;
  return version < 3 ? upgradeVersion2(view) : view;
}

/** Its spans had failed or not, and an end. */
function upgradeVersion2(stored: unknown): unknown {
  const view = viewVersion2.parse(stored);
  return {
    ...view,
    spans: view.spans.map((span) => ({
      ...span,
      outcome: span.failed ? 'failed' : 'good',
      ended: true,
    })),
  };
}

/** A span of version 1 or 2: what became of it was its status alone, and it had an end. */
export function upgradeStoredSpan(
  stored: Omit<Span, 'outcome' | 'ended'> & Partial<Pick<Span, 'outcome' | 'ended'>>,
): Span {
  const { ended = true, outcome = outcomeOf(stored) } = stored;
  return { ...stored, ended, outcome };
}

/** Its sentences become codes, `frozen` is `evidence`. */
function upgradeVersion1(stored: unknown): unknown {
  const { frozen: _, ...view } = viewVersion1.parse(stored);
  return {
    ...view,
    evidence: null,
    ledger: view.ledger.map((entry) => ({
      ...entry,
      reasons: entry.reasons.map((sentence): LedgerReason => ({ code: 'recorded', sentence })),
    })),
    logs: view.logs.map((line) => ({
      ...line,
      unattached: line.unattached === null ? null : (UNATTACHED[line.unattached] ?? 'no_trace_id'),
    })),
  };
}
