import type { CheckCardResult } from '@mach/claims/contract.ts';
import { PAYER_LABELS } from '@mach/encounter/contract.ts';
import {
  AlertLine,
  Button,
  Card,
  Checkbox,
  Chip,
  type Command,
  DateField,
  Fact,
  Facts,
  formatDate,
  formatTime,
  localDate,
  Segmented,
  Select,
  TextField,
  usePick,
  useTexts,
} from '@mach/ui';
import type { ReactElement } from 'react';
import { type AssessBenefitInput, type BenefitSummary, CARD_REFUSED, type CardSummary } from '../contract.ts';
import { texts } from './texts.ts';

export type RouteChoice = NonNullable<AssessBenefitInput['route']>;
export type PaperChoice = NonNullable<AssessBenefitInput['papers']>;

export interface Right {
  /** null: insured as soon as a card is in force. */
  readonly payer: 'bhyt' | 'fee' | null;
  /** null: as the card and the papers tell. */
  readonly route: RouteChoice | null;
  readonly referral: {
    readonly number: string;
    readonly fromFacility: string;
    readonly issuedOn: string;
    readonly oneYear: boolean;
  };
  readonly revisit: { readonly number: string };
  /** The patient knows the share that is theirs on a route that is not the right one. */
  readonly told: boolean;
}

export const undecided: Right = {
  payer: null,
  route: null,
  referral: { number: '', fromFacility: '', issuedOn: '', oneYear: false },
  revisit: { number: '' },
  told: false,
};

export const payerOf = (right: Right, card: CardSummary | undefined): 'bhyt' | 'fee' =>
  right.payer ?? (card ? 'bhyt' : 'fee');

/** The papers as far as they are complete. */
export function papersOf(right: Right): PaperChoice | undefined {
  const { referral, revisit, route } = right;
  if (route === 'referral' && referral.number && /^[0-9A-Z]{5}$/.test(referral.fromFacility) && referral.issuedOn)
    return { referral: { ...referral } };
  if (route === 'revisit' && revisit.number) return { revisit: { number: revisit.number, timesUsed: 0 } };
  return undefined;
}

export interface InsuranceProps {
  readonly card: CardSummary | undefined;
  readonly right: Right;
  readonly onRight: (change: Partial<Right>) => void;
  readonly benefit: Command<AssessBenefitInput, BenefitSummary>;
  readonly portal: CheckCardResult | undefined;
  readonly checking: boolean;
  readonly onCheck: () => void;
  /** Takes the dates of the card over as the portal knows them. */
  readonly onTake: () => void;
  readonly onType: () => void;
  readonly here: string;
  /** Today, yyyy-MM-dd. */
  readonly day: string;
}

/** What the card gives on this visit, and why; shown before the person goes into a room. */
export function Insurance(props: InsuranceProps): ReactElement {
  const { card, right, onRight, benefit, portal, checking, onCheck, onTake, onType } = props;
  const t = useTexts(texts);
  const pick = usePick();
  const insured = payerOf(right, card) === 'bhyt';
  return (
    <Card title={t('insurance')} tone="insurance" side={<PortalChip {...props} />}>
      <div className="rec-stack">
        <Segmented
          label={t('payer')}
          labelHidden
          value={payerOf(right, card)}
          onChange={(payer) => onRight({ payer })}
          options={[
            { value: 'bhyt', label: pick(PAYER_LABELS.bhyt) },
            { value: 'fee', label: pick(PAYER_LABELS.fee) },
          ]}
        />
        {insured ? <CardLine {...props} /> : <p className="rec-lead">{t('payment')}</p>}
        {insured && (
          <div className="rec-actions">
            <Button size="small" look="quiet" icon="shield" busy={checking} onClick={onCheck}>
              {t('checkCard')}
            </Button>
            <Button size="small" look="quiet" icon="edit" onClick={onType}>
              {t('cardType')}
            </Button>
          </div>
        )}
        {insured && checking && <p className="rec-note">{t('checking')}</p>}
        {insured && portal && <PortalFindings portal={portal} card={card} onTake={onTake} />}
        {insured && card && <RouteFields {...props} />}
        {insured && card && <Benefit {...props} />}
        {insured && benefit.issues.map((issue) => <IssueLine key={issue.code} issue={issue} />)}
      </div>
    </Card>
  );
}

