import 'server-only';

/** A reader gets what is known so far, then every part; it leaves by its signal. */
export interface Reader<Part> {
  readonly signal?: AbortSignal | undefined;
  readonly emit?: ((part: Part) => void) | undefined;
}

type Load<Part> = (options: {
  readonly signal: AbortSignal;
  readonly emit: (part: Part) => void;
}) => Promise<Part>;

/**
 * So long a load that nobody reads goes on, and its answer is kept: the browser of a page that was
 * rendered with a part of it comes for the rest.
 */
const UNREAD_MS = 3_000;

class SharedLoad<Part> {
  private readonly readers = new Set<Reader<Part>>();
  private readonly stop = new AbortController();
  private latest: Part | undefined;
  private ended = false;
  private unread: ReturnType<typeof setTimeout> | undefined;
  private readonly answer: Promise<Part>;

  constructor(
    load: Load<Part>,
    private readonly forget: () => void,
  ) {
    const emit = (part: Part) => {
      this.latest = part;
      for (const reader of this.readers) reader.emit?.(part);
    };
    this.answer = load({ signal: this.stop.signal, emit }).finally(() => {
      this.ended = true;
      // Who reads it has it now; who comes later wants a new one.
      if (this.readers.size > 0) this.forget();
    });
    // Each reader gets the error; without one there is nobody to tell.
    this.answer.catch(() => this.forget());
  }

  async join(reader: Reader<Part>): Promise<Part> {
    clearTimeout(this.unread);
    this.readers.add(reader);
    if (this.latest !== undefined) reader.emit?.(this.latest);
    if (this.ended) this.forget();
    const left = new Promise<never>((_, reject) => {
      const leave = () => reject(reader.signal?.reason as Error);
      if (reader.signal?.aborted) leave();
      else reader.signal?.addEventListener('abort', leave, { once: true });
    });
    try {
      return await Promise.race([this.answer, left]);
    } finally {
      this.readers.delete(reader);
      if (this.readers.size === 0) this.unread = setTimeout(() => this.end(), UNREAD_MS).unref();
    }
  }

  private end(): void {
    this.forget();
    this.stop.abort();
  }
}

/** Loads by key; two readers of one key at the same time share one load. */
export class SharedLoads<Part> {
  private readonly running = new Map<string, SharedLoad<Part>>();

  /**
   * Joins the load of this key that is under way, or begins it.
   * @throws what the load throws, or the reason of the reader's signal once it leaves
   */
  follow(key: string, load: Load<Part>, reader: Reader<Part>): Promise<Part> {
    const shared = this.running.get(key) ?? this.begin(key, load);
    return shared.join(reader);
  }

  private begin(key: string, load: Load<Part>): SharedLoad<Part> {
    const shared: SharedLoad<Part> = new SharedLoad(load, () => {
      if (this.running.get(key) === shared) this.running.delete(key);
    });
    this.running.set(key, shared);
    return shared;
  }
}
