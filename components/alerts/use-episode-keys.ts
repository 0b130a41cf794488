import { useEffect, useEffectEvent } from 'react';
import { isTyping } from '@/components/shell/typing';

/**
 * Single letters on an episode: each runs its action, unless somebody types or a dialog is open.
 */
export function useEpisodeKeys(actions: Readonly<Record<string, (() => void) | undefined>>): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const action = actions[event.key];
    const modified = event.ctrlKey || event.metaKey || event.altKey;
    if (!action || modified || isTyping(event) || document.querySelector('[role=dialog]')) return;
    event.preventDefault();
    action();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    document.addEventListener('keydown', listener);
    return () => document.removeEventListener('keydown', listener);
  }, []);
}
