import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dashboardQuery } from '@/lib/dashboards/contract';
import { asChoice, nameOfChoice } from './url';

test('whatever is chosen is what is asked for, commas and all', () => {
  const value = fc
    .oneof(fc.string({ minLength: 1 }), fc.constantFrom('.*', '$__all', 'a,b', '\\', ','))
    .filter((text) => !text.includes('\0') && text.isWellFormed());
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 5 }), (values) => {
      expect(dashboardQuery.parse({ service: values.map(asChoice).join(',') }).service).toEqual(
        values,
      );
      expect(values.map(asChoice).map(nameOfChoice)).toEqual(values);
    }),
  );
});
