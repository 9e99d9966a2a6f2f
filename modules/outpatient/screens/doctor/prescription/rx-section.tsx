import { drugOf } from '@mach/encounter/contract.ts';
import { AlertLine, Button, Section, TextField, toast, useNow, usePick, useTexts, useTransport } from '@mach/ui';
import { type KeyboardEvent, type ReactElement, type RefObject, useMemo, useRef, useState } from 'react';
import type { DrugCodeRow, ServiceCodeRow } from '../../../contract.ts';
import { DraftOnly, PaperNotes } from '../away/rx-away.tsx';
import type { Preview } from '../costs/preview.ts';
import type { Visit } from '../data/use-visit.ts';
import { shortDate } from '../note/short-date.ts';
import { texts } from '../texts.ts';
import { type LineDraft, type RxLine, typedOf } from './line.ts';
import { LineComposer } from './line-composer.tsx';
import { carry, lastPrescription, type StoredLine } from './repeat.ts';
import { FindingLine, RxLineRow } from './rx-line.tsx';
import { wordsOf } from './show.ts';
import type { Rx } from './use-rx.ts';

export interface RxSectionProps {
  readonly visit: Visit;
  readonly rx: Rx;
  readonly preview: Preview;
  readonly insured: boolean;
  /** Under 72 months: the person who brought the child is part of the prescription. */
  readonly smallChild: boolean;
  readonly drugRef: RefObject<HTMLInputElement | null>;
  /** A test or an image that was typed here: into the orders. */
  readonly onService: (row: ServiceCodeRow) => void;
}

/** Rows of the formulary by code; the search answers names, so the right one is picked out of the answer. */
export async function drugRows(
  codes: (list: string, query: { q: string; limit: number }) => Promise<readonly unknown[]>,
  stored: readonly StoredLine[],
): Promise<ReadonlyMap<string, DrugCodeRow>> {
  const wanted = new Map(stored.map((line) => [drugOf(line) ?? '', line.medicationCodeableConcept?.text ?? '']));
  const found = new Map<string, DrugCodeRow>();
  await Promise.all(
    [...wanted].map(async ([code, text]) => {
      if (code === '') return;
      for (const q of [code.replaceAll('-', ' '), text.split(',')[0] ?? text]) {
        const rows = (await codes('drug', { q, limit: 50 })) as readonly DrugCodeRow[];
        const row = rows.find((one) => one.code === code);
        if (row) {
          found.set(code, row);
          return;
        }
      }
    }),
  );
  return found;
}

