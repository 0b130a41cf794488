import { expect, test } from 'vitest';
import { destinationOf, peerOf } from './span-target';
import type { Attributes } from './model';

test('the destination of a message is read new name first', () => {
  expect(destinationOf({ attributes: { 'messaging.destination.name': 'orders' } })).toBe('orders');
  expect(destinationOf({ attributes: { 'messaging.destination': 'orders' } })).toBe('orders');
  expect(destinationOf({ attributes: {} })).toBe('');
});
test('the peer of a call is its service, else its address', () => {
  expect(peerOf({ attributes: { 'server.address': 'stock', 'peer.service': 'Stock' } })).toBe(
    'Stock',
  );
  expect(peerOf({ attributes: { 'net.peer.name': 'stock' } })).toBe('stock');
});
test('the peer of a call that only knows its URL is the host in it', () => {
  const peer = (url: string, attributes: Attributes = {}) =>
    peerOf({ attributes: { 'http.url': url, ...attributes } });
  expect(peer('http://stock:8080/x?y=http://z')).toBe('stock');
  expect(peer('https://user:secret@stock/x')).toBe('stock');
  expect(peer('https://stock?x')).toBe('stock');
  expect(peer('/x')).toBe('');
  expect(peer('/login?next=http://bank')).toBe('');
  expect(peer('http://stock', { 'url.full': 'http://bank' })).toBe('bank');
  expect(peer('http://stock', { 'server.address': 'bank' })).toBe('bank');
});
