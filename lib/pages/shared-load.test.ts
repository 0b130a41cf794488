import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { SharedLoads } from './shared-load';

describe('a shared load', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  interface Begun {
    readonly signal: AbortSignal;
    readonly emit: (part: string) => void;
    readonly finish: (part: string) => void;
    readonly fail: (error: Error) => void;
  }

  function setUp() {
    const loads = new SharedLoads<string>();
    const begun: Begun[] = [];
    const load = (options: Pick<Begun, 'signal' | 'emit'>) =>
      new Promise<string>((finish, fail) => void begun.push({ ...options, finish, fail }));
    return { loads, begun, load };
  }

  test('is begun once, and its reader gets the parts of before and after', async () => {
    const { loads, begun, load } = setUp();
    const first = new AbortController();
    const page = loads.follow('id', load, { signal: first.signal });
    begun[0]!.emit('part 1');
    first.abort(new Error('left'));
    await expect(page).rejects.toThrow('left');
    const parts: string[] = [];
    const browser = loads.follow('id', load, { emit: (part) => void parts.push(part) });
    begun[0]!.emit('part 2');
    begun[0]!.finish('whole');
    expect(await browser).toBe('whole');
    expect(parts).toEqual(['part 1', 'part 2']);
    expect(begun).toHaveLength(1);
  });

  test('whose answer came while nobody read it is given to the next reader, once', async () => {
    const { loads, begun, load } = setUp();
    const first = new AbortController();
    const page = loads.follow('id', load, { signal: first.signal });
    first.abort(new Error('left'));
    await expect(page).rejects.toThrow('left');
    begun[0]!.finish('whole');
    expect(await loads.follow('id', load, {})).toBe('whole');
    void loads.follow('id', load, {});
    expect(begun).toHaveLength(2);
  });

  test('is a new one once it was read to its end', async () => {
    const { loads, begun, load } = setUp();
    const page = loads.follow('id', load, {});
    begun[0]!.finish('whole');
    await page;
    void loads.follow('id', load, {});
    expect(begun).toHaveLength(2);
  });

  test('that nobody comes back for is stopped', async () => {
    const { loads, begun, load } = setUp();
    const first = new AbortController();
    const page = loads.follow('id', load, { signal: first.signal });
    first.abort(new Error('left'));
    await expect(page).rejects.toThrow('left');
    await vi.advanceTimersByTimeAsync(2_999);
    expect(begun[0]!.signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(begun[0]!.signal.aborted).toBe(true);
  });

  test('that fails tells its readers, and is forgotten', async () => {
    const { loads, begun, load } = setUp();
    const page = loads.follow('id', load, {});
    begun[0]!.fail(new Error('no source'));
    await expect(page).rejects.toThrow('no source');
    void loads.follow('id', load, {});
    expect(begun).toHaveLength(2);
  });

  test('of another key is another', () => {
    const { loads, begun, load } = setUp();
    void loads.follow('one', load, {});
    void loads.follow('other', load, {});
    expect(begun).toHaveLength(2);
  });
});
