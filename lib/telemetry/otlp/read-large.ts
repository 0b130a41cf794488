import { Worker } from 'node:worker_threads';
import { processState } from '@/lib/config/process-state';
import { AppError } from '@/lib/errors/app-error';
import { readMessage, type Message, type ReadLogs, type ReadSpans } from './read';
import type { ThreadAnswer } from './read-thread';

/** Reading more than this at once would hold up every other answer of the process. */
const LARGE_BYTES = 1024 * 1024;
const MAX_HEAP_MB = 1024;
/** Bodies that wait are in memory; a sender that is told to come again keeps his own. */
const MAX_WAITING_BYTES = 128 * 1024 * 1024;

/** Large messages wait for each other, so that memory is bounded. */
const queue = processState('telemetry.large-messages', () => ({
  last: Promise.resolve() as Promise<unknown>,
  waitingBytes: 0,
}));

/**
 * Reads an export request; a large one in a thread of its own, one at a time.
 * @throws AppError invalid_input when it is no OTLP message, too_large when the thread cannot hold
 * it, unavailable when too many wait
 */
export async function readExport(message: Message & { signal: 'traces' }): Promise<ReadSpans>;
export async function readExport(message: Message & { signal: 'logs' }): Promise<ReadLogs>;
export async function readExport(message: Message): Promise<ReturnType<typeof readMessage>> {
  if (message.body.byteLength <= LARGE_BYTES) return readMessage(message);
  const state = queue();
  const waitingBytes = state.waitingBytes + message.body.byteLength;
  if (waitingBytes > MAX_WAITING_BYTES)
    throw new AppError(
      'unavailable',
      'Too many large exports at once. Retry, or send smaller batches.',
    );
  state.waitingBytes = waitingBytes;
  const read = state.last.then(() => inThread(message));
  // The sender of this message hears of its failure; the next one only waits for its end.
  state.last = read.catch(() => undefined);
  return read.finally(() => (state.waitingBytes -= message.body.byteLength));
}

function inThread(message: Message): Promise<ReturnType<typeof readMessage>> {
  return new Promise((done, failed) => {
    const thread = new Worker(new URL('./read-thread.ts', import.meta.url), {
      workerData: message,
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    thread.once('message', (answer: ThreadAnswer) => {
      if ('read' in answer) done(answer.read);
      else failed(new AppError(answer.refused.code, answer.refused.message));
    });
    thread.once('error', (error: NodeJS.ErrnoException) =>
      failed(
        error.code === 'ERR_WORKER_OUT_OF_MEMORY'
          ? new AppError(
              'too_large',
              'The body holds more than can be read at once. Send smaller batches.',
            )
          : error,
      ),
    );
    thread.once('exit', () => failed(new Error('the thread ended without an answer')));
  });
}
