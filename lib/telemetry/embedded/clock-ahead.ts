import type { Span } from '../model';

type Extent = Pick<Span, 'startNs' | 'endNs' | 'ended'>;

/**
 * How far the clock of a server is ahead of its client's, at least, in seconds: so far its span must
 * move to lie inside. 0 where it does, or where it took longer than the client waited.
 */
export function clockAhead(client: Extent, server: Extent): number {
  const early = client.startNs - server.startNs;
  const late = server.endNs - client.endNs;
  if (!client.ended || !server.ended || early + late > 0n) return 0;
  if (late > 0n) return Number(late) / 1e9;
  return early > 0n ? -Number(early) / 1e9 : 0;
}
