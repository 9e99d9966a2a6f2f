import { foldText, matchesTokens, searchKeys } from '@mach/base';
import type { Bundle, Patient } from '@mach/fhir/types.ts';
import type { CheckInInput, CheckInResult } from '@mach/reception/contract.ts';
import { checkIn } from '@mach/reception/contract.ts';
import {
  AlertLine,
  type CodeRow,
  CodeSearch,
  Combobox,
  DateField,
  FinishBar,
  formatDate,
  request,
  Section,
  Segmented,
  Select,
  TextField,
  useCommand,
  usePick,
  useTexts,
  useView,
} from '@mach/ui';
import { type ReactElement, useEffect, useState } from 'react';
import { texts } from './texts.ts';

interface Found {
  readonly id: string;
  readonly name: string;
  readonly birthDate: string;
  readonly phone: string;
}

/** People by part of the name, phone number or code: the search of records, folded. */
function usePeople(query: string): { rows: readonly Found[]; searching: boolean; answered: string } {
  const [state, setState] = useState<{ answered: string; rows: readonly Found[] }>({ answered: '', rows: [] });
  useEffect(() => {
    const text = query.trim();
    if (text.length < 3) return;
    const stop = new AbortController();
    const params = new URLSearchParams({ _count: '12' });
    if (/^\d{6,}$/.test(text)) params.set(text.length === 10 && text.startsWith('0') ? 'phone' : 'identifier', text);
    else for (const word of text.split(/\s+/)) params.append('name', searchKeys(word).join(','));
    void request<Bundle>(`/fhir/Patient?${params}`, { signal: stop.signal })
      .then((bundle) => {
        const rows = (bundle.entry ?? []).flatMap((e): Found[] => {
          const one = e.resource as Patient | undefined;
          return one?.resourceType === 'Patient'
            ? [
                {
                  id: one.id ?? '',
                  name: one.name?.[0]?.text ?? '',
                  birthDate: one.birthDate ?? '',
                  phone: one.telecom?.find((t) => t.system === 'phone')?.value ?? '',
                },
              ]
            : [];
        });
        const fits = (one: Found): number => (matchesTokens(foldText(one.name), text) ? 0 : 1);
        setState({ answered: query, rows: rows.sort((a, b) => fits(a) - fits(b)) });
      })
      .catch(() => undefined);
    return () => stop.abort();
  }, [query]);
  const short = query.trim().length < 3;
  return {
    rows: short ? [] : state.rows,
    searching: !short && state.answered !== query,
    answered: short ? query : state.answered,
  };
}

/** "Thị" and "Văn" in the middle of a name say it; any other name says nothing, and somebody has to. */
function sexOfName(name: string): 'male' | 'female' | undefined {
  const middle = foldText(name).split(' ').slice(1, -1);
  return middle.includes('thi') ? 'female' : middle.includes('van') ? 'male' : undefined;
}

interface RoomRow {
  key: string;
  name: string;
}

/** Somebody has come: found, or new with what the law asks of a record. One key opens the visit. */
export function Arrive({
  onArrived,
  children,
}: {
  readonly onArrived: (visit: CheckInResult) => void;
  readonly children: (page: ReactElement, finish: ReactElement) => ReactElement;
}): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const [query, setQuery] = useState('');
  const people = usePeople(query);
  const [known, setKnown] = useState<Found | null>(null);
  const [name, setName] = useState('');
  const [birthDate, setBirthDate] = useState('');
  const [chosenSex, setSex] = useState<'male' | 'female'>();
  const sex = chosenSex ?? sexOfName(name);
  const [phone, setPhone] = useState('');
  const [ward, setWard] = useState<CodeRow | null>(null);
  const [reason, setReason] = useState('');
  const rooms = useView<RoomRow>('reception.rooms', {}, { sort: 'name', limit: 50 });
  const [chosen, setChosen] = useState('');
  const room = chosen || rooms.rows[0]?.key || '';
  const open = useCommand<CheckInInput, CheckInResult>(checkIn.name, { onDone: onArrived });
  const isNew = known === null;
  const lacking = [
    ...(isNew && name.trim() === '' ? [{ field: t('name') }] : []),
    ...(isNew && !birthDate ? [{ field: t('birthDate') }] : []),
    ...(isNew && sex === undefined ? [{ field: t('sex') }] : []),
    ...(isNew && !ward ? [{ field: t('ward') }] : []),
    ...(reason.trim().length < 2 ? [{ field: t('reason') }] : []),
  ];
  function run(): void {
    if (lacking.length > 0) return;
    void open.run({
      ...(known || sex === undefined
        ? { patient: known?.id ?? '' }
        : {
            person: {
              name: name.trim(),
              birthDate: birthDate,
              sex,
              idPaper: 'none',
              wardCode: ward?.code ?? '',
              provinceCode: String(ward?.province ?? ''),
              ...(phone.trim() === '' ? { noPhone: true } : { phone: phone.trim() }),
            },
          }),
      room,
      reason: reason.trim(),
      payer: 'fee',
    });
  }
  const page = (
    <div className="m-page clinic-page">
      {open.issues.map((issue) => (
        <AlertLine
          key={`${issue.code}${issue.field ?? ''}`}
          level="stop"
          what={pick(issue.text)}
          why={issue.remedy ? pick(issue.remedy) : undefined}
        />
      ))}
      <Section anchor={1} title={t('arrive')}>
        <div className="clinic-form">
          <Combobox<Found>
            label={t('search')}
            hint={t('searchHint')}
            value={known}
            onChange={setKnown}
            options={people.rows}
            onQuery={(text) => {
              setQuery(text);
              if (!/\d/.test(text)) setName(text);
            }}
            answered={people.answered}
            searching={people.searching}
            keyOf={(one) => one.id}
            textOf={(one) => one.name}
            preselect={false}
            renderOption={(one) => (
              <span>
                {one.name}{' '}
                <small>{[one.birthDate && formatDate(one.birthDate), one.phone].filter(Boolean).join(' · ')}</small>
              </span>
            )}
            autoFocus
          />
          {known ? (
            <p className="clinic-known">
              {t('found')}: <strong>{known.name}</strong> {known.birthDate && formatDate(known.birthDate)}
            </p>
          ) : (
            <div className="clinic-row">
              <TextField label={t('name')} required value={name} onChange={setName} />
              <DateField label={t('birthDate')} required partial value={birthDate} onChange={setBirthDate} />
              <Segmented<'male' | 'female'>
                label={t('sex')}
                value={sex ?? null}
                onChange={setSex}
                options={[
                  { value: 'female', label: t('female') },
                  { value: 'male', label: t('male') },
                ]}
              />
              <CodeSearch list="unit" label={t('ward')} required value={ward} onChange={setWard} />
            </div>
          )}
          <div className="clinic-row">
            <TextField label={t('reason')} required value={reason} onChange={setReason} maxLength={500} />
            {!known && <TextField label={t('phone')} inputMode="tel" value={phone} onChange={setPhone} />}
            {rooms.rows.length > 1 && (
              <Select
                label={t('room')}
                value={room}
                onChange={setChosen}
                options={rooms.rows.map((one) => ({ value: one.key, label: one.name }))}
              />
            )}
          </div>
        </div>
      </Section>
    </div>
  );
  return children(
    page,
    <FinishBar
      missing={lacking}
      finish={{
        label: { vi: texts.vi.arriveFor, en: texts.en.arriveFor },
        patient: known?.name ?? name,
        icon: 'check',
        busy: open.running,
        disabled: lacking.length > 0 || room === '',
        run,
      }}
    />,
  );
}
