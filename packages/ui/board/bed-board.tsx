import { type KeyboardEvent, type ReactElement, type ReactNode, useRef, useState } from 'react';
import { Chip } from '../base/chip.tsx';
import { Segmented } from '../base/choice.tsx';
import { cx } from '../base/class-names.ts';
import { PersonName } from '../clinical/person-name.tsx';
import { Icon } from '../icons/icon.tsx';
import { type Column, Table } from '../list/table.tsx';
import { boardTexts } from '../texts/board.ts';
import type { Translate } from '../texts/texts.ts';
import { useTexts } from '../texts/use-texts.ts';
import './bed-board.css';
import { type DataState, Stated } from './stated.tsx';
import { useGridKeys } from './use-grid-keys.ts';

export interface BedPatient {
  readonly key: string;
  readonly name: string;
  readonly age?: string;
  /** "N4": day of the stay. */
  readonly day?: string;
  /** Level of care: I, II, III. */
  readonly care?: string;
  readonly news2?: number;
  /** Chips in their fixed order. */
  readonly flags?: ReactNode;
  /** The next thing to do, with its time. */
  readonly next?: string;
}

export interface Bed {
  readonly key: string;
  readonly code: string;
  readonly state: 'occupied' | 'free' | 'cleaning' | 'blocked';
  /** Two in one bed stand here both. */
  readonly patients?: readonly BedPatient[];
}

export interface BedRoom {
  readonly key: string;
  readonly name: string;
  readonly note?: string;
  readonly beds: readonly Bed[];
}

export interface BedBoardProps extends DataState {
  readonly label: string;
  readonly rooms: readonly BedRoom[];
  readonly readOnly?: boolean;
  readonly onOpen?: (bed: Bed) => void;
  /** Somebody moves to a free bed: by dragging, or by M and Enter. */
  readonly onMove?: (from: Bed, to: Bed) => void;
}

const STATE_TEXTS = {
  occupied: 'bedTaken',
  free: 'bedFree',
  cleaning: 'bedCleaning',
  blocked: 'bedBlocked',
} as const satisfies Record<Bed['state'], string>;

