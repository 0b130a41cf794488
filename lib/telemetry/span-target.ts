// Pure: runs in browsers too.
import { firstText } from './conventions';
import type { Span } from './model';

const DESTINATION_ATTRIBUTES = [
  'messaging.destination.name',
  'messaging.destination',
  'messaging.destination_publish.name',
  'message_bus.destination',
] as const;
const URL_ATTRIBUTES = ['url.full', 'http.url'] as const;
const PEER_ATTRIBUTES = [
  'peer.service',
  'server.address',
  'net.peer.name',
  'net.sock.peer.name',
  'http.host',
] as const;

/** The queue or topic a message goes through; empty where nothing names one. */
export const destinationOf = ({ attributes }: Pick<Span, 'attributes'>): string =>
  firstText(attributes, DESTINATION_ATTRIBUTES);

/** Whom a call goes to, as far as the caller says; empty where it does not. */
export const peerOf = ({ attributes }: Pick<Span, 'attributes'>): string =>
  firstText(attributes, PEER_ATTRIBUTES) || hostIn(firstText(attributes, URL_ATTRIBUTES));

const hostIn = (url: string): string => /^\w+:\/\/(?:[^/?#]*@)?([^/?#:]+)/.exec(url)?.[1] ?? '';