/** The last word of the portal: of this look-up, or of an earlier one today. */
function PortalChip({ card, portal, right, checking, day }: InsuranceProps): ReactElement | null {
  const t = useTexts(texts);
  if (!card || payerOf(right, card) === 'fee') return null;
  if (checking)
    return (
      <Chip icon="sync" tone="neutral">
        {t('checkingShort')}
      </Chip>
    );
  const kept = card.portal && localDate(card.portal.at) === day ? card.portal : undefined;
  const at = portal?.checkedAt ?? kept?.at;
  const status = portal?.status ?? kept?.status;
  if (status === 'verified' && at)
    return (
      <Chip tone="ok" icon="check" title={t('verified')}>
        {t('checked', { time: formatTime(at) })}
      </Chip>
    );
  if (status === 'refused')
    return (
      <Chip tone="critical" icon="warn">
        {t('refused')}
      </Chip>
    );
  return (
    <Chip tone="warn" icon="clock" title={t('unverifiedHint')}>
      {t('unverified')}
    </Chip>
  );
}

function CardLine({ card, here }: InsuranceProps): ReactElement {
  const t = useTexts(texts);
  if (!card) return <AlertLine level="warn" what={t('cardNone')} />;
  return (
    <>
      <p className="rec-lead">
        {card.validTo ? t('cardValid', { date: formatDate(card.validTo) }) : t('cardValidOpen')}
      </p>
      <Facts>
        <Fact label={t('cardNumber')}>
          <span className="m-code">{card.number}</span>
        </Fact>
        <Fact label={t('registered')}>
          {card.registeredFacility === here
            ? `${card.registeredFacility} (${t('registeredHere')})`
            : (card.registeredFacility ?? t('unknown'))}
        </Fact>
        {card.fiveYearsFrom && <Fact label={t('fiveYears')}>{formatDate(card.fiveYearsFrom)}</Fact>}
        {card.exemptFrom && <Fact label={t('exemptFrom')}>{formatDate(card.exemptFrom)}</Fact>}
      </Facts>
    </>
  );
}

function PortalFindings(props: {
  readonly portal: CheckCardResult;
  readonly card: CardSummary | undefined;
  readonly onTake: () => void;
}): ReactElement {
  const { portal, card, onTake } = props;
  const t = useTexts(texts);
  const pick = usePick();
  // Only the dates of the very card on file: another number is another card.
  const renewed = card !== undefined && portal.holder?.card === card.number && portal.holder.validTo !== card.validTo;
  const elsewhere = portal.history[0];
  return (
    <>
      {portal.status === 'refused' && portal.text && (
        <AlertLine level="warn" what={pick(portal.text)} why={t('refusedWhy', { code: portal.code ?? '' })} />
      )}
      {portal.status === 'unverified' && (
        <AlertLine level="note" what={portal.text ? pick(portal.text) : t('unverified')} why={t('unverifiedHint')} />
      )}
      {renewed && (
        <AlertLine
          level="warn"
          what={t('portalDates', {
            date: portal.holder?.validTo ? formatDate(portal.holder.validTo) : t('cardValidOpen'),
          })}
          instead={{ label: t('takePortal'), run: onTake }}
        />
      )}
      {portal.differences.map((one) => (
        <AlertLine key={one.field} level="warn" what={t('differs', { portal: one.portal })} />
      ))}
      {portal.status === 'verified' && (
        <p className="rec-note">
          {elsewhere
            ? t('elsewhere', { facility: elsewhere.facility, date: formatDate(elsewhere.from) })
            : t('elsewhereNone')}
        </p>
      )}
    </>
  );
}

