import { OutboundError } from '@/lib/http/outbound-error';
import { log } from '@/lib/observability/log';
import type { CorrelationId } from '@/lib/correlation-id/grammar';
import type { LogLine, Span } from '@/lib/telemetry/model';
import { epochNs, padded, type Window } from '@/lib/time/units';
import { CONTEXT_MS } from '../view/axis';
import type { SourceLedger } from './source-ledger';
import { windowOfSpans } from './trace-windows';

/** Alert episodes that were open in a window, of these services or with this id. Opaque here. */
export type EpisodesDuring = (
  window: Window,
  services: readonly string[],
  id: CorrelationId,
) => Promise<readonly unknown[]>;

/** The alert episodes that were open around a request; none where they cannot be read. */
export async function findOpenEpisodes(
  id: CorrelationId,
  found: { readonly spans: readonly Span[]; readonly lines: readonly LogLine[] },
  episodesDuring: EpisodesDuring,
  ledger: SourceLedger,
  signal: AbortSignal,
): Promise<readonly unknown[]> {
  const { spans, lines } = found;
  if (spans.length + lines.length === 0) {
    ledger.skip({ code: 'nothing_to_match' });
    return [];
  }
  const window = padded(spans.length ? windowOfSpans(spans) : windowOfLines(lines), CONTEXT_MS);
  ledger.addWindow(window);
  const services = [...new Set([...spans, ...lines].map(({ service }) => service))];
  const answer = await ledger.call(signal, async () => {
    try {
      return { data: await episodesDuring(window, services, id), partial: [] };
    } catch (error) {
      log().warn({ code: 'episodes_unavailable', error: String(error) }, 'alerts of a view');
      throw new OutboundError('unavailable', 'the alerts could not be read');
    }
  });
  ledger.rows = answer?.data.length ?? 0;
  return answer?.data ?? [];
}

function windowOfLines(lines: readonly LogLine[]): Window {
  const times = lines.map(({ timeNs }) => timeNs);
  const earliest = times.reduce((a, b) => (a < b ? a : b));
  const latest = times.reduce((a, b) => (a > b ? a : b));
  return { startNs: epochNs(earliest), endNs: epochNs(latest) };
}
