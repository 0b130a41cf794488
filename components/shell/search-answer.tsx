import Link from 'next/link';
import { ProblemError } from './api-client';
import type { FoundRequest, SearchOutcome } from './find-request';

const NO_ID = 'No id found. Ids have 8–128 letters, digits or . _ : -';
const KINDS: Readonly<Record<FoundRequest['kind'], string>> = {
  'correlation-id': 'correlation id',
  'trace-id': 'trace',
  'span-id': 'span',
};

/** What a search found: a sentence, or requests to choose from. */
export function SearchAnswer({
  outcome,
  error,
  onOpen,
}: {
  outcome: SearchOutcome | undefined;
  error: Error | null;
  onOpen: () => void;
}) {
  if (outcome?.kind !== 'found') return <p>{sentenceOf(outcome, error)}</p>;
  return (
    <>
      <p>{outcome.requests.length} ids found. Which request?</p>
      <ul>
        {outcome.requests.map(({ open, id, kind, from }) => (
          <li key={open}>
            <Link
              href={`/requests/${encodeURIComponent(open)}`}
              prefetch={false}
              onNavigate={onOpen}
            >
              <span className="mono">{id}</span>
              <small>
                {KINDS[kind]}, from {from}
              </small>
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}

function sentenceOf(outcome: SearchOutcome | undefined, error: Error | null): string {
  if (error instanceof ProblemError) return error.message;
  if (error) return 'The portal did not answer. Try again.';
  return outcome?.kind === 'unknown' ? 'No trace with that id was found in any source.' : NO_ID;
}
