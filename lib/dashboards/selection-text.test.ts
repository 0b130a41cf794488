import fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapeSelection, isSelectionText, parseSelection } from './selection-text';

test('whatever is selected is what is queried, commas and all', () => {
  const value = fc
    .oneof(fc.string({ minLength: 1 }), fc.constantFrom('.*', '$__all', 'a,b', '\\', ','))
    .filter(isSelectionText);
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 5 }), (values) => {
      expect(parseSelection(values.map(escapeSelection).join(','))).toEqual(values);
    }),
  );
});

test('all of Grafana is no selection, unless it is escaped', () => {
  expect(parseSelection('.*,$__all')).toEqual([]);
  expect(parseSelection('\\.*')).toEqual(['.*']);
});
