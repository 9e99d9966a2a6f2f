import { type ReactElement, type ReactNode, type Ref, useEffect, useId, useRef, useState } from 'react';
import { Icon } from '../icons/icon.tsx';
import { uiTexts } from '../texts/ui.ts';
import { useTexts } from '../texts/use-texts.ts';
import './combobox.css';
import { Field, type FieldProps } from './field.tsx';
import { Popup } from './popup.tsx';

export interface ComboboxProps<T> extends Omit<FieldProps, 'warning'> {
  readonly value: T | null;
  readonly onChange: (value: T | null) => void;
  /** What the search answered, best first. */
  readonly options: readonly T[];
  /** The query changed (already trimmed of haste: 90 ms after the last key). */
  readonly onQuery: (query: string) => void;
  /** The query that `options` answer. Enter pressed earlier waits for the answer of what was typed. */
  readonly answered: string;
  readonly searching?: boolean;
  readonly keyOf: (option: T) => string;
  /** The one-line text in the field once chosen. */
  readonly textOf: (option: T) => string;
  readonly renderOption: (option: T) => ReactNode;
  /**
   * Marks the first row, so that Enter takes it. `false` for drugs: an arrow or Alt+number must
   * choose (design language §7.3).
   */
  readonly preselect?: boolean;
  /** Collects into a basket: empties itself after each choice and keeps the focus. */
  readonly collect?: boolean;
  /** Shows options before anything is typed (favourites). */
  readonly openEmpty?: boolean;
  readonly placeholder?: string;
  readonly readOnly?: boolean;
  readonly autoFocus?: boolean;
  readonly inputRef?: Ref<HTMLInputElement>;
}

const DELAY_MS = 90;

/** Search as you type over an answer of the server, with two-line rows. */
export function Combobox<T>(props: ComboboxProps<T>): ReactElement {
  const { value, onChange, options, onQuery, answered, searching, keyOf, textOf, renderOption } = props;
  const { preselect = true, collect, openEmpty, placeholder, readOnly, autoFocus, inputRef, ...field } = props;
  const t = useTexts(uiTexts);
  const listId = useId();
  const box = useRef<HTMLDivElement>(null);
  const [typed, setTyped] = useState<string | null>(null);
  const [open, setOpen] = useState(false);
  const [moved, setMoved] = useState<{ readonly query: string; readonly index: number } | null>(null);
  const [left, setLeft] = useState(false);
  const waitingEnter = useRef(false);

  const query = (typed ?? '').trim();
  const fresh = answered === query && !searching;
  const active = moved && moved.query === answered ? moved.index : preselect && fresh && query ? 0 : -1;
  const shown = open && !readOnly && (query !== '' || openEmpty === true);

  useEffect(() => {
    if (typed === null && !openEmpty) return;
    const timer = setTimeout(() => onQuery(query), query ? DELAY_MS : 0);
    return () => clearTimeout(timer);
  }, [query, typed, openEmpty, onQuery]);

  useEffect(() => {
    if (!waitingEnter.current || !fresh) return;
    waitingEnter.current = false;
    const first = options[0];
    if (preselect && first !== undefined) choose(first);
  });

  useEffect(() => {
    if (active >= 0) document.getElementById(`${listId}-${active}`)?.scrollIntoView({ block: 'nearest' });
  }, [active, listId]);

  function choose(option: T): void {
    onChange(option);
    setTyped(collect ? '' : null);
    setOpen(collect === true && openEmpty === true);
    setMoved(null);
    setLeft(false);
  }

  function close(): void {
    setOpen(false);
    setTyped(null);
    waitingEnter.current = false;
  }

  function onKeyDown(event: React.KeyboardEvent): void {
    if (event.nativeEvent.isComposing || readOnly) return;
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      if (!open) setOpen(true);
      else setMoved({ query: answered, index: Math.max(0, Math.min(options.length - 1, active + step)) });
      return;
    }
    if (!shown) {
      if (event.key === 'Escape' && typed !== null) {
        event.preventDefault();
        close();
      }
      return;
    }
    if (event.key === 'Enter' && !event.ctrlKey) {
      const option = options[active];
      event.preventDefault();
      if (option !== undefined && (fresh || moved)) choose(option);
      else if (!fresh) waitingEnter.current = true;
    } else if (event.key === 'Escape') {
      event.preventDefault();
      close();
    } else if (event.altKey && /^Digit[1-9]$/.test(event.code)) {
      const option = options[Number(event.code.slice(5)) - 1];
      event.preventDefault();
      if (option !== undefined && fresh) choose(option);
    }
  }

  const chosen = value === null ? '' : textOf(value);
  const warning = left && typed && typed.trim() !== '' ? t('notChosen') : undefined;
  return (
    <Field {...field} warning={warning}>
      {(ids) => (
        <div ref={box} className="m-input m-inputbox m-combobox">
          <Icon name="search" size={16} />
          <input
            {...ids}
            ref={inputRef}
            // biome-ignore lint/a11y/noAutofocus: opening a form puts the caret where the work starts (keyboard model)
            autoFocus={autoFocus}
            role="combobox"
            aria-expanded={shown}
            aria-controls={listId}
            aria-autocomplete="list"
            aria-activedescendant={shown && active >= 0 ? `${listId}-${active}` : undefined}
            autoComplete="off"
            spellCheck={false}
            placeholder={placeholder}
            readOnly={readOnly}
            value={typed ?? chosen}
            onChange={(event) => {
              setTyped(event.target.value);
              setOpen(true);
              setLeft(false);
              waitingEnter.current = false;
              if (event.target.value === '' && value !== null && !collect) onChange(null);
            }}
            onFocus={(event) => {
              event.target.select();
              if (openEmpty) setOpen(true);
            }}
            onBlur={() => {
              setOpen(false);
              setLeft(true);
            }}
            onKeyDown={onKeyDown}
          />
          {shown && (
            <Popup anchor={box} minWidth={360}>
              <div
                id={listId}
                className="m-options"
                aria-label={field.label}
                // These rows answer an earlier text: no key takes one of them.
                aria-busy={!fresh}
                role="listbox"
              >
                {options.map((option, i) => (
                  // biome-ignore lint/a11y/useFocusableInteractive: the input keeps the focus (aria-activedescendant)
                  // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are on the input
                  <div
                    key={keyOf(option)}
                    id={`${listId}-${i}`}
                    role="option"
                    className="m-option"
                    aria-selected={i === active}
                    onMouseDown={(event) => event.preventDefault()}
                    onClick={() => choose(option)}
                  >
                    {renderOption(option)}
                  </div>
                ))}
              </div>
              <div className="m-options-status" aria-live="polite">
                {searching ? t('searching') : fresh && options.length === 0 ? t('noHits', { q: query }) : null}
              </div>
            </Popup>
          )}
        </div>
      )}
    </Field>
  );
}
