import { AppError } from '@/lib/errors/app-error';
import { fromRfc3339, type Window } from '@/lib/time/units';

/**
 * The window between two RFC 3339 times; undefined when neither is given.
 * @throws AppError invalid_input when only one end is given or the end is not after the start.
 */
export function parseWindow(from: string | undefined, to: string | undefined): Window | undefined {
  if (!from && !to) return undefined;
  const startNs = fromRfc3339(from ?? '');
  const endNs = fromRfc3339(to ?? '');
  if (startNs === undefined || endNs === undefined || endNs <= startNs)
    throw new AppError('invalid_input', 'from and to must both be RFC 3339 times, from before to.');
  return { startNs, endNs };
}
