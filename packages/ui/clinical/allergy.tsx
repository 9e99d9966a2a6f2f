import type { ReactElement } from 'react';
import { formatDate } from '../format/date.ts';
import { Icon } from '../icons/icon.tsx';
import { uiTexts } from '../texts/ui.ts';
import { useTexts } from '../texts/use-texts.ts';
import './allergy.css';

export interface AllergyItem {
  readonly substance: string;
  readonly reaction?: string;
  readonly year?: string;
}

/** What is known of allergies: three states, never empty (design language §7.2). */
export type AllergyState =
  | { readonly state: 'known'; readonly items: readonly AllergyItem[] }
  | { readonly state: 'unasked' }
  | { readonly state: 'none'; readonly at?: string; readonly by?: string };

export interface AllergyProps {
  readonly allergy: AllergyState;
  /** Opens the list, or asks now. */
  readonly onOpen?: () => void;
}

/** The allergy state; red only when there is an allergy. */
export function Allergy({ allergy, onOpen }: AllergyProps): ReactElement {
  const t = useTexts(uiTexts);
  const Tag = onOpen ? 'button' : 'div';
  const press = onOpen ? { type: 'button' as const, onClick: onOpen } : {};
  if (allergy.state === 'known') {
    const [first, ...others] = allergy.items;
    const detail = [first?.reaction, first?.year && `(${first.year})`].filter(Boolean).join(' ');
    const all = allergy.items.map((item) => [item.substance, item.reaction, item.year].filter(Boolean).join(' – '));
    return (
      <Tag {...press} className="m-allergy m-allergy-known" title={all.join('\n')}>
        <Icon name="warn" size={16} />
        <span>
          {t('allergyOf', { substance: first?.substance ?? '' })}
          {detail && ` – ${detail}`}
        </span>
        {others.length > 0 && (
          <span className="m-allergy-others" role="note" aria-label={all.slice(1).join('; ')}>
            +{others.length}
          </span>
        )}
      </Tag>
    );
  }
  if (allergy.state === 'unasked')
    return (
      <Tag {...press} className="m-allergy m-allergy-unasked" title={onOpen && t('allergyAskHint')}>
        <Icon name="help" size={16} />
        <span>{t('allergyAsk')}</span>
      </Tag>
    );
  const source = [allergy.at && formatDate(allergy.at), allergy.by].filter(Boolean).join(' · ');
  return (
    <Tag {...press} className="m-allergy m-allergy-none">
      {t('allergyNone')}
      {source && ` · ${source}`}
    </Tag>
  );
}
