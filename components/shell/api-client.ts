/** An answer of the portal that is not 2xx; `message` is its sentence. */
export class ProblemError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** One call of the portal's API. @throws ProblemError with the portal's own sentence */
export async function fetchResponse(
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
  // A proxy in between may answer without JSON: then the status alone is said.
  const body = (await response.json().catch(() => ({}))) as { title?: string };
  throw new ProblemError(response.status, body.title ?? `The portal answered ${response.status}.`);
}

/** The JSON of an answer, of the type its contract gives it. @throws ProblemError */
export const fetchJson = async <Body>(path: string, signal?: AbortSignal): Promise<Body> =>
  (await fetchResponse(path, signal)).json() as Promise<Body>;

/** Sends a change, with a JSON body if it has one. @throws ProblemError */
export async function sendJson(
  path: string,
  method: 'POST' | 'PUT' | 'DELETE',
  body?: unknown,
): Promise<void> {
  await fetchResponse(path, undefined, 'application/json', {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
}

/** The objects of an answer that comes line by line (NDJSON), as they arrive. */
export async function* readNdjson<View>(response: Response): AsyncGenerator<Partial<View>> {
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
