import { useCallback, useMemo } from 'react';
import { usePreferences } from './preferences.ts';
import { type Language, type Text, type Texts, type Translate, translator } from './texts.ts';

/** The language in force. */
export function useLanguage(): Language {
  return usePreferences().language;
}

/** The look-up of a catalogue in the language in force. */
export function useTexts<V extends Readonly<Record<string, string>>>(texts: Texts<V>): Translate<V> {
  const language = useLanguage();
  return useMemo(() => translator(texts, language), [texts, language]);
}

/** Picks the language of texts that travel as data. */
export function usePick(): (text: Text) => string {
  const language = useLanguage();
  return useCallback((text: Text) => text[language] || text.vi, [language]);
}
