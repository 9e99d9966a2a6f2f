import { Button, DateField, Drawer, Select, TextField, useCommand, useDrawer, useTexts } from '@mach/ui';
import { type ReactElement, useState } from 'react';
import {
  type AddCoverageInput,
  type AddCoverageResult,
  addCoverage,
  type CardFields,
  type CardSummary,
} from '../contract.ts';
import { IssueLine } from './insurance.tsx';
import { texts } from './texts.ts';

export const CARD_DRAWER = 'reception-card';

type Form = { [K in keyof Required<CardFields>]: string };

const formOf = (card: CardSummary | undefined): Form => ({
  number: card?.number ?? '',
  validFrom: card?.validFrom ?? '',
  validTo: card?.validTo ?? '',
  registeredFacility: card?.registeredFacility ?? '',
  benefitDigit: card?.benefitDigit ?? '',
  livingArea: card?.livingArea ?? '',
  fiveYearsFrom: card?.fiveYearsFrom ?? '',
  exemptFrom: card?.exemptFrom ?? '',
});

/** A card as it is printed, for desks without a scanner and cards whose portal is silent. */
export function CardDrawer(props: {
  readonly patient: string;
  readonly name: string;
  readonly card: CardSummary | undefined;
  readonly onSaved: () => void;
}): ReactElement {
  const { patient, name, card, onSaved } = props;
  const t = useTexts(texts);
  const drawer = useDrawer(CARD_DRAWER);
  const [form, setForm] = useState<Form>(() => formOf(card));
  const add = useCommand<AddCoverageInput, AddCoverageResult>(addCoverage.name, {
    onDone: () => {
      drawer.close();
      onSaved();
    },
  });
  const set = (change: Partial<Form>): void => setForm({ ...form, ...change });
  const save = (): void => {
    const filled = Object.fromEntries(Object.entries(form).filter(([, value]) => value !== ''));
    void add.run({ patient, card: { number: '', ...filled } });
  };
  const of = (field: keyof Form) => add.issuesByField[`card.${field}`];
  const own = new Set(Object.keys(form).map((field) => `card.${field}`));
  const needsDigit = /^\d+$/.test(form.number.replaceAll(/[\s-]/g, ''));
  return (
    <Drawer
      id={CARD_DRAWER}
      title={t('card')}
      patient={name}
      foot={
        <Button look="primary" busy={add.running} onClick={save}>
          {t('cardAdd')}
        </Button>
      }
    >
      <div className="rec-stack rec-pad">
        {add.issues
          .filter((issue) => !own.has(issue.field ?? ''))
          .map((issue) => (
            <IssueLine key={issue.code} issue={issue} />
          ))}
        <TextField
          label={t('cardNumber')}
          required
          code
          autoFocus
          value={form.number}
          onChange={(number) => set({ number })}
          issues={of('number')}
        />
        <DateField
          label={t('cardFrom')}
          required
          value={form.validFrom}
          onChange={(validFrom) => set({ validFrom })}
          issues={of('validFrom')}
        />
        <DateField
          label={t('cardTo')}
          value={form.validTo}
          onChange={(validTo) => set({ validTo })}
          issues={of('validTo')}
        />
        <TextField
          label={t('registeredFacility')}
          required
          code
          value={form.registeredFacility}
          onChange={(registeredFacility) => set({ registeredFacility })}
          issues={of('registeredFacility')}
        />
        {needsDigit && (
          <TextField
            label={t('benefitDigit')}
            required
            code
            value={form.benefitDigit}
            onChange={(benefitDigit) => set({ benefitDigit: benefitDigit.trim() })}
            issues={of('benefitDigit')}
          />
        )}
        <Select
          label={t('livingArea')}
          value={form.livingArea}
          empty="—"
          onChange={(livingArea) => set({ livingArea })}
          options={['K1', 'K2', 'K3'].map((value) => ({ value, label: value }))}
        />
        <DateField
          label={t('fiveYears')}
          value={form.fiveYearsFrom}
          onChange={(fiveYearsFrom) => set({ fiveYearsFrom })}
          issues={of('fiveYearsFrom')}
        />
        <DateField
          label={t('exemptFrom')}
          value={form.exemptFrom}
          onChange={(exemptFrom) => set({ exemptFrom })}
          issues={of('exemptFrom')}
        />
      </div>
    </Drawer>
  );
}
