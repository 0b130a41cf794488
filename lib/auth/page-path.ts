/**
 * Header in which proxy.ts tells a page its own path and query; whatever a client sends is
 * replaced.
 */
export const PAGE_PATH_HEADER = 'x-page-path';

/** The sign-in page that leads back to `path`, with its whole query. */
export function signInPath(path: string | null): string {
  const next = safeNext(path ?? undefined);
  return next === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(next)}`;
}

/** Where to go after sign-in: a path of our own, whatever the link says. */
export function safeNext(next: string | undefined): string {
  const isOwnPath = next !== undefined && /^\/(?![/\\])[\x21-\x7e]*$/.test(next);
  return isOwnPath && !next.includes('\\') ? next : '/';
}
