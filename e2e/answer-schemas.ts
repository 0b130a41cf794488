import type { BrowserContext, Response as PageResponse } from '@playwright/test';
import Ajv, { type ValidateFunction } from 'ajv/dist/2020.js';
import type { OpenApiDocument } from '@/lib/http/openapi';

const DOCUMENT = 'openapi';
const CHECKED = /^application\/(json|problem\+json|x-ndjson)$/;
/** How long an answer that is still under way may take after its test. */
const LAST_ANSWERS_MS = 5_000;

interface Answer {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly mediaType: string;
}

type Fetch = typeof globalThis.fetch;

/**
 * Compares the portal's answers with its own OpenAPI document: those to pages and those to
 * `fetch`. NDJSON counts line by line. Every fault is kept as one sentence.
 */
export class AnswerSchemas {
  readonly faults: string[] = [];
  private readonly ajv = new Ajv({ strict: false, validateFormats: false });
  private readonly validators = new Map<string, ValidateFunction>();
  private readonly patterns: readonly (readonly [pattern: RegExp, path: string])[];
  private readonly pending = new Set<Promise<void>>();

  constructor(private readonly document: OpenApiDocument) {
    this.ajv.addSchema({ $id: DOCUMENT, ...document });
    this.patterns = Object.keys(document.paths)
      // A fixed part of a path goes before a parameter.
      .toSorted((one, other) => one.split('{').length - other.split('{').length)
      .map((path) => [patternOf(path), path]);
  }

  static async of(url: string, fetch: Fetch = globalThis.fetch): Promise<AnswerSchemas> {
    const response = await fetch(`${url}/api/openapi.json`);
    return new AnswerSchemas((await response.json()) as OpenApiDocument);
  }

  /** Listens to the pages of a context. */
  listen(context: BrowserContext): void {
    context.on('response', (response) => {
      const check = this.checkPageResponse(response).finally(() => this.pending.delete(check));
      this.pending.add(check);
    });
  }

  /** A `fetch` whose answers are checked while they are read. */
  wrap(fetch: Fetch): Fetch {
    return async (input, init) => {
      const response = await fetch(input, init);
      const method = init?.method ?? (input instanceof Request ? input.method : 'GET');
      const answer = answerOf(method, response.url, response.status, response.headers);
      if (!answer) return response;
      this.checkDeclared(answer);
      if (!CHECKED.test(answer.mediaType) || !response.body) return response;
      return this.checkWhileRead(response, answer);
    };
  }

  /** Waits for what is still being read. */
  async settle(): Promise<void> {
    const timeout = new Promise<void>((done) => setTimeout(done, LAST_ANSWERS_MS).unref());
    await Promise.race([Promise.all(this.pending), timeout]);
  }

  private async checkPageResponse(response: PageResponse): Promise<void> {
    const headers = new Headers(response.headers());
    const method = response.request().method();
    const answer = answerOf(method, response.url(), response.status(), headers);
    if (!answer) return;
    this.checkDeclared(answer);
    if (!CHECKED.test(answer.mediaType)) return;
    // The browser has no body of an answer whose page is gone or no longer wanted it.
    const text = await response.text().catch(() => undefined);
    const failure = response.request().failure();
    if (text !== undefined) this.checkBody(answer, text, failure === null);
  }

  private checkWhileRead(response: Response, answer: Answer): Response {
    const decoder = new TextDecoder();
    let text = '';
    const spy = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        text += decoder.decode(chunk, { stream: true });
        controller.enqueue(chunk);
      },
      flush: () => this.checkBody(answer, text, true),
    });
    const read = new Response(response.body!.pipeThrough(spy), response);
    return Object.defineProperty(read, 'url', { value: response.url });
  }

  /** Whether the document knows the route, the status and the media type. */
  private checkDeclared(answer: Answer): void {
    const { status, mediaType } = answer;
    const operation = this.operationOf(answer);
    if (!operation) return void this.report(answer, 'the document has no such route');
    const declared = operation.responses[status];
    if (!declared) return void this.report(answer, 'the document has no such status');
    const types = Object.keys(declared.content ?? {});
    if (types.length === 0 && mediaType === '') return;
    if (!types.includes(mediaType)) this.report(answer, `the type is none of ${types.join(', ')}`);
  }

  private checkBody(answer: Answer, text: string, whole: boolean): void {
    const lines = answer.mediaType === 'application/x-ndjson' ? text.split('\n') : [text];
    // What was broken off ends within a line.
    if (!whole) lines.pop();
    for (const line of lines.filter((each) => each !== '')) this.checkValue(answer, line);
  }

  private checkValue(answer: Answer, text: string): void {
    const path = this.pathOf(answer.url);
    const declared = this.operationOf(answer)?.responses[answer.status]?.content;
    if (!path || !declared?.[answer.mediaType]) return;
    const validate = this.validator(
      ['paths', path, answer.method.toLowerCase()],
      ['responses', String(answer.status), 'content', answer.mediaType, 'schema'],
    );
    if (validate(JSON.parse(text))) return;
    const [error] = validate.errors ?? [];
    this.report(
      answer,
      `${error?.instancePath} ${error?.message} ${JSON.stringify(error?.params)}`,
    );
  }

  private validator(...pointer: readonly (readonly string[])[]): ValidateFunction {
    const escaped = pointer.flat().map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1'));
    const reference = `${DOCUMENT}#/${escaped.map(encodeURIComponent).join('/')}`;
    const known = this.validators.get(reference) ?? this.ajv.compile({ $ref: reference });
    this.validators.set(reference, known);
    return known;
  }

  private operationOf({ method, url }: Answer) {
    const path = this.pathOf(url);
    // Next answers HEAD as it answers GET.
    const name = method === 'HEAD' ? 'get' : method.toLowerCase();
    return path === undefined ? undefined : this.document.paths[path]?.[name];
  }

  private pathOf(url: string): string | undefined {
    const { pathname } = new URL(url);
    const plain = pathname.replace(/\/$/, '');
    return this.patterns.find(([pattern]) => pattern.test(plain))?.[1];
  }

  private report({ method, url, status, mediaType }: Answer, fault: string): void {
    this.faults.push(`${method} ${url} answered ${status} ${mediaType}: ${fault}`);
  }
}

const patternOf = (path: string): RegExp =>
  new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`);

/** An answer of a handler of the portal; other servers and Next itself send no correlation id. */
function answerOf(
  method: string,
  url: string,
  status: number,
  headers: Headers,
): Answer | undefined {
  if (!URL.canParse(url) || !/^\/(api|v1)\//.test(new URL(url).pathname)) return undefined;
  if (!headers.has('x-correlation-id') || method === 'OPTIONS') return undefined;
  const mediaType = headers.get('content-type')?.split(';')[0]?.trim() ?? '';
  return { method, url, status, mediaType };
}
