// Pure: runs in browsers too.
import type { RequestView } from '@/lib/requests/contract';

export type Clock = 'adjusted' | 'raw';

/**
 * The log lines where the clocks of their hosts put them, or where the portal corrected them to.
 */
export function withClock<View extends RequestView>(view: View, clock: Clock): View {
  if (clock === 'adjusted') return view;
  const logs = view.logs.map((log) => ({ ...log, offsetNs: log.offsetNs - log.skewNs }));
  return { ...view, logs };
}
