'use client';

import { useMutation } from '@tanstack/react-query';
import { ProblemError, sendJson } from '@/components/shell/api-client';
import ui from '@/components/ui/ui.module.css';

/** Sends a test message through a channel, and says whether the channel took it. */
export function ChannelTest({ name }: { name: string }) {
  const test = useMutation({
    mutationFn: () => sendJson('/api/channels/test', 'POST', { name }),
  });
  return (
    <>
      <button
        type="button"
        className={ui.button}
        onClick={() => test.mutate()}
        disabled={test.isPending}
      >
        Send a test
      </button>{' '}
      <span role="status">
        {test.isSuccess && '✓ Sent. Check that it arrived.'}
        {test.error && `✕ ${messageOf(test.error)}`}
      </span>
    </>
  );
}

const messageOf = (error: Error): string =>
  error instanceof ProblemError ? error.message : 'The portal did not answer.';
