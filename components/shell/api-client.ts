/** An answer of the portal that is not 2xx; `message` is its sentence. */
export class ProblemError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Asks the portal. @throws ProblemError with the portal's own sentence */
export async function ask(
  path: string,
  signal: AbortSignal | undefined,
  accept = 'application/json',
  init: RequestInit = {},
): Promise<Response> {
  const response = await fetch(path, {
    ...init,
    headers: { accept, ...init.headers },
    ...(signal ? { signal } : {}),
  });
  if (response.ok) return response;
  const body = (await response.json().catch(() => ({}))) as { title?: string };
  throw new ProblemError(response.status, body.title ?? `The portal answered ${response.status}.`);
}

export const askJson = async <Body>(path: string, signal?: AbortSignal): Promise<Body> =>
  (await ask(path, signal)).json() as Promise<Body>;

/** Changes something. @throws ProblemError */
export async function change(
  path: string,
  method: 'POST' | 'PUT' | 'DELETE',
  body?: unknown,
): Promise<void> {
  await ask(path, undefined, 'application/json', {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
}

/** The objects of an answer that comes line by line (NDJSON), as they arrive. */
export async function* parts<View>(response: Response): AsyncGenerator<Partial<View>> {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    const lines = (rest + (value ?? '')).split('\n');
    rest = lines.pop()!;
    for (const line of lines) if (line) yield JSON.parse(line) as Partial<View>;
    if (done) return;
  }
}
