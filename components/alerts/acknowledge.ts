import { sendJson } from '@/components/shell/api-client';

/** What is about to be acknowledged, and how it is called on screen. */
export interface AcknowledgeRequest {
  readonly mode: 'acknowledge' | 'hand-over' | 'silence';
  readonly ids: readonly string[];
  /** The name of the alert, or how many there are. */
  readonly subject: string;
  /** What it quiets and what it does not. */
  readonly scope: string;
  /** Who it can be handed to. */
  readonly people: readonly string[];
  /** How many of them can be silenced in their source. */
  readonly silenceable: number;
}

/** The body of an acknowledgement, but for the key that makes a second try change nothing. */
export interface AcknowledgementInput {
  readonly note: string;
  readonly hours: number;
  readonly owner?: string;
  readonly silence: boolean;
}

/** What was just done, and how it is undone. */
export interface CompletedAction {
  readonly message: string;
  readonly undo: () => Promise<void>;
}

/**
 * Acknowledges one alert, or many at once. @throws ProblemError
 * @param idempotencyKey one a decision: sent again after a lost answer it changes nothing
 */
export function acknowledge(
  ids: readonly string[],
  input: AcknowledgementInput,
  idempotencyKey: string,
): Promise<void> {
  const body = { ...input, idempotencyKey };
  return ids.length === 1
    ? sendJson(`/api/alerts/${ids[0]}/acknowledgement`, 'PUT', body)
    : sendJson('/api/alerts/acknowledgements', 'POST', { ...body, episodes: ids });
}

/**
 * Ends an episode by hand. @throws ProblemError
 * @param idempotencyKey one a decision: sent again after a lost answer it changes nothing
 */
export const resolveEpisode = (id: string, note: string, idempotencyKey: string): Promise<void> =>
  sendJson(`/api/alerts/${id}/resolution`, 'POST', { note, idempotencyKey });

/** Takes acknowledgements back. @throws ProblemError of the first that was refused */
export async function withdrawAcknowledgements(ids: readonly string[]): Promise<void> {
  for (const id of ids) await sendJson(`/api/alerts/${id}/acknowledgement`, 'DELETE');
}
