/** A value that exists once in a process. */
export interface ProcessState<Value> {
  /** The value; made at the first call. */
  (): Value;
  /** Forgets the value, so that the next call makes it anew. For tests. */
  reset(): void;
}

const KEY = Symbol.for('throughline.process-state');

/**
 * State that must exist once in a process: pools, limits, counters, what was registered. The build
 * holds two copies of each module (one for pages, one for routes), so a variable of a module exists
 * twice; this one lives on `globalThis`.
 * @param name unique in the product; the second module that uses a name gets the value of the first
 */
export function processState<Value>(name: string, create: () => Value): ProcessState<Value> {
  const holder = globalThis as { [KEY]?: Map<string, unknown> };
  const values = (holder[KEY] ??= new Map());
  const state = (): Value => {
    if (!values.has(name)) values.set(name, create());
    return values.get(name) as Value;
  };
  return Object.assign(state, { reset: () => void values.delete(name) });
}
