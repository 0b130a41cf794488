import { AppError } from '@/lib/errors/app-error';
import { OutboundError } from '@/lib/http/outbound-error';

/** What a source answers. @throws AppError unavailable, with its own words, when it does not */
export async function requiredAnswer<Data>(source: string, answer: Promise<Data>): Promise<Data> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof OutboundError)
      throw new AppError('unavailable', `${source} did not answer: ${error.message}.`);
    throw error;
  }
}
