'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useId, useRef, useState, type FormEvent } from 'react';
import { resolvePaste } from '@/lib/correlation-id/resolve';
import styles from '@/components/ui/ui.module.css';

interface Found {
  readonly kind: 'correlation-id' | 'trace-id' | 'span-id';
  readonly id: string;
  readonly from: string;
  readonly open: string | null;
}

const BAD = 'No id found. Ids have 8–128 letters, digits or . _ : -';
const WORDS = {
  'correlation-id': 'correlation id',
  'trace-id': 'trace',
  'span-id': 'span',
} as const;

/** Takes any text: an id, a log line, a header, a URL. One id opens at once; several are a choice. */
export function SearchBox({
  initial = '',
  large = false,
  autoFocus = false,
}: {
  initial?: string;
  large?: boolean;
  autoFocus?: boolean;
}) {
  const router = useRouter();
  const input = useRef<HTMLInputElement>(null);
  const [answer, setAnswer] = useState<{ message: string } | { found: readonly Found[] } | null>(
    null,
  );
  const [busy, setBusy] = useState(false);
  const answerId = useId();

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const typing =
        event.target instanceof HTMLElement &&
        (event.target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName));
      if (
        (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey) ||
        (event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey))
      ) {
        event.preventDefault();
        input.current?.focus();
        input.current?.select();
      }
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);

  const open = (id: string) => {
    setAnswer(null);
    router.push(`/requests/${encodeURIComponent(id)}`);
  };

  const look = async (text: string) => {
    const ids = resolvePaste(text);
    if (ids.length === 0) return setAnswer({ message: BAD });
    // Only a trace or a span needs the server, to say which request it belongs to.
    if (ids.every((candidate) => candidate.kind === 'correlation-id')) {
      if (ids.length === 1) return open(ids[0]!.id);
      return setAnswer({ found: ids.map((candidate) => ({ ...candidate, open: candidate.id })) });
    }
    setBusy(true);
    try {
      const response = await fetch(
        `/api/resolve?q=${encodeURIComponent(ids.map((candidate) => candidate.id).join(' '))}`,
      );
      const body = (await response.json()) as { candidates?: Found[]; title?: string };
      if (!response.ok) return setAnswer({ message: body.title ?? BAD });
      const found = (body.candidates ?? []).filter(
        (candidate, index, all) =>
          candidate.open && all.findIndex((other) => other.open === candidate.open) === index,
      );
      if (found.length === 1) open(found[0]!.open!);
      else
        setAnswer(
          found.length ? { found } : { message: 'No trace with that id was found in any source.' },
        );
    } catch {
      setAnswer({ message: 'The portal did not answer. Try again.' });
    } finally {
      setBusy(false);
    }
  };

  const submit = (event: FormEvent) => {
    event.preventDefault();
    void look(input.current?.value ?? '');
  };

  return (
    <div
      className={`${styles.search} ${large ? styles.large : ''} ${styles.wide}`}
      onKeyDown={(event) => event.key === 'Escape' && setAnswer(null)}
    >
      <form role="search" onSubmit={submit} action="/" aria-busy={busy}>
        <svg
          width="14"
          height="14"
          viewBox="0 0 16 16"
          aria-hidden
          fill="none"
          stroke="var(--mute)"
          strokeWidth="1.6"
        >
          <circle cx="7" cy="7" r="4.6" />
          <path d="m10.6 10.6 3.6 3.6" />
        </svg>
        <input
          ref={input}
          name="q"
          defaultValue={initial}
          autoFocus={autoFocus}
          aria-label="Find a request"
          aria-describedby={answer ? answerId : undefined}
          placeholder={large ? 'Paste an id, a log line, a header, a URL' : 'Paste an id'}
          autoComplete="off"
          spellCheck={false}
          enterKeyHint="search"
        />
        <span className={styles.kbd}>{large ? 'Ctrl K' : '/'}</span>
      </form>
      {answer && (
        <div className={styles.answer} id={answerId} role="status">
          {'message' in answer ? (
            <p>{answer.message}</p>
          ) : (
            <>
              <p>{answer.found.length} ids found. Which request?</p>
              <ul>
                {answer.found.map((found) => (
                  <li key={found.open}>
                    <a
                      href={`/requests/${encodeURIComponent(found.open!)}`}
                      onClick={(event) => {
                        event.preventDefault();
                        open(found.open!);
                      }}
                    >
                      <span className="mono">{found.id}</span>
                      <small>
                        {WORDS[found.kind]}, from {found.from}
                      </small>
                    </a>
                  </li>
                ))}
              </ul>
            </>
          )}
        </div>
      )}
    </div>
  );
}
