import { processState } from '@/lib/config/process-state';
import { keepSession } from '@/lib/db/session';
import { eventStream } from '@/lib/http/events';
import { log } from '@/lib/observability/log';
import { untraced } from '@/lib/observability/untraced';
import { SECOND_MS } from '@/lib/time/units';

const CHANNELS = ['throughline_alerts'] as const;
type Channel = (typeof CHANNELS)[number];

interface ChannelListener {
  readonly heard: Map<Channel, Set<() => void>>;
}

const listening = processState('alerts.listening', start);

const RETRY_MS = 2 * SECOND_MS;

/**
 * Calls `listener` whenever any replica changed something; also after a connection was lost, since
 * what was said meanwhile was not heard.
 */
export function listenForChanges(channel: Channel, listener: () => void): () => void {
  const listeners = listening().heard.get(channel)!;
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function start(): ChannelListener {
  const listening: ChannelListener = {
    heard: new Map(CHANNELS.map((channel) => [channel, new Set()])),
  };
  untraced(() => keepListening(listening));
  return listening;
}

const keepListening = (listening: ChannelListener) =>
  keepSession(
    'listen',
    RETRY_MS,
    async (client) => {
      client.on('notification', ({ channel }) =>
        listening.heard.get(channel as Channel)?.forEach((tell) => tell()),
      );
      for (const channel of CHANNELS) await client.query(`LISTEN ${channel}`);
      for (const listeners of listening.heard.values()) listeners.forEach((tell) => tell());
      return true;
    },
    (error) =>
      log().warn(
        { error: String(error ?? 'the connection ended') },
        'not listening for changes of alerts; tried again soon',
      ),
  );

const MAX_STREAMS = 200;
const SETTLE_MS = 200;

/**
 * Server-sent events: `changed`, without content, whenever something of an alert changed; clients
 * then ask for what they show.
 * @throws AppError unavailable when too many are open in this process
 */
export function alertStream(left: AbortSignal): Response {
  return eventStream(
    'pages',
    MAX_STREAMS,
    left,
    (send, signal) =>
      new Promise((done) => {
        let settling: NodeJS.Timeout | undefined;
        const unlisten = listenForChanges('throughline_alerts', () => {
          // A storm is one change.
          settling ??= setTimeout(() => {
            settling = undefined;
            send('event: changed\ndata: {}');
          }, SETTLE_MS);
        });
        const over = () => {
          unlisten();
          clearTimeout(settling);
          done();
        };
        if (signal.aborted) over();
        else signal.addEventListener('abort', over, { once: true });
      }),
  );
}
