/** Props of the tooltip of Recharts, alike in all charts. */
export const TOOLTIP_PROPS = {
  isAnimationActive: false,
  contentStyle: {
    background: 'var(--panel)',
    border: '1px solid var(--line-strong)',
    borderRadius: 8,
    fontSize: 12,
    padding: '4px 8px',
  },
  wrapperStyle: { zIndex: 5 },
} as const;

/** 14:02:07 UTC */
export const formatTooltipClock = (ms: number): string =>
  `${new Date(ms).toISOString().slice(11, 19)} UTC`;

/** 14:02 */
export const formatClockTick = (ms: number): string => new Date(ms).toISOString().slice(11, 16);
