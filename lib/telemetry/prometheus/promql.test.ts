import fc from 'fast-check';
import { expect, test } from 'vitest';
import { oneOf, promql, quoted, selector } from './promql';

test('any well-formed text is one literal that reads back as itself', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const literal = quoted(text);
      expect(JSON.parse(literal)).toBe(text);
      expect(literal.slice(1, -1)).not.toMatch(/(?<!\\)(\\\\)*"/);
      expect(literal).not.toContain('\n');
    }),
  );
});

test('a lone surrogate is refused', () => expect(() => quoted('\ud800')).toThrow(RangeError));

test('a pattern of values matches exactly these values', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 4 }),
      fc.string({ maxLength: 8 }),
      (values, other) => {
        const pattern = new RegExp(`^(?:${oneOf(values)})$`);
        for (const value of values) expect(pattern.test(value)).toBe(true);
        if (!values.includes(other) && other !== '') expect(pattern.test(other)).toBe(false);
      },
    ),
  );
});

test('a selector is built from names and quoted values only', () => {
  expect(selector('up', [['job', '=', 'a"} or {b="']], 60)).toBe('up{job="a\\"} or {b=\\""}[60s]');
  expect(() => selector('up or down', [])).toThrow(RangeError);
  expect(() => selector('up', [['a b' as 'job', '=', 'x']])).toThrow(RangeError);
});

test('a template takes built expressions and numbers', () =>
  expect(promql`sum(rate(${selector('up', [], 60)})) > ${2}`).toBe('sum(rate(up{}[60s])) > 2'));
