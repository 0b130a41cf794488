import { randomBytes } from 'node:crypto';
import { config } from '@/lib/config/load';

/** What is read of headers, of a request or of a page. */
export interface HeaderReader {
  get(name: string): string | null;
}

const isSecure = (): boolean => config().PUBLIC_URL.startsWith('https:');

/**
 * `__Host-` binds the cookie to this host and to TLS; a browser takes that prefix only over https.
 */
export const sessionCookieName = (): string => (isSecure() ? '__Host-throughline' : 'throughline');

/** The value of Set-Cookie. `maxAgeSeconds` of 0 deletes the cookie. */
export const setSessionCookie = (secret: string, maxAgeSeconds: number): string =>
  [
    `${sessionCookieName()}=${secret}`,
    'Path=/',
    'HttpOnly',
    'SameSite=Lax',
    `Max-Age=${maxAgeSeconds}`,
    ...(isSecure() ? ['Secure'] : []),
  ].join('; ');

/** The secret in the session cookie; undefined where there is none, or it has another form. */
export function sessionSecret(headers: HeaderReader): string | undefined {
  const prefix = `${sessionCookieName()}=`;
  const value = (headers.get('cookie') ?? '')
    .split(/;\s*/)
    .find((part) => part.startsWith(prefix))
    ?.slice(prefix.length);
  return value && /^[A-Za-z0-9_-]{43}$/.test(value) ? value : undefined;
}

/** 256 random bits, for sessions and tokens. */
export const newSecret = (): string => randomBytes(32).toString('base64url');
