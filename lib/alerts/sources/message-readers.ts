import type { z } from 'zod';
import type { AlertSenderKind } from '@/lib/config/alert-settings';
import type { EpochMs } from '@/lib/time/units';
import type { ParsedMessage } from './observation';
import * as alertmanager from './alertmanager';
import { envelope, readNotification } from './amazon-sns';
import * as google from './google-cloud-monitoring';

interface MessageReader {
  /** What the sender puts into the body. */
  readonly message: z.ZodType;
  /**
   * Whether a body is a message of this kind: decided before it is stored, so that the sender hears
   * of it.
   */
  readonly isMessage: (body: unknown) => boolean;
  /** What a stored message says. Never throws for one that `isMessage`. */
  readonly read: (body: unknown, receivedMs: EpochMs) => ParsedMessage;
  /**
   * An alert that ends and fires again keeps its beginning: only the source can tell a late message
   * from a return.
   */
  readonly reusesStartTime: boolean;
}

export const MESSAGE_READERS: Record<AlertSenderKind, MessageReader> = {
  alertmanager: {
    message: alertmanager.message,
    isMessage: alertmanager.isMessage,
    read: alertmanager.readMessage,
    reusesStartTime: true,
  },
  grafana: {
    message: alertmanager.message,
    isMessage: alertmanager.isMessage,
    read: alertmanager.readMessage,
    reusesStartTime: true,
  },
  'google-cloud-monitoring': {
    message: google.message,
    isMessage: google.isMessage,
    read: google.readMessage,
    reusesStartTime: false,
  },
  'amazon-sns': {
    message: envelope,
    isMessage: (body) => typeof body === 'object' && body !== null && 'MessageId' in body,
    read: readNotification,
    reusesStartTime: false,
  },
};
