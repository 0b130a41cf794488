import { AppError } from '@/lib/errors/app-error';
import { sources } from '@/lib/telemetry/sources';
import type { EpochMs } from '@/lib/time/units';
import { beginningOf } from '../analysis/impact';
import { anchorOf, type Anchor } from './repository';

/** @throws AppError not_found */
export async function known(id: string): Promise<Anchor> {
  const anchor = await anchorOf(id);
  if (!anchor) throw new AppError('not_found', 'There is no such episode.');
  return anchor;
}

/** When its rule went pending and since when it hurt: as measured, else asked now. */
export async function beganAt({
  pendingMs,
  hurtMs,
  labels,
  startedMs,
}: Anchor): Promise<{ pendingMs: EpochMs; hurtMs: EpochMs }> {
  return pendingMs !== null && hurtMs !== null
    ? { pendingMs, hurtMs }
    : beginningOf(sources().metrics, labels, startedMs);
}
