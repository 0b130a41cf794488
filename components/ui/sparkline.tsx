/** Twelve bars: a trend at a glance. The words beside it say the number. */
export function Sparkline({
  values,
  tone = 'critical',
  width = 76,
}: {
  values: readonly number[];
  tone?: 'critical' | 'warning';
  width?: number;
}) {
  const most = Math.max(1, ...values);
  const step = width / values.length;
  return (
    <svg width={width} height={16} aria-hidden focusable="false">
      {values.map((value, index) => {
        const height = value === 0 ? 1 : Math.max(2, (value / most) * 16);
        return (
          <rect
            key={index}
            x={index * step}
            y={16 - height}
            width={step - 2}
            height={height}
            fill={`var(--${tone})`}
            opacity={value === 0 ? 0.5 : 1}
          />
        );
      })}
    </svg>
  );
}
