import { Button, type Issue, setPreferences, ThemeSwitch, useLanguage, usePick, useTexts } from '@mach/ui';
import type { FormEvent, ReactElement, ReactNode } from 'react';
import { texts } from '../texts.ts';
import { Mark } from './mark.tsx';
import './sign-in.css';

/** The page of every step: the sign of the product, one form, display and language in the corner. */
export function SignInFrame(props: {
  readonly title: string;
  /** The first step says its title to screen readers only. */
  readonly titleHidden?: boolean;
  readonly onSubmit?: () => void;
  readonly children: ReactNode;
}): ReactElement {
  const { title, titleHidden, onSubmit, children } = props;
  const t = useTexts(texts);
  const language = useLanguage();
  function submit(event: FormEvent): void {
    event.preventDefault();
    onSubmit?.();
  }
  return (
    <div className="w-signin">
      <header className="w-signin-top">
        <ThemeSwitch />
        <Button
          look="quiet"
          icon="language"
          onClick={() => setPreferences({ language: language === 'vi' ? 'en' : 'vi' })}
        >
          {t('language')}
        </Button>
      </header>
      <main className="w-signin-main">
        <form className="w-signin-form" onSubmit={submit}>
          <div className="w-signin-brand">
            <Mark size={44} />
            <div>
              <p className="w-signin-name">{t('product')}</p>
              <p className="w-signin-line">{t('productLine')}</p>
            </div>
          </div>
          <h1 className={titleHidden ? 'm-sr' : 'w-signin-title'}>{title}</h1>
          {children}
        </form>
      </main>
    </div>
  );
}

/** What the server said of the last step. */
export function Refusal({ issues }: { readonly issues: readonly Issue[] }): ReactElement | null {
  const pick = usePick();
  if (issues.length === 0) return null;
  return (
    <div className="w-signin-issues" role="alert">
      {issues.map((issue) => (
        <p key={issue.code}>
          <b>{pick(issue.text)}</b> {issue.remedy && pick(issue.remedy)}
        </p>
      ))}
    </div>
  );
}
