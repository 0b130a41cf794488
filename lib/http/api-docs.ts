import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The viewer's files, as swagger-ui-dist has them, and their media types. */
export const VIEWER_FILES = {
  'swagger-ui.css': 'text/css',
  'swagger-ui-bundle.js': 'text/javascript',
} as const;
export type ViewerFile = keyof typeof VIEWER_FILES;

/** The server runs in the folder that holds its node_modules; next.config.mjs names these files. */
export const readViewerFile = (name: ViewerFile): Promise<Buffer<ArrayBuffer>> =>
  readFile(join(/* turbopackIgnore: true */ process.cwd(), 'node_modules/swagger-ui-dist', name));

/** The page and the policy it works under: nothing comes from another host. */
export function apiDocsPage(): { readonly html: string; readonly policy: string } {
  const nonce = randomBytes(16).toString('base64');
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    // The viewer places what it draws with style attributes.
    `style-src-attr 'unsafe-inline'`,
    `img-src 'self' data:`,
    `connect-src 'self'`,
    `base-uri 'none'`,
    `form-action 'none'`,
    `frame-ancestors 'none'`,
  ].join('; ');
  return { html: htmlWith(nonce), policy };
}

const htmlWith = (nonce: string) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>HTTP API · Throughline</title>
    <link rel="icon" href="/icon.svg" />
    <link rel="stylesheet" href="/api/docs/swagger-ui.css" />
    <style nonce="${nonce}">
      body { margin: 0; font-family: system-ui, sans-serif; color-scheme: light dark; }
      header { padding: 1rem 1.25rem 0; max-width: 1460px; margin: 0 auto; }
      html.dark-mode body { background: #1c2022; color: #e4e6e6; }
      html.dark-mode header a { color: #8ab4f8; }
    </style>
  </head>
  <body>
    <header>
      <a href="/">Throughline</a> · <a href="/api/openapi.json">openapi.json</a>
    </header>
    <main id="viewer"><p>Loading the viewer…</p></main>
    <noscript>The viewer needs JavaScript; openapi.json does not.</noscript>
    <script nonce="${nonce}" src="/api/docs/swagger-ui-bundle.js" defer></script>
    <script nonce="${nonce}">
      const dark = matchMedia('(prefers-color-scheme: dark)');
      const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
      dark.addEventListener('change', follow);
      follow();
      addEventListener('DOMContentLoaded', () =>
        SwaggerUIBundle({
          url: '/api/openapi.json',
          dom_id: '#viewer',
          deepLinking: true,
          docExpansion: 'list',
          defaultModelsExpandDepth: 0,
          validatorUrl: null,
        }),
      );
    </script>
  </body>
</html>
`;
