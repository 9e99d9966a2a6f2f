import { localDate } from '@mach/base';
import { type KeyboardEvent, type ReactElement, useRef, useState } from 'react';
import { Chip } from '../base/chip.tsx';
import { formatDate, formatDateTime, formatTime } from '../format/date.ts';
import { Icon } from '../icons/icon.tsx';
import type { IconName } from '../icons/paths.ts';
import { boardTexts } from '../texts/board.ts';
import { useTexts } from '../texts/use-texts.ts';
import { type DataState, Stated } from './stated.tsx';
import './timeline.css';

export interface TimelineEvent {
  readonly key: string;
  /** When it happened (instant), not when it was written down. */
  readonly at: string;
  /** One of `kinds`. */
  readonly kind: string;
  readonly title: string;
  readonly detail?: string;
  readonly by?: string;
  /** Written down later than it happened. */
  readonly late?: boolean;
}

export interface TimelineKind {
  readonly value: string;
  readonly label: string;
  readonly icon: IconName;
}

export interface TimelineProps extends DataState {
  readonly label: string;
  /** Newest first. */
  readonly events: readonly TimelineEvent[];
  readonly kinds: readonly TimelineKind[];
  readonly onOpen?: (event: TimelineEvent) => void;
}

/** A person's history on one line: days as sections, filters as chips, arrows walk from event to event. */
export function Timeline({ label, events, kinds, onOpen, ...state }: TimelineProps): ReactElement {
  const t = useTexts(boardTexts);
  const list = useRef<HTMLDivElement>(null);
  const [only, setOnly] = useState<string | null>(null);
  const [active, setActive] = useState<string | null>(null);
  const shown = only === null ? events : events.filter((event) => event.kind === only);
  const current = shown.some((event) => event.key === active) ? active : (shown[0]?.key ?? null);
  const days = [...new Set(shown.map((event) => localDate(event.at)))];

  function onKeyDown(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step === undefined || event.nativeEvent.isComposing) return;
    event.preventDefault();
    const at = shown.findIndex((one) => one.key === current);
    const to = Math.max(0, Math.min(shown.length - 1, at + step));
    list.current?.querySelectorAll<HTMLElement>('.m-time-event')[to]?.focus();
  }

  return (
    <section className="m-time" aria-label={label}>
      <div className="m-time-filters" role="toolbar" aria-label={t('filters')}>
        <Chip onClick={() => setOnly(null)} pressed={only === null} count={events.length}>
          {t('all')}
        </Chip>
        {kinds.map((kind) => {
          const n = events.filter((event) => event.kind === kind.value).length;
          if (n === 0) return null;
          return (
            <Chip
              key={kind.value}
              icon={kind.icon}
              onClick={() => setOnly(only === kind.value ? null : kind.value)}
              pressed={only === kind.value}
              count={n}
            >
              {kind.label}
            </Chip>
          );
        })}
      </div>
      <Stated {...state} nothing={shown.length === 0} nothingTitle={t('noEvents')}>
        <div ref={list} role="toolbar" aria-orientation="vertical" aria-label={label} onKeyDown={onKeyDown}>
          {days.map((day) => (
            <section key={day} className="m-time-day" aria-label={formatDate(day)}>
              <h3 className="m-time-date">{formatDate(day)}</h3>
              {shown
                .filter((event) => localDate(event.at) === day)
                .map((event) => {
                  const kind = kinds.find((one) => one.value === event.kind);
                  return (
                    <button
                      type="button"
                      key={event.key}
                      className="m-time-event"
                      tabIndex={event.key === current ? 0 : -1}
                      onFocus={() => setActive(event.key)}
                      onClick={() => onOpen?.(event)}
                    >
                      <time className="m-time-at" dateTime={event.at} title={formatDateTime(event.at)}>
                        {formatTime(event.at)}
                      </time>
                      <span className="m-time-mark">
                        <Icon name={kind?.icon ?? 'clock'} size={16} />
                        <span className="m-sr">{kind?.label}</span>
                      </span>
                      <span className="m-time-what">
                        <span className="m-time-title">{event.title}</span>
                        {event.late && <Chip tone="warn">{t('writtenLate')}</Chip>}
                        {event.detail && <span className="m-time-detail">{event.detail}</span>}
                        {event.by && <span className="m-time-by">{event.by}</span>}
                      </span>
                    </button>
                  );
                })}
            </section>
          ))}
        </div>
      </Stated>
    </section>
  );
}
