import fc from 'fast-check';
import { span } from './spans.fixture';

/** Any heap of spans: parents that are missing, circles, doubles. */
export const heaps = fc
  .array(
    fc.record({
      id: fc.integer({ min: 1, max: 30 }),
      parent: fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined }),
      start: fc.integer({ min: 0, max: 1000 }),
      length: fc.integer({ min: 0, max: 500 }),
      trace: fc.integer({ min: 1, max: 3 }),
    }),
    { maxLength: 60 },
  )
  .map((rows) =>
    rows.map((row) =>
      span(row.id, row.parent, row.start, row.start + row.length, { trace: row.trace }),
    ),
  );
