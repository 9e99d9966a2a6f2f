import type { ReactElement } from 'react';

/** Days as bars from zero, the last one stronger; the numbers are spoken and stand in the title. */
export function Bars({ values, label }: { readonly values: readonly number[]; readonly label: string }): ReactElement {
  const high = Math.max(1, ...values);
  return (
    <span className="ops-bars" role="img" aria-label={label} title={label}>
      {values.map((value, index) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its day, in order
          key={index}
          className="ops-bar"
          data-last={index === values.length - 1 || undefined}
          style={{ height: `${Math.max(value > 0 ? 6 : 0, Math.round((value / high) * 100))}%` }}
        />
      ))}
    </span>
  );
}

/** Parts of a whole, side by side, in the order of the way through the house. */
export function Parts({ parts }: { readonly parts: readonly { key: string; n: number }[] }): ReactElement {
  const all = Math.max(
    1,
    parts.reduce((sum, { n }) => sum + n, 0),
  );
  return (
    <span className="ops-parts" aria-hidden="true">
      {parts.map(({ key, n }) => n > 0 && <span key={key} data-part={key} style={{ width: `${(n / all) * 100}%` }} />)}
    </span>
  );
}
