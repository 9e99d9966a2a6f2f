import {
  FinishBar,
  NumberField,
  Section,
  Segmented,
  Select,
  TextArea,
  TextField,
  useCommand,
  useTexts,
} from '@mach/ui';
import { type ReactElement, useState } from 'react';
import { type ReceiveUnknownInput, type ReceiveUnknownResult, receiveUnknown } from '../contract.ts';
import type { RoomLoad } from '../rooms.ts';
import { IssueLine } from './insurance.tsx';
import { texts } from './texts.ts';

const EMERGENCY = /cấp cứu/i;

/** Treat first, name later (journeys c): sex, a judged age, what to tell the person by, a room; no paper. */
export function UnknownPage(props: {
  readonly rooms: readonly RoomLoad[];
  readonly onReceived: (done: ReceiveUnknownResult) => void;
}): ReactElement {
  const { rooms, onReceived } = props;
  const t = useTexts(texts);
  const usual = rooms.find((load) => EMERGENCY.test(load.room.name ?? ''))?.room.key ?? '';
  const [chosen, setChosen] = useState<string | null>(null);
  const [sex, setSex] = useState<ReceiveUnknownInput['sex']>('unknown');
  const [age, setAge] = useState('');
  const [marks, setMarks] = useState('');
  const [broughtBy, setBroughtBy] = useState('');
  const [reason, setReason] = useState('');
  const room = chosen ?? usual;
  const command = useCommand<ReceiveUnknownInput, ReceiveUnknownResult>(receiveUnknown.name, { onDone: onReceived });
  const missing = [
    ...(room === '' ? [{ text: t('missingRoom') }] : []),
    ...(reason.trim().length < 2 ? [{ text: t('missingReason') }] : []),
  ];

  function run(): void {
    if (missing.length > 0 || command.running) return;
    void command.run({
      room,
      reason: reason.trim(),
      sex,
      ...(age === '' ? {} : { estimatedAge: Math.round(Number(age)) }),
      ...(marks.trim() ? { marks: marks.trim() } : {}),
      ...(broughtBy.trim() ? { broughtBy: broughtBy.trim() } : {}),
    });
  }

  return (
    <div className="rec-unknown">
      <div className="m-page">
        {command.issues.map((issue) => (
          <IssueLine key={issue.code} issue={issue} />
        ))}
        <Section anchor={1} title={t('unknownPerson')}>
          <div className="rec-fields">
            <TextField label={t('reason')} required autoFocus value={reason} onChange={setReason} maxLength={300} />
            <Select
              label={t('room')}
              required
              value={room}
              empty="—"
              onChange={setChosen}
              options={rooms.map((load) => ({
                value: load.room.key,
                label: `${load.room.code ?? ''} ${load.room.name ?? ''}`,
              }))}
            />
            <Segmented<ReceiveUnknownInput['sex']>
              label={t('sex')}
              value={sex}
              onChange={setSex}
              options={[
                { value: 'male', label: t('male') },
                { value: 'female', label: t('female') },
                { value: 'unknown', label: t('unknown') },
              ]}
            />
            <NumberField
              label={t('estimatedAge')}
              value={age}
              unit={t('years')}
              width={120}
              range={{ hard: [0, 120] }}
              onChange={setAge}
            />
            <div className="rec-wide">
              <TextArea label={t('marks')} value={marks} onChange={setMarks} maxLength={300} />
            </div>
            <TextField label={t('broughtBy')} value={broughtBy} onChange={setBroughtBy} maxLength={300} />
          </div>
        </Section>
      </div>
      <FinishBar
        missing={missing}
        finish={{ label: { vi: texts.vi.giveCode, en: texts.en.giveCode }, busy: command.running, run }}
      />
    </div>
  );
}
