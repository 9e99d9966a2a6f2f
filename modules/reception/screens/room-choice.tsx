import { Icon, useKeys, useTexts } from '@mach/ui';
import { type ReactElement, type Ref, useId } from 'react';
import type { RoomLoad } from '../rooms.ts';
import './room-choice.css';
import { texts } from './texts.ts';

/** Rooms with a digit key; the others behind them are reached by arrows. */
const KEYED = 9;

/** The rooms in the order in which they are offered: 1–9 or arrows choose, Enter gives the number. */
export function RoomChoice(props: {
  readonly rooms: readonly RoomLoad[];
  readonly value: string | null;
  readonly onChange: (room: string) => void;
  readonly chosenRef?: Ref<HTMLInputElement>;
}): ReactElement {
  const { rooms, value, onChange, chosenRef } = props;
  const t = useTexts(texts);
  const name = useId();
  useKeys(rooms.slice(0, KEYED).map(({ room }, i) => ({ chord: String(i + 1), run: () => onChange(room.key) })));
  return (
    <fieldset className="rec-rooms">
      <legend className="m-sr">{t('room')}</legend>
      {rooms.map((load, i) => (
        <label key={load.room.key} className="rec-room" data-on={load.room.key === value || undefined}>
          <input
            ref={load.room.key === value ? chosenRef : undefined}
            type="radio"
            name={name}
            checked={load.room.key === value}
            onChange={() => onChange(load.room.key)}
          />
          <span className="rec-room-key" aria-hidden="true">
            {i < KEYED ? i + 1 : ''}
          </span>
          <span className="rec-room-text">
            <span className="rec-room-name">
              <b>{load.room.code}</b> {load.room.name}
            </span>
            <span className="rec-room-load">
              {load.waiting + load.ready === 0
                ? t('roomFree')
                : t('roomLine', { waiting: load.waiting + load.ready, ...load.wait })}
              {load.ready > 0 && ` · ${t('roomReady', { n: load.ready })}`}
              {load.doctorName && ` · ${load.doctorName}`}
            </span>
          </span>
          {load.measured && load.minutes > 0 && (
            <span title={t('measuredPace')}>
              <Icon name="clock" size={16} />
            </span>
          )}
        </label>
      ))}
    </fieldset>
  );
}
