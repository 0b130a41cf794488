import type { Instrumentation } from 'next';

/** Runs once when a server process starts, before it serves anything. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME === 'nodejs')
    await (await import('./instrumentation.node')).startProcess();
}

/**
 * What a page could not do: the log names the digest that the page shows. Handlers log for
 * themselves.
 */
export const onRequestError: Instrumentation.onRequestError = async (error, _request, context) => {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return;
  const { logPageError } = await import('@/lib/observability/page-error');
  logPageError(error, context.routePath);
};
