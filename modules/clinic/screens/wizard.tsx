import { addStaff, type NewStaff } from '@mach/administration/contract.ts';
import {
  AlertLine,
  Button,
  Card,
  Chip,
  CodeSearch,
  FinishBar,
  IconButton,
  MoneyField,
  PrintButton,
  Section,
  Select,
  TextField,
  toast,
  useCommand,
  useDraft,
  usePick,
  useTexts,
} from '@mach/ui';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { type Priced, type SetUpInput, type SetUpResult, setUp } from '../contract.ts';
import { texts } from './texts.ts';

/** General exam of the official list, what a small clinic charges first. */
const EXAM = '02.1898';
const STEPS = ['facility', 'rooms', 'services', 'drugs', 'staff', 'printer'] as const;
type Screen = (typeof STEPS)[number];
const ROLES = ['doctor', 'nurse', 'pharmacist', 'cashier', 'reception'] as const;

const FRESH: SetUpInput = {
  facility: { name: '', address: '', phone: '', licence: '' },
  rooms: [{ name: '', examService: EXAM }],
  services: [],
  drugs: [],
};

/** From an empty program to the first patient: what the clinic is, rooms, prices, drugs, people, a test print. */
export function Wizard({
  onDone,
  children,
}: {
  readonly onDone: () => void;
  readonly children: (page: ReactElement, finish: ReactElement) => ReactElement;
}): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const draft = useDraft<SetUpInput>('clinic:set-up', FRESH);
  const form = draft.value;
  const put = (next: Partial<SetUpInput>): void => draft.set({ ...form, ...next });
  const [step, setStep] = useState(0);
  const effort = useEffort();
  const save = useCommand<SetUpInput, SetUpResult>(setUp.name, {
    onDone: (done) => {
      toast({
        text: `${t('setUpDone', { rooms: done.rooms.length, services: done.services, drugs: done.drugs })} · ${t('measured', effort())}`,
      });
      setStep(STEPS.indexOf('staff'));
    },
  });
  const screen: Screen = STEPS[step] ?? 'facility';
  const { name, address, licence } = form.facility;
  const lacking = {
    facility: [
      ...(name.trim().length < 3 ? [t('nameOfHouse')] : []),
      ...(address.trim().length < 5 ? [t('address')] : []),
      ...(licence.trim().length < 3 ? [t('licence')] : []),
    ],
    rooms: form.rooms.some((room) => room.name.trim().length < 2) ? [t('roomName')] : [],
    services: [],
    drugs: [],
    staff: [],
    printer: [],
  }[screen];
  const facility = form.facility;
  function next(): void {
    if (screen === 'drugs') void save.run({ ...form, facility: trimmed(facility) });
    else if (step === STEPS.length - 1) {
      draft.discard();
      onDone();
    } else setStep(step + 1);
  }
  const page = (
    <div className="m-page clinic-page">
      <p className="clinic-progress">{t('stepOf', { n: step + 1, all: STEPS.length })}</p>
      {save.issues.map((issue) => (
        <AlertLine
          key={`${issue.code}${issue.field ?? ''}`}
          level="stop"
          what={pick(issue.text)}
          why={issue.remedy && pick(issue.remedy)}
        />
      ))}
      <Section anchor={1} title={t(screen)}>
        {screen === 'facility' && (
          <div className="clinic-form">
            <TextField
              label={t('nameOfHouse')}
              required
              value={facility.name}
              onChange={(text) => put({ facility: { ...facility, name: text } })}
              autoFocus
            />
            <TextField
              label={t('address')}
              required
              value={facility.address}
              onChange={(text) => put({ facility: { ...facility, address: text } })}
            />
            <div className="clinic-row">
              <TextField
                label={t('licence')}
                required
                code
                value={facility.licence}
                onChange={(text) => put({ facility: { ...facility, licence: text } })}
              />
              <TextField
                label={t('phone')}
                inputMode="tel"
                value={facility.phone ?? ''}
                onChange={(phone) => put({ facility: { ...facility, phone } })}
              />
            </div>
          </div>
        )}
        {screen === 'rooms' && (
          <div className="clinic-form">
            {form.rooms.map((room, i) => (
              <div key={String(i)} className="clinic-row">
                <TextField
                  label={t('roomName')}
                  required
                  value={room.name}
                  onChange={(text) =>
                    put({ rooms: form.rooms.map((one, at) => (at === i ? { ...one, name: text } : one)) })
                  }
                  autoFocus
                />
                {form.rooms.length > 1 && (
                  <IconButton
                    icon="trash"
                    label={t('remove')}
                    onClick={() => put({ rooms: form.rooms.filter((_, at) => at !== i) })}
                  />
                )}
              </div>
            ))}
            <Button
              icon="plus"
              look="quiet"
              onClick={() => put({ rooms: [...form.rooms, { name: '', examService: EXAM }] })}
            >
              {t('addRoom')}
            </Button>
          </div>
        )}
        {screen === 'services' && (
          <Prices list="service" items={form.services} onChange={(services) => put({ services })} />
        )}
        {screen === 'drugs' && <Prices list="drug" items={form.drugs} onChange={(drugs) => put({ drugs })} />}
        {screen === 'staff' && <Staff />}
        {screen === 'printer' && (
          <div className="clinic-form">
            <p>{t('printerHint')}</p>
            <div className="clinic-row">
              <PrintButton form="clinic.prices" id="org" label={t('printList')} chord="F8" />
            </div>
            <Card title={t('ready')}>
              <p className="clinic-ready">{t('measured', effort())}</p>
            </Card>
          </div>
        )}
      </Section>
    </div>
  );
  const label = screen === 'drugs' ? 'setUpSave' : step === STEPS.length - 1 ? 'ready' : 'next';
  return children(
    page,
    <FinishBar
      missing={lacking.map((field) => ({ field }))}
      actions={
        step > 0
          ? [{ label: { vi: texts.vi.prev, en: texts.en.prev }, icon: 'left', run: () => setStep(step - 1) }]
          : []
      }
      finish={{
        label: { vi: texts.vi[label], en: texts.en[label] },
        icon: 'right',
        busy: save.running,
        disabled: lacking.length > 0,
        run: next,
      }}
    />,
  );
}

