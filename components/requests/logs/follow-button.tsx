'use client';

import { useState } from 'react';
import ui from '@/components/ui/ui.module.css';
import { useShownRequest } from '../request-context';
import { useLiveTail } from './live-tail';

/** New lines as they come, for whoever wants them; nothing changes by itself otherwise. */
export function FollowButton({ onChanged }: { onChanged: () => void }) {
  const { view } = useShownRequest();
  const [following, setFollowing] = useState(false);
  const problem = useLiveTail({
    id: view.correlationId,
    since: view.logs.at(-1)?.time ?? view.window?.start ?? '',
    enabled: following,
    onLines: onChanged,
  });
  return (
    <>
      <button
        type="button"
        className={ui.button}
        aria-pressed={following}
        onClick={() => setFollowing(!following)}
      >
        {following ? 'Following. Stop' : 'Follow'}
      </button>
      <span role="status">{following ? problem : ''}</span>
    </>
  );
}
