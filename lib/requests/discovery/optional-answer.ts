import { OutboundError } from '@/lib/http/outbound-error';
import { log } from '@/lib/observability/log';

/** What a view can do without. */
export type OptionalPart = 'exemplars' | 'similar_failures' | 'healthy_before';

/**
 * Waits for an answer that the view can do without. A source that fails is logged under the part's
 * code and answered with undefined; that nobody waits any more is no fault.
 */
export async function optionalAnswer<Data>(
  part: OptionalPart,
  answer: Promise<Data>,
): Promise<Data | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    if (error.reason !== 'cancelled')
      log().warn(
        { code: `${part}_unavailable`, reason: error.reason },
        'a part of a view is missing',
      );
    return undefined;
  }
}
