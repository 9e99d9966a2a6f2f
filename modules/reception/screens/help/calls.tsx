import { AlertLine, formatTime, useCommand, useNow, useTexts, useView } from '@mach/ui';
import type { ReactElement } from 'react';
import { type AnswerHelpInput, answerHelp, type HelpRow } from '../../contract.ts';
import { texts } from './texts.ts';

/** A call that is older than this is nobody's any more, minutes. */
const OPEN_MINUTES = 30;

/** Calls from the kiosks that nobody has answered yet, each with the answer. */
export function useHelpCalls(): readonly HelpRow[] {
  const now = useNow();
  const since = new Date(Date.parse(now) - OPEN_MINUTES * 60_000).toISOString();
  const { rows } = useView<HelpRow>('reception.help', { state: 'in-progress' }, { sort: '-at', limit: 20 });
  return rows.filter((one) => one.state === 'in-progress' && (one.at ?? '') > since);
}

/** Over the desk until somebody goes there. */
export function HelpCalls(): ReactElement | null {
  const t = useTexts(texts);
  const calls = useHelpCalls();
  const answer = useCommand<AnswerHelpInput, { help: string }>(answerHelp.name);
  if (calls.length === 0) return null;
  return (
    <div className="rec-help" role="status">
      {calls.map(({ key, from, at }) => (
        <AlertLine
          key={key}
          level="warn"
          what={t('calls', { from: from ?? '', time: at === null ? '' : formatTime(at) })}
          why={t('why')}
          instead={{ label: t('go'), run: () => void answer.run({ help: key }) }}
        />
      ))}
    </div>
  );
}
