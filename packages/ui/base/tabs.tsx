import { type KeyboardEvent, type ReactElement, type ReactNode, useEffect, useRef } from 'react';
import './tabs.css';

export interface Tab<V extends string = string> {
  readonly value: V;
  readonly label: ReactNode;
  readonly count?: number;
}

/** Tabs inside one panel (arrows move). Depth of a chart belongs in the drawer, not in tabs. */
export function Tabs<V extends string>(props: {
  readonly label: string;
  readonly tabs: readonly Tab<V>[];
  readonly value: V;
  readonly onChange: (value: V) => void;
}): ReactElement {
  const { label, tabs, value, onChange } = props;
  const row = useRef<HTMLDivElement>(null);
  // A row wider than the screen shows the tab that is open.
  useEffect(() => {
    const at = tabs.findIndex((tab) => tab.value === value);
    row.current?.children[at]?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [tabs, value]);

  function onKeyDown(event: KeyboardEvent): void {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const at = tabs.findIndex((tab) => tab.value === value);
    const to = (at + step + tabs.length) % tabs.length;
    const next = tabs[to];
    if (next) onChange(next.value);
    row.current?.querySelectorAll<HTMLElement>('[role="tab"]')[to]?.focus();
  }

  return (
    <div ref={row} className="m-tabs" role="tablist" aria-label={label} onKeyDown={onKeyDown}>
      {tabs.map((tab) => (
        <button
          key={tab.value}
          type="button"
          role="tab"
          className="m-tab"
          aria-selected={tab.value === value}
          tabIndex={tab.value === value ? 0 : -1}
          onClick={() => onChange(tab.value)}
        >
          {tab.label}
          {tab.count !== undefined && <span className="m-tab-count">{tab.count}</span>}
        </button>
      ))}
    </div>
  );
}
