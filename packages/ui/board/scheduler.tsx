import { type ReactElement, useRef, useState } from 'react';
import { Segmented } from '../base/choice.tsx';
import { type Column, Table } from '../list/table.tsx';
import { boardTexts } from '../texts/board.ts';
import { useTexts } from '../texts/use-texts.ts';
import './scheduler.css';
import { type DataState, Stated } from './stated.tsx';
import { useGridKeys } from './use-grid-keys.ts';

export interface ScheduleSlot {
  readonly key: string;
  /** Row: the time ("08:00"). */
  readonly time: string;
  /** Column: a room, a doctor, a day. */
  readonly resource: string;
  readonly places: number;
  readonly taken: number;
  /** No more may be given, whatever is free. */
  readonly closed?: boolean;
}

export interface SchedulerProps extends DataState {
  readonly label: string;
  readonly resources: readonly { readonly key: string; readonly name: string }[];
  readonly slots: readonly ScheduleSlot[];
  /** A full time may be chosen too, and is then booked over. */
  readonly overbook?: boolean;
  readonly readOnly?: boolean;
  readonly selected?: string;
  readonly onChoose: (slot: ScheduleSlot) => void;
}

/** Times against rooms or doctors: what is free, full, booked over or closed, in words and numbers; the same as a list. */
export function Scheduler(props: SchedulerProps): ReactElement {
  const { label, resources, slots, overbook, readOnly, selected, onChoose, ...state } = props;
  const t = useTexts(boardTexts);
  const box = useRef<HTMLDivElement>(null);
  const { move, place } = useGridKeys(box);
  const [look, setLook] = useState<'grid' | 'list'>('grid');
  const times = [...new Set(slots.map((slot) => slot.time))].sort();
  const may = (slot: ScheduleSlot): boolean =>
    !readOnly && !slot.closed && (slot.taken < slot.places || overbook === true);
  const words = (slot: ScheduleSlot): string =>
    slot.closed
      ? t('slotClosed')
      : slot.taken > slot.places
        ? t('slotOver', { n: slot.taken - slot.places })
        : slot.taken === slot.places
          ? t('slotFull')
          : t('slotFree', { n: slot.places - slot.taken, of: slot.places });
  const nameOf = (slot: ScheduleSlot): string =>
    resources.find((one) => one.key === slot.resource)?.name ?? slot.resource;
  const columns: readonly Column<ScheduleSlot>[] = [
    { key: 'time', head: t('time'), cell: (slot) => slot.time, width: '90px', rowHead: true },
    { key: 'who', head: t('resource'), cell: nameOf },
    { key: 'state', head: t('places'), cell: words },
  ];
  return (
    <section className="m-sched" aria-label={label}>
      <Segmented
        label={t('showAs')}
        labelHidden
        value={look}
        onChange={setLook}
        options={[
          { value: 'grid', label: t('grid'), icon: 'grid' },
          { value: 'list', label: t('list'), icon: 'list' },
        ]}
      />
      <Stated {...state} shape="table" nothing={slots.length === 0} nothingTitle={t('noSlots')}>
        {look === 'list' ? (
          <Table
            label={label}
            columns={columns}
            rows={slots.filter((slot) => may(slot) || readOnly)}
            keyOf={(slot) => slot.key}
            selected={selected ?? null}
            onOpen={readOnly ? undefined : onChoose}
            textOf={(slot) => `${slot.time} ${nameOf(slot)}`}
          />
        ) : (
          // biome-ignore lint/a11y/noStaticElementInteractions: the keys of the grid inside
          <div ref={box} className="m-sched-box m-scroll" onKeyDown={move}>
            {/* biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: arrows walk its cells, which makes it a grid */}
            <table role="grid" aria-label={label} className="m-sched-table">
              <thead>
                <tr>
                  <td />
                  {resources.map((one) => (
                    <th key={one.key} scope="col">
                      {one.name}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {times.map((time, r) => (
                  <tr key={time}>
                    <th scope="row">{time}</th>
                    {resources.map((one, c) => {
                      const slot = slots.find((each) => each.time === time && each.resource === one.key);
                      if (!slot) return <td key={one.key} />;
                      const kind = slot.closed
                        ? 'closed'
                        : slot.taken > slot.places
                          ? 'over'
                          : slot.taken === slot.places
                            ? 'full'
                            : 'free';
                      return (
                        <td key={one.key}>
                          <button
                            type="button"
                            className={`m-slot m-slot-${kind}`}
                            {...place(r, c)}
                            aria-label={`${one.name} ${time}: ${words(slot)}`}
                            aria-pressed={slot.key === selected}
                            aria-disabled={!may(slot) || undefined}
                            onClick={() => may(slot) && onChoose(slot)}
                          >
                            {words(slot)}
                          </button>
                        </td>
                      );
                    })}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Stated>
    </section>
  );
}
