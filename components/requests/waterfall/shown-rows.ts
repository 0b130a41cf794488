// Pure: runs in browsers too.

/**
 * Which rows are in the document: those in view, and the focused one, or the focus would be lost on
 * scrolling. In their order, each once.
 */
export function shownRows(inView: readonly number[], focused: number): number[] {
  if (focused < 0 || inView.includes(focused)) return [...inView];
  const before = inView.length === 0 || focused < inView[0]!;
  return before ? [focused, ...inView] : [...inView, focused];
}