/** The prescription that is being written. */
export function RxSection(props: RxSectionProps): ReactElement {
  const { visit, rx, preview, insured, smallChild, drugRef, onService } = props;
  const t = useTexts(texts);
  const pick = usePick();
  const transport = useTransport();
  const now = useNow();
  const list = useRef<HTMLUListElement>(null);
  const [loading, setLoading] = useState(false);
  const last = useMemo(() => lastPrescription(visit.medications, visit.id), [visit.medications, visit.id]);
  const days = commonDays(rx.lines) ?? rx.days;

  async function repeat(): Promise<void> {
    if (!last || loading) return;
    setLoading(true);
    try {
      const rows = await drugRows((name, query) => transport.codes(name, query), last.lines);
      const carried: RxLine[] = [];
      const left: string[] = [];
      for (const stored of last.lines) {
        const drug = rows.get(drugOf(stored) ?? '');
        const result = drug && carry(stored, drug, `${visit.id}-${stored.id}`);
        if (result?.ok) carried.push(result.line);
        else left.push(stored.medicationCodeableConcept?.text ?? '');
      }
      rx.putAll(carried);
      if (left.length > 0) toast({ text: t('notCarried', { drugs: left.join('; ') }), tone: 'warn' });
      drugRef.current?.focus();
    } catch {
      toast({ text: t('repeatFailed'), tone: 'warn' });
    } finally {
      setLoading(false);
    }
  }

  function add(drug: DrugCodeRow, draft: LineDraft, note: string | undefined): void {
    const editing = rx.lines.find((line) => line.key === rx.composing.editing);
    const key = editing?.key ?? `${drug.code}-${Date.now().toString(36)}`;
    rx.put({ ...(editing ?? {}), key, drug, ...draft, note: note ?? editing?.note, state: editing?.state ?? 'new' });
  }

  function edit(line: RxLine): void {
    rx.compose({ drug: line.drug, typed: typedOf(line), editing: line.key });
  }

  function focusLine(index: number): void {
    const lines = list.current?.querySelectorAll<HTMLElement>(':scope > li') ?? [];
    const target = lines[Math.min(index, lines.length - 1)];
    if (index < 0 || !target) drugRef.current?.focus();
    else target.focus();
  }

  function onLineKey(event: KeyboardEvent, index: number, line: RxLine): void {
    if (event.target !== event.currentTarget || event.ctrlKey || event.altKey) return;
    if (event.key === 'ArrowUp') focusLine(Math.max(0, index - 1));
    else if (event.key === 'ArrowDown') focusLine(index + 1 < rx.lines.length ? index + 1 : -1);
    else if (event.key === 'Enter') edit(line);
    else if (event.key === 'Delete') {
      rx.remove(line.key);
      drugRef.current?.focus();
    } else if (event.key === 'Escape') drugRef.current?.focus();
    else return;
    event.preventDefault();
  }

  const whole = rx.findings.filter((one) => one.lines.length === 0);
  return (
    <Section
      anchor={5}
      title={t('prescription')}
      chord="F6"
      side={
        <>
          {rx.lines.length > 0 && (
            <span>
              {days === undefined ? t('drugsN', { n: rx.lines.length }) : t('drugsDays', { n: rx.lines.length, days })}
            </span>
          )}
          {last && !rx.lines.some((line) => line.carriedFrom !== undefined) && (
            <Button
              size="small"
              look="quiet"
              chord="Ctrl+D"
              busy={loading}
              onClick={() => void repeat()}
              data-rx-repeat
            >
              {t('repeatFrom', { date: shortDate(last.on, now) })}
            </Button>
          )}
        </>
      }
    >
      <div
        className="doc-rx"
        onKeyDownCapture={(event: KeyboardEvent) => {
          if (event.key !== 'ArrowUp' || !(event.target instanceof HTMLInputElement) || event.target.value !== '')
            return;
          if (event.target !== drugRef.current || rx.lines.length === 0) return;
          event.preventDefault();
          event.stopPropagation();
          focusLine(rx.lines.length - 1);
        }}
      >
        <DraftOnly
          checked={rx.checked}
          whose={{
            encounter: visit.id,
            name: visit.patient.name?.[0]?.text ?? visit.row?.name ?? '',
            born: visit.patient.birthDate ?? null,
            ticket: visit.row?.queueNumber ?? null,
          }}
          words={rx.lines.map((line) => wordsOf(line, t, pick)).join('\n')}
        />
        <PaperNotes encounter={visit.id} />
        {rx.replaces.length > 0 && (
          <div className="doc-inline">
            <TextField
              className="doc-grow"
              label={t('replaceWhy')}
              required
              value={rx.replaceReason}
              onChange={rx.setReplaceReason}
              maxLength={500}
            />
            <Button look="quiet" onClick={rx.clear}>
              {t('keepSigned')}
            </Button>
          </div>
        )}
        {rx.lines.length > 0 && (
          <ul ref={list} className="doc-rx-lines" aria-label={t('prescription')}>
            {rx.lines.map((line, i) => (
              <li
                key={line.key}
                // biome-ignore lint/a11y/noNoninteractiveTabindex: a line is walked to by arrows, opened by Enter, taken away by Delete
                tabIndex={0}
                className={line.key === rx.composing.editing ? 'doc-rx-line doc-editing' : 'doc-rx-line'}
                data-carried={line.state === 'continued' || undefined}
                aria-keyshortcuts="Enter Delete"
                onKeyDown={(event) => onLineKey(event, i, line)}
              >
                <RxLineRow
                  line={line}
                  shares={preview.lines.get(line.key)}
                  insured={insured}
                  findings={rx.findings.filter((one) => one.lines[0] === line.key)}
                  reasons={rx.reasons}
                  errors={rx.issues
                    .filter((one) => one.line === line.key)
                    .map(({ issue }) =>
                      [pick(issue.text), issue.remedy && pick(issue.remedy)].filter(Boolean).join('. '),
                    )}
                  onAnswer={rx.answer}
                  onEdit={() => edit(line)}
                  onRemove={() => rx.remove(line.key)}
                  onSelfPaid={() => rx.put({ ...line, paidByPatient: !line.paidByPatient })}
                />
              </li>
            ))}
          </ul>
        )}
        {whole.map((one) => (
          <FindingLine key={one.finding.rule} placed={one} reasons={rx.reasons} onAnswer={rx.answer} />
        ))}
        {rx.issues
          .filter((one) => one.line === undefined)
          .map(({ issue }) => (
            <AlertLine
              key={issue.code + issue.field}
              level="warn"
              what={pick(issue.text)}
              why={issue.remedy && pick(issue.remedy)}
            />
          ))}
        <LineComposer
          composing={rx.composing}
          onCompose={rx.compose}
          days={rx.days ?? days}
          onLine={add}
          onDays={rx.setDays}
          onService={onService}
          drugRef={drugRef}
        />
        {smallChild && rx.lines.length > 0 && (
          <TextField
            label={t('accompanying')}
            required
            value={rx.accompanying}
            onChange={rx.setAccompanying}
            maxLength={200}
          />
        )}
      </div>
    </Section>
  );
}

/** The days that all lines share. */
function commonDays(lines: readonly RxLine[]): number | undefined {
  const [first] = lines;
  return first && lines.every((line) => line.dose.days === first.dose.days) ? first.dose.days : undefined;
}
