import { z } from 'zod';
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

/** A view of version 1 in today's shape: its sentences become codes, `frozen` is `evidence`. */
export function upgradeStoredView(stored: unknown): unknown {
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
