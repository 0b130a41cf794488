import 'server-only';
import type { CorrelationId } from '@/lib/correlation-id/grammar';
import { AppError } from '@/lib/errors/app-error';
import { log } from '@/lib/observability/log';
import { MAX_WHOLE_SPANS } from '@/lib/requests/contract';
import { epochMs, type EpochMs } from '@/lib/time/units';
import type { FirstAnswer, RequestPage } from './contract';
import { followRequestPage, type RequestPageOptions } from './request';

/** What a person may wait for the first byte of a page. */
const FIRST_ANSWER_MS = 500;
/** More lines than this are below the first screen. */
const FIRST_LOGS = 200;

type Load = (
  options: Required<Pick<RequestPageOptions, 'signal' | 'emit'>>,
) => Promise<{ readonly view: RequestPage }>;

/**
 * A request as far as it is known in half a second, for the page that is rendered on the server;
 * the browser goes on from there. Undefined when nothing is known in time, and when the request
 * cannot be shown: then the browser asks, and is told why.
 */
export async function loadFirstAnswer(
  id: CorrelationId,
  selection: Pick<RequestPageOptions, 'from' | 'to' | 'evidence'>,
): Promise<FirstAnswer | undefined> {
  try {
    const load: Load = (options) => followRequestPage(id, { ...selection, ...options });
    const view = await withinBound(load, FIRST_ANSWER_MS);
    return view && firstAnswerOf(view, epochMs(Date.now()));
  } catch (error) {
    const code = error instanceof AppError ? error.code : 'first_answer_failed';
    log().info({ code, error: String(error) }, 'a request page is rendered without its answer');
    return undefined;
  }
}

/** All of it, or what there was when the time was over; then the search stops. */
export async function withinBound(load: Load, boundMs: number): Promise<RequestPage | undefined> {
  const bound = new AbortController();
  let latest: RequestPage | undefined;
  const emit = ({ view }: { readonly view: RequestPage }) => {
    // What comes of stopping the search is not what the sources have.
    if (!bound.signal.aborted) latest = view;
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), boundMs);
  });
  try {
    const whole = await Promise.race([load({ signal: bound.signal, emit }), over]);
    if (whole) return whole.view;
    // Kept evidence may still be on its way: only what the load gives back is complete.
    return latest && { ...latest, complete: false };
  } finally {
    clearTimeout(timer);
    bound.abort();
  }
}

/** What the first screen needs: of a large request not its many log lines. */
export function firstAnswerOf(view: RequestPage, loadedAtMs: EpochMs): FirstAnswer {
  const logsCut = view.spanCount > MAX_WHOLE_SPANS && view.logs.length > FIRST_LOGS;
  const logs = logsCut ? view.logs.slice(0, FIRST_LOGS) : view.logs;
  return { view: { ...view, logs }, logsCut, loadedAtMs };
}