/** Rooms and their beds, and the same as a list (B), arrows walk, M moves somebody to a free bed. */
export function BedBoard({ label, rooms, readOnly, onOpen, onMove, ...state }: BedBoardProps): ReactElement {
  const t = useTexts(boardTexts);
  const box = useRef<HTMLDivElement>(null);
  const { move, place } = useGridKeys(box);
  const [look, setLook] = useState<'board' | 'list'>('board');
  const [moving, setMoving] = useState<Bed | null>(null);
  const beds = rooms.flatMap((room) => room.beds.map((bed) => ({ ...bed, room: room.name })));
  const movable = !readOnly && onMove !== undefined;

  function take(bed: Bed): void {
    if (moving && bed.state === 'free') {
      onMove?.(moving, bed);
      setMoving(null);
    } else if (!moving) onOpen?.(bed);
  }

  function onKeyDown(event: KeyboardEvent): void {
    const key = event.target instanceof HTMLElement ? event.target.dataset.bed : undefined;
    const bed = beds.find((one) => one.key === key);
    if (event.code === 'KeyM' && movable && bed?.state === 'occupied') setMoving(bed);
    else if (event.code === 'KeyB' && !event.ctrlKey && !event.altKey) setLook('list');
    else if (event.key === 'Escape' && moving) setMoving(null);
    else {
      move(event);
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <section className="m-beds" aria-label={label}>
      <div className="m-beds-head">
        <Segmented
          label={t('showAs')}
          labelHidden
          value={look}
          onChange={setLook}
          options={[
            { value: 'board', label: t('board'), icon: 'grid' },
            { value: 'list', label: t('list'), icon: 'list' },
          ]}
        />
        <p className="m-beds-moving" role="status">
          {moving && t('movingTo', { name: moving.patients?.map((one) => one.name).join(', ') ?? '' })}
        </p>
      </div>
      <Stated {...state} shape="card" nothing={beds.length === 0} nothingTitle={t('noBeds')}>
        {look === 'list' ? (
          <Table
            label={label}
            columns={columnsOf(t)}
            rows={beds}
            keyOf={(bed) => bed.key}
            onOpen={onOpen}
            textOf={(bed) => bed.patients?.map((one) => one.name).join(' ') ?? bed.code}
          />
        ) : (
          // biome-ignore lint/a11y/noStaticElementInteractions: the keys of the beds inside
          <div ref={box} className="m-beds-rooms" onKeyDown={onKeyDown}>
            {rooms.map((room, r) => (
              <section key={room.key} className="m-beds-room" aria-label={room.name}>
                <h3 className="m-beds-name">
                  {room.name}
                  {room.note && <Chip tone="warn">{room.note}</Chip>}
                </h3>
                {room.beds.map((bed, b) => (
                  <button
                    type="button"
                    key={bed.key}
                    {...place(b, r)}
                    data-bed={bed.key}
                    className={cx('m-bed', `m-bed-${bed.state}`, moving?.key === bed.key && 'm-bed-moving')}
                    draggable={movable && bed.state === 'occupied'}
                    onDragStart={() => setMoving(bed)}
                    onDragEnd={() => setMoving(null)}
                    onDragOver={(event) => bed.state === 'free' && moving && event.preventDefault()}
                    onDrop={() => take(bed)}
                    onClick={() => take(bed)}
                  >
                    <span className="m-bed-code">{bed.code}</span>
                    {bed.patients?.map((patient) => <Occupant key={patient.key} patient={patient} />) ?? (
                      <span className="m-bed-state">{t(STATE_TEXTS[bed.state])}</span>
                    )}
                    {(bed.patients?.length ?? 0) > 1 && (
                      <span className="m-bed-shared">
                        <Icon name="users" size={16} /> {t('shared')}
                      </span>
                    )}
                  </button>
                ))}
              </section>
            ))}
          </div>
        )}
      </Stated>
    </section>
  );
}

function Occupant({ patient }: { readonly patient: BedPatient }): ReactElement {
  const { name, age, day, care, news2, flags, next } = patient;
  const t = useTexts(boardTexts);
  const loud = news2 === undefined ? '' : news2 >= 7 ? '3' : news2 >= 5 ? '2' : '';
  return (
    <span className="m-bed-who">
      <span className="m-bed-top">
        <PersonName name={name} />
        <span className="m-bed-facts">{[age, day, care].filter(Boolean).join(' · ')}</span>
        {news2 !== undefined && (
          <span className={cx('m-bed-news', loud && `m-bed-news-${loud}`)}>{t('newsOf', { n: news2 })}</span>
        )}
      </span>
      {flags && <span className="m-bed-flags">{flags}</span>}
      {next && <span className="m-bed-next">{next}</span>}
    </span>
  );
}

type Listed = Bed & { readonly room: string };

function columnsOf(t: Translate<(typeof boardTexts)['vi']>): readonly Column<Listed>[] {
  const each = (bed: Listed, of: (one: BedPatient) => ReactNode): ReactNode =>
    bed.patients?.map((one) => <div key={one.key}>{of(one) ?? '—'}</div>);
  return [
    { key: 'room', head: t('room'), cell: (bed) => bed.room, width: '90px' },
    { key: 'bed', head: t('bed'), cell: (bed) => bed.code, width: '70px' },
    {
      key: 'who',
      head: t('patient'),
      rowHead: true,
      cell: (bed) => each(bed, (one) => <PersonName name={one.name} />) ?? t(STATE_TEXTS[bed.state]),
    },
    { key: 'day', head: t('dayOfStay'), cell: (bed) => each(bed, (one) => one.day), width: '70px', wide: true },
    { key: 'care', head: t('care'), cell: (bed) => each(bed, (one) => one.care), width: '80px', wide: true },
    { key: 'news', head: t('news'), cell: (bed) => each(bed, (one) => one.news2), align: 'right', width: '80px' },
    { key: 'next', head: t('next'), cell: (bed) => each(bed, (one) => one.next) },
  ];
}
