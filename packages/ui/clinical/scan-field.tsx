import { type ReactElement, type Ref, useState } from 'react';
import { Icon } from '../icons/icon.tsx';
import { routeScan, type ScanRoute, useScan } from '../keys/use-scan.ts';
import { uiTexts } from '../texts/ui.ts';
import { usePick, useTexts } from '../texts/use-texts.ts';
import './scan-field.css';

export interface ScanFieldProps {
  readonly label: string;
  readonly placeholder?: string;
  /** Kinds of codes taken here; scans reach them wherever the caret stands. */
  readonly routes: readonly ScanRoute[];
  /** Typed text as it is typed (a search), and on Enter. */
  readonly onType?: (text: string) => void;
  readonly onSubmit?: (text: string) => void;
  readonly value?: string;
  readonly autoFocus?: boolean;
  readonly inputRef?: Ref<HTMLInputElement>;
  readonly busy?: boolean;
}

/** The visible field of the scanner: scan anywhere, or type here. Says what was recognised, refuses clearly. */
export function ScanField(props: ScanFieldProps): ReactElement {
  const { label, placeholder, routes, onType, onSubmit, value, autoFocus, inputRef, busy } = props;
  const t = useTexts(uiTexts);
  const pick = usePick();
  const [own, setOwn] = useState('');
  const [said, setSaid] = useState<{ readonly ok: boolean; readonly text: string } | null>(null);
  const text = value ?? own;

  function heard(route: ScanRoute): ScanRoute {
    return {
      ...route,
      run: (code) => {
        setSaid({ ok: true, text: t('scanned', { kind: pick(route.label) }) });
        route.run(code);
      },
    };
  }
  useScan(routes.map(heard));

  function set(next: string): void {
    setOwn(next);
    setSaid(null);
    onType?.(next);
  }

  function submit(): void {
    const typed = text.trim();
    if (typed === '') return;
    if (routes.some((route) => route.accepts(typed))) {
      routeScan(typed);
      set('');
    } else if (onSubmit) onSubmit(typed);
    else setSaid({ ok: false, text: t('scanUnknown') });
  }

  return (
    <div className="m-scan" data-busy={busy || undefined}>
      <Icon name="scan" />
      <input
        ref={inputRef}
        // biome-ignore lint/a11y/noAutofocus: the scan field is where a desk's work starts
        autoFocus={autoFocus}
        aria-label={label}
        placeholder={placeholder ?? t('scanOrType')}
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => set(event.target.value)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing || event.ctrlKey) return;
          if (event.key === 'Enter') submit();
          if (event.key === 'Escape' && text !== '') {
            event.preventDefault();
            set('');
          }
        }}
      />
      <span className={said?.ok === false ? 'm-scan-said m-scan-bad' : 'm-scan-said'} role="status">
        {said && <Icon name={said.ok ? 'check' : 'stop'} size={16} />}
        {said?.text}
      </span>
    </div>
  );
}
