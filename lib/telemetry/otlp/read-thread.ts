import { parentPort, workerData } from 'node:worker_threads';
import { AppError } from '@/lib/errors/app-error';
import { readMessage, type Message } from './read';

/** The message in our shape, or why it was refused. */
export type ThreadAnswer =
  | { readonly read: ReturnType<typeof readMessage> }
  | { readonly refused: { readonly code: AppError['code']; readonly message: string } };

const send = (answer: ThreadAnswer) => parentPort!.postMessage(answer);

try {
  send({ read: readMessage(workerData as Message) });
} catch (error) {
  if (!(error instanceof AppError)) throw error;
  send({ refused: { code: error.code, message: error.message } });
}
