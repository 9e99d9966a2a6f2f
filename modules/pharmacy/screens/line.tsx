import type { Issue } from '@mach/base';
import {
  AlertLine,
  Button,
  Chip,
  formatDate,
  Lots,
  MedicationLine,
  NumberField,
  quantity,
  usePick,
  useTexts,
} from '@mach/ui';
import type { ReactElement } from 'react';
import { type DispenseResult, OVERRIDE, type PharmacyLineRow } from '../contract.ts';
import type { Hand, LinePick } from './pick.ts';
import { texts } from './texts.ts';

/** The words of the doctor as they were signed; the parts only where there are no words. */
export function medicationOf(line: PharmacyLineRow) {
  const name = line.name ?? line.drug;
  const total = { value: String(line.quantity), unit: line.unit ?? '' };
  const note = line.note ?? undefined;
  if (line.directions) return { name, when: line.directions, total, note };
  return {
    name,
    dose: line.perDose === null ? undefined : { value: String(line.perDose), unit: line.doseUnit ?? '' },
    timesPerDay: line.timesPerDay ?? undefined,
    when: line.timing ?? undefined,
    days: line.days ?? undefined,
    total,
    note,
  };
}

/** A line of the prescription with the lots it is taken from. */
export function RxLine(props: {
  readonly pick: LinePick;
  readonly place: string;
  /** The stock is known. */
  readonly known: boolean;
  readonly editable: boolean;
  readonly issues: readonly Issue[];
  readonly onHand: (hand: Hand | undefined) => void;
  readonly onOverride: (rule: string, reason: string) => void;
}): ReactElement {
  const { pick: one, place, known, editable, issues, onHand, onOverride } = props;
  const t = useTexts(texts);
  const { line, open, lots, picked, missing, byHand, tooMuch, courseEnd } = one;
  const unit = line.unit ?? '';
  const waits = open.gt(0);
  const hand: Hand = Object.fromEntries(picked.map((p) => [p.lot, p.quantity.toString()]));

  return (
    <MedicationLine
      medication={medicationOf(line)}
      state={line.status === 'cancelled' ? 'stopped' : undefined}
      side={
        line.status === 'cancelled' ? (
          <Chip>{t('lineCancelled')}</Chip>
        ) : waits ? (
          <Chip tone={line.dispensed > 0 ? 'warn' : 'neutral'}>
            {t('pending', { quantity: quantity(open.toString(), unit) })}
          </Chip>
        ) : (
          <Chip tone="ok" icon="check">
            {t('lineDone')}
          </Chip>
        )
      }
      below={
        waits && (
          <div className="rx-below">
            <LineIssues
              issues={issues}
              // What one line was looked at for says nothing of the others.
              onOverride={(rule, reason) => onOverride(rule === OVERRIDE.review ? `${rule}:${line.key}` : rule, reason)}
            />
            {known && lots.length === 0 && <AlertLine level="warn" what={t('outOfStock', { place })} />}
            {known && lots.length > 0 && missing.gt(0) && (
              <AlertLine
                level="warn"
                what={t('short', { quantity: quantity(missing.toString(), unit) })}
                why={byHand ? undefined : t('shortWhy', { place })}
              />
            )}
            {tooMuch && <AlertLine level="stop" what={t('tooMuch')} />}
            {picked
              .filter((p) => p.expiry < courseEnd)
              .map((p) => (
                <AlertLine
                  key={p.lot}
                  level="note"
                  what={t('expiresInCourse', { lot: p.lot, date: formatDate(p.expiry), end: formatDate(courseEnd) })}
                />
              ))}
            {lots.length > 0 && (
              <Lots
                lots={lots
                  .filter((lot) => byHand || picked.some((p) => p.lot === lot.lot))
                  .map((lot, i) => ({
                    key: lot.lot,
                    lot: lot.lot,
                    expiry: lot.expiry,
                    stock: lot.quantity.toString(),
                    unit,
                    first: i === 0 && lot.lot === lots[0]?.lot,
                    take: byHand ? (
                      <span className="rx-take">
                        <NumberField
                          label={t('lotTake', { lot: lot.lot })}
                          labelHidden
                          value={hand[lot.lot] ?? ''}
                          unit={unit}
                          width={96}
                          range={{ hard: [0, Number(lot.quantity.toString())] }}
                          onChange={(value) => onHand({ ...hand, [lot.lot]: value })}
                        />
                      </span>
                    ) : (
                      <strong className="rx-take rx-amount">{quantity(hand[lot.lot] ?? '0', unit)}</strong>
                    ),
                  }))}
              />
            )}
            {editable && lots.length > 0 && (
              <div>
                <Button
                  size="small"
                  look="quiet"
                  icon={byHand ? 'undo' : 'edit'}
                  onClick={() => onHand(byHand ? undefined : hand)}
                >
                  {byHand ? t('byFirstExpiry') : t('chooseLots')}
                </Button>
              </div>
            )}
          </div>
        )
      }
    />
  );
}

/** What the server refused; a warning it lets pass with a reason is passed here. */
export function LineIssues(props: {
  readonly issues: readonly Issue[];
  readonly onOverride: (rule: string, reason: string) => void;
}): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  return (
    <>
      {props.issues.map((issue) => {
        const reasons = REASONS[issue.code];
        return (
          <AlertLine
            key={`${issue.code}/${issue.field ?? ''}`}
            level={issue.severity === 'error' && issue.code !== 'not-paid' ? 'stop' : 'warn'}
            what={pick(issue.text)}
            why={issue.remedy ? pick(issue.remedy) : undefined}
            reasons={reasons?.map((key) => ({ code: key, text: t(key) }))}
            onOverride={
              reasons &&
              // The reason stands in the record, in the language of the house.
              (({ code }) => props.onOverride(issue.code, texts.vi[code as (typeof reasons)[number]]))
            }
          />
        );
      })}
    </>
  );
}

const REASONS: Readonly<
  Record<
    string,
    | readonly (
        | 'reasonAgreed'
        | 'reasonSick'
        | 'reasonDamaged'
        | 'reasonNotFound'
        | 'reviewCalled'
        | 'reviewFits'
        | 'reviewWatched'
      )[]
    | undefined
  >
> = {
  [OVERRIDE.window]: ['reasonAgreed', 'reasonSick'],
  [OVERRIDE.notFirst]: ['reasonDamaged', 'reasonNotFound'],
  [OVERRIDE.review]: ['reviewCalled', 'reviewFits', 'reviewWatched'],
};

/** What has just been handed over: lots as they were booked, what is short, what to tell the person. */
export function Handed({ done, code }: { readonly done: DispenseResult; readonly code: string }): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  return (
    <div role="status" className="rx-below">
      <AlertLine
        level="note"
        what={<strong>{t(done.state === 'dispensed' ? 'doneAll' : 'donePart', { code })}</strong>}
      />
      {done.short.map((one) => (
        <AlertLine
          key={one.medicationRequest}
          level="warn"
          what={`${one.name}: ${t('short', { quantity: quantity(one.missing, one.unit) })}`}
        />
      ))}
      {done.warnings.map((one) => (
        <AlertLine key={`${one.code}/${one.medicationRequest}/${one.text.vi}`} level="warn" what={pick(one.text)} />
      ))}
    </div>
  );
}
