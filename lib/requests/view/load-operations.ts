import type { CorrelationId } from '@/lib/correlation-id/grammar';
import { operationsOf } from '../correlation/operations';
import type { Operation } from './contract';
import { loadRevision } from './load-request';

/** The operations of a request under its revision. @throws AppError not_found */
export async function loadOperations(
  id: CorrelationId,
  revision: string,
  signal: AbortSignal,
): Promise<{ readonly operations: readonly Operation[] }> {
  return { operations: operationsOf((await loadRevision(id, revision, signal)).request) };
}
