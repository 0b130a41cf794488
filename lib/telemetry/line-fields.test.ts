import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseLine } from './line-fields';

const docker = (log: string) => JSON.stringify({ log: `${log}\n`, stream: 'stdout' });
const fieldsOf = (line: string) => ({ ...parseLine(line).fields });

describe('a line of JSON', () => {
  test('has its texts and numbers as fields, nested ones with dots', () =>
    expect(
      fieldsOf('{"level":30,"msg":"paid","trace":{"id":"abc","flags":{"sampled":1}},"ok":true}'),
    ).toEqual({
      level: '30',
      msg: 'paid',
      'trace.id': 'abc',
      'trace.flags.sampled': '1',
    }));

  test('has the fields of the items of a list under the name of the list', () =>
    expect(fieldsOf('{"Scopes":[null,"text",{"TraceId":"abc"},{"Path":"/"}]}')).toEqual({
      Scopes: 'text',
      'Scopes.TraceId': 'abc',
      'Scopes.Path': '/',
    }));

  test.each(['msg', 'message', 'Message'])('has its message in %s', (name) =>
    expect(parseLine(JSON.stringify({ [name]: 'paid', other: 'x' })).message).toBe('paid'),
  );

  test('has none where that is no text', () =>
    expect(parseLine('{"msg":{"a":1}}').message).toBeUndefined());

  test('is read after blanks', () => expect(fieldsOf(' \t{"a":"1"}')).toEqual({ a: '1' }));

  test('may have names of its own that objects have', () =>
    expect(parseLine('{"__proto__":"1","constructor":"2"}').fields.constructor).toBe('2'));

  test.each(['{"a":', '[1]', 'null', '"text"', '{broken}'])('%j is none', (text) =>
    expect(parseLine(text)).toEqual({ fields: {}, text, message: undefined }),
  );

  test('has two hundred fields at most, and five levels', () => {
    const wide = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`f${at}`, 'x']));
    expect(Object.keys(fieldsOf(JSON.stringify(wide)))).toHaveLength(200);
    expect(fieldsOf('{"a":{"b":{"c":{"d":{"e":"5","f":{"g":"6"}}}}}}')).toEqual({
      'a.b.c.d.e': '5',
    });
  });
});

describe('what a runtime wrapped around a line', () => {
  test("is read through: Docker's json-file", () =>
    expect(parseLine(docker('{"msg":"paid","level":"info"}'))).toMatchObject({
      message: 'paid',
      text: '{"msg":"paid","level":"info"}',
      fields: { stream: 'stdout', msg: 'paid', level: 'info' },
    }));

  test('leaves the fields of the line itself', () =>
    expect(fieldsOf(JSON.stringify({ log: '{"stream":"orders"}', stream: 'stdout' })).stream).toBe(
      'orders',
    ));

  test.each(['Z', '+02:00'])('is a CRI prefix, with %s', (zone) => {
    const line = `2026-11-25T12:00:00.123456789${zone} stderr F plain text`;
    expect(parseLine(line).text).toBe('plain text');
  });

  test.each([
    ['a CRI prefix and Docker', `2026-11-25T12:00:00.1Z stdout P ${docker('{"a":"1"}')}`],
    ['Docker twice', docker(docker('{"a":"1"}').trim())],
  ])('may be %s', (_, line) => expect(fieldsOf(line).a).toBe('1'));

  test.each([
    '2026-11-25 12:00:00 stdout F text',
    'at 2026-11-25T12:00:00.1Z stdout F text',
    '2026-11-25T12:00:00.1Z nowhere F text',
    '2026-11-25T12:00:00.1Z stdout X text',
  ])('is not %j', (line) => expect(parseLine(line).text).toBe(line));
});

describe('a line of logfmt', () => {
  test('has its pairs as fields', () =>
    expect(fieldsOf('ts=1 level=error msg="not \\"there\\"" empty= trace.id=abc x=y=z')).toEqual({
      ts: '1',
      level: 'error',
      msg: 'not \\"there\\"',
      'trace.id': 'abc',
      x: 'y=z',
    }));

  test('has its fields inside Docker too', () =>
    expect(fieldsOf(docker('level=error a=b'))).toMatchObject({ level: 'error', a: 'b' }));

  test('has two hundred at most', () => {
    const line = Array.from({ length: 300 }, (_, at) => `f${at}=x`).join(' ');
    expect(Object.keys(fieldsOf(line))).toHaveLength(200);
  });

  test('has no message of its own: the line is', () =>
    expect(parseLine('msg=paid').message).toBeUndefined());
});