function trimmed({ name, address, licence, phone }: SetUpInput['facility']): SetUpInput['facility'] {
  const number = phone?.trim() ?? '';
  return {
    name: name.trim(),
    address: address.trim(),
    licence: licence.trim(),
    ...(number === '' ? {} : { phone: number }),
  };
}

/** Minutes and keys since the wizard was opened: what a set-up costs is measured where it happens. */
function useEffort(): () => { minutes: string; keys: string } {
  const begun = useRef(performance.now());
  const keys = useRef(0);
  useEffect(() => {
    const count = (): void => {
      keys.current++;
    };
    window.addEventListener('keydown', count, true);
    return () => window.removeEventListener('keydown', count, true);
  }, []);
  return () => ({
    minutes: String(Math.max(1, Math.round((performance.now() - begun.current) / 60_000))),
    keys: String(keys.current),
  });
}

/** Services or drugs out of the official lists, each with the clinic's own price. */
function Prices({
  list,
  items,
  onChange,
}: {
  readonly list: 'service' | 'drug';
  readonly items: readonly Priced[];
  readonly onChange: (items: Priced[]) => void;
}): ReactElement {
  const t = useTexts(texts);
  return (
    <div className="clinic-form">
      <CodeSearch
        list={list}
        label={t(list === 'drug' ? 'drug' : 'services')}
        hint={t('drugsHint')}
        value={null}
        onChange={(row) =>
          row &&
          !items.some((one) => one.code === row.code) &&
          onChange([
            ...items,
            {
              code: row.code,
              name: row.display,
              unit: String(row.unit ?? t('once')),
              price: Math.round(Number(row.price ?? 0)),
            },
          ])
        }
        collect
        autoFocus
      />
      {items.map((one) => (
        <div key={one.code} className="clinic-price">
          <span>
            {one.name} <small>{one.unit}</small>
          </span>
          <MoneyField
            label={t('priceOf', { name: one.name })}
            value={String(one.price)}
            onChange={(digits) =>
              onChange(
                items.map((other) =>
                  other.code === one.code ? { ...other, price: Number(digits.slice(0, 9)) } : other,
                ),
              )
            }
          />
          <IconButton
            icon="trash"
            size="small"
            label={t('remove')}
            onClick={() => onChange(items.filter((other) => other.code !== one.code))}
          />
        </div>
      ))}
    </div>
  );
}

/** Sixteen letters and digits that are told apart on paper. */
function oneTimePassword(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => letters[byte % letters.length]).join('');
}

function Staff(): ReactElement {
  const t = useTexts(texts);
  const pick = usePick();
  const [name, setName] = useState('');
  const [login, setLogin] = useState('');
  const [role, setRole] = useState<(typeof ROLES)[number]>('doctor');
  const [added, setAdded] = useState<readonly { name: string; login: string; password: string }[]>([]);
  const password = useRef('');
  const add = useCommand<NewStaff, { account: string }>(addStaff.name, {
    onDone: () => {
      setAdded([...added, { name, login, password: password.current }]);
      toast({ text: t('staffAdded', { name }) });
      setName('');
      setLogin('');
    },
  });
  return (
    <div className="clinic-form">
      <p>{t('staffHint')}</p>
      {add.issues.map((issue) => (
        <AlertLine key={issue.code} level="stop" what={pick(issue.text)} why={issue.remedy && pick(issue.remedy)} />
      ))}
      <div className="clinic-row">
        <TextField label={t('name')} value={name} onChange={setName} autoFocus />
        <TextField label={t('account')} code value={login} onChange={(text) => setLogin(text.toLowerCase())} />
        <Select<(typeof ROLES)[number]>
          label={t('role')}
          value={role}
          onChange={setRole}
          options={ROLES.map((one) => ({ value: one, label: t(one) }))}
        />
        <Button
          icon="plus"
          busy={add.running}
          disabled={name.trim().length < 2 || login.trim().length < 2}
          onClick={() => {
            password.current = oneTimePassword();
            void add.run({
              name: name.trim(),
              login: login.trim(),
              roles: [role],
              oneTimePassword: password.current,
            });
          }}
        >
          {t('addAccount')}
        </Button>
      </div>
      <div className="clinic-chosen">
        {added.map((one) => (
          <Chip key={one.login}>
            {one.name} · {one.login} · {t('password')} <span className="m-code">{one.password}</span>
          </Chip>
        ))}
      </div>
    </div>
  );
}
