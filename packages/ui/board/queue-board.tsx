import type { ReactElement } from 'react';
import { Chip } from '../base/chip.tsx';
import { PersonName } from '../clinical/person-name.tsx';
import { boardTexts } from '../texts/board.ts';
import { useTexts } from '../texts/use-texts.ts';
import './queue-board.css';
import { type DataState, Stated } from './stated.tsx';

export interface QueueEntry {
  readonly key: string;
  readonly number: string;
  /** For staff the whole name; for the public what the server has masked, and nothing else reaches the page. */
  readonly name: string;
  readonly room: string;
  readonly state: 'called' | 'waiting' | 'absent' | 'in';
  /** "khoảng 35 phút". */
  readonly eta?: string;
  readonly priority?: string;
}

export interface QueueBoardProps extends DataState {
  readonly label: string;
  readonly entries: readonly QueueEntry[];
  /** `public`: large, numbers and rooms first, no diagnosis, no full name. */
  readonly audience?: 'staff' | 'public';
  readonly action?: (entry: QueueEntry) => ReactElement | null;
}

/** Who is called and who comes next: a list for the staff, a wall for those who wait. */
export function QueueBoard({ label, entries, audience = 'staff', action, ...state }: QueueBoardProps): ReactElement {
  const t = useTexts(boardTexts);
  const called = entries.filter((one) => one.state === 'called');
  const others = entries.filter((one) => one.state !== 'called');
  const words = { called: t('called'), waiting: t('waitingWord'), absent: t('absent'), in: t('inside') };
  return (
    <section className={`m-queue m-queue-${audience}`} aria-label={label}>
      <Stated {...state} nothing={entries.length === 0} nothingTitle={t('nobodyWaits')}>
        <div aria-live={audience === 'public' ? 'polite' : undefined}>
          {called.map((one) => (
            <div key={one.key} className="m-queue-call">
              <span className="m-queue-number">{one.number}</span>
              <span className="m-queue-room">{t('toRoom', { room: one.room })}</span>
              <span className="m-queue-name">{audience === 'public' ? one.name : <PersonName name={one.name} />}</span>
              {action?.(one)}
            </div>
          ))}
        </div>
        <ol className="m-queue-next">
          {others.map((one) => (
            <li key={one.key} className="m-queue-entry">
              <span className="m-queue-number">{one.number}</span>
              <span className="m-queue-name">{audience === 'public' ? one.name : <PersonName name={one.name} />}</span>
              {one.priority && audience === 'staff' && <Chip tone="info">{one.priority}</Chip>}
              {one.state === 'waiting' ? null : (
                <Chip tone={one.state === 'absent' ? 'warn' : 'ok'}>{words[one.state]}</Chip>
              )}
              <span className="m-queue-room">{one.room}</span>
              {one.eta && <span className="m-queue-eta">{one.eta}</span>}
              {action?.(one)}
            </li>
          ))}
        </ol>
      </Stated>
    </section>
  );
}