function RouteFields({ right, onRight, benefit }: InsuranceProps): ReactElement {
  const t = useTexts(texts);
  const { referral, revisit } = right;
  const routes: readonly { value: RouteChoice; label: string }[] = [
    { value: 'right', label: t('routeRight') },
    { value: 'referral', label: t('routeReferral') },
    { value: 'revisit', label: t('routeRevisit') },
    { value: 'emergency', label: t('routeEmergency') },
    { value: 'residence', label: t('routeResidence') },
    { value: 'self', label: t('routeSelf') },
    { value: 'newborn', label: t('routeNewborn') },
    { value: 'donor', label: t('routeDonor') },
  ];
  return (
    <div className="rec-fields">
      <Select<RouteChoice>
        label={t('route')}
        value={right.route ?? benefit.result?.route ?? 'right'}
        onChange={(route) => onRight({ route, told: false })}
        options={routes}
      />
      {right.route === 'referral' && (
        <>
          <TextField
            label={t('paperNumber')}
            required
            value={referral.number}
            onChange={(number) => onRight({ referral: { ...referral, number } })}
          />
          <TextField
            label={t('facilityFrom')}
            required
            code
            value={referral.fromFacility}
            onChange={(from) => onRight({ referral: { ...referral, fromFacility: from.toUpperCase().trim() } })}
          />
          <DateField
            label={t('issuedOn')}
            required
            value={referral.issuedOn}
            onChange={(issuedOn) => onRight({ referral: { ...referral, issuedOn } })}
          />
          <Checkbox checked={referral.oneYear} onChange={(oneYear) => onRight({ referral: { ...referral, oneYear } })}>
            {t('oneYear')}
          </Checkbox>
        </>
      )}
      {right.route === 'revisit' && (
        <TextField
          label={t('papersRevisit')}
          required
          value={revisit.number}
          onChange={(number) => onRight({ revisit: { number } })}
        />
      )}
    </div>
  );
}

/** Rate, share of the patient, the rules that decided with their source. */
function Benefit({ benefit, right, onRight }: InsuranceProps): ReactElement | null {
  const t = useTexts(texts);
  const pick = usePick();
  const summary = benefit.result;
  if (!summary) return null;
  const decisive = summary.reasons.filter((r) => r.decisive);
  return (
    <>
      <Facts>
        <Fact label={t('benefit')}>
          <b className="rec-rate">{summary.rate} %</b> · {summary.category}
        </Fact>
        <Fact label={t('estimate')}>{t('share', { share: summary.patientShare })}</Fact>
      </Facts>
      <details className="rec-why">
        <summary>
          {t('why')}: {decisive.map((r) => pick(r.text)).join('; ')}
        </summary>
        <ul>
          {summary.reasons.map((r) => (
            <li key={`${r.text.vi}${r.source}`} data-decisive={r.decisive || undefined}>
              {pick(r.text)} <span className="rec-source">{r.source}</span>
            </li>
          ))}
        </ul>
      </details>
      {summary.notices.map((notice) => (
        <IssueLine key={notice.code} issue={notice} />
      ))}
      {needsTelling(summary) && (
        <Checkbox checked={right.told} onChange={(told) => onRight({ told })}>
          {t('askSelf', { share: summary.patientShare })}
        </Checkbox>
      )}
    </>
  );
}

/** A patient who came another way than the proper one hears the share before going into a room (journey a2). */
export const needsTelling = (summary: BenefitSummary): boolean => !summary.properRoute && summary.patientShare > 0;

const CARD_REASONS = ['reasonPaper', 'reasonPortalWrong'] as const;

/** A refusal or a remark of the server, in its own words; a card that the portal refuses may be used with a reason. */
export function IssueLine({
  issue,
  onOverride,
}: {
  readonly issue: {
    code?: string;
    severity: string;
    text: { vi: string; en: string };
    remedy?: { vi: string; en: string };
  };
  readonly onOverride?: (rule: string, reason: string) => void;
}): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const mayUse = issue.code === CARD_REFUSED && onOverride !== undefined;
  return (
    <AlertLine
      level={issue.severity === 'information' ? 'note' : 'warn'}
      what={pick(issue.text)}
      why={issue.remedy && pick(issue.remedy)}
      reasons={mayUse ? CARD_REASONS.map((code) => ({ code, text: t(code) })) : undefined}
      onOverride={
        mayUse
          ? // The reason stands in the record, in the language of the house.
            ({ code }) => onOverride(CARD_REFUSED, texts.vi[code as (typeof CARD_REASONS)[number]])
          : undefined
      }
    />
  );
}
