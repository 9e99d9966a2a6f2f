import { TextArea, useLanguage, useTexts } from '@mach/ui';
import { type KeyboardEvent, type ReactElement, useLayoutEffect, useRef, useState } from 'react';
import type { NoteSection } from '../../../lists.ts';
import { texts } from '../texts.ts';
import { type DataWord, expand, type NoteTexts, nextPlaceholder, suggest, type Token, tokenBefore } from './expand.ts';
import { SNIPPETS } from './snippets.ts';

export interface SnippetFieldProps {
  readonly label: string;
  readonly section: NoteSection;
  readonly texts: NoteTexts;
  readonly onChange: (texts: NoteTexts) => void;
  readonly data: readonly DataWord[];
  readonly placeholder?: string;
  readonly rows?: number;
}

/** Suggestions that are shown while a word is being typed. */
const SHOWN = 5;

/** A text of the note: `.tha` and Tab brings a snippet, `/hba1c` and Tab a value; Tab goes on to the next gap. */
export function SnippetField(props: SnippetFieldProps): ReactElement {
  const { label, section, texts: all, onChange, data, placeholder, rows } = props;
  const t = useTexts(texts);
  const language = useLanguage();
  const field = useRef<HTMLTextAreaElement>(null);
  const select = useRef<readonly [number, number] | null>(null);
  const [token, setToken] = useState<Token>();
  const text = all[section] ?? '';

  useLayoutEffect(() => {
    if (select.current === null || !field.current) return;
    field.current.setSelectionRange(...select.current);
    select.current = null;
  });

  function onKeyDown(event: KeyboardEvent): void {
    const at = field.current;
    if (!at || event.key !== 'Tab' || event.shiftKey || event.ctrlKey || event.altKey) return;
    if (event.nativeEvent.isComposing) return;
    const done =
      at.selectionStart === at.selectionEnd ? expand(all, section, at.selectionStart, SNIPPETS, data) : undefined;
    if (done) {
      event.preventDefault();
      select.current = [done.from, done.to];
      setToken(undefined);
      onChange(done.texts);
      return;
    }
    const gap = nextPlaceholder(text, at.selectionEnd);
    if (gap && gap[0] >= at.selectionEnd) {
      event.preventDefault();
      at.setSelectionRange(...gap);
    }
  }

  const offers = token ? suggest(token, SNIPPETS, data).slice(0, SHOWN) : [];
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only hears that the focus left the field in it
    <div
      className="doc-note-field"
      onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && setToken(undefined)}
    >
      <TextArea
        label={label}
        labelHidden
        rows={rows}
        placeholder={placeholder}
        value={text}
        inputRef={field}
        onKeyDown={onKeyDown}
        onChange={(next) => {
          const caret = field.current?.selectionStart ?? next.length;
          setToken(tokenBefore(next, caret));
          onChange({ ...all, [section]: next });
        }}
      />
      {offers.length > 0 && (
        <p className="doc-offers" role="status">
          {offers.map((offer) => (
            <span key={'word' in offer ? offer.word : offer.text} className="doc-offer">
              <kbd className="m-code">{'word' in offer ? `.${offer.word}` : `/${offer.words[0] ?? ''}`}</kbd>
              {'word' in offer ? offer.title[language] : offer.text}
            </span>
          ))}
          <span className="doc-offer-key">{t('offerKey')}</span>
        </p>
      )}
    </div>
  );
}
