import Link from 'next/link';
import { ProblemError } from './api-client';
import type { FoundRequest, SearchOutcome } from './find-request';
import { triedText } from './tried-text';

const NO_ID =
  'No id found. Ids have 8–128 letters, digits or . _ : -, business numbers 5 digits or more.';
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
  if (outcome?.kind === 'unknown')
    return (
      <>
        <p>No source knows {outcome.ids.length === 1 ? 'this id' : 'these ids'}.</p>
        {outcome.ids.map(({ id, tried }) => (
          <p key={`${id} ${tried}`}>
            <span className="mono">{id}</span> {triedText(tried)}
          </p>
        ))}
      </>
    );
  if (outcome?.kind !== 'found') return <p>{sentenceOf(error)}</p>;
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

function sentenceOf(error: Error | null): string {
  if (error instanceof ProblemError) return error.message;
  if (error) return 'The portal did not answer. Try again.';
  return NO_ID;
}
