import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listening, type Listening } from '@/lib/http/listening.fixture';

interface Recording {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: unknown;
}

/** What was asked of the replayed backend. */
export interface Asked {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;
  readonly headers: Record<string, string | string[] | undefined>;
}

/** A backend on loopback that gives recorded answers of a real one: for tests of the sources. */
export async function replay(
  folder: string,
  answer: (asked: Asked) => string | undefined,
): Promise<Listening & { asked: Asked[] }> {
  const asked: Asked[] = [];
  const server = await listening((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const url = new URL(request.url!, 'http://127.0.0.1');
      const call: Asked = {
        path: url.pathname,
        query: url.searchParams,
        form: new URLSearchParams(Buffer.concat(chunks).toString()),
        headers: request.headers,
      };
      asked.push(call);
      const name = answer(call);
      if (!name) return void response.writeHead(404).end();
      const recording = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Recording;
      const bytes = bytesOf(recording.body as { base64?: string } | string);
      response
        .writeHead(recording.status, {
          'content-type': recording.headers['content-type'] ?? 'text/plain',
        })
        .end(bytes);
    });
  });
  return { ...server, asked };
}

function bytesOf(body: { base64?: string } | string): string | Buffer {
  if (typeof body === 'string') return body;
  const isBinary = body?.base64 !== undefined && Object.keys(body).length === 1;
  return isBinary ? Buffer.from(body.base64!, 'base64') : JSON.stringify(body);
}