test('lines of more than 64 KiB are not parsed', () => {
  const json = JSON.stringify({ a: 'x'.repeat(65_528) });
  expect(json).toHaveLength(65_536);
  expect(Object.keys(fieldsOf(json))).toEqual(['a']);
  expect(fieldsOf(`${json} `)).toEqual({});
  expect(fieldsOf(`a=b ${'x'.repeat(65_532)}`)).toEqual({ a: 'b' });
  expect(fieldsOf(`a=b ${'x'.repeat(65_533)}`)).toEqual({});
});

test('any text is survived', () =>
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), fc.json().map(docker)), (line) => {
      for (const value of Object.values(parseLine(line).fields))
        expect(typeof value).toBe('string');
    }),
  ));

test.each(['F:', 'P:tag', 'F:sixteen-letters!'])('a CRI prefix may have tags: %s', (tags) =>
  expect(parseLine(`2026-11-25T12:00:00.1-02:00 stdout ${tags} text`).text).toBe('text'),
);
test('a CRI prefix has no tags of more than sixteen letters', () => {
  const line = `2026-11-25T12:00:00.1Z stdout F:${'x'.repeat(17)} text`;
  expect(parseLine(line).text).toBe(line);
});
test('JSON that is wrapped twice is read, that is wrapped once more is not', () => {
  const wrapped = (times: number): string =>
    times === 0 ? '{"a":"b"}' : JSON.stringify({ log: wrapped(times - 1) });
  expect(fieldsOf(wrapped(2)).a).toBe('b');
  expect(fieldsOf(wrapped(3)).a).toBeUndefined();
});
test('the blanks at the end of what was wrapped are none of the line', () =>
  expect(parseLine(JSON.stringify({ log: ' plain \n' })).text).toBe(' plain'));
test('fields of what is wrapped around a line count among the two hundred', () => {
  const around = Object.fromEntries(Array.from({ length: 199 }, (_, at) => [`f${at}`, at]));
  const fields = fieldsOf(JSON.stringify({ ...around, log: 'a=b c=d' }));
  expect(Object.keys(fields)).toHaveLength(200);
  expect(fields.a).toBeUndefined();
});
test('JSON begins within the first 64 blanks', () => {
  const after = (blanks: number) => fieldsOf(`${' '.repeat(blanks)}{"a":"1"}`);
  expect(after(64)).toEqual({ a: '1' });
  expect(after(65)).toEqual({});
});

describe('the name of a pair', () => {
  test('has letters, digits, dots, dashes, slashes, underscores and at signs', () =>
    expect(fieldsOf('_a.B-1/c@d=x @e=y ?f=z')).toEqual({ '_a.B-1/c@d': 'x', f: 'z' }));
  test.each(['1a=x', '-a=x', '--a-b=x', '/a=x', '.a=x', '@a=x'])('begins none in %s', (text) =>
    expect(fieldsOf(text)).toEqual({}),
  );
  test('has 64 letters at most', () => {
    const name = 'n'.repeat(64);
    expect(fieldsOf(`${name}=x`)).toEqual({ [name]: 'x' });
    expect(fieldsOf(`n${name}=x`)).toEqual({});
  });
});

describe('the value of a pair', () => {
  test('ends at a blank or a quote, in quotes only at the next one that is not escaped', () =>
    expect(fieldsOf('a=1\tb=2"c d="x \\" y" e="" f="\\\\"')).toEqual({
      a: '1',
      b: '2',
      d: 'x \\" y',
      e: '',
      f: '\\\\',
    }));
  test('is cut after 2,000 letters, in quotes left out', () => {
    const long = 'v'.repeat(2000);
    expect(fieldsOf(`a=${long} b="${long}"`)).toEqual({ a: long, b: long });
    expect(fieldsOf(`a=${long}v b="${long}v"`)).toEqual({ a: long });
  });
});
