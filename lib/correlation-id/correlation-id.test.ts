import { context, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  CompositePropagator,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} from '@opentelemetry/core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { timeInId } from './embedded-time';
import { asCorrelationId, asTraceId } from './grammar';
import {
  carry,
  carryInEnvironment,
  CorrelationPropagator,
  currentCorrelationId,
  mintCorrelationId,
  received,
  receivedFromEnvironment,
  withCorrelationId,
} from './propagation';
import { idsInLine } from './ids-mentioned';
import { resolvePaste } from './resolve';

const ids = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:-]{7,127}$/);

describe('grammar', () => {
  test('accepts exactly the contract', () => {
    fc.assert(fc.property(ids, (id) => void expect(asCorrelationId(id)).toBe(id)));
    for (const bad of [
      '',
      'short',
      'x'.repeat(129),
      '-leading1',
      'has space1',
      'quote"123',
      'brace}123',
      'line\n12345',
      '${jndi:x}',
    ])
      expect(asCorrelationId(bad)).toBeUndefined();
  });
  test('a trace id may be short and in capitals, never all zero', () => {
    expect(asTraceId('9C423E')).toBe('9c423e'.padStart(32, '0'));
    expect(asTraceId('0')).toBeUndefined();
  });
});

describe('the time in an id', () => {
  test('a minted id carries the moment it was minted', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: Date.UTC(2016, 0), max: Date.UTC(2090, 0) }),
        (ms) => void expect(timeInId(mintCorrelationId(ms), ms)).toBe(ms),
      ),
    );
  });
  test('ULID and X-Ray carry one, a random UUID does not', () => {
    expect(timeInId('01ARZ3NDEKTSV4RRFFQ69G5FAV', Date.UTC(2026, 0))).toBe(1469922850259);
    expect(timeInId('1-5759e988-bd862e3fe1be46a994272793', Date.UTC(2026, 0))).toBe(
      0x5759e988 * 1000,
    );
    expect(timeInId('0b64a1c2-4e8c-4d15-8d15-6a2f3c8b7e40')).toBeUndefined();
  });
  test('a time that cannot be true is none', () =>
    expect(timeInId('ffffffff-ffff-7fff-bfff-ffffffffffff', Date.UTC(2026, 0))).toBeUndefined());
});

describe('pasted text', () => {
  const uuid = '01a20388-0b17-7b95-97ed-0f2f7b2039c6';
  test.each([
    ['the id', uuid],
    ['with blanks around', `  ${uuid}\n`],
    ['a header', `x-correlation-id: ${uuid}`],
    ['a JSON line', `{"level":"error","correlation_id":"${uuid}","message":"no"}`],
    ['an escaped JSON line', `"{\\"correlation_id\\":\\"${uuid}\\"}"`],
    ['a logfmt line', `level=error correlation_id=${uuid} msg="no"`],
    ['a link of ours', `https://portal.example/requests/${uuid}?span=x`],
    ['an encoded URL', `https://x.example/?q=correlation_id%3D${uuid}`],
    ['an nginx line', `10.0.0.1 - - [22/Nov/2026] "POST /checkout" 502 ${uuid}`],
  ])('the id is found in %s', (_, text) => {
    expect(resolvePaste(text)[0]).toMatchObject({ kind: 'correlation-id', id: uuid });
  });
  test('traceparent gives a trace and a span', () => {
    expect(
      resolvePaste('traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01').map(
        ({ kind, id }) => [kind, id],
      ),
    ).toEqual([
      ['trace-id', '4bf92f3577b34da6a3ce929d0e0e4736'],
      ['span-id', '00f067aa0ba902b7'],
    ]);
  });
  test('X-Cloud-Trace-Context has a decimal span id of 64 bits', () => {
    expect(
      resolvePaste('105445aa7843bc8bf206b12000100000/18446744073709551615;o=1').map(({ id }) => id),
    ).toEqual(expect.arrayContaining(['105445aa7843bc8bf206b12000100000', 'ffffffffffffffff']));
  });
  test('an X-Ray id becomes the trace id it stands for', () => {
    expect(
      resolvePaste('X-Amzn-Trace-Id: Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1'),
    ).toContainEqual({
      kind: 'trace-id',
      id: '5759e988bd862e3fe1be46a994272793',
      from: 'X-Amzn-Trace-Id',
    });
  });
  test('32 hex digits are a trace first, and may be an id of somebody', () => {
    expect(resolvePaste('4bf92f3577b34da6a3ce929d0e0e4736').map(({ kind }) => kind)).toEqual([
      'trace-id',
      'correlation-id',
    ]);
  });
  test('prose without an id gives nothing', () =>
    expect(resolvePaste('it is broken again, please help')).toEqual([]));
  test('any text is survived, and everything found fits the grammar', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400 }), (text) => {
        for (const found of resolvePaste(text))
          expect(
            found.kind === 'correlation-id' ? asCorrelationId(found.id) : asTraceId(found.id),
          ).toBeDefined();
      }),
    );
  });
  test('every id inside the grammar resolves to itself', () => {
    fc.assert(
      fc.property(
        ids,
        (id) =>
          void expect(
            resolvePaste(id).some(
              (found) => found.id === id.replace(/[.:-]+$/, '') || found.id === id,
            ),
          ).toBe(asCorrelationId(id.replace(/[.:-]+$/, '')) !== undefined),
      ),
    );
  });
  test('a line mentions the ids it names', () =>
    expect(idsInLine(`merged ${uuid} into request_id=order-12345678`)).toEqual(
      expect.arrayContaining([uuid, 'order-12345678']),
    ));
});

describe('propagation', () => {
  beforeAll(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(
      new CompositePropagator({
        propagators: [
          new W3CTraceContextPropagator(),
          new W3CBaggagePropagator(),
          new CorrelationPropagator({ mint: true }),
        ],
      }),
    );
  });
  test("an id survives headers, a queue and a job's environment", () => {
    fc.assert(
      fc.property(ids, (id) => {
        const from = withCorrelationId(id, ROOT_CONTEXT);
        expect(currentCorrelationId(received(carry(from), ROOT_CONTEXT))).toBe(id);
        expect(
          currentCorrelationId(
            receivedFromEnvironment(carryInEnvironment(from) as NodeJS.ProcessEnv, ROOT_CONTEXT),
          ),
        ).toBe(id);
      }),
    );
  });
  test.each([
    ['129 characters', 'x'.repeat(129)],
    ['a line break', 'abc\ndefgh'],
    ['a quote', 'abcdefgh"'],
    ['a query', '"} | {abcdefgh'],
    ['a lookup', '${jndi:ldap://x}'],
  ])('an id with %s is replaced, never passed on', (_, bad) => {
    const id = currentCorrelationId(received({ 'x-correlation-id': bad }, ROOT_CONTEXT))!;
    expect(asCorrelationId(id)).toBeDefined();
    expect(id).not.toContain(bad.slice(0, 8));
  });
  test('a bad id in baggage does not travel on', () => {
    const id = currentCorrelationId(
      received({ baggage: 'correlation_id=%22%7D%20%7C%20%7B' }, ROOT_CONTEXT),
    );
    expect(asCorrelationId(id!)).toBe(id);
  });
  test('without one, x-request-id and then the trace id serve', () => {
    expect(currentCorrelationId(received({ 'x-request-id': 'request-1234' }, ROOT_CONTEXT))).toBe(
      'request-1234',
    );
    expect(
      currentCorrelationId(
        received(
          { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' },
          ROOT_CONTEXT,
        ),
      ),
    ).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
  });
});
