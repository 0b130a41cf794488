import { SOURCE_DEADLINE_MS } from '@/lib/http/outbound';

/** Options of a call to a source that ends with `signal` or at the source's deadline. */
export function withDeadline(signal?: AbortSignal): { readonly signal: AbortSignal } {
  const deadline = AbortSignal.timeout(SOURCE_DEADLINE_MS);
  return { signal: signal ? AbortSignal.any([signal, deadline]) : deadline };
}
