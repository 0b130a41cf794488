import { NextResponse, type NextRequest } from 'next/server';
import { PAGE_PATH_HEADER } from '@/lib/auth/page-path';
import { asCorrelationId, CORRELATION_HEADER } from '@/lib/correlation-id/grammar';
import { mintCorrelationId } from '@/lib/correlation-id/propagation';

/** Never webhooks, OTLP or assets: they need neither a nonce nor this detour. */
export const config = { matcher: ['/((?!v1/|api/|_next/static|_next/image|icon\\.svg$).*)'] };

/** The path and query of a page exactly as sent, without what Next adds to ask for its data. */
function pagePath({ pathname, search }: { pathname: string; search: string }): string {
  const query = search
    .slice(1)
    .split('&')
    .filter((part) => part && !part.startsWith('_rsc='))
    .join('&')
    // Browsers leave it as it is in a query; where to go after sign-in may not have one.
    .replaceAll('\\', '%5C');
  return query ? `${pathname}?${query}` : pathname;
}

/**
 * For pages: a fresh nonce for every answer, and one correlation id that the page, its spans and
 * the browser agree on.
 */
export function proxy(request: NextRequest): NextResponse {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const nonce = btoa(String.fromCharCode(...bytes));
  const development = process.env.NODE_ENV === 'development';
  const policy = [
    `default-src 'self'`,
    `script-src 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ''}`,
    `style-src 'self' ${development ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    // Bars are placed by style attributes; there is no other way in HTML.
    `style-src-attr 'unsafe-inline'`,
    `img-src 'self' data:`,
    `font-src 'self'`,
    `connect-src 'self'`,
    `object-src 'none'`,
    `base-uri 'none'`,
    `form-action 'self'`,
    `frame-ancestors 'none'`,
  ].join('; ');
  const correlationId =
    asCorrelationId(request.headers.get(CORRELATION_HEADER) ?? '') ?? mintCorrelationId();
  const headers = new Headers(request.headers);
  headers.set('content-security-policy', policy);
  headers.set('x-nonce', nonce);
  headers.set(CORRELATION_HEADER, correlationId);
  headers.set(PAGE_PATH_HEADER, pagePath(request.nextUrl));
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('content-security-policy', policy);
  response.headers.set(CORRELATION_HEADER, correlationId);
  response.headers.set('cache-control', 'no-store');
  return response;
}
