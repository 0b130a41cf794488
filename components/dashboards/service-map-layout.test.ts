import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BOX_HEIGHT, BOX_WIDTH, layoutServiceMap } from './service-map-layout';

const call = (client: string, server: string) => ({ client, server, rate: 1, failedShare: 0 });
const overlaps = (a: { x: number; y: number }, b: { x: number; y: number }) =>
  Math.abs(a.x - b.x) < BOX_WIDTH && Math.abs(a.y - b.y) < BOX_HEIGHT;

test('whatever calls whom, in circles too, no box lies over another and everything lies in the picture', () => {
  const service = fc.constantFrom(...'abcdefgh');
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(service, service), {
        minLength: 1,
        maxLength: 14,
        selector: (pair) => pair.join(),
      }),
      (pairs) => {
        const { boxes, connections, width, height } = layoutServiceMap(
          pairs.map(([client, server]) => call(client, server)),
          () => 7,
        );
        expect(connections).toHaveLength(pairs.length);
        for (const [index, box] of boxes.entries()) {
          for (const other of boxes.slice(index + 1))
            expect(overlaps(box, other), `${box.service} ${other.service}`).toBe(false);
          expect(box.x).toBeGreaterThanOrEqual(0);
          expect(box.y).toBeGreaterThanOrEqual(0);
          expect(box.x + BOX_WIDTH).toBeLessThanOrEqual(width);
          expect(box.y + BOX_HEIGHT).toBeLessThanOrEqual(height);
        }
        for (const { path } of connections) expect(path).not.toMatch(/NaN|undefined/);
      },
    ),
  );
});

test('no label lies over another, nor over a box', () => {
  const { boxes, connections } = layoutServiceMap(
    [
      call('edge', 'checkout'),
      call('checkout', 'inventory'),
      call('checkout', 'payments'),
      call('checkout', 'worker'),
      call('worker', 'inventory'),
      call('edge', 'runner'),
    ],
    () => 8,
  );
  const [halfWidth, height] = [30, 30];
  for (const [index, { label }] of connections.entries()) {
    for (const other of connections.slice(index + 1))
      expect(
        Math.abs(label.x - other.label.x) < 2 * halfWidth &&
          Math.abs(label.y - other.label.y) < height,
      ).toBe(false);
    for (const box of boxes)
      expect(
        label.x > box.x &&
          label.x < box.x + BOX_WIDTH &&
          label.y > box.y &&
          label.y < box.y + BOX_HEIGHT,
      ).toBe(false);
  }
});

test('the same calls lie the same, however they are ordered', () => {
  const calls = [
    call('edge', 'checkout'),
    call('checkout', 'inventory'),
    call('checkout', 'payments'),
    call('inventory', 'checkout'),
  ];
  expect(layoutServiceMap([...calls].reverse(), () => 4).boxes).toEqual(
    layoutServiceMap(calls, () => 4).boxes,
  );
});
