import { parentPort, workerData } from 'node:worker_threads';
import { AppError } from '@/lib/errors/app-error';
import { readMessage, type Message } from './read';

/** What the thread says: the message in our shape, or why not. */
export type Said =
  | { readonly read: ReturnType<typeof readMessage> }
  | { readonly refused: { readonly code: AppError['code']; readonly message: string } };

const answer = (said: Said) => parentPort!.postMessage(said);
try {
  answer({ read: readMessage(workerData as Message) });
} catch (error) {
  if (!(error instanceof AppError)) throw error;
  answer({ refused: { code: error.code, message: error.message } });
}
