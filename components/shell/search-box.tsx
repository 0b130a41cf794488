'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useEffect, useId, useRef, type FormEvent } from 'react';
import styles from '@/components/ui/ui.module.css';
import { SearchAnswer } from './search-answer';
import { isTyping } from './typing';

/** Reading ids out of text is needed only once somebody searches. */
const loadFinder = () => import('./find-request');

/**
 * Takes any text: an id, a log line, a header, a URL. One id opens at once; several are a choice.
 */
export function SearchBox({
  initial = '',
  large = false,
}: {
  initial?: string;
  /** The one of the home page: larger, and focused at once. */
  large?: boolean;
}) {
  const router = useRouter();
  const input = useRef<HTMLInputElement>(null);
  const answerId = useId();
  const open = (id: string) => router.push(`/requests/${encodeURIComponent(id)}`);
  const search = useMutation({
    mutationFn: async (text: string) => (await loadFinder()).findRequest(text),
    onSuccess: (outcome) => {
      if (outcome.kind === 'found' && outcome.requests.length === 1) {
        search.reset();
        open(outcome.requests[0]!.open);
      }
    },
  });
  useSearchKeys(() => {
    input.current?.focus();
    input.current?.select();
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    search.mutate(input.current?.value ?? '');
  };
  const answered = search.isSuccess || search.isError;
  return (
    <div
      className={`${styles.search} ${large ? styles.large : ''} ${styles.wide}`}
      onKeyDown={(event) => event.key === 'Escape' && search.reset()}
    >
      <form role="search" onSubmit={submit} action="/" aria-busy={search.isPending}>
        <Magnifier />
        <input
          ref={input}
          name="q"
          defaultValue={initial}
          autoFocus={large}
          onFocus={() => void loadFinder()}
          aria-label="Find a request"
          aria-describedby={answered ? answerId : undefined}
          placeholder={large ? 'Paste an id, a log line, a header, a URL' : 'Paste an id'}
          autoComplete="off"
          spellCheck={false}
          enterKeyHint="search"
        />
        <span className={styles.kbd}>{large ? 'Ctrl K' : '/'}</span>
      </form>
      {answered && (
        <div className={styles.answer} id={answerId} role="status">
          <SearchAnswer outcome={search.data} error={search.error} onOpen={search.reset} />
        </div>
      )}
    </div>
  );
}

/** `/` and Ctrl-K (Cmd-K) lead to the search from anywhere; `/` only where nobody types. */
function useSearchKeys(focus: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const modified = event.ctrlKey || event.metaKey;
      const slash = event.key === '/' && !modified && !isTyping(event);
      const commandK = event.key.toLowerCase() === 'k' && modified;
      if (!slash && !commandK) return;
      event.preventDefault();
      focus();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  });
}

function Magnifier() {
  return (
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
  );
}
