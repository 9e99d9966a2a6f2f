import { ageOn, isDate } from '@mach/base';
import {
  Button,
  Checkbox,
  type CodeRow,
  CodeSearch,
  DateField,
  type IssuesByField,
  Section,
  Segmented,
  Select,
  TextField,
  useNow,
  useTexts,
} from '@mach/ui';
import { type KeyboardEvent, type ReactElement, type Ref, useState } from 'react';
import type { PersonFields, WardChoice } from '../contract.ts';
import type { PersonDraft } from './person-draft.ts';
import { texts } from './texts.ts';

/** Under this age a guardian is required (field sheet "Tiếp đón"). */
const GUARDIAN_AGE = 16;
const isMinor = (birthDate: string | undefined, now: string): boolean =>
  birthDate !== undefined && isDate(birthDate) && ageOn(birthDate, now).years < GUARDIAN_AGE;

export interface PersonFormProps {
  readonly draft: PersonDraft;
  readonly onChange: (draft: PersonDraft) => void;
  /** Issues under `person.…`. */
  readonly issues: IssuesByField;
  /** Wards that the address on the card can mean. */
  readonly wards?: readonly WardChoice[];
  readonly onEnter: () => void;
  /** Where the work starts: the name of somebody unknown, the phone of somebody scanned. */
  readonly focus: 'name' | 'phone';
}

/** Field sheet "Tiếp đón" (journeys, Appendix C): required fields first, the rest behind "Thêm". */
export function PersonForm(props: PersonFormProps): ReactElement {
  const { draft, onChange, issues, onEnter, focus } = props;
  const { fields } = draft;
  const t = useTexts(texts);
  const now = useNow();
  const [more, setMore] = useState(false);
  const minor = isMinor(fields.birthDate, now);
  const set = (change: Partial<PersonFields>): void => onChange({ ...draft, fields: { ...fields, ...change } });
  const of = (field: string) => issues[`person.${field}`];
  const enter = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && !event.nativeEvent.isComposing && !event.ctrlKey) onEnter();
  };
  return (
    <>
      <Section title={t('person')} anchor={1}>
        <div className="rec-fields">
          <TextField
            label={t('name')}
            required
            autoFocus={focus === 'name'}
            value={fields.name ?? ''}
            onChange={(name) => set({ name })}
            onKeyDown={enter}
            issues={of('name')}
            className="rec-wide"
          />
          <DateField
            label={t('birthDate')}
            required
            partial
            value={fields.birthDate ?? ''}
            onChange={(birthDate) => set({ birthDate: birthDate === '' ? undefined : birthDate })}
            issues={of('birthDate')}
          />
          <Segmented<PersonFields['sex']>
            label={t('sex')}
            required
            value={fields.sex ?? null}
            onChange={(sex) => set({ sex })}
            options={[
              { value: 'female', label: t('female') },
              { value: 'male', label: t('male') },
              { value: 'other', label: t('otherSex') },
            ]}
          />
          <Select<PersonFields['idPaper']>
            label={t('idPaper')}
            required
            value={fields.idPaper ?? 'cccd'}
            onChange={(idPaper) => set(idPaper === 'none' ? { idPaper, idNumber: undefined } : { idPaper })}
            options={[
              { value: 'cccd', label: t('cccd') },
              { value: 'birth-certificate', label: t('birthCertificate') },
              { value: 'passport', label: t('passport') },
              { value: 'cmnd', label: t('cmnd') },
              { value: 'none', label: t('idNone') },
            ]}
          />
          {fields.idPaper !== 'none' && (
            <TextField
              label={t('idNumber')}
              required
              code
              value={fields.idNumber ?? ''}
              onChange={(idNumber) => set({ idNumber: idNumber.trim() })}
              onKeyDown={enter}
              issues={of('idNumber')}
            />
          )}
          <Phone
            label={t('phone')}
            none={t('noPhone')}
            focus={focus === 'phone'}
            phone={fields.phone ?? ''}
            noPhone={fields.noPhone === true}
            onChange={(phone, noPhone) => set({ phone, noPhone: noPhone || undefined })}
            onKeyDown={enter}
            issues={of('phone')}
          />
        </div>
      </Section>
      <Section title={t('address')} anchor={2}>
        <div className="rec-fields">
          <WardField {...props} />
          <TextField
            label={t('addressLine')}
            value={fields.addressLine ?? ''}
            onChange={(addressLine) => set({ addressLine })}
            onKeyDown={enter}
            issues={of('addressLine')}
            className="rec-wide"
          />
        </div>
      </Section>
      {(minor || more || fields.guardian !== undefined) && (
        <GuardianFields draft={draft} required={minor} set={set} issues={issues} onKeyDown={enter} />
      )}
      {more ? (
        <Section title={t('more')} anchor={4}>
          <div className="rec-fields">
            <CodeSearch
              list="occupation"
              label={t('occupation')}
              value={draft.occupation}
              onChange={(row) => onChange({ ...draft, occupation: row, fields: { ...fields, occupation: row?.code } })}
            />
            <CodeSearch
              list="ethnic"
              label={t('ethnic')}
              value={draft.ethnic}
              onChange={(row) => onChange({ ...draft, ethnic: row, fields: { ...fields, ethnic: row?.code } })}
            />
            <TextField
              label={t('nationality')}
              code
              value={fields.nationality ?? 'VN'}
              onChange={(text) => set({ nationality: text.trim().toUpperCase() })}
              issues={of('nationality')}
            />
            <TextField
              label={t('workplace')}
              value={fields.workplace ?? ''}
              onChange={(workplace) => set({ workplace })}
              onKeyDown={enter}
            />
          </div>
        </Section>
      ) : (
        <div className="rec-more">
          <Button size="small" look="quiet" icon="plus" onClick={() => setMore(true)}>
            {t('more')}
          </Button>
        </div>
      )}
    </>
  );
}

