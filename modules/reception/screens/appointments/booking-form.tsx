import { type AppointmentResult, type BookInput, book, type SlotRow } from '@mach/appointment/contract.ts';
import {
  Combobox,
  FinishBar,
  formatDate,
  formatTime,
  Segmented,
  TextField,
  toast,
  useCommand,
  useTexts,
} from '@mach/ui';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { IssueLine } from '../insurance.tsx';
import { type Found, usePeople } from '../people-search.ts';
import { texts } from './texts.ts';

type Who = 'known' | 'new';

/** Books somebody into one slot: name, reason, Ctrl+Enter. */
export function BookingForm({ slot, onDone }: { readonly slot: SlotRow; readonly onDone: () => void }): ReactElement {
  const t = useTexts(texts);
  const [who, setWho] = useState<Who>('known');
  const [query, setQuery] = useState('');
  const [patient, setPatient] = useState<Found | null>(null);
  const [name, setName] = useState('');
  const [phone, setPhone] = useState('');
  const [reason, setReason] = useState('');
  const [again, setAgain] = useState('');
  const people = usePeople(query);
  const reasonField = useRef<HTMLInputElement>(null);
  const personField = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // Behind the drawer's own first field: a name is what comes first here.
    const soon = requestAnimationFrame(() => personField.current?.focus());
    return () => cancelAnimationFrame(soon);
  }, []);
  const command = useCommand<BookInput, AppointmentResult>(book.name, {
    onDone: (done) => {
      toast({ text: t('booked', { time: formatTime(done.start ?? slot.startAt), code: done.code }) });
      onDone();
    },
  });
  const person = who === 'known' ? patient !== null : name.trim().length > 1 && phone.trim().length > 7;
  const missing = [
    ...(person ? [] : [{ text: t('missingPerson') }]),
    ...(reason.trim().length > 1 ? [] : [{ text: t('missingReason'), go: () => reasonField.current?.focus() }]),
  ];
  const twice = command.issues.some((issue) => issue.code === 'booked-already');

  function run(): void {
    if (missing.length > 0 || command.running) return;
    void command.run({
      slot: slot.key,
      reason: reason.trim(),
      ...(who === 'known' && patient
        ? { patient: patient.id }
        : { person: { name: name.trim(), phone: phone.trim() } }),
      ...(again.trim().length > 1 ? { againReason: again.trim() } : {}),
    });
  }
  const onEnter = (event: React.KeyboardEvent): void => {
    if (event.key === 'Enter' && !event.nativeEvent.isComposing) run();
  };
  return (
    <div className="apt-form">
      <div className="rec-stack rec-pad">
        {command.issues.map((issue) => (
          <IssueLine key={issue.code} issue={issue} />
        ))}
        <Segmented<Who>
          label={t('person')}
          value={who}
          onChange={setWho}
          options={[
            { value: 'known', label: t('personKnown') },
            { value: 'new', label: t('personNew') },
          ]}
        />
        {who === 'known' ? (
          <Combobox<Found>
            label={t('person')}
            hint={t('personHint')}
            required
            inputRef={personField}
            value={patient}
            onChange={(one) => {
              setPatient(one);
              if (one) reasonField.current?.focus();
            }}
            options={people.people}
            onQuery={setQuery}
            answered={people.asked}
            searching={people.searching}
            keyOf={(one) => one.id}
            textOf={(one) => one.name}
            renderOption={(one) => (
              <span className="apt-person">
                <b>{one.name}</b>
                <span className="rec-note">
                  {[one.birthDate && formatDate(one.birthDate), one.code].filter(Boolean).join(' · ')}
                </span>
              </span>
            )}
          />
        ) : (
          <>
            <TextField label={t('name')} required value={name} onChange={setName} maxLength={200} />
            <TextField label={t('phone')} required value={phone} onChange={setPhone} inputMode="tel" maxLength={20} />
          </>
        )}
        <TextField
          label={t('reason')}
          required
          value={reason}
          onChange={setReason}
          inputRef={reasonField}
          onKeyDown={onEnter}
          maxLength={500}
        />
        {twice && <TextField label={t('again')} required value={again} onChange={setAgain} onKeyDown={onEnter} />}
      </div>
      <FinishBar
        missing={missing}
        finish={{ label: { vi: texts.vi.book, en: texts.en.book }, busy: command.running, run }}
      />
    </div>
  );
}
