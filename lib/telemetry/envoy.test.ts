import { expect, test } from 'vitest';
import { isProxy, proxyFaultOf } from './envoy';
import type { Attributes } from './model';

const fault = (attributes: Attributes) => proxyFaultOf({ attributes });

test('a proxy says so, or names its upstream', () => {
  expect(isProxy({ attributes: { component: 'proxy' } })).toBe(true);
  expect(isProxy({ attributes: { upstream_cluster: 'inbound|8080||' } })).toBe(true);
  expect(isProxy({ attributes: { component: 'http' } })).toBe(false);
});
test('why it answered by itself is its most telling flag, in words', () => {
  const proxy = { component: 'proxy' };
  expect(fault({ ...proxy, response_flags: 'UT' })).toBe('upstream request timeout (UT)');
  expect(fault({ ...proxy, response_flags: 'URX,UF' })).toBe('upstream connection failure (UF)');
  expect(fault({ ...proxy, response_flags: '-' })).toBeUndefined();
  expect(fault({ ...proxy, response_flags: 'XYZ' })).toBeUndefined();
  expect(fault(proxy)).toBeUndefined();
});
test('flags of what is no proxy mean something else', () =>
  expect(fault({ response_flags: 'UT' })).toBeUndefined());