/** A phone, or the answer that there is none: not the same as not having asked. */
function Phone(props: {
  readonly label: string;
  readonly none: string;
  readonly phone: string;
  readonly noPhone: boolean;
  readonly focus?: boolean;
  readonly required?: boolean;
  readonly onChange: (phone: string, noPhone: boolean) => void;
  readonly onKeyDown: (event: KeyboardEvent<HTMLInputElement>) => void;
  readonly issues: IssuesByField[string] | undefined;
  readonly inputRef?: Ref<HTMLInputElement>;
}): ReactElement {
  const { label, none, phone, noPhone, onChange, onKeyDown, issues, focus, required = true } = props;
  return (
    <div className="rec-phone">
      <TextField
        label={label}
        required={required && !noPhone}
        type="tel"
        inputMode="tel"
        autoFocus={focus}
        value={phone}
        readOnly={noPhone}
        onChange={(text) => onChange(text, false)}
        onKeyDown={onKeyDown}
        issues={issues}
      />
      <Checkbox checked={noPhone} onChange={(checked) => onChange(checked ? '' : phone, checked)}>
        {none}
      </Checkbox>
    </div>
  );
}

/** The ward, found by its name or an old one; the province follows. */
export function WardField(props: Pick<PersonFormProps, 'draft' | 'onChange' | 'issues' | 'wards'>): ReactElement {
  const { draft, onChange, issues, wards = [] } = props;
  const t = useTexts(texts);
  const choose = (row: CodeRow | null): void => {
    const province = row === null ? undefined : typeof row.province === 'string' ? row.province : undefined;
    const isWard = row !== null && /^\d{5}$/.test(row.code);
    onChange({
      ...draft,
      ward: row,
      fields: { ...draft.fields, wardCode: isWard ? row.code : undefined, provinceCode: province },
    });
  };
  const found = [...(issues['person.wardCode'] ?? []), ...(issues['person.provinceCode'] ?? [])].slice(0, 1);
  return (
    <div className="rec-wide">
      <CodeSearch
        list="unit"
        label={t('province')}
        required
        placeholder={t('wardPlaceholder')}
        value={draft.ward}
        onChange={choose}
        detail={(row) => (typeof row.former === 'string' ? row.former : null)}
        issues={found}
      />
      {wards.length > 0 && (
        <div className="rec-choices">
          <span className="rec-note">{t('wardChoices')}</span>
          {wards.slice(0, 6).map((ward) => (
            <Button
              key={ward.wardCode}
              size="small"
              aria-pressed={draft.fields.wardCode === ward.wardCode}
              onClick={() => choose({ code: ward.wardCode, display: ward.text, province: ward.provinceCode })}
            >
              {ward.text}
            </Button>
          ))}
        </div>
      )}
    </div>
  );
}

/** Who answers for a child. */
export function GuardianFields(props: {
  readonly draft: PersonDraft;
  readonly required: boolean;
  readonly set: (change: Partial<PersonFields>) => void;
  readonly issues: IssuesByField;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}): ReactElement {
  const { draft, required, set, issues, onKeyDown } = props;
  const t = useTexts(texts);
  const guardian = draft.fields.guardian ?? {};
  const change = (part: PersonFields['guardian']): void => {
    const next = Object.fromEntries(
      Object.entries({ ...guardian, ...part }).filter(([, v]) => v !== '' && v !== undefined),
    );
    set({ guardian: Object.keys(next).length === 0 ? undefined : next });
  };
  return (
    <Section title={t('guardian')} anchor={3}>
      <div className="rec-fields">
        <TextField
          label={t('guardianName')}
          required={required}
          value={guardian.name ?? ''}
          onChange={(name) => change({ name })}
          onKeyDown={onKeyDown}
          issues={[...(issues['person.guardian'] ?? []), ...(issues['person.guardian.name'] ?? [])]}
        />
        <TextField
          label={t('guardianRelation')}
          required={required}
          value={guardian.relation ?? ''}
          onChange={(relation) => change({ relation })}
          onKeyDown={onKeyDown}
          issues={issues['person.guardian.relation']}
        />
        <Phone
          label={t('guardianPhone')}
          none={t('guardianNoPhone')}
          required={required}
          phone={guardian.phone ?? ''}
          noPhone={guardian.noPhone === true}
          onChange={(phone, noPhone) => change({ phone, noPhone: noPhone || undefined })}
          onKeyDown={onKeyDown}
          issues={issues['person.guardian.phone']}
        />
      </div>
    </Section>
  );
}
