import { config } from '@/lib/config/load';
import { AppError } from '@/lib/errors/app-error';
import { OutboundError } from '@/lib/http/outbound-error';
import { untraced } from '@/lib/observability/untraced';
import { sendNotification, type Notification } from './send-notification';

/**
 * Sends a test to one channel, now. @throws AppError not_found, unavailable with what the other
 * side said
 */
export async function testChannel(name: string): Promise<void> {
  const channel = config().ALERT_CHANNELS.find((each) => each.name === name);
  if (!channel) throw new AppError('not_found', `There is no channel called ${name}.`);
  const notification: Notification = {
    kind: 'test',
    name: 'Test',
    severity: 'none',
    service: null,
    summary: 'Nothing is wrong. Somebody pressed the test button.',
    startedAt: null,
    url: `${config().PUBLIC_URL}/alerts`,
    key: `test-${Date.now()}`,
  };
  try {
    // The address of a channel is its credential: no span may have it.
    await untraced(() => sendNotification(channel, notification));
  } catch (error) {
    const reason =
      error instanceof OutboundError ? error.message : (error as Error).message.slice(0, 200);
    throw new AppError('unavailable', `${name} did not take it: ${reason}.`);
  }
}
