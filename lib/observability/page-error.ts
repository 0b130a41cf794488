import { log } from './log';

/**
 * Logs what a page could not do, under the digest that the page shows.
 * @param route the pattern of the page, without what a person put into its URL
 */
export function logPageError(error: unknown, route: string): void {
  const digest = error instanceof Error && 'digest' in error ? error.digest : undefined;
  const detail = error instanceof Error ? error.stack : String(error);
  log().error({ code: 'page_failed', digest, route, error: detail }, 'a page failed');
}
