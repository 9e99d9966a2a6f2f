import type { ReactElement } from 'react';

/** The sign of the product: one beat. */
export function Mark({ size = 32 }: { readonly size?: number }): ReactElement {
  return (
    <svg className="w-mark" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" />
      <path d="M5 17h5l3.2-8.5 5.6 15 3.2-6.5h5" />
    </svg>
  );
}
